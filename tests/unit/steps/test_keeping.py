"""Which of several records stays and which values: the same whatever their order, and nothing goes in silence."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.steps.keeping import keep

FIELDS = ("Title", "Industry", "Phone", "Street", "City", "Rating", "Description")
values = st.one_of(st.none(), st.sampled_from(["", "a", "b", "c"]))
rows = st.fixed_dictionaries(dict.fromkeys(FIELDS, values))


def lead(number: int, **more: Any) -> dict[str, Any]:
    key = f"00Q00000000000{number}AAA"
    plain = {"Id": key, "Name": f"Lead {number}", "OwnerId": "005A", "CreatedDate": f"2026-01-0{number}"}
    return {**dict.fromkeys(FIELDS), **plain, "LastModifiedDate": f"2026-02-0{number}", **more}


@pytest.mark.law(5)
@pytest.mark.law(8)
@given(st.lists(rows, min_size=2, max_size=3), st.randoms())
def test_every_value_stays_or_is_named_whatever_the_order(some: list[dict[str, Any]], chance: Any) -> None:
    records = [lead(number, **one) for number, one in enumerate(some, 1)]
    kept = keep(records, FIELDS)
    chance.shuffle(records)
    assert keep(records, FIELDS) == kept
    said = "\n".join(kept.says)
    for one in records:
        for name in FIELDS:
            stays = kept.after.get(name, kept.master[name])
            is_there = one[name] in {None, "", stays}
            assert is_there or f"{name} {one[name]} of {one['Name']} ({one['Id']}) is lost: {stays or 'blank'}" in said


@given(st.lists(rows, min_size=2, max_size=3))
def test_a_blank_is_filled_wherever_another_record_knows(some: list[dict[str, Any]]) -> None:
    records = [lead(number, **one) for number, one in enumerate(some, 1)]
    kept = keep(records, FIELDS)
    for name in ("Title", "Industry", "Phone", "Rating", "Description"):
        known = [one[name] for one in records if one[name]]
        assert bool(kept.after.get(name, kept.master[name])) is bool(known)


@given(st.lists(rows, min_size=2, max_size=3))
def test_an_address_is_one_records_own(some: list[dict[str, Any]]) -> None:
    records = [lead(number, **one) for number, one in enumerate(some, 1)]
    kept = keep(records, FIELDS)
    address = tuple(kept.after.get(name, kept.master[name]) or None for name in ("Street", "City"))
    assert address in {(one["Street"] or None, one["City"] or None) for one in records}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"AccountId": "001"}, {"LastActivityDate": "2026-03-01"}, "it belongs to an account"),
        ({"LastActivityDate": "2026-03-01"}, {"Title": "CFO"}, "somebody has worked with it"),
        ({}, {"OwnerId": "00G", "Title": "CFO"}, "a person owns it"),
        ({"Title": "CFO"}, {}, "most is known of it"),
        ({}, {"CreatedDate": "2026-01-05"}, "it is the oldest"),
    ],
)
def test_the_first_thing_in_which_they_differ_says_which_stays(
    one: dict[str, Any], other: dict[str, Any], why: str
) -> None:
    kept = keep([lead(2, **other), lead(1, **one)], FIELDS)
    assert (kept.master["Id"], kept.says[0]) == (lead(1)["Id"], f"Lead 1 ({lead(1)['Id']}) stays, as {why}")


def test_the_newest_of_the_others_fills_a_blank() -> None:
    kept = keep([lead(1, Title="CFO", Phone="5"), lead(2, Industry="Old"), lead(3, Industry="New")], FIELDS)
    assert kept.after["Industry"] == "New"
    assert f"Industry Old of Lead 2 ({lead(2)['Id']}) is lost: New stays" in kept.says


def test_who_asked_for_no_mails_once_gets_none() -> None:
    name = "HasOptedOutOfEmail"
    kept = keep([lead(1, Title="CFO", **{name: False}), lead(2, **{name: True})], (*FIELDS, name))
    assert kept.after[name] is True


def test_what_only_one_record_may_have_is_not_taken_and_is_named() -> None:
    kept = keep([lead(1, Title="CFO", Rating="Hot"), lead(2, Tool_Id__c="x-7")], FIELDS)
    assert "Tool_Id__c" not in kept.after
    assert f"Tool_Id__c x-7 of Lead 2 ({lead(2)['Id']}) is lost: blank stays" in kept.says


def test_an_owner_who_loses_a_record_is_named_as_people_know_them() -> None:
    names = {"005A": "ana@acme.example", "005B": "ben@acme.example"}
    kept = keep([lead(1, Title="CFO"), lead(2, OwnerId="005B")], FIELDS, names.__getitem__)
    assert f"OwnerId ben@acme.example of Lead 2 ({lead(2)['Id']}) is lost: ana@acme.example stays" in kept.says
