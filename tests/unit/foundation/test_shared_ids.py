"""How tools know accounts and contacts again."""

from dataclasses import replace
from typing import Any

from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import Ground
from upbeat.foundation.shared_ids import IDS
from upbeat.schema import Field, FieldType
from upbeat.workflows import ToolRegister

WRITES = {"object": "Account", "fields": ["Industry"], "every": "every night"}
TOOL = {
    "title": "Enricher",
    "kind": "enrichment",
    "owner": "priya.shah@acme.example",
    "writes": [WRITES],
    "ids": {"account": "Account.Enricher_Id__c"},
}
DEALS = "IsClosed = false"


def an_org_with(tool: dict[str, Any]) -> Ground:
    ground = an_org(tools=ToolRegister.model_validate({"tools": {"enricher": tool}}))
    account = ground.schema.object("Account")
    key = Field(name="Enricher_Id__c", type=FieldType.STRING)
    with_id = replace(account, fields={**account.fields, key.name: key})
    return replace(ground, schema=ground.schema.with_objects([with_id]))


def counts(records: int, have: int, ids: int) -> list[dict[str, int]]:
    return [{"records": records, "have0": have, "ids0": ids}]


def test_a_tool_is_measured_by_the_records_of_open_deals_and_told_of_all() -> None:
    found = held(IDS, an_org_with(TOOL), {DEALS: counts(50, 40, 40), "SELECT COUNT": counts(400, 120, 120)})
    [rate, named] = found.measures
    assert (rate.part, rate.of, named.percent) == (40, 50, 100)
    assert "120 of 400" in rate.says
    assert found.findings == ()


def test_an_id_that_several_records_have_is_found_with_its_records() -> None:
    told = {
        DEALS: counts(50, 50, 49),
        "HAVING": [{"Enricher_Id__c": "o'7", "n": 2}],
        "SELECT Id, Name": [{"Id": f"00100000000000{n}AAA", "Name": "Acme", "Enricher_Id__c": "o'7"} for n in (1, 2)],
        "SELECT COUNT": counts(400, 120, 119),
    }
    [one] = held(IDS, an_org_with(TOOL), told).findings
    assert (one.count, one.of, len(one.records), one.values) == (2, 120, 2, ("o'7",))
    assert r"'o\'7'" in one.queries[0]


def test_a_tool_that_writes_accounts_and_names_no_id_is_found() -> None:
    found = held(IDS, an_org_with(TOOL | {"ids": {}}), {})
    assert [one.key for one in found.findings] == ["shared-ids:none:enricher"]
    assert found.measures[0].percent == 0


def test_a_tool_that_keeps_the_orgs_own_ids_needs_no_field() -> None:
    found = held(IDS, an_org_with(TOOL | {"ids": {"account": "Account.Id"}}), {})
    assert (found.findings, found.measures[0].percent) == ((), 100)


def test_an_id_field_that_is_not_there_or_not_counted_is_said_and_makes_no_figure() -> None:
    gone = held(IDS, an_org_with(TOOL | {"ids": {"account": "Account.Gone__c"}}), {})
    assert [(one.object, one.field) for one in gone.unseen] == [("Account", "Gone__c")]
    denied = held(IDS, an_org_with(TOOL), {"SELECT": "the field cannot be counted"})
    assert [one.name for one in denied.measures] == ["shared-ids/named"]
    assert denied.unseen[0].object == "Account"


def test_an_org_without_tools_has_nothing_to_measure() -> None:
    found = held(IDS, an_org(), {})
    assert (found.findings, found.measures[0].percent) == ((), None)
