"""How tools know accounts and contacts again."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import Ground
from upbeat.foundation.shared_ids import IDS
from upbeat.salesforce import LONGEST_URL
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
    [rate, alone, named] = found.measures
    assert (rate.part, rate.of, alone.percent, named.percent) == (40, 50, 100, 100)
    assert "120 of 400" in rate.says
    assert found.findings == ()


def test_an_id_that_several_records_have_is_found_with_its_records() -> None:
    told = {
        DEALS: counts(50, 50, 49),
        "HAVING": [{"Enricher_Id__c": "o'7", "n": 2}],
        "SELECT Id, Name": [{"Id": f"00100000000000{n}AAA", "Name": "Acme", "Enricher_Id__c": "o'7"} for n in (1, 2)],
        "SELECT COUNT": counts(400, 120, 119),
    }
    found = held(IDS, an_org_with(TOOL), told)
    [one] = found.findings
    assert one.says.startswith("1 id of Enricher in Account.Enricher_Id__c stands on several records, 2 in all")
    assert [(each.part, each.of) for each in found.measures if each.name.endswith("/unique")] == [(118, 120)]
    assert (one.count, one.of, len(one.records), one.values) == (2, 120, 2, ("o'7",))
    assert r"'o\'7'" in one.queries[0]


def test_ids_that_are_long_are_asked_for_in_portions_and_counted_by_the_org() -> None:
    ids = [{"Enricher_Id__c": f"{n:03}{'é' * 80}", "n": 3} for n in range(200)]
    told = {
        DEALS: counts(50, 50, 49),
        "HAVING": ids,
        "SELECT Id, Name": lambda text: [] if len(quote(text, safe="")) < LONGEST_URL else "too long",
        "SELECT COUNT": counts(900, 900, 500),
    }
    found = held(IDS, an_org_with(TOOL), told)
    [one] = found.findings
    assert (one.count, one.of, len(one.values), found.unseen) == (600, 900, 200, ())
    assert len(one.queries) > 1


def test_ids_whose_records_are_not_told_are_found_all_the_same_and_it_is_said() -> None:
    told = {
        DEALS: counts(50, 50, 49),
        "HAVING": [{"Enricher_Id__c": "7", "n": 2}],
        "SELECT Id, Name": "no access to Name",
        "SELECT COUNT": counts(400, 120, 119),
    }
    found = held(IDS, an_org_with(TOOL), told)
    assert [(one.count, one.records) for one in found.findings] == [(2, ())]
    assert [one.field for one in found.unseen] == ["Enricher_Id__c"]


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
