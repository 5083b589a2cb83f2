"""More leads wait than a batch takes: those that the pool ranks highest come first, in the batch and beyond it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from upbeat.testing import House

ROUTE = "route-inbound-leads"
POOL = """\
pool: inbound
title: Hot leads first
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
rank: 'IF(ISPICKVAL(Rating, "Hot"), 2, IF(ISPICKVAL(Rating, "Warm"), 1, 0))'
overtakes_for: 2 hours
members: [{user: lena.vogel@acme.example, caps: [3 a day]}]
otherwise: {hold: Nobody is free, owner: priya.shah@acme.example, due: 1 day}
"""


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as one:
        one.promote(ROUTE)
        yield one


def arrive(house: House, *ratings: str) -> list[str]:
    queue = house.ids["New Leads"]
    plain = {"Company": "Pennant", "OwnerId": queue}
    return [house.create("Lead", LastName=f"Lead {n}", Rating=one, **plain) for n, one in enumerate(ratings)]


def routed(house: House, leads: list[str]) -> list[bool]:
    return [house.owner("Lead", one) == "lena.vogel@acme.example" for one in leads]


def test_of_one_batch_the_highest_have_what_room_there_is(house: House) -> None:
    leads = arrive(house, "Cold", "Warm", "Hot", "Hot", "Cold")
    house.play()
    assert routed(house, leads) == [False, True, True, True, False]


@pytest.mark.law(14)
def test_beyond_a_batch_the_highest_go_first(house: House) -> None:
    house.play()
    house.close()
    leads = arrive(house, "Cold", "Warm", "Cold", "Hot")
    house.clock.advance(timedelta(seconds=15))
    with house.space.engine(size=1) as engine:
        while not engine.turn().idle:
            pass
    assert routed(house, leads) == [True, True, False, True]


def test_who_has_waited_longer_than_the_bound_goes_before_any_rank(house: House) -> None:
    house.play()
    house.close()
    early = arrive(house, "Cold", "Cold")
    house.clock.advance(timedelta(hours=3))
    late = arrive(house, "Hot", "Hot")
    house.clock.advance(timedelta(seconds=15))
    with house.space.engine(size=1) as engine:
        while not engine.turn().idle:
            pass
    assert routed(house, early + late) == [True, True, True, False]
