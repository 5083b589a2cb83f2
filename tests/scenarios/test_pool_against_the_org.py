"""Pools are held against the org's records: what is not there, who has left, what fits nowhere, too much."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from upbeat.operations.routing import against_org
from upbeat.salesforce import Reader, Rejected
from upbeat.testing import House

POOL = """\
pool: inbound
title: Leads
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
match: {account: [company name]}
territories:
  - {name: Named, accounts: [Globex, Initech, Brightwater]}
  - {name: DACH, countries: [Germany, Austria]}
members:
  - {user: lena.vogel@acme.example, caps: [1 a day], territories: [DACH], away: [2026-11-26 to 2026-11-27, 2026-01-02]}
  - {user: owen.hughes@acme.example, caps: [1 in 7 days], territories: [Named]}
otherwise: {hold: Nobody is free, owner: priya.shah@acme.example, due: 1 day}
"""
SAM = "sam.porter@acme.example"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["none of the shipped ones"], files={"routing/inbound.yaml": POOL}) as one:
        for name in ("globex", "Initech", "Initech"):
            one.create("Account", Name=name, OwnerId=one.ids[SAM])
        for number in range(30):
            country = ("Germany", "Norway", "Norway", "Chile")[number % 4]
            one.create("Lead", LastName=f"Rowe {number}", Company="Talwerk", Country=country, PostalCode="7")
        yield one


def test_what_the_org_has_otherwise_than_a_pool_says_is_told(house: House) -> None:
    house.update("User", house.ids[SAM], IsActive=False)
    assert [f"{one.place.field}: {one.what}" for one in against_org(house.space.house)] == [
        "territories[1].accounts[2]: the org has 2 accounts Initech",
        "territories[1].accounts[3]: the org has no account Brightwater",
        "match: 3 accounts belong to people who left: a Lead for one of them goes to 'hold'",
        "territories: 22 of the newest 30 of Lead fit no territory: Norway 7 (15), Chile 7 (7)",
        "territories[2].name: nobody who serves DACH is there on 2026-11-26 to 2026-11-27 (2 days)",
        "members: about 8 of Lead come in a week, and all caps together take 6",
    ]


class _Blind:
    """A reader that may not see accounts."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def query(self, text: str, binds: Mapping[str, Any] | None = None) -> list[Any]:
        if "FROM Account" in text:
            raise Rejected("sObject type 'Account' is not supported", code="INVALID_TYPE")
        return self._reader.query(text, binds)

    def count(self, text: str) -> int:
        return self._reader.count(text)


def test_what_the_org_does_not_show_is_told_and_the_rest_is_looked_at(house: House) -> None:
    there = house.space.house
    blind = replace(there, get_reader=lambda: cast("Reader", _Blind(there.get_reader())))
    found = [one.what for one in against_org(blind)]
    assert found[0].startswith("Every named account is there, and only once: the org does not show it (sObject type")
    assert len(found) == 5
