"""Texts that name a record of another object, and name none."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import COUNTED, Answer, Found, Ground
from upbeat.foundation.orphans import ORPHANS, names
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


def org_of_many(texts: int) -> Ground:
    """Give an org of a million accounts, and of deals with texts that may name them."""
    ground = org()
    deal = ground.schema.object("Opportunity")
    fields = [Field(name=f"Partner{n}__c", type=FieldType.STRING, label="Partner", length=80) for n in range(texts)]
    own = {name: deal.field(name) for name in ("Id", "Name")} | {one.name: one for one in fields}
    schema = replace(ground.schema, objects={"Opportunity": replace(deal, fields=own)})
    return replace(
        ground,
        schema=schema,
        objects=frozenset({"Opportunity", "Account"}),
        records={**ground.records, "Account": 1_000_000},
    )


def among_many(names: Sequence[str], *unknown: str, denied: str = "") -> Found:
    """Audit an org whose deals name so many accounts, 200 to a text, and some that are none."""
    columns = [names[at : at + 200] for at in range(0, len(names), 200)]
    rows = [
        {"Id": f"006{n}{m}", "Name": "D"}
        | {f"Partner{at}__c": ([*some, *unknown])[n] for at, some in enumerate(columns)}
        for n in range(200 + len(unknown))
        for m in range(3)
    ]

    def called(text: str) -> Any:
        asked = set(re.findall("'([^']*)'", text))
        return denied if denied and denied in asked else [{"Name": one} for one in names if one in asked]

    told = {"FROM Account WHERE": called, "IN (": rows[-3:], "SELECT Id": rows}
    return held(ORPHANS, org_of_many(len(columns)), told)


@pytest.mark.parametrize("name", ["Company {:04}", "The Company of the Harbour, the Valley & the Mountains, No. {:04}"])
def test_a_name_that_is_there_is_no_orphan_however_many_there_are_and_however_long_they_are(name: str) -> None:
    found = among_many([name.format(number) for number in range(600)])
    assert (found.findings, found.unseen) == ((), ())
    assert [(one.part, one.of) for one in found.measures] == [(600, 600)] * 3


def test_among_many_names_what_is_none_is_told_and_not_that_nothing_is_like_it() -> None:
    found = among_many([f"Company {number:04}" for number in range(600)], "Quartz")
    assert [one.values for one in found.findings] == [("Quartz",)] * 3
    assert found.findings[0].says == "3 of 603 opportunities have 'Quartz' as Partner, and no account is called so."


def test_values_of_which_the_org_did_not_say_whether_they_are_names_are_no_orphans_and_it_is_said() -> None:
    found = among_many([f"Company {number:04}" for number in range(600)], denied="Company 0599")
    assert found.findings == ()
    assert [(one.object, one.field, one.why) for one in found.unseen] == [("Account", "Name", "Company 0599")]


def test_more_values_than_are_looked_up_are_said() -> None:
    found = among_many([f"Company {number:05}" for number in range(3_200)])
    assert found.findings == ()
    assert found.unseen[0].why.startswith("200 of 3,200 values of texts were not looked up")


def test_names_that_are_not_told_are_said() -> None:
    ground = replace(org(), objects=frozenset({"Product2"}))
    asking = names(ground, [["GTX Pro"]])
    next(asking)
    with pytest.raises(StopIteration) as end:
        asking.send([Answer(denied="no access")])
    assert [(one.object, one.field, one.why) for one in end.value.value.unseen] == [("Product2", "Name", "no access")]


def test_every_object_whose_names_texts_may_hold_is_counted_before_it_is_asked() -> None:
    assert {"Account", "Campaign", "Product2", "User"} <= set(COUNTED)


def test_where_the_records_of_an_orphan_are_not_told_the_finding_stands_and_it_is_said() -> None:
    values = ("GTX Basic", "GTXPro", "MG Special", "MG Advanced")
    rows = [{"Id": f"006{n}{m}", "Name": "D", "Product__c": one} for n, one in enumerate(values) for m in range(3)]
    found = held(ORPHANS, org(), {"IN (": "no access", "SELECT Id": rows, "SELECT Name": NAMES})
    assert [(one.count, one.records) for one in found.findings] == [(3, ())]
    assert [(one.object, one.field) for one in found.unseen] == [("Opportunity", "Product__c")]
