"""A conflict is told only where it is certain; what merely stands side by side is shown on the map."""

import pytest
from tests.unit.foundation.automated import Automated, flow
from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import Found
from upbeat.foundation.automation import CONFLICTS

BEFORE = "RecordBeforeSave"


def look(org: Automated) -> Found:
    return held(CONFLICTS, an_org(), org.told())


def said(org: Automated) -> list[str]:
    return [one.says for one in look(org).findings]


def test_two_automations_that_set_one_field_on_one_event_are_a_conflict() -> None:
    org = Automated(
        flows={"Rate": flow(BEFORE, sets={"Type": "New"})},
        workflow_rules={"Rate_Again": {"actions": [{"name": "Set_Type", "type": "FieldUpdate"}]}},
        updates={"Set_Type": {"field": "Type", "operation": "Literal", "literalValue": "Old"}},
    )
    [one] = look(org).findings
    assert one.says == (
        "flow Rate and workflow rule Rate_Again both set Opportunity.Type when a record is updated: the value of "
        "workflow rule Rate_Again stays, for it runs last."
    )
    assert (one.key, one.count, one.of) == ("automation-conflicts:Opportunity.Type", 2, 2)
    assert [each.name for each in one.records] == ["Rate", "Rate_Again"]


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        pytest.param(flow(sets={"Type": "A"}), flow(sets={"Type": "B"}), "not certain", id="no order"),
        pytest.param(flow(sets={"Type": None}), flow(sets={"Type": None}), "not certain", id="worked out"),
        pytest.param(flow(BEFORE, sets={"Type": "A"}), flow(sets={"Type": "B"}), "stays", id="before and after"),
    ],
)
def test_which_value_stays_is_said_where_it_is_certain(first: object, second: object, stays: str) -> None:
    [one] = said(Automated(flows={"A": first, "B": second}))  # type: ignore[dict-item]
    assert stays in one


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(flow(sets={"Type": "A"}), flow(sets={"Type": "A"}), id="the same value"),
        pytest.param(flow(sets={"Type": "A"}), flow(sets={"NextStep": "B"}), id="other fields"),
        pytest.param(flow(sets={"Type": "A"}), flow(to="Create", sets={"Type": "B"}), id="other events"),
        pytest.param(
            flow(sets={"Type": "A"}), flow(on="Lead", updates={"Opportunity": {"Type": "B"}}), id="other saves"
        ),
        pytest.param(
            flow(sets={"Type": "A"}, when='ISPICKVAL({!$Record.StageName}, "Qualification")'),
            flow(sets={"Type": "B"}, when='ISPICKVAL({!$Record.StageName}, "Prospecting")'),
            id="conditions that exclude each other",
        ),
        pytest.param(
            flow(sets={"Type": "A"}, when="{!$Record.IsPrivate}"),
            flow(sets={"Type": "B"}, when="NOT({!$Record.IsPrivate})"),
            id="yes and no",
        ),
        pytest.param(
            flow(sets={"Type": "A"}, when="{!$Record.Amount} >= 100"),
            flow(sets={"Type": "B"}, when="{!$Record.Amount} < 100"),
            id="numbers that exclude each other",
        ),
        pytest.param(
            flow(sets={"Type": "A"}, when="{!$Record.Amount} > 50000"),
            flow(sets={"Type": "B"}, when="NOT({!$Record.Amount} > 50000)"),
            id="one is not the other",
        ),
    ],
)
def test_what_only_stands_side_by_side_is_no_conflict(first: object, second: object) -> None:
    org = Automated(flows={"A": first, "B": second})  # type: ignore[dict-item]
    found = look(org)
    assert found.findings == ()
    assert [len(one.rows) for one in found.exhibits if one.key == "automation-map"] == [2]


def test_a_rule_that_refuses_what_a_flow_always_sets_is_told() -> None:
    rule = 'AND(ISPICKVAL(Type, "Gone"), ISPICKVAL(StageName, "Prospecting"))'
    sets = flow(sets={"Type": "Gone"}, when='ISPICKVAL({!$Record.StageName}, "Prospecting")')
    [one] = said(Automated(rules={"No_Gone": rule}, flows={"F": sets}))
    assert "No_Gone on Opportunity refuses that" in one


