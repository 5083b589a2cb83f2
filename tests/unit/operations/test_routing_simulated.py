"""Records laid before a pool again, over values: whom it gives each, why it differs, how even and how soon."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.operations.routing.simulated import Came, as_of, differing, play, side
from upbeat.routing import Double, Found, PoolState, Roster, assign
from upbeat.workflows import (
    Cap,
    Holding,
    Hours,
    Keeper,
    Keeps,
    MatchBy,
    Matching,
    Member,
    Open,
    Person,
    Pool,
    Promise,
    Territory,
)

QUEUE = "00G000000000001AAA"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANN, RAJ, ZOE = (f"{name}@acme.example" for name in ("ann", "raj", "zoe"))
IDS = {ANN: "005ANN", RAJ: "005RAJ", ZOE: "005ZOE"}
NAMES = {key: name for name, key in IDS.items()}
WORKDAYS = tuple(Open(day * 1440 + 540, day * 1440 + 1020) for day in range(5))  # 09:00 to 17:00


def roster(*members: Member, **more: Any) -> Roster:
    waits = Holding("Nobody fits", ANN, timedelta(days=1))
    pool = Pool(
        name="inbound", title="Inbound", object="Lead", owner=ANN, takes_from=("New Leads",), members=members,
        otherwise=waits, address={"country": "Country"}, **more,
    )  # fmt: skip
    people = {name: Person(name, key, name) for name, key in IDS.items() if any(one.user == name for one in members)}
    return Roster(pool, people, frozenset({QUEUE}))


def came(key: str, hours: float = 0, **more: Any) -> Came:
    """A lead that came so many hours after Monday 09:00, and is somebody's by now."""
    which = {name: more.pop(name) for name in ("found", "open_units", "done_at") if name in more}
    record = {"Id": key, "OwnerId": "005ZOE", "Country": None, "Company": None, "Email": None, **more}
    return Came(record, MONDAY + timedelta(hours=hours), **which)


def owners(some: Sequence[Came], pool: Roster) -> list[str]:
    return [one.owner for one in play(some, pool).values()]


@given(st.lists(st.integers(0, 400), max_size=40), st.integers(1, 4), st.integers(1, 3))
def test_a_simulation_gives_what_assigning_one_after_the_other_gives(hours: list[int], weight: int, cap: int) -> None:
    pool = roster(Member(ANN, weight, caps=(Cap(cap, timedelta(days=1)),)), Member(RAJ))
    some = [came(f"L{number}", at) for number, at in enumerate(sorted(hours))]
    state, expected = PoolState(pool), list[str]()
    for one in some:
        found = assign({**one.record, "OwnerId": QUEUE}, pool, state, one.at)
        state.take(found.turn)
        expected.append(found.owner)
    assert owners(some, pool) == expected


def test_a_double_goes_to_whom_the_simulation_gave_the_first_and_not_to_who_had_it() -> None:
    pool = roster(Member(ANN), match=Matching((MatchBy.COMPANY_NAME,)))
    zoe = {"Username": ZOE, "Name": ZOE, "IsActive": True}
    same = Found(doubles=(Double("Lead", {"Id": "L1", "OwnerId": IDS[ZOE], "Owner": zoe}, "same email"),))
    assert owners([came("L1"), came("L2", 1, found=same)], pool) == [ANN, ANN]


def test_what_came_later_than_a_record_is_no_part_of_what_was_known_of_it() -> None:
    def contact(at: str) -> Double:
        return Double("Contact", {"Id": f"003{at}", "OwnerId": IDS[ZOE], "CreatedDate": f"2026-03-02T{at}:00Z"}, "")

    found = Found(contact=contact("11:00"), doubles=(contact("08:00"), contact("11:00")))
    assert as_of(MONDAY, found) == Found(doubles=(contact("08:00"),))


def test_who_had_a_person_last_is_who_the_simulation_gave_them_to() -> None:
    pool = roster(Member(ANN), Member(RAJ), keeps=(Keeps(Keeper.LAST_OWNER),))
    some = [came(f"L{number}", number, Email="jo@globex.example", LastName="Jo") for number in range(3)]
    assert owners(some, pool) == [ANN, ANN, ANN]


