"""A rep changes the field while its change waits: the approver sees who moved what, and nothing is overwritten."""

from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.queued import DANA, FILES, MAYA, NAME, agree, category, waiting

from upbeat import operations
from upbeat.operations import Side
from upbeat.testing import House

Make = Callable[..., str]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[NAME], files=FILES) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def deal(house: House, a_deal: Make) -> str:
    made = a_deal()
    agree(house, made)
    return made


def change(house: House, deal: str, value: str) -> None:
    house.update("Opportunity", deal, by=MAYA, ForecastCategoryName=value)


def test_one_sees_what_it_was_what_is_suggested_and_what_it_is_now_and_whose_that_is(house: House, deal: str) -> None:
    change(house, deal, "Omitted")
    shown = operations.show_review(house.space.house, waiting(house, deal).id)
    [moved] = shown.moved
    assert (moved.field, moved.was, moved.suggested, moved.now) == (
        "ForecastCategoryName",
        "Pipeline",
        "Best Case",
        "Omitted",
    )
    assert (moved.side, moved.by) == (Side.THE_ORG, "Maya Chen")


def test_a_field_that_has_the_suggested_value_already_is_told_as_such(house: House, deal: str) -> None:
    change(house, deal, "Best Case")
    [moved] = operations.show_review(house.space.house, waiting(house, deal).id).moved
    assert moved.side is Side.BOTH


@pytest.mark.law(8)
def test_an_approval_of_it_signs_nothing_and_says_who_changed_what(house: House, deal: str) -> None:
    change(house, deal, "Omitted")
    told = house.approve(waiting(house, deal), DANA)
    assert (told.state, told.body.approvals) == ("outdated", ())
    assert told.note == (
        "ForecastCategoryName was Pipeline when this was suggested and is Omitted now, as Maya Chen left it"
    )
    house.play()
    assert category(house, deal) == "Omitted"


def test_it_is_suggested_anew_against_what_the_rep_wrote(house: House, deal: str) -> None:
    change(house, deal, "Omitted")
    house.approve(waiting(house, deal), DANA)
    house.play()
    again = waiting(house, deal)
    assert again.body.proposals[0].before == {"ForecastCategoryName": "Omitted"}
    assert "is Omitted now" in again.body.again
    house.approve(again, DANA)
    house.play()
    assert category(house, deal) == "Best Case"


@pytest.mark.law(8)
def test_a_change_in_the_hold_is_not_overwritten_either(house: House, deal: str) -> None:
    house.approve(waiting(house, deal), DANA)
    change(house, deal, "Omitted")
    house.play()
    assert category(house, deal) == "Omitted"
    assert "is Omitted now" in waiting(house, deal).body.again


def test_where_the_rep_wrote_just_what_is_suggested_nothing_is_asked_any_more(house: House, deal: str) -> None:
    change(house, deal, "Best Case")
    house.approve(waiting(house, deal), DANA)
    house.play()
    assert [one for one in house.reviews() if one.record_id == deal] == []
