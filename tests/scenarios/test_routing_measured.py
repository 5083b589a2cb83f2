"""Routing is measured from the org's own history: before a pool went live and after, counted alike."""

from datetime import timedelta

import pytest
from tests.scenarios.test_routing import POOL, ROUTE

from upbeat import operations
from upbeat.operations import PoolMeasures
from upbeat.testing import House

LENA, OWEN, PRIYA = (f"{name}@acme.example" for name in ("lena.vogel", "owen.hughes", "priya.shah"))


def lead(house: House, name: str, owner: str = "New Leads") -> str:
    return house.create("Lead", LastName=name, Company=f"{name} Works", Country="Germany", OwnerId=house.ids[owner])


def calls(house: House, record: str, by: str) -> None:
    house.create("Task", by=by, Subject="Call", WhoId=record, OwnerId=house.ids[by], Status="Completed")


@pytest.fixture(scope="module")
def measured() -> PoolMeasures:
    """One lead before the pool went live, which waited and went round; three after, of which one was moved by hand."""
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as house:
        slow = lead(house, "Huber")
        house.play("3 hours")
        house.update("Lead", slow, by=PRIYA, OwnerId=house.ids[OWEN])
        house.play("1 hour")
        house.update("Lead", slow, by=PRIYA, OwnerId=house.ids[LENA])
        calls(house, slow, LENA)
        house.play("1 hour")
        house.promote(ROUTE)
        quick, moved, alone, held = (lead(house, name) for name in ("Maier", "Roth", "Sauer", "Thoma"))
        house.play("1 minute")
        first = house.owner("Lead", quick)
        house.play("10 minutes")
        calls(house, quick, first)
        other = LENA if house.owner("Lead", moved) == OWEN else OWEN
        house.update("Lead", moved, by=PRIYA, OwnerId=house.ids[other])
        house.play("10 minutes")
        calls(house, moved, other)
        house.play("1 hour")
        assert house.owner("Lead", alone) in {LENA, OWEN}
        assert house.owner("Lead", held) == "New Leads"  # both have reached their caps
        [found] = operations.measure_routing(house.space.house, length=timedelta(days=7)).pools
    return found


def test_what_came_since_the_pool_went_live_stands_beside_what_came_before(measured: PoolMeasures) -> None:
    assert measured.before is not None
    assert (measured.before.records, measured.now.records) == (1, 4)


def test_first_touch_right_counts_what_was_touched(measured: PoolMeasures) -> None:
    assert measured.before is not None
    assert (measured.before.right.part, measured.before.right.of) == (0, 1)
    assert (measured.now.right.part, measured.now.right.of) == (1, 2)


def test_a_lead_that_waited_for_a_person_took_hours_and_a_routed_one_a_minute(measured: PoolMeasures) -> None:
    assert measured.before is not None
    assert measured.before.to_assign.median == pytest.approx(3 * 3600, rel=0.01)
    assert measured.now.to_assign.median is not None
    assert measured.now.to_assign.median <= 60


def test_what_a_pool_calls_touched_is_what_is_measured() -> None:
    promise = "promise: {touch_within: 2 hours, touched: 'NOT(ISBLANK(Description))'}\n"
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL + promise}) as house:
        house.promote(ROUTE)
        noted, called = lead(house, "Maier"), lead(house, "Roth")
        house.play("1 minute")
        house.play("10 minutes")
        house.update("Lead", noted, by=house.owner("Lead", noted), Description="Wants a demo")
        calls(house, called, house.owner("Lead", called))
        [found] = operations.measure_routing(house.space.house, length=timedelta(days=7)).pools
    assert (found.now.to_touch.count, found.now.right.part, found.now.right.of) == (1, 1, 1)


def test_what_waits_in_the_holding_pool_is_counted_with_its_age(measured: PoolMeasures) -> None:
    assert (measured.held.count, measured.unowned) == (1, 1)
    assert measured.held.median is not None
    assert measured.held.median > 3600


def test_the_week_in_which_it_went_live_is_told_apart_and_adds_up(measured: PoolMeasures) -> None:
    assert [(one.live, one.span.records) for one in measured.weeks] == [(False, 1), (True, 4)]


def test_what_a_person_moved_is_a_manual_fix(measured: PoolMeasures) -> None:
    assert measured.before is not None
    assert (measured.before.by_hand, measured.now.by_hand) == (1, 1)


def test_loads_stand_beside_the_shares_that_weights_say(measured: PoolMeasures) -> None:
    assert {one.user: one.fair for one in measured.loads} == {LENA: 0.5, OWEN: 0.5}
    assert sum(one.records for one in measured.loads) == 3
