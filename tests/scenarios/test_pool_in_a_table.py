"""A pool's members in a table: what was published counts, whatever stands in the file since, and comes back with it."""

from collections.abc import Iterator

import pytest

from upbeat import operations
from upbeat.operations import Replayed
from upbeat.testing import House
from upbeat.workflows import DefinitionError

ROUTE, TABLE = "route-inbound-leads", "routing/inbound-members.csv"
LENA, OWEN, PRIYA = "lena.vogel@acme.example", "owen.hughes@acme.example", "priya.shah@acme.example"
POOL = """\
pool: inbound
title: Leads for whoever the table names
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
members: {table: inbound-members.csv}
otherwise: {hold: Nobody is free, owner: priya.shah@acme.example, due: 1 day}
"""
FIRST = f"user;weight\n{LENA};1,5\n"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL, TABLE: FIRST}) as one:
        one.promote(ROUTE)
        yield one


def _lead(house: House) -> str:
    lead = house.create("Lead", LastName="Rowe", Company="Pennant & Rowe", OwnerId=house.ids["New Leads"])
    house.play()
    return lead


def _routed(house: House) -> str:
    return house.owner("Lead", _lead(house))


def test_a_table_counts_once_it_is_published_and_comes_back_with_the_version_that_it_stood_in(house: House) -> None:
    assert _routed(house) == LENA
    house.write({TABLE: FIRST.replace(LENA, OWEN)})
    assert _routed(house) == LENA
    [found] = operations.compare(house.space.house, "pool/inbound").differences[:1]
    assert (found.what, str(found.is_at)) == (f"member {OWEN}", f"{TABLE}:2:1 members[1]")
    house.publish()
    house.play()
    house.promote(ROUTE)
    assert _routed(house) == OWEN
    operations.revert(house.space.house, "pool/inbound", 1, PRIYA)
    assert (house.folder / TABLE).read_text(encoding="utf-8") == FIRST


def test_a_table_with_a_mistake_is_not_published(house: House) -> None:
    house.write({TABLE: "user\nlena\n"})
    with pytest.raises(DefinitionError, match=f"{TABLE}:2:1") as caught:
        house.publish()
    assert caught.value.fix
    house.write({TABLE: FIRST})


def test_what_was_assigned_before_and_after_a_weight_changed_is_decided_the_same_again(house: House) -> None:
    house.write({TABLE: f"user;weight\n{LENA};1\n{OWEN};1\n"})
    house.publish()
    house.play()
    house.promote(ROUTE)
    leads = [_lead(house) for _ in range(3)]
    house.write({TABLE: f"user;weight\n{LENA};1\n{OWEN};5\n"})
    house.publish()
    house.play()
    house.promote(ROUTE)
    leads += [_lead(house) for _ in range(4)]
    assert {one.verdict for lead in leads for one in operations.replay(house.space.house, lead)} == {Replayed.SAME}
