"""An admin's work: fields, objects, stages. It outlives the process."""

from pathlib import Path

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, ValidationRule, custom_object
from upbeat.schema import Field, FieldType, SchemaError, Stage, parse, render

RISK = Field(name="Risk_Flag__c", type=FieldType.PICKLIST, history=True)


def test_a_new_field_is_written_queried_and_tracked(org: LocalOrg, ana: str) -> None:
    org.define(fields={"Opportunity": [RISK]})
    row = {"Name": "Northwind", "StageName": "Qualification", "CloseDate": "2026-03-31"}
    (deal,) = org.create("Opportunity", [row], ana)
    org.update("Opportunity", [{"Id": deal.id, "Risk_Flag__c": "Stalled"}], ana)
    (history,) = org.query("SELECT NewValue FROM OpportunityFieldHistory WHERE Field = 'Risk_Flag__c'", ana)
    assert history["NewValue"] == "Stalled"


def test_a_new_field_has_what_salesforce_gives_it(org: LocalOrg) -> None:
    org.define(fields={"Lead": [RISK]})
    field = org.schema.field("Lead", "Risk_Flag__c")
    assert (field.label, field.length, field.custom) == ("Risk Flag", 255, True)


def test_a_new_field_of_an_old_record_is_blank(org: LocalOrg, ana: str) -> None:
    (lead,) = org.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], ana)
    org.define(fields={"Lead": [RISK, Field(name="Checked__c", type=FieldType.BOOLEAN)]})
    record = org.record("Lead", lead.id)
    assert (record["Risk_Flag__c"], record["Checked__c"]) == (None, False)


def test_a_custom_object_and_its_lookup_can_be_followed_both_ways(org: LocalOrg, ana: str) -> None:
    lookup = Field(name="Account__c", type=FieldType.REFERENCE, reference_to=("Account",))
    org.define(objects=[custom_object("Plan__c", "Plan", "a00", [lookup])])
    (account,) = org.create("Account", [{"Name": "Northwind"}], ana)
    org.create("Plan__c", [{"Name": "Grow", "Account__c": account.id}], ana)
    (down,) = org.query("SELECT (SELECT Name FROM Plans__r) FROM Account", ana)
    (up,) = org.query("SELECT Account__r.Name FROM Plan__c", ana)
    assert (down["Plans__r"]["totalSize"], up["Account__r"]["Name"]) == (1, "Northwind")


def test_two_lookups_to_one_parent_have_names_of_their_own(org: LocalOrg) -> None:
    lookups = [Field(name=name, type=FieldType.REFERENCE, reference_to=("User",)) for name in ("Coach__c", "Buddy__c")]
    org.define(fields={"Lead": lookups})
    names = {one.name for one in org.schema.object("User").children if one.object == "Lead"}
    assert names == {"Leads__r", "Lead_Buddys__r"}


def test_a_defined_field_stands_in_describe(org: LocalOrg) -> None:
    org.define(fields={"Lead": [RISK]})
    described = parse([render(org.schema.object("Lead"), org.schema)])
    assert described.field("Lead", "Risk_Flag__c").type is FieldType.PICKLIST


def test_a_field_of_no_object_is_refused(org: LocalOrg) -> None:
    with pytest.raises(SchemaError, match="Did you mean Lead"):
        org.define(fields={"Leed": [RISK]})


def test_new_stages_stand_in_the_picklist_and_in_opportunity_stage(org: LocalOrg, ana: str) -> None:
    org.define(stages=[Stage("Talk", 1, "Pipeline", probability=10), Stage("Won", 2, "Closed", closed=True, won=True)])
    rows = org.query("SELECT ApiName, IsWon FROM OpportunityStage ORDER BY SortOrder", ana)
    values = [one.value for one in org.schema.field("Opportunity", "StageName").picklist]
    assert ([(row["ApiName"], row["IsWon"]) for row in rows], values) == (
        [("Talk", False), ("Won", True)],
        ["Talk", "Won"],
    )


def test_people_and_queues_are_made_once(org: LocalOrg, ana: str) -> None:
    assert org.user("ana.diaz@acme.example", last_name="Diaz") == ana
    first = org.queue("New Leads", objects=["Lead"], members=[ana])
    assert org.queue("New Leads", objects=["Lead"]) == first


def test_everything_outlives_the_process(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "acme.org"
    org = LocalOrg(path, clock=clock, name="Acme", time_zone="Europe/London")
    ana = org.user("ana.diaz@acme.example", last_name="Diaz")
    org.client_credentials("client", "secret", "ana.diaz@acme.example")
    rule = ValidationRule("Lead", "Never", "TRUE", "No.")
    org.define(fields={"Lead": [RISK]}, rules=[rule], stages=[Stage("Talk", 1, "Pipeline")])
    org.create("Account", [{"Name": "Northwind"}], ana)
    before = (org.id, org.schema)
    org.close()

    again = LocalOrg(path, clock=clock)
    (lead,) = again.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], ana)
    app = again.access.apps.find("client")
    assert (again.id, again.schema) == before
    assert lead.errors[0].message == "No."
    assert app is not None
    assert (app.run_as, again.access.apps.holds("client", "secret")) == ("ana.diaz@acme.example", True)
    assert [one["Name"] for one in again.query("SELECT Name FROM Account", ana)] == ["Northwind"]
    again.close()
