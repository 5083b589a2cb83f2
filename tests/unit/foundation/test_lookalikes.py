"""Values written in two ways, as an audit tells them."""

from dataclasses import replace
from typing import Any

from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import Ground
from upbeat.foundation.lookalikes import LOOK_ALIKES
from upbeat.schema import PicklistValue


def industries(*values: str) -> list[dict[str, Any]]:
    return [{"Id": f"001{number:015}", "Name": f"A{number}", "Industry": one} for number, one in enumerate(values)]


def org(accounts: int = 9) -> Ground:
    ground = an_org(records={"Account": accounts})
    only = replace(ground.schema, objects={"Account": ground.schema.object("Account")})
    return replace(ground, schema=only, objects=frozenset())


def test_a_value_is_told_with_what_it_should_be_and_with_its_records() -> None:
    rows = industries("Technology", "Technolgy", "Retail", "Technology")
    [one] = held(LOOK_ALIKES, org(), {"IN (": rows[1:2], "SELECT Id": rows}).findings
    assert (one.key, one.count, one.of) == ("look-alikes:Account.Industry:Technolgy", 1, 4)
    assert one.corrections == (("Technolgy", "Technology"),)
    assert [each.name for each in one.records] == ["A1"]
    assert one.queries == ("SELECT Id, Name, Industry FROM Account WHERE Industry IN ('Technolgy')",)


def test_a_few_values_that_the_picklist_does_not_offer_are_told_together() -> None:
    rows = industries("Retail", "Retail", "Banking", "Aerospace", "Mining")
    [one] = held(LOOK_ALIKES, org(), {"SELECT Id": rows}).findings
    assert (one.key, one.count, one.values) == ("look-alikes:Account.Industry", 2, ("Aerospace", "Mining"))


def test_a_query_shows_the_records_that_are_counted_though_the_org_minds_no_capitals() -> None:
    rows = industries("Retail", "Retail", "RETAIL", "Banking")
    [one] = held(LOOK_ALIKES, org(), {"SELECT Id": rows}).findings
    assert (one.count, one.corrections) == (1, (("RETAIL", "Retail"),))
    assert one.queries == (f"SELECT Id, Name, Industry FROM Account WHERE Id IN ('{rows[2]['Id']}')",)


def test_values_that_a_picklist_does_not_offer_have_their_records() -> None:
    rows = industries("Retail", "Retail", "Banking", "Aerospace")
    [one] = held(LOOK_ALIKES, org(), {"SELECT Id": rows}).findings
    assert [(each.name, each.why) for each in one.records] == [("A3", "'Aerospace' is not offered")]


def test_nobody_is_told_to_add_a_value_of_which_the_right_one_is_known() -> None:
    rows = industries(*["Banking"] * 5, "RETAIL", "Aerospace")
    [one] = held(LOOK_ALIKES, org(), {"SELECT Id": rows}).findings
    assert one.corrections == (("RETAIL", "Retail"),)
    assert one.fix.startswith("Replace 'RETAIL' by 'Retail' under Setup")
    [one] = held(LOOK_ALIKES, org(), {"SELECT Id": rows[:6]}).findings
    assert "Add" not in one.fix


def test_a_name_of_no_record_is_told_by_the_check_of_references_alone() -> None:
    ground = replace(org(), objects=frozenset({"Product2"}))
    names = ["GTX Plus", "GTX Basic", "GTX Pro", "GTXPro"] * 3
    rows = [{"Id": f"001{number:015}", "Name": f"A{number}", "Product__c": n} for number, n in enumerate(names)]
    told = {
        "SELECT Id": rows,
        "SELECT Name FROM Product2": [{"Name": n} for n in ("GTX Plus", "GTX Basic", "GTX Pro")],
    }
    account = ground.schema.object("Account")
    offered = tuple(PicklistValue(n, n) for n in ("GTX Plus", "GTX Basic", "GTX Pro"))
    field = replace(account.field("Industry"), name="Product__c", picklist=offered)
    ground = replace(ground, schema=ground.schema.with_objects([replace(account, fields={"Product__c": field})]))
    assert held(LOOK_ALIKES, ground, told).findings == ()


def test_a_picklist_that_is_filled_by_another_list_is_no_defect() -> None:
    assert held(LOOK_ALIKES, org(), {"SELECT Id": industries("medical", "services", "Retail")}).findings == ()


def test_what_the_org_does_not_show_is_said() -> None:
    [one] = held(LOOK_ALIKES, org(), {"SELECT Id": "no access"}).unseen
    assert (one.object, one.why) == ("Account", "no access")


def test_many_records_are_counted_by_the_org() -> None:
    told = {
        "COUNT_DISTINCT": [{f"d{number}": 3 for number in range(40)}],
        "GROUP BY Industry": [{"Industry": "Retail", "n": 900_000}, {"Industry": "Retial", "n": 400}],
        "GROUP BY": [],
        "IN (": industries("Retial"),
    }
    found = held(LOOK_ALIKES, org(1_000_000), told)
    [one] = found.findings
    assert found.measures[0].says.endswith("their capitals were not compared among so many")
    assert (one.count, one.of, one.corrections) == (400, 900_400, (("Retial", "Retail"),))


def test_of_names_of_records_only_their_capitals_and_spaces_are_told_here() -> None:
    ground = replace(org(), objects=frozenset({"Product2"}))
    values = ["Alpha", "Beta", "Gamma", "alpha", "Gama"] * 3
    rows = [{**row, "Product__c": row["Industry"]} for row in industries(*values)]
    told = {
        "IN (": rows,
        "SELECT Id": rows,
        "SELECT Name FROM Product2": [{"Name": n} for n in ("Alpha", "Beta", "Gamma")],
    }
    account = ground.schema.object("Account")
    field = replace(account.field("Industry"), name="Product__c", picklist=())
    ground = replace(ground, schema=ground.schema.with_objects([replace(account, fields={"Product__c": field})]))
    assert [one.corrections for one in held(LOOK_ALIKES, ground, told).findings] == [(("alpha", "Alpha"),)]


def test_where_the_records_of_a_value_are_not_told_the_finding_stands_and_it_is_said() -> None:
    rows = industries("Technology", "Technolgy", "Retail", "Technology")
    found = held(LOOK_ALIKES, org(), {"IN (": "no access to Name", "SELECT Id": rows})
    assert [(one.count, one.records) for one in found.findings] == [(1, ())]
    assert [(one.object, one.field) for one in found.unseen] == [("Account", "Industry")]
    assert found.unseen[0].why.endswith("no access to Name")
