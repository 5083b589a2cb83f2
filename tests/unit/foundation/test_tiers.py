"""ICP tiers and territories of accounts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import Ground, Weight
from upbeat.foundation.territories import TERRITORIES
from upbeat.foundation.tiers import TIERS
from upbeat.schema import Field, FieldType
from upbeat.workflows import FieldMap

ORG = an_org(records={"Account": 100})
TIER = Field(name="ICP_Tier__c", type=FieldType.PICKLIST, label="ICP Tier")
DAY = Field(name="ICP_Tier_Date__c", type=FieldType.DATE, label="ICP Tier Date")
NAMED = FieldMap.model_validate({"icp_tier": {"field": "ICP_Tier__c", "dated": "ICP_Tier_Date__c"}})
ROWS = [{"Id": "0011", "Name": "Acme", "ICP_Tier_Date__c": "2025-01-01"}]


def with_fields(*fields: Field, **parts: Any) -> Ground:
    account = ORG.schema.object("Account")
    account = replace(account, fields={**account.fields, **{one.name: one for one in fields}})
    return replace(ORG, schema=ORG.schema.with_objects([account]), **parts)


def tiers(tagged: int = 100, bare: int = 0, old: int = 0) -> Mapping[str, Any]:
    return {
        "tagged FROM": [{"n": 100, "tagged": tagged}],
        "GROUP BY": [{"ICP_Tier__c": "A", "n": tagged}],
        "COUNT() FROM Account WHERE ICP_Tier__c = NULL": bare,
        "COUNT() FROM Account WHERE Id IN": 20,
        "COUNT() FROM Account WHERE ICP_Tier__c != null": old,
        "SELECT Id": ROWS,
    }


def test_accounts_without_a_tier_are_told_those_with_open_deals_apart() -> None:
    found = held(TIERS, with_fields(TIER, DAY, fields=NAMED), tiers(tagged=88, bare=5))
    [one] = found.findings
    assert (one.key, one.count, one.of, one.weight) == ("icp-tiers:Account.ICP_Tier__c", 12, 100, Weight.MEDIUM)
    assert one.says == "12 of 100 accounts have no ICP Tier, 5 of them with open deals."
    assert [(measure.percent, measure.scores) for measure in found.measures] == [(88, True), (75, False), (100, True)]


def test_all_that_have_none_are_named_those_with_open_deals_first() -> None:
    answers = {
        "Opportunity WHERE IsClosed = FALSE) ORDER BY Id": ROWS,
        "SELECT Id": [{"Id": "0012", "Name": "Ada"}, *ROWS],
    }
    counts = {key: value for key, value in tiers(tagged=98, bare=1).items() if key != "SELECT Id"}
    [one] = held(TIERS, with_fields(TIER, DAY, fields=NAMED), {**counts, **answers}).findings
    assert [(each.id, each.why) for each in one.records] == [("0011", "no tier, and open deals"), ("0012", "no tier")]


def test_a_tier_is_old_by_its_day() -> None:
    [one] = held(TIERS, with_fields(TIER, DAY, fields=NAMED), tiers(old=7)).findings
    assert (one.count, one.of, one.records[0].why) == (7, 100, "tagged on 2025-01-01")
    assert "ICP_Tier_Date__c < 2025-11-16" in one.queries[0]  # 365 days before the audit


@pytest.mark.parametrize(
    ("field", "is_it"),
    [
        (TIER, True),
        (Field(name="Tier__c", type=FieldType.STRING, label="Account tier"), True),
        (Field(name="X1__c", type=FieldType.DOUBLE, label="ICP fit"), True),
        (Field(name="Support_Tier__c", type=FieldType.PICKLIST, label="Support Tier"), False),
        (DAY, False),
    ],
)
def test_without_fields_yaml_a_field_is_the_tier_where_it_is_called_so(field: Field, is_it: bool) -> None:
    told = {"tagged FROM": [{"n": 100, "tagged": 100}], "GROUP BY": [], "COUNT()": 0}
    [first, *_] = held(TIERS, with_fields(field), told).measures
    assert first.percent == (100 if is_it else 0)


def test_the_day_that_is_called_like_the_tier_says_how_old_it_is() -> None:
    assert held(TIERS, with_fields(TIER, DAY), tiers(old=7)).findings[0].fields == (TIER.name, DAY.name)


def test_two_fields_of_that_name_are_not_chosen_between() -> None:
    two = with_fields(TIER, replace(TIER, name="Old_ICP_Tier__c", label="ICP Tier"))
    assert "name it under icp_tier" in held(TIERS, two, {}).measures[0].says


def test_a_tier_that_fields_yaml_names_and_the_org_does_not_show_is_said() -> None:
    found = held(TIERS, with_fields(fields=NAMED), {})
    assert (found.measures, found.unseen[0].field) == ((), "ICP_Tier__c")


def test_a_field_that_is_called_tier_or_territory_is_no_alias_of_another() -> None:
    ground = with_fields(TIER, PLACE, Field(name="Tier", type=FieldType.STRING), fields=SAYS)
    asked = [*next(TIERS.look(ground)), *next(TERRITORIES.look(ground))]
    columns = [one.text.partition(" FROM ")[0] for one in asked if "GROUP BY" in one.text]
    assert columns == ["SELECT ICP_Tier__c, COUNT(Id) n", *["SELECT Territory__c, COUNT(Id) n"] * 2]


def test_a_denied_count_is_no_figure() -> None:
    found = held(TIERS, with_fields(TIER), {"SELECT": "no access"})
    assert (found.findings, found.measures, found.unseen[0].why) == ((), (), "no access")


PLACE = Field(name="Territory__c", type=FieldType.PICKLIST, label="Territory")
SAYS = FieldMap.model_validate({"territory": {"field": "Territory__c"}})


def places(counts: Mapping[str | None, int], gone: Mapping[str, int] | None = None) -> Mapping[str, Any]:
    def rows(some: Mapping[Any, int]) -> list[dict[str, Any]]:
        return [{"Territory__c": one, "n": number} for one, number in some.items()]

    return {"IsActive = FALSE": rows(gone or {}), "GROUP BY": rows(counts), "SELECT Id": ROWS}


def test_a_territory_whose_accounts_all_belong_to_people_who_left_is_nobodys() -> None:
    told = places({"East": 40, "West": 60}, {"East": 40, "West": 59})
    [one] = held(TERRITORIES, with_fields(PLACE, fields=SAYS), told).findings
    assert (one.values, one.count, one.weight) == (("East",), 40, Weight.HIGH)


def test_accounts_in_no_territory_are_told() -> None:
    found = held(TERRITORIES, with_fields(PLACE, fields=SAYS), places({"East": 90, None: 10}))
    [one] = found.findings
    assert (one.count, one.of, one.weight) == (10, 100, Weight.LOW)
    assert [measure.percent for measure in found.measures] == [90, 100]


@pytest.mark.parametrize(("placed", "findings"), [(50, 1), (49, 0)])
def test_a_territory_that_no_file_names_counts_where_the_org_works_by_it(placed: int, findings: int) -> None:
    found = held(TERRITORIES, with_fields(PLACE), places({"East": placed, None: 100 - placed}))
    assert len(found.findings) == findings


def test_territories_of_the_org_itself_are_read_where_it_manages_them() -> None:
    ground = replace(ORG, objects=ORG.objects | {"Territory2", "UserTerritory2Association"})
    told = {
        "FROM Territory2": [{"Id": "0MI1", "Name": "East"}, {"Id": "0MI2", "Name": "West"}],
        "FROM UserTerritory2Association": [{"Territory2Id": "0MI1", "n": 2}],
        "COUNT() FROM Account": 4,
        "SELECT Id": ROWS,
    }
    found = held(TERRITORIES, ground, told)
    assert [(one.values, one.count) for one in found.findings] == [(("West",), 1), ((), 4)]
    assert [measure.percent for measure in found.measures] == [96, 50]


def test_an_org_without_territories_has_none_to_measure() -> None:
    found = held(TERRITORIES, ORG, {})
    assert (found.findings, found.measures[0].percent) == ((), None)


@pytest.mark.parametrize("ground", [with_fields(PLACE, fields=SAYS), with_fields(fields=SAYS)])
def test_territories_that_are_not_told_are_said(ground: Ground) -> None:
    found = held(TERRITORIES, ground, {"FROM": "no access"})
    assert (found.findings, found.measures, found.unseen[0].field) == ((), (), "Territory__c")
