"""A trigger whose flags nobody acts on: its owner is asked to tune it, and if that changes nothing it is taken back."""

from collections.abc import Iterator

import pytest

from upbeat.domain import Mode
from upbeat.operations import Review
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

NEXT = "missing-next-step"
POLICY = (PLAYBOOKS / "policy.yaml").read_text()
READERS = "readers: {action_rate: 50, over: 7 days, at_least: 5}\n"
MAYA, PRIYA = "maya.chen@acme.example", "priya.shah@acme.example"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[NEXT], files={"policy.yaml": POLICY + READERS}) as one:
        one.promote(NEXT)
        yield one


def flag(house: House, number: int) -> list[str]:
    values = {"StageName": "Value Proposition", "CloseDate": "2027-03-31"}
    made = [house.create("Opportunity", by=MAYA, Name=f"Deal {one}", **values) for one in range(number)]
    house.play("1 day")
    return made


def days(house: House, number: int) -> None:
    for _ in range(number):
        house.play("1 day")


def asked(house: House) -> list[Review]:
    return [one for one in house.reviews() if one.kind == "tired readers"]


def mode(house: House) -> Mode:
    return house.space.versions.modes()[NEXT]


def test_the_owner_is_asked_to_tune_it_with_the_figures(house: House) -> None:
    flag(house, 6)
    days(house, 4)
    [found] = asked(house)
    assert (found.owner, found.queue) == (PRIYA, "tuning")
    assert "0 of 6 flags within 7 days were acted on" in found.title
    assert f"{MAYA} acted on 0 of 6" in found.body.reasons


def test_flags_that_still_have_time_tire_nobody(house: House) -> None:
    flag(house, 6)
    days(house, 1)
    assert asked(house) == []


def test_few_flags_prove_nothing(house: House) -> None:
    flag(house, 4)
    days(house, 6)
    assert asked(house) == []


def test_a_trigger_whose_flags_are_acted_on_is_left_in_peace(house: House) -> None:
    for deal in flag(house, 6)[:3]:
        house.update("Opportunity", deal, by=MAYA, NextStep="Call finance")
    days(house, 6)
    assert asked(house) == []


def test_what_still_tires_its_readers_after_the_same_time_again_is_taken_back_with_the_figures(house: House) -> None:
    for _ in range(3):
        flag(house, 6)
        days(house, 2)
    assert mode(house) is Mode.LIVE
    flag(house, 6)
    days(house, 2)
    assert mode(house) is Mode.MONITOR
    [told] = [one for one in house.reviews() if one.kind == "taken back"]
    assert "it still tires its readers" in told.title


def test_the_question_goes_once_its_flags_are_acted_on_again(house: House) -> None:
    made = flag(house, 6)
    days(house, 3)
    assert len(asked(house)) == 1
    for deal in made[:5]:
        house.update("Opportunity", deal, by=MAYA, NextStep="Call finance")
    days(house, 2)
    assert asked(house) == []


def test_a_policy_that_demotes_nothing_for_it_only_asks() -> None:
    readers = READERS.replace("at_least: 5", "at_least: 5, demote: false")
    with House(only=[NEXT], files={"policy.yaml": POLICY + readers}) as house:
        house.promote(NEXT)
        for _ in range(4):
            flag(house, 6)
            days(house, 2)
        assert (mode(house), len(asked(house))) == (Mode.LIVE, 1)
