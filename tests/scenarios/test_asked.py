"""A person starts a workflow on one record: the condition is still asked, and the mode holds."""

from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.operations import Refused
from upbeat.testing import House

Make = Callable[..., str]

NEXT, PRIYA = "missing-next-step", "priya.shah@acme.example"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[NEXT]) as one:
        yield one


def test_in_monitor_it_says_what_it_would_have_done(house: House, a_deal: Make) -> None:
    deal = a_deal(NextStep=None)
    operations.start_on(house.space.house, NEXT, deal, PRIYA)
    house.play()
    assert (house.run(deal).outcome, house.written()) == ("asked", [])


def test_live_it_does_it(house: House, a_deal: Make) -> None:
    house.promote(NEXT)
    deal = a_deal(NextStep=None)
    operations.start_on(house.space.house, NEXT, deal, PRIYA)
    house.play()
    assert len(house.query(f"SELECT Id FROM Task WHERE WhatId = '{deal}'")) == 1


def test_a_record_for_which_the_condition_does_not_hold_is_left(house: House, a_deal: Make) -> None:
    deal = a_deal(NextStep="Call finance")
    operations.start_on(house.space.house, NEXT, deal, PRIYA)
    house.play()
    assert house.run(deal).outcome == "condition not met"


@pytest.mark.parametrize("record", ["nonsense", "00Q000000000001AAA"])
def test_what_is_no_record_of_its_object_is_refused(house: House, record: str) -> None:
    with pytest.raises(Refused, match="is no Opportunity of this org"):
        operations.start_on(house.space.house, NEXT, record, PRIYA)
