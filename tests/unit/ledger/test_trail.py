"""The newest entries that fit, a page at a time, in a ledger of any length."""

from datetime import timedelta
from typing import Any

import pytest

from upbeat.ledger import Entry, Kind, Wanted

PRIYA = "priya.shah@acme.example"


@pytest.fixture
def full(house: Any) -> Any:
    """Ten entries a day for three days; each day Priya stops all writes, first of all."""
    for day in range(3):
        house.write(Entry(Kind.STOPPED, PRIYA, {"why": f"day {day}"}))
        house.write(*(house.entry(10 * day + number) for number in range(9)))
        house.ledger.seal(house.store)
        house.clock.advance(timedelta(days=1))
    return house


def pages(house: Any, wanted: Wanted, most: int) -> list[list[int]]:
    """Give the numbers of the entries of each page, until there is no more."""
    found, before = [], 0
    with house.store.reading() as conn:
        while True:
            entries, before = house.ledger.find(conn, wanted, before, most)
            found.append([one.seq for one in entries])
            if not before:
                return found


def test_pages_follow_one_another_without_a_gap_or_a_double(full: Any) -> None:
    found = pages(full, Wanted(), 7)
    assert [seq for page in found for seq in page] == list(range(30, 0, -1))
    assert {len(page) for page in found[:-1]} == {7}


@pytest.mark.parametrize(
    ("wanted", "seqs"),
    [
        pytest.param({"actor": PRIYA}, [21, 11, 1], id="who"),
        pytest.param({"kinds": (Kind.STOPPED,)}, [21, 11, 1], id="what"),
        pytest.param({"record_id": "00Q000000000000011"}, [13], id="about which record"),
        pytest.param({"item_id": "item-5"}, [13, 12], id="in which run"),
        pytest.param({"position": 12}, [12], id="at which position"),
        pytest.param({"workflow": "route-inbound-leads", "item_id": "item-0"}, [3, 2], id="of which workflow"),
        pytest.param({"actor": "nobody@acme.example"}, [], id="nobody"),
    ],
)
def test_entries_are_found_by(full: Any, wanted: dict[str, Any], seqs: list[int]) -> None:
    assert [seq for page in pages(full, Wanted(**wanted), 5) for seq in page] == seqs


def test_entries_are_found_by_the_days(full: Any) -> None:
    now = full.clock.now()
    second = Wanted(since=now - timedelta(days=2), until=now - timedelta(days=1))
    assert pages(full, second, 50) == [list(range(20, 10, -1))]
    assert pages(full, Wanted(since=now + timedelta(days=1)), 50) == [[]]


def test_a_page_looks_no_deeper_than_it_may_and_the_next_goes_on_there(
    full: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upbeat.ledger.trail.DEEP", 12)
    assert pages(full, Wanted(kinds=(Kind.STOPPED,)), 5) == [[21], [11], [1]]
    assert pages(full, Wanted(actor=PRIYA), 5) == [[21, 11, 1]]


def test_what_is_not_sealed_yet_is_found_too(full: Any) -> None:
    full.write(full.entry(99))
    assert pages(full, Wanted(item_id="item-49"), 5) == [[31]]
