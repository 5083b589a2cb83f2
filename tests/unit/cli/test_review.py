"""The queue on the command line: what it shows, what it says of an answer, and how it refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.scenarios.queued import DANA, FILES, MAYA, NAME, ROWAN, agree, waiting

from upbeat.testing import House

REST = {"CloseDate": "2027-03-31", "NextStep": "Meet"}


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[NAME], files=FILES) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def deal(house: House) -> str:
    values = {"Name": "Lowell", "StageName": "Value Proposition", "CloseDate": "2027-03-31", "NextStep": "Meet"}
    made = house.create("Opportunity", by=MAYA, **values)
    agree(house, made)
    return made


@pytest.fixture
def review(house: House, deal: str) -> str:
    return waiting(house, deal).id[:12]


def test_a_page_says_which_it_is_and_how_to_see_another(house: House, upbeat: Any, review: str) -> None:
    agree(house, house.create("Opportunity", by=MAYA, Name="Second", StageName="Value Proposition", **REST))
    said = upbeat("review", "list", "--limit", "1")
    assert (review[:10] in said.out, "page 1 of 2, 2 in all: --page shows another" in said.out) == (True, True)
    assert "No such page" in upbeat("review", "list", "--page", "99").out


@pytest.mark.usefixtures("review")
@pytest.mark.parametrize("asked", [("--queue", "tuning"), ("--workflow", "nosuch")])
def test_a_filter_that_nothing_fits_is_told_from_a_queue_that_is_empty(upbeat: Any, asked: tuple[str, str]) -> None:
    waiting = len(upbeat("review", "list", "--json").json)
    assert upbeat("review", "list", *asked).out.startswith(f"None of the {waiting} that wait fits.")


def test_show_has_the_three_states_of_a_field_the_reach_and_who_is_next(
    house: House, upbeat: Any, deal: str, review: str
) -> None:
    house.update("Opportunity", deal, by=MAYA, ForecastCategoryName="Omitted", NextStep="Wait")
    words = " ".join(upbeat("review", "show", review).out.split())
    for part in (
        "ForecastCategoryName: Pipeline → Best Case NOW Omitted: changed since by Maya Chen",
        "NextStep: was Meet, is Wait now",
        "still to sign: sales_manager",
        "then it goes to rowan.ellis@acme.example",
        "Records affected: 1 record here",
    ):
        assert part in words
    shown = upbeat("review", "show", review, "--json").json
    assert (shown["next_owner"], shown["missing"], shown["tier"]) == (ROWAN, ["sales_manager"], "review")


def test_an_approval_of_what_has_changed_ends_as_one_that_did_nothing(
    house: House, upbeat: Any, deal: str, review: str
) -> None:
    house.update("Opportunity", deal, by=MAYA, ForecastCategoryName="Omitted")
    said = upbeat("review", "approve", review, "--as", DANA)
    assert (said.code, "is Omitted now, as Maya Chen left it" in " ".join(said.out.split())) == (1, True)


def test_an_approval_says_until_when_it_is_taken_back_and_recall_does_so(upbeat: Any, review: str) -> None:
    said = upbeat("review", "approve", review, "--as", DANA)
    assert f"upbeat review recall {review[:10]}" in " ".join(said.out.split())
    assert upbeat("review", "recall", review, "--as", DANA, "--json").json["state"] == "open"


def test_an_edit_that_means_more_is_shown_beside_what_was_suggested(
    house: House, upbeat: Any, deal: str, review: str
) -> None:
    assert upbeat("review", "edit", review, "--set", "ForecastCategoryName=Commit", "--as", DANA).code == 0
    house.play()
    words = upbeat("review", "show", waiting(house, deal).id).out
    assert f"Pipeline → Commit (suggested Best Case, edited by {DANA})" in " ".join(words.split())


def test_it_is_handed_on_and_put_off(upbeat: Any, review: str) -> None:
    assert upbeat("review", "delegate", review, "--to", ROWAN, "--as", DANA, "--json").json["owner"] == ROWAN
    put_off = upbeat("review", "snooze", review, "--for", "4 hours", "--as", ROWAN, "--json").json
    assert put_off["snoozed_until"] < put_off["due_at"]
    assert review not in upbeat("review", "list").out
    assert review[:10] in upbeat("review", "list", "--snoozed", "--limit", "1000").out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        pytest.param(["edit", "--set", "Best Case"], "sets no field", id="no field"),
        pytest.param(["edit", "--set", "Amount=1"], "not among what is suggested", id="another field"),
        pytest.param(["snooze"], "nobody says until when", id="no time"),
        pytest.param(["snooze", "--for", "a while"], "is no time", id="no time of ours"),
        pytest.param(["snooze", "--until", "2020-01-31"], "is over", id="a time that is over"),
        pytest.param(["delegate", "--to", MAYA], "may not release", id="to somebody without the role"),
        pytest.param(["bulk", "--approve"], "of the sample", id="before the sample"),
        pytest.param(["withdraw", "--reason", "no"], "does not answer for this change", id="not theirs"),
        pytest.param(["recall"], "has not signed", id="not signed"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_fix(upbeat: Any, review: str, words: list[str], why: str) -> None:
    said = upbeat("review", words[0], review, *words[1:], "--as", DANA)
    assert (said.code, why in " ".join(said.err.split())) == (1, True)


def test_bulk_shows_the_sample_and_what_to_do_first(upbeat: Any, review: str) -> None:
    words = " ".join(upbeat("review", "bulk", review, "--as", DANA).out.split())
    assert "Decide each of these one by one first" in words