@pytest.mark.parametrize(
    ("rule", "when"),
    [
        pytest.param('AND(ISPICKVAL(Type, "Gone"), ISBLANK(Amount))', "", id="it depends on another field"),
        pytest.param('ISPICKVAL(Type, "Gone") && $User.IsActive', "", id="it depends on who saves"),
        pytest.param('ISPICKVAL(Type, "Other")', "", id="it is about another value"),
        pytest.param("TRUE", "", id="it refuses everything"),
    ],
)
def test_a_rule_that_may_let_it_pass_is_not_told(rule: str, when: str) -> None:
    assert said(Automated(rules={"R": rule}, flows={"F": flow(sets={"Type": "Gone"}, when=when)})) == []


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        pytest.param("ISBLANK(Amount)", "NOT(ISBLANK(Amount))", "each save.", id="on every save"),
        pytest.param(
            'AND(ISPICKVAL(StageName, "Prospecting"), NOT(ISNULL(Amount)))',
            "ISBLANK(Amount)",
            "each save in Prospecting.",
            id="in a stage",
        ),
        pytest.param(
            "AND(IsWon, Amount < 5)", "OR(ISBLANK(Amount), Amount >= 5)", "each save in Closed Won.", id="won"
        ),
    ],
)
def test_rules_that_no_record_can_both_meet_contradict_each_other(one: str, other: str, where: str) -> None:
    [found] = look(Automated(rules={"A": one, "B": other})).findings
    assert found.says == (
        "The validation rules A and B on Opportunity contradict each other: whatever Amount holds, one of them refuses "
        f"{where}"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("ISBLANK(Amount)", "AND(IsClosed, Amount > 5)", id="a smaller amount passes"),
        pytest.param("ISBLANK(Amount)", "AND(NOT($Permission.Skip), NOT(ISBLANK(Amount)))", id="who may skip it"),
        pytest.param("ISBLANK(Amount)", "AND(ISCHANGED(Amount), NOT(ISBLANK(Amount)))", id="if it is left alone"),
        pytest.param("IsClosed", "AND(IsClosed, ISBLANK(Amount))", id="one closes the stage alone"),
        pytest.param("Amount > 5", "Amount <= 5", id="blank, and read as no number"),
        pytest.param(
            'AND(ISPICKVAL(StageName, "Prospecting"), ISBLANK(Amount))',
            'AND(ISPICKVAL(StageName, "Qualification"), NOT(ISBLANK(Amount)))',
            id="in another stage",
        ),
    ],
)
def test_rules_that_some_record_meets_do_not(one: str, other: str) -> None:
    assert said(Automated(rules={"A": one, "B": other})) == []


def test_what_a_workflow_rule_sets_is_not_held_against_rules_that_ran_before() -> None:
    org = Automated(
        rules={"R": 'ISPICKVAL(Type, "Gone")'},
        workflow_rules={"W": {"actions": [{"name": "S", "type": "FieldUpdate"}]}},
        updates={"S": {"field": "Type", "operation": "Literal", "literalValue": "Gone"}},
    )
    assert said(org) == []


def test_a_stage_that_the_org_does_not_have_is_no_value_to_set() -> None:
    [one] = said(Automated(flows={"F": flow(sets={"StageName": "Negotation"})}))
    assert one == "flow F sets Opportunity.StageName to Negotation, which is no active value of it."


def test_a_flow_that_waits_for_a_stage_that_there_is_not_is_told() -> None:
    [one] = look(Automated(flows={"F": flow(when='ISPICKVAL({!$Record.StageName}, "Negotation/Review")')})).findings
    assert one.corrections == (("Negotation/Review", "Negotiation/Review"),)


def test_flows_that_start_each_other_are_a_circle() -> None:
    there = flow(updates={"Account": {"Rating": None}}, when="ISCHANGED({!$Record.Amount})")
    back = flow(on="Account", updates={"Opportunity": {"Amount": None}}, when="ISCHANGED({!$Record.Rating})")
    [one] = said(Automated(flows={"There": there, "Back": back}))
    assert one.startswith("flow There on Opportunity starts flow Back on Account starts flow There on Opportunity")


def test_flows_that_need_not_start_each_other_are_none() -> None:
    there = flow(updates={"Account": {"Rating": None}}, when="ISCHANGED({!$Record.Amount})")
    back = flow(on="Account", updates={"Opportunity": {"Amount": None}}, when="ISCHANGED({!$Record.Industry})")
    assert said(Automated(flows={"There": there, "Back": back})) == []


def test_what_fires_when_a_field_changes_is_one_table() -> None:
    org = Automated(rules={"R": "ISBLANK(NextStep)"}, flows={"F": flow(sets={"Type": "A"}, when="ISCHANGED(NextStep)")})
    [table] = [one for one in look(org).exhibits if one.key == "fires-when"]
    assert [tuple(row) for row in table.rows] == [
        ("Opportunity.NextStep", "validation rule R", "validation rules", "every save", ""),
        ("Opportunity.NextStep", "flow F", "flows after the save", "after update", "Type = A"),
    ]


def test_a_user_who_may_not_see_the_set_up_is_told_so_kind_by_kind() -> None:
    found = held(CONFLICTS, an_org(), {"FROM": "insufficient access rights on object id"})
    assert (found.findings, found.measures, found.exhibits) == ((), (), ())
    assert {one.object for one in found.unseen} == {
        "validation rules", "flows", "Apex triggers", "workflow rules", "assignment rules", "duplicate rules",
    }  # fmt: skip
