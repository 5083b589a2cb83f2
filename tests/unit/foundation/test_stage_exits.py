"""Stage exits: what must be known, held against what active validation rules ask for on each move of a deal."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.automated import Automated, flow
from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import Found, Ground
from upbeat.foundation.automation import REQUIRED_FIELDS, STAGE_EXITS
from upbeat.schema import Field, FieldType, RecordType, standard
from upbeat.workflows import FieldMap

EARLY, NEXT, LATE = "Prospecting", "Qualification", "Negotiation/Review"
NONE: Mapping[str, Any] = {"COUNT() FROM Opportunity": 0}


def ground(fields: Mapping[str, Any] | None = None, **custom: str) -> Ground:
    """Give an org with custom fields of Opportunity, and what fields.yaml says."""
    deal = standard().object("Opportunity")
    made = {name: Field(name=name, type=FieldType(kind)) for name, kind in custom.items()}
    schema = standard().with_objects([replace(deal, fields={**deal.fields, **made})])
    return an_org(schema=schema, fields=FieldMap.model_validate(fields or {}))


def asks(stage: str, *fields: str) -> dict[str, Any]:
    return {"stages": {stage: {"exit": list(fields), "why": "So it was agreed."}}}


def look(rules: Mapping[str, str], on: Ground, **more: Any) -> Found:
    return held(STAGE_EXITS, on, Automated(rules=rules).told(**{**NONE, **more}))


def keys(found: Found) -> list[str]:
    return [one.key.partition(":")[2] for one in found.findings]


ENFORCED = [
    pytest.param(f'AND(ISPICKVAL(StageName, "{NEXT}"), ISBLANK(NextStep))', id="at the next stage"),
    pytest.param(f'AND(NOT(ISPICKVAL(StageName, "{EARLY}")), ISBLANK(NextStep))', id="everywhere else"),
    pytest.param(f'TEXT(PRIORVALUE(StageName)) = "{EARLY}" && ISBLANK(NextStep)', id="on leaving"),
    pytest.param(f'AND(CASE(StageName, "{EARLY}", 1, 2) > 1, LEN(NextStep) = 0)', id="stages as numbers"),
    pytest.param("AND(NOT(ISNEW()), ISCHANGED(StageName), ISBLANK(NextStep))", id="on any move"),
    pytest.param(f'AND(TEXT(StageName) = "{NEXT}", NOT($Permission.Skip), NextStep = "")', id="with a way past it"),
]  # fmt: skip


@pytest.mark.parametrize("rule", ENFORCED)
def test_a_rule_enforces_an_exit_however_it_is_written(rule: str) -> None:
    found = look({"Plan": rule}, ground(asks(EARLY, "NextStep")))
    assert [one.says for one in found.findings] == []
    assert found.measures[0].percent == 100


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param('AND(ISPICKVAL(StageName, "Closed Won"), ISBLANK(NextStep))', id="only at the end"),
        pytest.param(f'AND(ISPICKVAL(StageName, "{NEXT}"), ISBLANK(Description))', id="another field"),
        pytest.param(f'AND(ISPICKVAL(StageName, "{EARLY}"), ISBLANK(NextStep), ISNEW())', id="of new deals"),
    ],
)
def test_an_exit_that_no_rule_asks_for_on_the_way_on_is_missing(rule: str) -> None:
    found = look({"Plan": rule}, ground(asks(EARLY, "NextStep")))
    assert keys(found) == [f"Opportunity.NextStep:{EARLY}"]
    assert found.measures[0].percent == 0


def two_kinds(of: Ground) -> Ground:
    """Give the org two record types of deals, the second without the stage after the first one."""
    deal = of.schema.object("Opportunity")
    kinds = (RecordType(name="New", id="012000000000001AAA"), RecordType(name="Renewal", id="012000000000002AAA"))
    return replace(of, schema=of.schema.with_objects([replace(deal, record_types=kinds)]))


def test_what_is_asked_on_leaving_a_stage_is_not_asked_of_a_deal_that_is_made() -> None:
    leaving = f'AND(ISCHANGED(StageName), ISPICKVAL(PRIORVALUE(StageName), "{EARLY}"), ISBLANK(NextStep))'
    [table] = look({"Leaving": leaving}, ground()).exhibits
    assert [row[0] for row in table.rows] == [NEXT]


def test_each_record_type_has_a_way_of_its_own_through_the_stages() -> None:
    on, stages = two_kinds(ground(asks(EARLY, "NextStep"))), [one.name for one in standard().stages]
    kinds = {
        "Opportunity/012000000000001AAA": [{"field": "StageName", "values": stages}],
        "Opportunity/012000000000002AAA": [{"field": "StageName", "values": [EARLY, LATE, "Closed Won"]}],
    }
    rule = f'AND(ISPICKVAL(StageName, "{NEXT}"), ISBLANK(NextStep))'
    [one] = look({"Plan": rule}, on, **kinds).findings
    assert one.says.endswith(f"no active rule asks for it on the way to {LATE}.")
    both = f'AND(ISPICKVAL(StageName, "{NEXT}") || ISPICKVAL(StageName, "{LATE}"), ISBLANK(NextStep))'
    assert keys(look({"Plan": both}, on, **kinds)) == []
    unseen = dict.fromkeys(kinds, "no access")
    assert keys(look({"Plan": rule}, on, **unseen)) == []


def test_a_rule_that_refuses_what_must_be_known_contradicts_it() -> None:
    rule = f'AND(ISPICKVAL(StageName, "{NEXT}"), NOT(ISBLANK(NextStep)))'
    found = look({"Upside_Down": rule}, ground(asks(EARLY, "NextStep")))
    assert keys(found) == [f"Opportunity.NextStep:{EARLY}", "Opportunity.NextStep:Upside_Down"]


def test_a_field_that_no_deal_can_be_without_needs_no_rule() -> None:
    assert keys(look({}, ground(asks(EARLY, "CloseDate")))) == []


@pytest.mark.parametrize(
    ("stage", "key"),
    [
        ("Qualifikation", ["fields.yaml:Qualifikation"]),
        ("Closed Won", []),
    ],
)
def test_a_stage_of_the_file_that_the_org_does_not_have_is_told(stage: str, key: list[str]) -> None:
    assert keys(look({}, ground(asks(stage, "NextStep")))) == key


def test_without_a_file_late_stages_must_be_guarded() -> None:
    [one] = look({}, ground()).findings
    assert one.says == (
        "No active validation rule tests the stage of a deal: no field is asked for on the way to Negotiation/Review "
        "and Closed Won."
    )


def test_a_rule_that_is_so_of_every_stage_guards_none() -> None:
    found = look({"Not_Past": "AND(NOT(IsClosed), CloseDate < TODAY())"}, ground())
    assert keys(found) == ["Opportunity.StageName:late"]


def test_a_field_that_is_asked_of_every_deal_is_asked_for_on_the_way_to_late_stages() -> None:
    found = look({"Amount_Known": "ISBLANK(Amount)"}, ground(), **{"COUNT() FROM Opportunity": 0})
    assert (keys(found), found.measures[0].percent) == ([], 100)


def test_only_what_may_refuse_a_move_is_worth_a_look_where_no_rule_guards_it() -> None:
    flows = {
        "Fill_Source": flow("RecordBeforeSave", to="Create", sets={"LeadSource": "Web"}),
        "Rate": flow("RecordBeforeSave", sets={"Type": "New"}),
        "Refuse": flow("RecordBeforeSave", customErrors=[{"name": "No_Plan"}]),
    }
    [one] = held(STAGE_EXITS, ground(), Automated(flows=flows).told()).findings
    assert one.fix.endswith("See first whether flow Refuse refuses such a save.")


def test_without_a_deal_and_a_word_in_the_file_there_is_nothing_to_guard() -> None:
    for check in (STAGE_EXITS, REQUIRED_FIELDS):
        found = held(check, replace(ground(), records={"Opportunity": 0}), Automated().told())
        assert (found.findings, [one.of for one in found.measures]) == ((), [0])


def test_guarded_late_stages_are_as_they_should_be() -> None:
    rules = {
        "Commit": f'AND(ISPICKVAL(StageName, "{LATE}"), ISBLANK(NextStep))',
        "Won": "AND(IsWon, ISBLANK(Amount))",
    }
    found = look(rules, ground())
    assert (keys(found), found.measures[0].percent) == ([], 100)
    [table] = found.exhibits
    assert [tuple(row) for row in table.rows] == [
        (LATE, "NextStep filled", "", "Commit"),
        ("Closed Won", "Amount filled", "", "Won"),
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Negotation/Review", LATE), ("closed won", "Closed Won")],
    ids=["misspelt", "in other capitals"],
)
def test_a_rule_that_names_a_stage_that_there_is_not_is_told_with_the_one_that_is_meant(name: str, meant: str) -> None:
    rule = f'AND(ISPICKVAL(StageName, "{name}"), ISBLANK(NextStep))'
    [one] = [each for each in look({"Odd": rule}, ground()).findings if "Odd" in each.key]
    assert one.corrections == ((name, meant),)
    assert "guards no deal" in one.says


def test_deals_that_stand_against_an_active_rule_are_counted_and_named() -> None:
    deal = {"Id": "006000000000001AAA", "Name": "Brook", "StageName": LATE, "NextStep": None}
    rule = f'AND(ISCHANGED(StageName), ISPICKVAL(StageName, "{LATE}"), ISBLANK(NextStep))'
    counts = {"COUNT() FROM Opportunity WHERE IsClosed = FALSE AND": 1, "SELECT Id, Name, StageName": [deal]}
    told = {**counts, "COUNT() FROM Opportunity": 40}
    found = held(STAGE_EXITS, ground(), {**told, **Automated(rules={"Plan": rule}).told()})
    [one] = [each for each in found.findings if each.key.endswith("Plan:standing")]
    assert (one.count, one.of, one.records[0].name) == (1, 40, "Brook")
    assert "StageName = 'Negotiation/Review'" in one.queries[0]
    assert "NextStep = null" in one.queries[0].replace("NULL", "null")


def test_deals_that_a_rule_of_every_save_would_refuse_are_counted_and_named() -> None:
    deal = {"Id": "006000000000001AAA", "Name": "Brook", "StageName": EARLY, "Amount": None}
    counts = {"COUNT() FROM Opportunity WHERE IsClosed = false AND": 1, "SELECT Id, Name, StageName": [deal]}
    told = {**counts, "COUNT() FROM Opportunity": 40}
    found = held(STAGE_EXITS, ground(), {**told, **Automated(rules={"Known": "ISBLANK(Amount)"}).told()})
    [one] = [each for each in found.findings if each.key.endswith("Known:standing")]
    assert one.says == (
        "1 open deal stands against Known, a rule of any stage: it was there before the rule, or came past it."
    )
    assert "Amount = null" in one.queries[0].replace("NULL", "null")


def test_no_deal_is_counted_against_a_rule_of_every_move() -> None:
    found = held(STAGE_EXITS, ground(), Automated(rules={"R": "AND(ISCHANGED(StageName), ISBLANK(Amount))"}).told())
    assert not [each for each in found.findings if each.key.endswith(":standing")]


@pytest.mark.parametrize(
    "more",
    ["$Permission.Skip", "ISCHANGED(Amount)", "CloseDate < TODAY()", "VLOOKUP(a, b, c)", 'PRIORVALUE(NextStep) = "x"'],
)
def test_no_deal_is_counted_against_a_rule_that_a_record_alone_does_not_decide(more: str) -> None:
    rule = f'AND(ISPICKVAL(StageName, "{LATE}"), ISBLANK(NextStep), {more})'
    found = held(STAGE_EXITS, ground(), Automated(rules={"Plan": rule}).told())
    assert not [each for each in found.findings if each.key.endswith(":standing")]


def test_a_rule_that_cannot_be_read_is_named_and_nothing_is_concluded_of_it() -> None:
    found = look({"Broken": "AND(ISPICKVAL("}, ground(asks(EARLY, "CloseDate")))
    assert [(one.object, one.field) for one in found.unseen] == [("validation rule", "Broken")]


def test_without_the_rules_nothing_is_said_of_stages() -> None:
    for check in (STAGE_EXITS, REQUIRED_FIELDS):
        found = held(check, ground(asks(EARLY, "NextStep")), {"FROM": "no access"})
        assert (found.findings, found.measures) == ((), ())
        assert found.unseen[0].why == "no access"


def need(rules: Mapping[str, str], on: Ground, **made: Any) -> Found:
    return held(REQUIRED_FIELDS, on, Automated(rules=rules, **made).told())


MEDDIC = {"methodology": {"name": "MEDDIC", "elements": {"champion": "Opportunity.Champion__c"}}}
BOTH = {"A": "AND(IsWon, ISBLANK(Champion__c))", "B": "AND(IsWon, ISBLANK(NextStep))"}


def test_key_fields_that_a_rule_asks_for_at_some_stage_are_as_they_should_be() -> None:
    found = need(BOTH, ground(MEDDIC, Champion__c="string"))
    assert (keys(found), found.measures[0].percent) == ([], 100)


def test_a_key_field_that_no_rule_asks_for_is_named() -> None:
    found = need({"B": BOTH["B"]}, ground(MEDDIC, Champion__c="string"))
    assert (keys(found), found.measures[0].percent) == (["Opportunity.Champion__c"], 50)


REASON = {"methodology": {"name": "MEDDIC", "elements": {"reason": "Opportunity.Reason__c"}}, "next_step": "NextStep"}
LOST = {"Lost": 'AND(ISPICKVAL(StageName, "Closed Lost"), ISBLANK(Reason__c))', "B": BOTH["B"]}


def test_a_field_that_is_asked_for_at_a_loss_alone_is_said_to_lack_on_the_way_to_a_win() -> None:
    [one] = need(LOST, ground(REASON, Reason__c="string")).findings
    assert one.says == (
        "No active validation rule asks for Reason__c on the way to a win: a deal is won without it. "
        "Lost asks for it on the way to Closed Lost alone."
    )


def test_a_field_that_the_file_wants_at_a_loss_is_asked_for_at_the_right_stage() -> None:
    found = need(LOST, ground({**REASON, **asks("Closed Lost", "Reason__c")}, Reason__c="string"))
    assert (keys(found), found.measures[0].percent) == ([], 100)


def test_what_is_said_of_a_stage_is_told_there_and_not_twice() -> None:
    found = need({"B": BOTH["B"]}, ground({**MEDDIC, **asks(EARLY, "Champion__c")}, Champion__c="string"))
    assert (keys(found), found.measures[0].percent) == ([], 50)


def test_a_push_counter_that_nothing_counts_is_told() -> None:
    on = ground({"push_count": "Push_Count__c"}, Push_Count__c="double")
    assert keys(need({"B": BOTH["B"]}, on)) == ["Opportunity.Push_Count__c:counter"]
    counts = {"Count": flow(sets={"Push_Count__c": None})}
    assert keys(need({"B": BOTH["B"]}, on, flows=counts)) == []
