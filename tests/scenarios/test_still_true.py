"""A condition goes on holding: it stays quiet, fires again, or goes up, as its workflow says."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

NEXT = "missing-next-step"
FILE = f"workflows/{NEXT}.yaml"
STILL = "if_still_true: {after: 14 days, then: escalate}"
MAYA, DANA = "maya.chen@acme.example", "dana.whitfield@acme.example"


@contextmanager
def a_house(still: str) -> Iterator[tuple[House, str]]:
    """A house with a deal that has no next step."""
    text = (PLAYBOOKS / FILE).read_text()
    assert STILL in text
    with House(only=[NEXT], files={FILE: text.replace(STILL, still)}) as house:
        house.promote(NEXT)
        values = {"Name": "Lowell - Platform", "StageName": "Value Proposition", "CloseDate": "2027-03-31"}
        yield house, house.create("Opportunity", by=MAYA, **values)


def days(house: House, number: int) -> None:
    for _ in range(number):
        house.play("1 day")


def outcomes(house: House, deal: str) -> Counter[str | None]:
    return Counter(run.outcome for run in house.runs(deal))


@pytest.mark.parametrize("still", ["", "if_still_true: {after: 3 days, then: stay quiet}"], ids=["unsaid", "said"])
def test_a_condition_that_lasts_is_told_once(still: str) -> None:
    with a_house(still) as (house, deal):
        days(house, 20)
        assert outcomes(house, deal) == {"asked": 1}


def test_a_condition_that_lasts_fires_again_each_time_its_span_is_over() -> None:
    with a_house("if_still_true: {after: 7 days, then: fire again}") as (house, deal):
        days(house, 15)
        assert outcomes(house, deal) == {"asked": 3}


def test_a_condition_that_lasts_goes_to_the_owners_manager_and_the_owner_is_not_asked_again() -> None:
    with a_house("if_still_true: {after: 7 days, then: escalate}") as (house, deal):
        days(house, 8)
        assert outcomes(house, deal) == {"asked": 1, "escalated": 1}
        [told] = house.reviews()
        assert (told.owner, told.title) == (
            DANA,
            "Lowell - Platform: still so: Ask for the next step of deals that have none",
        )


def test_a_manager_who_has_seen_it_is_left_in_peace_until_the_span_is_over_again() -> None:
    with a_house("if_still_true: {after: 7 days, then: escalate}") as (house, deal):
        days(house, 9)
        house.approve(house.reviews()[0], DANA, "seen")
        days(house, 4)
        assert house.reviews() == []
        days(house, 4)
        assert outcomes(house, deal) == {"asked": 1, "escalated": 2}


def test_a_condition_that_was_over_and_is_back_fires_anew() -> None:
    with a_house("") as (house, deal):
        days(house, 2)
        house.update("Opportunity", deal, by=MAYA, NextStep="Call finance")
        days(house, 2)
        house.update("Opportunity", deal, by=MAYA, NextStep=None)
        days(house, 5)
        assert outcomes(house, deal) == {"asked": 2}


def test_nothing_looks_at_a_weekend() -> None:
    with a_house("") as (house, _):
        days(house, 5)  # to Saturday
        deal = house.create("Opportunity", by=MAYA, Name="W", StageName="Value Proposition", CloseDate="2027-03-31")
        days(house, 1)
        assert house.runs(deal) == []
        days(house, 2)
        assert outcomes(house, deal) == {"asked": 1}


def test_a_schedule_that_was_missed_is_made_up_for_once() -> None:
    with a_house("if_still_true: {after: 1 day, then: fire again}") as (house, deal):
        days(house, 1)
        house.close()
        house.play("4 days")
        house.play("1 hour")
        assert outcomes(house, deal) == {"asked": 2}


@pytest.fixture
def house() -> Iterator[House]:
    text = (PLAYBOOKS / "workflows" / "single-threaded-larger-deals.yaml").read_text()
    with House(
        only=["single-threaded-larger-deals"], files={"workflows/single-threaded-larger-deals.yaml": text}
    ) as one:
        one.promote("single-threaded-larger-deals")
        yield one


def test_an_outcome_that_waits_in_vain_becomes_a_question_and_the_answer_ends_it(house: House, a_deal: Make) -> None:
    """The flag stands already, so nothing is written: the run waits, then asks the manager, then ends."""
    flag = {"Risk_Flag__c": "Single-threaded", "Risk_Reason__c": "Contact roles: 0, at least 3 wanted"}
    deal = a_deal(Amount=90_000, Risk_Since__c="2026-11-01", **flag)
    house.play("3 days")
    assert house.run(deal).state == "waiting"
    house.play("3 days")
    [asked] = house.reviews(DANA)
    house.approve(asked, DANA, "done")
    house.play()
    assert (house.run(deal).outcome, house.reviews()) == ("escalated", [])
