"""The org's API calls run short: work slows down, stops before the reserve, and loses nothing."""

from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.salesforce import LimitReached
from upbeat.testing import House

Make = Callable[..., str]

ROUTE = "route-inbound-leads"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one:
        one.promote(ROUTE)
        one.play()
        yield one


def leave(house: House, left: int) -> None:
    """Let others use the org until so many calls are left, and the engine see it."""
    house.org.access.used = house.org.access.allowed - left
    house.space.reader.limits()


def test_near_the_reserve_an_item_takes_longer_and_is_done(house: House, a_lead: Make) -> None:
    leave(house, 5_000)
    lead, before = a_lead(), house.clock.now()
    house.play()
    assert house.run(lead).outcome == "routed"
    assert (house.clock.now() - before).total_seconds() > 30


@pytest.mark.law(2)
def test_at_the_reserve_work_stops_and_goes_on_when_there_are_calls_again(house: House, a_lead: Make) -> None:
    leave(house, 690)
    lead = a_lead()
    with pytest.raises(LimitReached, match="work stops at 696, and the last 500 are never spent"):
        house.play()
    assert (house.written(), house.org.access.allowed - house.org.access.used) == ([], 689)
    leave(house, 50_000)
    house.play("15 minutes")
    assert house.run(lead).outcome == "routed"


def test_the_status_says_what_is_left_and_where_work_slows_and_stops(house: House) -> None:
    house.play("1 minute")
    calls = operations.status(house.space.house).calls
    assert calls is not None
    assert (calls.allowed, calls.slow, calls.stop, calls.reserve) == (100_000, 20_696, 696, 500)
    assert 0 < calls.used <= house.org.access.used


def test_another_process_begins_with_what_the_engine_knew(house: House) -> None:
    leave(house, 690)
    with pytest.raises(LimitReached):
        house.play("1 minute")
    known = house.space.budget.usage
    house.close()
    assert house.space.budget.usage == known
