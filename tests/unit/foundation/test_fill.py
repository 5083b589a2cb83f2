"""What is filled in each stage, what fields.yaml and workflows need there, and next steps."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Ground
from upbeat.foundation.asks import asked_of, lacking, lacks
from upbeat.foundation.fill import FILL, countable, needed
from upbeat.foundation.next_steps import STEPS
from upbeat.schema import Field, FieldType, standard
from upbeat.steps import SPECS
from upbeat.timeline import SIGNALS
from upbeat.workflows import PLAYBOOKS, Catalogue, FieldMap, Workflow, compile_workflow, load

RISK = {"Flag": FieldType.STRING, "Reason": FieldType.STRING, "Since": FieldType.DATE}

EXITS = {
    "Prospecting": {"exit": ["LeadSource"], "why": "It is known from the start."},
    "Qualification": {"exit": ["NextStep", "IsPrivate"], "why": "A qualified deal has a plan."},
}
ASKING = FieldMap.model_validate({"stages": EXITS})


def asking() -> Ground:
    return an_org(fields=ASKING)


def counts(ground: Ground, stage: str, deals: int, **fields: int) -> dict[str, Any]:
    names = countable(ground)
    return {"StageName": stage, "deals": deals, **{f"n{at}": fields.get(one, deals) for at, one in enumerate(names)}}


def deal(stage: str, **fields: Any) -> dict[str, Any]:
    return {"Id": f"006{stage}", "Name": "Lowell", "StageName": stage, "CloseDate": "2026-12-01", **fields}


def test_a_stage_asks_for_what_must_be_known_before_an_earlier_one_is_left() -> None:
    asked = asked_of(asking())
    assert "Prospecting" not in asked
    assert asked["Qualification"] == ("LeadSource",)
    assert asked["Needs Analysis"] == asked["Negotiation/Review"] == ("LeadSource", "NextStep")


def test_a_checkbox_is_never_blank_so_that_no_stage_asks_for_it() -> None:
    assert all("IsPrivate" not in fields for fields in asked_of(asking()).values())


@pytest.mark.parametrize(("value", "without"), [(None, True), ("", True), ("Web", False), (0, False)])
def test_blank_is_what_has_no_value(value: Any, *, without: bool) -> None:
    assert (lacks(asking(), deal("Qualification", LeadSource=value)) == ("LeadSource",)) is without


def test_deals_that_lack_what_their_stage_asks_for_are_told_by_field() -> None:
    ground = asking()
    told = {
        "COUNT(Id)": [
            counts(ground, "Prospecting", 5, LeadSource=0),
            counts(ground, "Qualification", 10, LeadSource=9),
            counts(ground, "Needs Analysis", 10, LeadSource=8, NextStep=3),
        ],
        "SELECT Id": [deal("Needs Analysis", LeadSource=None, NextStep="Call")],
    }
    found = held(FILL, ground, told)
    [one] = found.findings
    assert (one.fields, one.count, one.of, one.values) == (("LeadSource",), 3, 20, ("Needs Analysis",))
    assert (found.measures[0].part, found.measures[0].of) == (20, 30)


def test_the_table_has_a_field_a_row_and_a_stage_a_column_in_the_orgs_order() -> None:
    ground = an_org()
    told = {
        "COUNT(Id)": [counts(ground, "Negotiation/Review", 4, Amount=1), counts(ground, "Prospecting", 3, Amount=3)]
    }
    [exhibit] = held(FILL, ground, told).exhibits
    assert exhibit.columns == ("Field", "Prospecting", "Negotiation/Review")
    assert ("Amount", 100, 25) in exhibit.rows


def test_deals_with_the_stage_in_other_capitals_are_in_that_stage() -> None:
    ground = an_org()
    told = {"COUNT(Id)": [counts(ground, "Prospecting", 4, Amount=1), counts(ground, "PROSPECTING", 4, Amount=3)]}
    [exhibit] = held(FILL, ground, told).exhibits
    assert exhibit.columns == ("Field", "Prospecting")
    assert ("Amount", 50) in exhibit.rows


def test_what_the_org_computes_is_filled_by_nobody_and_not_counted() -> None:
    deal = standard().object("Opportunity")
    made = Field(name="Days_Open__c", type=FieldType.DOUBLE, formula="TODAY() - CloseDate", updateable=False)
    schema = standard().with_objects([replace(deal, fields={**deal.fields, made.name: made})])
    assert made.name not in countable(an_org(schema=schema))
    assert "Amount" in countable(an_org(schema=schema))


def test_a_field_that_nobody_fills_is_named_above_the_table_and_has_no_row() -> None:
    ground = an_org()
    [exhibit] = held(FILL, ground, {"COUNT(Id)": [counts(ground, "Prospecting", 4, NextStep=0)]}).exhibits
    assert exhibit.says.endswith("Blank on all of them: NextStep.")
    assert "NextStep" not in [row[0] for row in exhibit.rows]


def test_what_is_only_empty_is_a_figure_and_no_finding() -> None:
    ground = an_org()
    found = held(FILL, ground, {"COUNT(Id)": [counts(ground, "Prospecting", 30, Amount=0, NextStep=0)]})
    assert (found.findings, found.measures[0].percent) == ((), None)


@pytest.fixture(scope="module")
def written() -> Callable[[str], Workflow]:
    """The shipped workflow that compares the Amount of deals, with another condition."""
    custom = (Field(name=f"Risk_{one}__c", type=kind) for one, kind in RISK.items())
    opportunity = standard().object("Opportunity")
    fields = {**opportunity.fields, **{one.name: one for one in custom}}
    schema = standard().with_objects([replace(opportunity, fields=fields)])
    files = load(PLAYBOOKS)
    [written] = [one for one in files.workflows if one.workflow == "single-threaded-larger-deals"]
    against = Catalogue(schema, SPECS, SIGNALS, time_zone="UTC")
    return lambda when: compile_workflow(
        written.model_copy(
            update={"trigger": written.trigger.model_copy(update={"when": when or written.trigger.when})}
        ),
        files,
        against,
    )


@pytest.fixture(scope="module")
def flagging(written: Callable[[str], Workflow]) -> Workflow:
    """It as it is shipped: for open deals above an amount."""
    return written("")


@pytest.mark.parametrize(("amounts", "blind"), [(80, 0), (79, 1)])
def test_a_field_that_a_workflow_compares_is_a_defect_below_its_mark(
    flagging: Workflow, amounts: int, blind: int
) -> None:
    ground = an_org(workflows=(flagging,))
    told = {
        "COUNT(Id)": [counts(ground, "Prospecting", 100, Amount=amounts)],
        "Amount = null": [deal("Prospecting")],
    }
    found = held(FILL, ground, told)
    assert [(one.fields, one.count, one.values) for one in found.findings] == [
        (("Amount",), 21, ("single-threaded-larger-deals",))
    ] * blind


def test_a_field_of_which_a_condition_asks_whether_it_is_blank_may_be(flagging: Workflow) -> None:
    assert [one.field for one in needed(an_org(workflows=(flagging,)))] == ["Amount"]


LIMITS = "Amount > $Threshold.larger, $Signal.ContactRoles < $Threshold.contacts"


@pytest.mark.parametrize(
    ("when", "asks"),
    [
        (f"AND(NOT(IsClosed), {LIMITS})", True),
        (f"AND(IsWon, {LIMITS})", False),
        (f'AND(ISPICKVAL(StageName, "Closed Won"), {LIMITS})', False),
        (f'AND(OR(IsWon, ISPICKVAL(StageName, "Prospecting")), {LIMITS})', True),
    ],
)
def test_what_open_deals_lack_is_not_for_a_workflow_on_closed_ones(
    written: Callable[[str], Workflow], when: str, *, asks: bool
) -> None:
    assert bool(needed(an_org(workflows=(written(when),)))) is asks


def test_a_deal_without_next_step_is_told_from_the_stage_on_that_asks_for_one() -> None:
    told = {
        "SELECT Id": [deal("Needs Analysis", NextStep=None)],
        "NextStep = null": 4,
        "COUNT()": 30,
    }
    found = held(STEPS, asking(), told)
    [one] = found.findings
    assert (one.count, one.of, one.values) == (4, 30, ("Needs Analysis",))
    assert "'Qualification'" not in one.queries[0]
    assert found.measures[0].scores


def test_where_no_stage_asks_for_a_next_step_it_is_a_figure_that_scores_nothing() -> None:
    found = held(STEPS, an_org(), {"NextStep = null": 20, "COUNT()": 30})
    assert found.findings == ()
    assert (found.measures[0].part, found.measures[0].scores) == (10, False)


def test_the_condition_names_each_field_with_the_stages_that_ask_for_it() -> None:
    text = lacking(asking(), "NextStep")
    assert "NextStep = null" in text
    assert "LeadSource" not in text


@pytest.mark.parametrize("check", [FILL, STEPS])
def test_what_the_org_does_not_tell_is_said_and_no_figure_made_of_it(check: Any) -> None:
    for ground in (without(asking(), "Opportunity"), asking()):
        found = held(check, ground, {"SELECT": "insufficient access"})
        assert (found.findings, found.measures) == ((), ())
        assert found.unseen[0].object == "Opportunity"


def test_a_field_that_is_asked_for_and_not_shown_is_said() -> None:
    ground = without(asking(), "Opportunity", "LeadSource")
    found = held(FILL, ground, {"COUNT(Id)": [counts(ground, "Needs Analysis", 2)], "SELECT Id": []})
    assert [one.field for one in found.unseen] == ["LeadSource"]