def test_a_capacity_is_full_until_what_was_given_is_done() -> None:
    pool = roster(Member(ANN, capacity=1))
    done = MONDAY + timedelta(hours=2)
    some = [came("L1", open_units=1, done_at=done), came("L2", 1, open_units=1), came("L3", 3, open_units=1)]
    assert owners(some, pool) == [ANN, "", ANN]


def test_work_that_is_not_counted_fills_no_capacity() -> None:
    pool = roster(Member(ANN, capacity=1))
    assert owners([came("L1"), came("L2", 1)], pool) == [ANN, ANN]


GERMAN = Territory(name="Rhine", countries=("Germany",))


@pytest.mark.parametrize(
    ("members", "had", "why"),
    [
        pytest.param((Member(RAJ),), "", "nobody had it", id="nobody"),
        pytest.param((Member(RAJ),), ZOE, "who had it is no member", id="a stranger"),
        pytest.param((Member(RAJ), Member(ANN)), ANN, "somebody else's turn", id="by turn"),
        pytest.param(
            (Member(RAJ), Member(ANN, territories=("Isles",))), ANN, "who had it: serves another territory", id="where"
        ),
        pytest.param(
            (Member(RAJ), Member(ANN, hours=Hours("late", ZoneInfo("UTC"), (Open(1200, 1260),)))), ANN,
            "who had it: out of hours", id="when",
        ),
        pytest.param((Member(RAJ, territories=("Isles",)),), ANN, "held for a person", id="nobody fits"),
    ],
)  # fmt: skip
def test_what_differs_says_why(members: tuple[Member, ...], had: str, why: str) -> None:
    pool = roster(*members, territories=(GERMAN, Territory(name="Isles", countries=("Ireland",))))
    some = [came("L1", Country="Germany")]
    before = {"L1": IDS[had]} if had else {}
    [found] = differing(some, play(some, pool), before, NAMES, pool)
    assert (found.had, found.why) == (had, why)
    assert found.reasons


def test_a_record_that_goes_to_who_had_it_does_not_differ() -> None:
    some, pool = [came("L1")], roster(Member(ANN))
    assert differing(some, play(some, pool), {"L1": IDS[ANN]}, NAMES, pool) == ()


def test_what_nobody_had_and_nobody_would_have_does_not_differ() -> None:
    some, pool = [came("L1", Country="Germany")], roster(Member(ANN, territories=("Isles",)), territories=(GERMAN,))
    assert differing(some, play(some, pool), {}, NAMES, pool) == ()


def test_a_side_counts_members_others_and_nobody() -> None:
    some, pool = [came(f"L{number}") for number in range(4)], roster(Member(ANN), Member(RAJ))
    found = side(some, {"L0": IDS[ANN], "L1": IDS[ANN], "L2": IDS[ZOE]}, pool)
    assert [one.records for one in found.loads] == [2, 0]
    assert (found.others, found.nobody, found.evenness) == (1, 1, pytest.approx(0.5))


def test_who_comes_to_work_too_late_breaks_the_promise() -> None:
    early = Hours("early", ZoneInfo("UTC"), WORKDAYS)
    late = Hours("late", ZoneInfo("UTC"), tuple(Open(one.first + 240, one.last) for one in WORKDAYS))
    pool = roster(
        Member(ANN, hours=early), Member(RAJ, hours=late), promise=Promise(touch_within=timedelta(hours=2), by=early)
    )
    found = side([came("L1"), came("L2", -15)], {"L1": IDS[RAJ], "L2": IDS[ANN]}, pool)
    assert (found.in_time.part, found.in_time.of) == (1, 2)
    assert (found.to_work.count, found.to_work.ninetieth) == (2, 4 * 3600)


def test_without_a_promise_nothing_is_in_time_or_late() -> None:
    assert side([came("L1")], {"L1": IDS[ANN]}, roster(Member(ANN))).in_time.of == 0
