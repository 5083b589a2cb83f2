"""Two people decide the same change at the same time: one wins, and the other is told by whom and when."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from tests.scenarios.queued import DANA, FILES, NAME, ROWAN, agree, category, waiting

from upbeat import operations, review
from upbeat.base import UpbeatError
from upbeat.operations import Review
from upbeat.review import ReviewError
from upbeat.testing import House

Make = Callable[..., str]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[NAME], files=FILES) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def asked(house: House, a_deal: Make) -> Review:
    made = a_deal()
    agree(house, made)
    return waiting(house, made)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do several things at the same moment, and give what came of each: a value, or the error."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait()
        try:
            return act()
        except UpbeatError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.law(3)
@pytest.mark.parametrize("pause", [0, 0.002, 0.02], ids=["at once", "close", "after"])
def test_an_approval_and_a_rejection_at_once_are_one_decision(house: House, asked: Review, pause: float) -> None:
    space = house.space.house
    assert space.get_people().find(DANA) is not None

    def reject() -> Review:
        sleep(pause)
        return operations.reject(space, asked.id, ROWAN, "wrong time")

    found = at_once(lambda: operations.approve(space, asked.id, DANA), reject)
    [error] = [one for one in found if isinstance(one, ReviewError)]
    [won] = [one for one in found if isinstance(one, Review)]
    assert won.state in {"approved", "rejected"}
    assert f"was {won.state} by {won.decided_by} at " in error.what


def test_who_read_it_before_and_decides_after_is_told_who_was_first_and_when(house: House, asked: Review) -> None:
    house.reject(asked, ROWAN)
    with pytest.raises(UpbeatError, match=r"was rejected by rowan\.ellis@acme\.example at \d{4}-\d\d-\d\d \d\d:\d\d"):
        house.approve(asked, DANA)


@pytest.mark.law(6)
def test_of_two_signatures_on_the_same_reading_none_is_lost(house: House, asked: Review) -> None:
    space = house.space
    with space.store.reading() as conn:
        first = second = review.find(conn, asked.id)
    with space.store.writing() as conn:
        review.delegate(conn, space.ledger, first, DANA, ROWAN, space.house.policy, "", house.clock.now())
    with space.store.writing() as conn, pytest.raises(ReviewError, match="was changed by somebody meanwhile"):
        review.approve(conn, space.ledger, second, DANA, space.house.policy, "", house.clock.now())


def test_what_won_is_what_is_written(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    with pytest.raises(UpbeatError, match="was approved by"):
        house.reject(asked, ROWAN)
    house.play()
    assert category(house, asked.record_id) == "Best Case"
