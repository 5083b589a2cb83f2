"""What nobody decides in all its time is given up: it ends as expired, its owner is told, and nothing is written."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from tests.scenarios.queued import DANA, FILES, NAME, PRIYA, ROWAN, agree, category, waiting

from upbeat import operations
from upbeat.base import UpbeatError
from upbeat.operations import Review, Wanted
from upbeat.testing import House

Make = Callable[..., str]


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[NAME], files=FILES) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def asked(house: House, a_deal: Make) -> Review:
    made = a_deal()
    agree(house, made)
    return waiting(house, made)


def days(house: House, number: int) -> None:
    for _ in range(number):
        house.play("1 day")


def given_up(house: House) -> list[Review]:
    """Give what an owner is told of questions that nobody decided."""
    return [one for one in house.reviews() if one.kind == "expired"]


@pytest.mark.law(6)
@pytest.mark.law(2)
def test_it_comes_to_a_declared_outcome_and_never_to_a_yes(house: House, asked: Review) -> None:
    days(house, 29)
    assert waiting(house, asked.record_id).state == "open"
    days(house, 1)
    assert (house.run(asked.record_id).outcome, category(house, asked.record_id)) == ("expired", "Pipeline")
    assert operations.one_review(house.space.house, asked.id).state == "expired"
    assert operations.status(house.space.house).loose == ()


@pytest.mark.usefixtures("asked")
def test_its_owner_is_told_in_their_queue_of_exceptions(house: House) -> None:
    days(house, 30)
    [told] = operations.queue(house.space.house, Wanted(queue="exceptions")).lines
    assert (told.kind, told.owner, told.workflow) == ("expired", PRIYA, NAME)
    assert "was given up and nothing was written" in told.title
    [review] = given_up(house)
    house.approve(review, PRIYA, "seen")
    assert given_up(house) == []


@pytest.mark.usefixtures("asked")
def test_what_its_owner_does_not_look_at_goes_to_whoever_stands_above_them_and_stays_open(house: House) -> None:
    days(house, 30)
    [told] = given_up(house)
    days(house, 2)
    [still] = given_up(house)
    assert (told.owner, still.id, still.owner, still.due_at > house.clock.now()) == (PRIYA, told.id, ROWAN, True)


def test_it_is_passed_on_before_it_is_given_up_to_those_who_may_sign(house: House, asked: Review) -> None:
    owners = [asked.owner]
    for _ in range(4):
        house.play("1 day")
        owners.append(waiting(house, asked.record_id).owner)
    assert {DANA, ROWAN} <= set(owners)


def test_a_late_approval_is_refused_though_no_engine_ran_meanwhile(house: House, asked: Review) -> None:
    house.clock.advance(timedelta(days=31))
    with pytest.raises(UpbeatError, match="has expired at"):
        house.approve(asked, DANA)


@pytest.mark.law(2)
@pytest.mark.law(6)
@pytest.mark.parametrize("is_off", [False, True])
def test_an_approval_that_is_held_beyond_its_time_lapses_and_is_never_written(
    house: House, asked: Review, *, is_off: bool
) -> None:
    house.approve(asked, DANA)
    operations.stop(house.space.house, PRIYA, "something is wrong")
    if not is_off:
        house.play("1 minute")
        house.play("31 days")
        assert operations.one_review(house.space.house, asked.id).state == "expired"
    house.clock.advance(timedelta(days=31))
    operations.resume(house.space.house, PRIYA)
    house.play()
    assert (house.run(asked.record_id).outcome, category(house, asked.record_id)) == ("expired", "Pipeline")
    assert len(given_up(house)) == 1


def test_nothing_is_put_off_beyond_it(house: House, asked: Review) -> None:
    until = house.clock.now() + timedelta(days=31)
    with pytest.raises(UpbeatError, match="nothing is put off beyond that"):
        operations.snooze(house.space.house, asked.id, DANA, until)


def test_what_is_put_off_is_out_of_the_list_until_then_and_due_then(house: House, asked: Review) -> None:
    until = house.clock.now() + timedelta(days=5)
    operations.snooze(house.space.house, asked.id, DANA, until)
    page = operations.queue(house.space.house)
    assert (page.lines, page.snoozed) == ((), 1)
    days(house, 4)
    assert operations.status(house.space.house).loose == ()
    assert operations.one_review(house.space.house, asked.id).owner == asked.owner  # nobody else was asked meanwhile
    days(house, 1)
    assert [one.id for one in operations.queue(house.space.house).lines] == [asked.id]
