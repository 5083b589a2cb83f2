"""An audit of what an org's own automations do: read over HTTP from an org that a definition file has made."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from upbeat import operations
from upbeat.foundation import Audit, Finding, Status
from upbeat.localorg.definition_file import apply, load
from upbeat.testing import House

ORG = """\
objects:
  Opportunity:
    validation_rules:
      Plan_Known:
        when: |
          AND(ISPICKVAL(StageName, "Qualification"), ISBLANK(NextStep))
        message: What comes next?
      Old_Stage:
        when: |
          AND(ISPICKVAL(StageName, "Negotation"), ISBLANK(Amount))
        message: What is it worth?
      No_Gone:
        when: |
          ISPICKVAL(Type, "Gone")
        message: It is not gone.
flows:
  Count_Pushes:
    trigger: RecordBeforeSave
    object: Opportunity
    record_trigger: Update
    when: |
      {!$Record.CloseDate} > {!$Record__Prior.CloseDate}
    sets: [Push_Count__c]
    description: Counts pushes. Priya Shah answers for it.
  Say_Gone:
    trigger: RecordAfterSave
    object: Opportunity
    record_trigger: Create
    sets: {Type: Gone}
  Route: {trigger: RecordAfterSave, object: Lead, record_trigger: Create, sets: [OwnerId]}
  By_Hand: {type: Flow}
automations:
  Rate: {kind: WorkflowRule, object: Opportunity, sets: {Push_Count__c: '0'}, description: Priya Shah}
  Cases: {kind: ApexTrigger, object: Case, on: [before insert], body: 'trigger Cases on Case (before insert) {}'}
"""
FIELDS = """\
owner: priya.shah@acme.example
methodology:
  name: MEDDIC
  elements: {metrics: Opportunity.Metrics__c, champion: Opportunity.Nobody__c}
stages:
  Prospecting: {exit: [NextStep], why: A deal that goes on has a plan.}
  Qualification: {exit: [Amount], why: A deal that goes on has a size.}
push_count: Push_Count__c
"""
TOOLS = "automations: {By_Hand: priya.shah@acme.example}\n"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    files = {"fields.yaml": FIELDS, "tools.yaml": TOOLS}
    with House(only=["route-inbound-leads"], files=files) as one:
        account = one.create("Account", Name="Brook Instruments")
        closes = (one.clock.now() + timedelta(days=90)).date().isoformat()
        deal = {"AccountId": account, "StageName": "Qualification", "CloseDate": closes, "Amount": 9_000}
        one.create("Opportunity", Name="Brook", **deal)
        one.create("Opportunity", Name="Brook, planned", NextStep="Meet the buyer", **deal)
        (one.folder / "org.yaml").write_text(ORG)
        apply(one.org, load([one.folder / "org.yaml"]))
        yield one


@pytest.fixture(scope="module")
def audit(house: House) -> Audit:
    return operations.audit(house.space.house, operations.plan_audit(house.space.house))


def findings(audit: Audit, check: str) -> dict[str, Finding]:
    return {one.key.partition(":")[2]: one for one in audit.findings if one.check == check}


def test_what_is_in_each_others_way_is_found_and_nothing_else(audit: Audit) -> None:
    assert set(findings(audit, "automation-conflicts")) == {
        "Opportunity.Push_Count__c",
        "Opportunity.No_Gone:Say_Gone",
        "Lead.OwnerId:upbeat",
    }


def test_stage_exits_are_found_missing_and_the_deals_that_stand_against_a_rule_named(audit: Audit) -> None:
    found = findings(audit, "stage-exits")
    assert set(found) == {
        "Opportunity.Amount:Qualification",
        "Opportunity.Old_Stage:Negotation",
        "Opportunity.Plan_Known:standing",
    }
    assert [one.name for one in found["Opportunity.Plan_Known:standing"].records] == ["Brook"]


def test_the_methodology_and_its_owners_are_held_against_the_org(audit: Audit) -> None:
    assert set(findings(audit, "methodology")) == {"Opportunity.Nobody__c", "lacking"}
    assert set(findings(audit, "required-fields")) == {"Opportunity.Metrics__c"}
    [nobody] = findings(audit, "automation-owners").values()
    assert {one.name for one in nobody.records} == {"Say_Gone", "Route", "Cases"}


def test_the_map_has_each_automation_at_its_moment(audit: Audit) -> None:
    [table] = [one for one in audit.exhibits if one.key == "automation-map"]
    moments = {row[3]: row[1] for row in table.rows}
    assert moments["Count_Pushes"] == "3 flows before the save"
    assert moments["Plan_Known"] == "5 validation rules"
    assert moments["Rate"] == "11 workflow rules"
    assert moments["By_Hand"] == "not by a save"
    [elsewhere] = [one for one in audit.exhibits if one.key == "automations-elsewhere"]
    assert [tuple(row) for row in elsewhere.rows] == [("Case", "Apex trigger", 1, "Cases")]


def test_who_may_not_see_the_set_up_is_told_what_is_not_known(house: House) -> None:
    [reading] = house.query("SELECT Id FROM PermissionSet WHERE Name = 'Upbeat_Reading'")
    house.update("PermissionSet", reading["Id"], PermissionsViewSetup=False)
    blind = operations.audit(house.space.house, operations.plan_audit(house.space.house, fresh=True))
    by_key = {one.key: one for one in blind.items}
    for key in ("stage-exits", "automation-owners"):
        assert by_key[key].status is Status.UNKNOWN
        assert "insufficient access" in by_key[key].says
    for check in ("automation-conflicts", "stage-exits", "required-fields", "automation-owners"):
        assert findings(blind, check) == {}
