"""misfire, override, scorecard, owners: as a user types them, in words and as JSON."""

from collections.abc import Iterator
from typing import Any

import pytest

from upbeat.testing import House

NEXT = "missing-next-step"
PRIYA, MAYA, BEN = (f"{name}@acme.example" for name in ("priya.shah", "maya.chen", "ben.foster"))


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[NEXT]) as one:
        one.promote(NEXT)
        yield one


@pytest.fixture
def deal(house: House) -> str:
    """A deal that was flagged."""
    values = {"StageName": "Value Proposition", "CloseDate": "2027-03-31", "Name": "Lowell"}
    made = house.create("Opportunity", by=MAYA, **values)
    house.play("1 day")
    return made


def test_a_trigger_that_has_not_fired_says_so_and_what_to_look_at(upbeat: Any) -> None:
    said = upbeat("scorecard")
    assert (said.code, "has not fired" in said.out, "upbeat explain" in said.out) == (0, True, True)


def test_whoever_reports_a_misfire_reads_who_answers_and_by_when(upbeat: Any, deal: str) -> None:
    said = upbeat("misfire", deal, "--why", "It has one", "--kind", "wrong fact", "--as", BEN)
    assert (said.code, f"{PRIYA}, who answers for {NEXT}, is told and answers by" in said.out) == (0, True)


def test_a_misfire_of_the_same_run_again_is_refused_with_where_it_stands(upbeat: Any, deal: str) -> None:
    words = ("misfire", deal, "--why", "It has one", "--as", BEN, "--json")
    assert upbeat(*words).json["kind"] == "wrong fact"
    again = upbeat(*words)
    assert (again.code, "has reported run" in again.json["error"]["what"]) == (1, True)
    assert "upbeat review show" in again.json["error"]["fix"]


def test_the_owner_answers_a_misfire_where_all_questions_are_answered(upbeat: Any, deal: str) -> None:
    ticket = upbeat("misfire", deal, "--why", "It has one", "--as", BEN, "--json").json["review"]
    silent = upbeat("review", "approve", ticket, "--choose", "data mended", "--as", PRIYA)
    assert (silent.code, "--note" in silent.err) == (1, True)
    said = upbeat("review", "approve", ticket, "--choose", "data mended", "--note", "Filled in", "--as", PRIYA)
    assert said.code == 0, said.err


def test_an_override_says_what_is_quiet_and_is_counted_in_the_status(upbeat: Any, deal: str) -> None:
    said = upbeat("override", deal, "--reason", "On leave", "--as", MAYA)
    assert (said.code, f"{NEXT} is quiet on Lowell until the facts change" in said.out) == (0, True)
    assert "1 overridden" in upbeat("status").out


def test_a_scorecard_shows_shares_with_their_interval_and_each_reader(upbeat: Any, deal: str) -> None:
    upbeat("override", deal, "--reason", "On leave", "--as", MAYA)
    said = upbeat("scorecard", NEXT, "--since", "30 days")
    assert (said.code, "at 95 %" in said.out, MAYA in said.out) == (0, True, True)
    assert "is measured nowhere in Upbeat" in said.out
    assert "to tell (less than a day)" in said.out
    [card] = upbeat("scorecard", NEXT, "--json").json
    assert (card["workflow"], card["overridden"] >= 1) == (NEXT, True)


def test_owners_are_listed_and_one_who_left_ends_it_with_1(upbeat: Any, house: House) -> None:
    assert upbeat("owners").code == 0
    house.update("User", house.ids["dana.whitfield@acme.example"], IsActive=False)
    house.play("1 hour")
    said = upbeat("owners")
    assert (said.code, "no longer active" in said.out) == (1, True)
    assert "nobody answers: dana.whitfield@acme.example in policy.yaml" in upbeat("status").out
    house.update("User", house.ids["dana.whitfield@acme.example"], IsActive=True)
    house.play("1 hour")
