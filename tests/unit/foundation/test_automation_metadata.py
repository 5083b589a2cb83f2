"""What an automation does is read from what Salesforce's metadata says of it."""

from typing import Any

import pytest
from tests.unit.foundation.automated import flow

from upbeat.foundation.automation import Automation, Kind, Moment, Setting
from upbeat.foundation.automation.flows import of_flow
from upbeat.foundation.automation.rules import of_trigger, of_validation, of_workflow_rule


def blank(kind: Kind, target: str = "Opportunity") -> Automation:
    return Automation(kind, "One", target, (Moment.NOT_OF_A_SAVE,))


@pytest.mark.parametrize(
    ("start", "when", "whole"),
    [
        pytest.param({}, "", True, id="every save"),
        pytest.param(
            {"filters": [{"field": "StageName", "operator": "EqualTo", "value": {"stringValue": 'A "b"'}}]},
            'StageName = "A \\"b\\""', True, id="one filter",
        ),
        pytest.param(
            {
                "filterLogic": "or",
                "filters": [
                    {"field": "Amount", "operator": "GreaterThan", "value": {"numberValue": 5}},
                    {"field": "OwnerId", "operator": "IsChanged", "value": {"booleanValue": True}},
                ],
            },
            "OR(Amount > 5, ISCHANGED(OwnerId))", True, id="two of which one",
        ),
        pytest.param(
            {
                "filters": [
                    {"field": "Type", "operator": "IsNull", "value": {"booleanValue": True}},
                    {"field": "Name", "operator": "StartsWith", "value": {"stringValue": "x"}},
                ]
            },
            "ISBLANK(Type)", False, id="a filter that is not told",
        ),
        pytest.param({"filterLogic": "1 AND (2 OR 3)", "filters": [{}]}, "", False, id="a logic of its own"),
        pytest.param({"filterFormula": "ISNEW()"}, "ISNEW()", True, id="a formula"),
    ],
)  # fmt: skip
def test_the_entry_condition_of_a_flow_is_told_as_a_formula(start: dict[str, Any], when: str, whole: bool) -> None:
    told = flow()
    found = of_flow(blank(Kind.FLOW), {**told, "start": {**told["start"], **start}}, {})
    assert (found.when, found.whole) == (when, whole)


@pytest.mark.parametrize(
    ("told", "moment", "events"),
    [
        (flow("RecordBeforeSave", to="Create"), Moment.BEFORE_FLOW, "before create"),
        (flow(to="CreateAndUpdate"), Moment.AFTER_FLOW, "after create or update"),
        (
            flow() | {"start": flow()["start"] | {"scheduledPaths": [{"pathType": "AsyncAfterCommit"}]}},
            Moment.AFTER_COMMIT, "after update",
        ),
        (flow("Scheduled"), Moment.NOT_OF_A_SAVE, "a schedule, a person or another automation"),
    ],
    ids=["before", "after", "asynchronous", "scheduled"],
)  # fmt: skip
def test_a_flow_runs_at_its_moment_of_the_save(told: dict[str, Any], moment: Moment, events: str) -> None:
    found = of_flow(blank(Kind.FLOW), told, {})
    assert (found.moments, found.on) == ((moment,), events)


def test_what_a_flow_sets_is_told_of_its_record_and_of_others() -> None:
    told = flow(sets={"NextStep": "Call", "Type": None}) | {
        "variables": [{"name": "parent", "objectType": "Account"}],
        "recordLookups": [{"name": "Get_Contact", "object": "Contact"}],
        "assignments": [
            {
                "assignmentItems": [
                    {"assignToReference": "$Record.Amount", "operator": "Add", "value": {"numberValue": 1}},
                    {"assignToReference": "parent.Rating", "operator": "Assign", "value": {"stringValue": "Hot"}},
                    {"assignToReference": "counter", "operator": "Add", "value": {"numberValue": 1}},
                ]
            }
        ],
    }
    told["recordUpdates"].append(
        {"inputReference": "Get_Contact", "inputAssignments": [{"field": "Title", "value": {"stringValue": "CEO"}}]}
    )
    found = of_flow(blank(Kind.FLOW), told, {})
    assert set(found.sets) == {
        Setting("Opportunity", "NextStep", "Call"), Setting("Opportunity", "Type"), Setting("Opportunity", "Amount"),
        Setting("Account", "Rating", "Hot"), Setting("Contact", "Title", "CEO"),
    }  # fmt: skip


def test_a_process_is_on_the_object_that_its_own_metadata_names() -> None:
    told = {
        "processMetadataValues": [
            {"name": "ObjectType", "value": {"stringValue": "Lead"}},
            {"name": "TriggerType", "value": {"stringValue": "onCreateOnly"}},
        ],
        "recordUpdates": [
            {
                "object": "Lead",
                "inputAssignments": [{"field": "Rating", "value": {"elementReference": "myVariable_current.Score__c"}}],
            }
        ],
    }
    found = of_flow(blank(Kind.PROCESS, ""), told, {"ProcessType": "Workflow"})
    assert (found.object, found.moments, found.on) == ("Lead", (Moment.PROCESS,), "after create")
    assert (found.sets, found.reads) == ((Setting("Lead", "Rating"),), ("Score__c",))


def test_a_workflow_rule_is_told_with_what_its_field_updates_set() -> None:
    told = {
        "triggerType": "onAllChanges",
        "criteriaItems": [
            {"field": "Opportunity.StageName", "operation": "equals", "value": "Won,Lost"},
            {"field": "Opportunity.Amount", "operation": "greaterThan", "value": "5"},
        ],
        "actions": [{"name": "Set", "type": "FieldUpdate"}, {"name": "Mail", "type": "Alert"}],
        "workflowTimeTriggers": [{"actions": [{"name": "Gone", "type": "FieldUpdate"}]}],
    }
    updates = {"Set": {"field": "Type", "operation": "Literal", "literalValue": "New"}}
    found = of_workflow_rule(blank(Kind.WORKFLOW_RULE), told, updates)
    assert found.when == 'AND(OR(StageName = "Won", StageName = "Lost"), Amount > "5")'
    assert found.sets == (Setting("Opportunity", "Type", "New"),)
    assert "Gone" in found.unseen


def test_a_trigger_sets_what_its_own_loop_over_the_records_assigns() -> None:
    body = """/** Owner: Priya Shah */
    trigger T on Opportunity (before update) {
      for (Opportunity o : Trigger.new) { o.Type = 'New'; if (o.Amount == 5) { Other.Name = 'x'; } } // o.Nothing = 1;
    }"""
    row = {"Body": body, "UsageBeforeUpdate": True, "UsageAfterInsert": True}
    found = of_trigger(blank(Kind.TRIGGER), row)
    assert found.sets == (Setting("Opportunity", "Type"),)
    assert {"Type", "Amount"} <= set(found.reads)
    assert "Nothing" not in found.reads
    assert (found.description, found.on) == ("Owner: Priya Shah", "before and after insert or update")
    assert of_trigger(blank(Kind.TRIGGER), {"Body": "(hidden)"}).unseen == "its code is hidden"


def test_a_rule_that_cannot_be_read_says_so_and_its_words_are_kept() -> None:
    found = of_validation(blank(Kind.VALIDATION_RULE), {"errorConditionFormula": "AND(Amount >"})
    assert "could not be read" in found.unseen
    assert "Amount" in found.reads
    assert found.condition() is None
