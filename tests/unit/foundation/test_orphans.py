"""Texts that name a record of another object, and name none."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import Ground
from upbeat.foundation.orphans import ORPHANS
from upbeat.schema import Field, FieldType

PRODUCTS = ("GTX Basic", "GTX Pro", "MG Special", "MG Advanced")
NAMES = [{"Name": one} for one in PRODUCTS]


def org() -> Ground:
    ground = an_org(objects=frozenset({"Opportunity", "Product2"}), records={"Opportunity": 9})
    deal = ground.schema.object("Opportunity")
    field = Field(name="Product__c", type=FieldType.STRING, label="Product", length=80)
    fields = {name: one for name, one in deal.fields.items() if name in {"Id", "Name", "AccountId"}} | {
        "Product__c": field
    }
    return replace(ground, schema=replace(ground.schema, objects={"Opportunity": replace(deal, fields=fields)}))


def org_with_accounts() -> Ground:
    ground = org()
    return replace(ground, schema=ground.schema.with_objects([an_org().schema.object("Account")]))


def told(*values: str, each: int = 3, names: Any = NAMES) -> list[tuple[str, tuple[tuple[str, str], ...], int]]:
    rows = [
        {"Id": f"006{n}{m}", "Name": f"D{n}", "Product__c": one} for n, one in enumerate(values) for m in range(each)
    ]
    answers = {"IN (": rows, "SELECT Id": rows, "SELECT Name FROM Product2": names, "COUNT()": 0}
    found = held(ORPHANS, org(), answers)
    return [(one.values[0], one.corrections, one.count) for one in found.findings]


def test_a_name_that_is_nearly_a_products_is_told_with_the_product() -> None:
    assert told("GTX Basic", "GTXPro", "MG Special", "MG Advanced") == [("GTXPro", (("GTXPro", "GTX Pro"),), 3)]
    assert told("GTX Basic", "GTX Pro", "MG Special", "MG Advancd") == [
        ("MG Advancd", (("MG Advancd", "MG Advanced"),), 3)
    ]


def test_capitals_make_no_other_name() -> None:
    assert told("gtx basic", "GTX PRO", "MG Special") == []


def test_a_name_of_nothing_is_told_only_where_nearly_all_others_are_names() -> None:
    assert told("GTX Basic", "GTX Pro", "MG Special", "MG Advanced", "Quartz") == [("Quartz", (), 3)]
    assert told("GTX Basic", "GTX Pro", "MG Special", "Onyx", "Quartz") == []


@pytest.mark.parametrize(
    ("values", "each"),
    [
        pytest.param(("GTX Basic", "GTX Pro", "Quartz", "Onyx", "Topaz", "GTXPro"), 3, id="too few are names"),
        pytest.param(("GTX Basic", "GTX Pro", "GTXPro"), 3, id="two names are chance"),
        pytest.param(("GTX Basic", "GTXPro", "MG Special", "MG Advanced"), 1, id="a text that never repeats"),
    ],
)
def test_a_text_that_names_no_records_has_no_orphans(values: tuple[str, ...], each: int) -> None:
    assert told(*values, each=each) == []


def test_lookups_whose_record_does_not_show_are_said_and_are_no_finding() -> None:
    found = held(ORPHANS, org_with_accounts(), {"SELECT COUNT": 4, "SELECT": []})
    assert found.findings == ()
    assert [(one.field, one.why[:7]) for one in found.unseen] == [("AccountId", "4 of th")]


def test_an_object_that_is_not_shown_is_said() -> None:
    found = held(ORPHANS, org(), {"SELECT": "no access"})
    assert found.unseen[0].why == "no access"
