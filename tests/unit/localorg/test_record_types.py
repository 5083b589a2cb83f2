"""Record types: kinds of an object's records, each with picklist values of its own."""

from typing import Any

import pytest

from upbeat.localorg import LocalOrg, OrgError, ValidationRule
from upbeat.schema import Field, FieldType, PicklistValue, RecordType, parse, render
from upbeat.soql import SoqlError

REGION = Field(
    name="Region__c",
    type=FieldType.PICKLIST,
    restricted=True,
    picklist=(PicklistValue("North", default=True), PicklistValue("South"), PicklistValue("West")),
)
SOUTHERN = RecordType(
    name="Southern", label="Southern Deal", picklists={"Region__c": (PicklistValue("South", default=True),)}
)
PLAIN = RecordType(name="Plain")
DEAL = {"Name": "Northwind", "StageName": "Qualification", "CloseDate": "2026-03-31"}


@pytest.fixture
def org(org: LocalOrg) -> LocalOrg:
    org.define(fields={"Opportunity": [REGION]}, record_types={"Opportunity": [SOUTHERN, PLAIN]})
    return org


def _kind(org: LocalOrg, name: str) -> str:
    found = org.schema.object("Opportunity").record_type(name)
    assert found is not None
    return found.id


def test_an_object_has_a_record_type_id_once_it_has_a_record_type(org: LocalOrg, ana: str) -> None:
    assert org.schema.object("Opportunity").has("RecordTypeId")
    with pytest.raises(SoqlError, match="No such column 'RecordTypeId'"):
        org.query("SELECT RecordTypeId FROM Lead", ana)


def test_record_types_are_rows(org: LocalOrg, ana: str) -> None:
    text = "SELECT Id, Name, DeveloperName, IsActive FROM RecordType WHERE SobjectType = 'Opportunity' ORDER BY Name"
    rows = [{name: row[name] for name in ("Name", "DeveloperName", "IsActive")} for row in org.query(text, ana)]
    assert rows == [
        {"Name": "Plain", "DeveloperName": "Plain", "IsActive": True},
        {"Name": "Southern Deal", "DeveloperName": "Southern", "IsActive": True},
    ]


def test_a_record_type_keeps_its_id_when_it_is_defined_again(org: LocalOrg, ana: str) -> None:
    before = _kind(org, "Plain")
    org.define(record_types={"Opportunity": [RecordType(name="Plain", label="Simple")]})
    (row,) = org.query("SELECT Id, Name FROM RecordType WHERE DeveloperName = 'Plain'", ana)
    assert (row["Id"], row["Name"]) == (before, "Simple") == (_kind(org, "Plain"), "Simple")


def test_a_record_is_of_the_type_it_names_and_begins_with_its_values(org: LocalOrg, ana: str) -> None:
    org.create("Opportunity", [DEAL | {"RecordTypeId": _kind(org, "Southern")}, DEAL], ana)
    rows = org.query("SELECT RecordType.Name, Region__c FROM Opportunity ORDER BY Id", ana)
    assert [(row["RecordType"] and row["RecordType"]["Name"], row["Region__c"]) for row in rows] == [
        ("Southern Deal", "South"),
        (None, "North"),
    ]


def test_a_new_record_is_of_the_default_type(org: LocalOrg, ana: str) -> None:
    org.define(record_types={"Opportunity": [RecordType(name="Plain", default=True)]})
    (deal,) = org.create("Opportunity", [DEAL], ana)
    assert org.record("Opportunity", deal.id)["RecordTypeId"] == _kind(org, "Plain")


