"""How an item stands."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.foundation.talk import NOW

from upbeat.foundation import (
    BY_KEY,
    CHECKS,
    ITEMS,
    Attest,
    Attestation,
    Found,
    Group,
    Item,
    Measure,
    Status,
    Unseen,
    judge,
)

MEASURED = BY_KEY["stage-exits"]
BESIDE = BY_KEY["api-footprint"]
TWO = BY_KEY["territories-and-owners"]
GOOD, BAD = Measure("x", 95, 100, "95 of 100"), Measure("x", 89, 100, "89 of 100")


def found(*measures: Measure, unseen: bool = False) -> dict[str, Found]:
    some = Found(measures=measures, unseen=(Unseen("ValidationRule", "", "no access"),) if unseen else ())
    return {"stage-exits": some, "api-footprint": some}


def said(days: int) -> Attestation:
    return Attestation(
        "api-footprint", "ada@brook.example", NOW - timedelta(days=9), "seen", NOW + timedelta(days=days)
    )


def test_there_are_six_items_of_data_five_of_process_four_of_tools_four_of_governance() -> None:
    assert [sum(one.group is group for one in ITEMS) for group in Group] == [6, 5, 4, 4]


def test_no_check_is_in_two_places() -> None:
    names = [one.name for one in CHECKS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("item", "came_to", "word", "status"),
    [
        (MEASURED, found(GOOD), None, Status.PASSES),
        (MEASURED, found(replace(GOOD, part=90)), None, Status.PASSES),
        (MEASURED, found(BAD), None, Status.FAILS),
        (MEASURED, found(GOOD, BAD), None, Status.FAILS),
        (MEASURED, found(GOOD, replace(BAD, scores=False)), None, Status.PASSES),
        (MEASURED, found(replace(GOOD, part=0, of=0)), None, Status.NOTHING),
        (MEASURED, found(unseen=True), None, Status.UNKNOWN),
        (MEASURED, {}, None, Status.UNKNOWN),
        (TWO, {"inactive-owners": Found(measures=(GOOD,))}, None, Status.UNKNOWN),
        (TWO, {"inactive-owners": Found(measures=(BAD,))}, None, Status.FAILS),
        (BESIDE, found(GOOD), None, Status.TO_ATTEST),
        (BESIDE, found(GOOD), 1, Status.PASSES),
        (BESIDE, found(GOOD), 0, Status.TO_ATTEST),
        (BESIDE, found(replace(GOOD, part=0, of=0)), 1, Status.PASSES),
        (BESIDE, found(BAD), 1, Status.FAILS),
        (BESIDE, found(unseen=True), 1, Status.UNKNOWN),
        (replace(BESIDE, attest=Attest.ALONE, checks=()), {}, 1, Status.PASSES),
        (replace(BESIDE, attest=Attest.ALONE, checks=()), {}, None, Status.TO_ATTEST),
    ],
    ids=[
        "good figures pass", "the mark itself passes", "one below it fails", "the weakest figure counts",
        "a figure that does not score is only shown", "nothing there is no fault", "what is denied is unknown",
        "a check that did not end is unknown", "though another came to good figures", "which bad ones are not",
        "good figures still want a word", "and have it", "which grows old", "a word alone, with nothing to measure",
        "no word turns a failed figure", "nor what is denied", "a word alone will do", "where no data shows it",
    ],
)  # fmt: skip
def test_an_item_stands_by_its_figures_and_by_a_word_where_no_data_shows_it(
    item: Item, came_to: dict[str, Found], word: int | None, status: Status
) -> None:
    attested = None if word is None else said(word)
    assert judge(item, came_to, 90, attested, NOW).status is status