@pytest.mark.parametrize("case", ["of another object", "not in use", "no record type"])
def test_a_record_type_that_is_none_of_the_objects_is_refused(org: LocalOrg, ana: str, case: str) -> None:
    org.define(record_types={"Lead": [PLAIN], "Opportunity": [RecordType(name="Old", active=False)]})
    other = org.schema.object("Lead").record_type("Plain")
    assert other is not None
    key = {"of another object": other.id, "not in use": _kind(org, "Old"), "no record type": "012000000000999AAA"}[case]
    (saved,) = org.create("Opportunity", [DEAL | {"RecordTypeId": key}], ana)
    (problem,) = saved.errors
    assert (problem.code, problem.message, problem.fields) == (
        "INVALID_CROSS_REFERENCE_KEY",
        f"Record Type ID: this ID value isn't valid for the user: {key}",
        ("RecordTypeId",),
    )


@pytest.mark.parametrize(
    ("kind", "fields", "ok"),
    [
        pytest.param("Southern", {"Region__c": "South"}, True, id="a value of the type"),
        pytest.param("Southern", {"Region__c": "West"}, False, id="a value of other types"),
        pytest.param("Plain", {"Region__c": "West"}, True, id="a type that names no values"),
    ],
)
def test_a_restricted_picklist_is_held_to_the_record_type(
    org: LocalOrg, ana: str, kind: str, fields: dict[str, Any], *, ok: bool
) -> None:
    (saved,) = org.create("Opportunity", [DEAL | {"RecordTypeId": _kind(org, kind)} | fields], ana)
    assert saved.ok is ok
    assert [problem.code for problem in saved.errors] == [] if ok else ["INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"]


def test_a_record_type_has_stages_of_its_own(org: LocalOrg, ana: str) -> None:
    short = RecordType(name="Short", picklists={"StageName": (PicklistValue("Closed Won"),)})
    org.define(record_types={"Opportunity": [short]})
    key = _kind(org, "Short")
    results = org.create(
        "Opportunity", [DEAL | {"RecordTypeId": key, "StageName": one} for one in ("Closed Won", "Qualification")], ana
    )
    assert [saved.ok for saved in results] == [True, False]


def test_a_rule_and_a_formula_field_ask_the_record_type(org: LocalOrg, ana: str) -> None:
    kind = Field(name="Kind__c", type=FieldType.STRING, formula="$RecordType.DeveloperName")
    rule = ValidationRule("Opportunity", "No_Plain", '$RecordType.DeveloperName = "Plain"', "Not plain.")
    org.define(fields={"Opportunity": [kind]}, rules=[rule])
    names = ("Southern", "Plain")
    results = org.create("Opportunity", [DEAL | {"RecordTypeId": _kind(org, one)} for one in names] + [DEAL], ana)
    assert [saved.ok for saved in results] == [True, False, True]
    assert [row["Kind__c"] for row in org.query("SELECT Kind__c FROM Opportunity ORDER BY Id", ana)] == [
        "Southern",
        None,
    ]


def test_describe_lists_the_record_types_and_the_master(org: LocalOrg) -> None:
    infos = render(org.schema.object("Opportunity"), org.schema)["recordTypeInfos"]
    assert [(one["developerName"], one["master"], one["defaultRecordTypeMapping"]) for one in infos] == [
        ("Southern", False, False),
        ("Plain", False, False),
        ("Master", True, True),
    ]


def test_described_record_types_are_read_back(org: LocalOrg) -> None:
    described = parse([render(org.schema.object("Opportunity"), org.schema)]).object("Opportunity")
    assert [(one.name, one.id) for one in described.record_types] == [
        (one.name, one.id) for one in org.schema.object("Opportunity").record_types
    ]


def test_a_record_type_of_values_that_the_picklist_lacks_is_refused(org: LocalOrg) -> None:
    with pytest.raises(OrgError, match="Region__c has no value East"):
        org.define(
            record_types={"Opportunity": [RecordType(name="E", picklists={"Region__c": (PicklistValue("East"),)})]}
        )


def test_an_account_is_never_a_person(org: LocalOrg, ana: str) -> None:
    with pytest.raises(SoqlError, match="No such column 'IsPersonAccount'"):
        org.query("SELECT IsPersonAccount FROM Account", ana)
