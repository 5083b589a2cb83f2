"""Of every member of a pool it is told why they could take a record or could not, and it is true."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat import formula
from upbeat.routing import Absence, Known, PoolState, Roster, Rule, Turn, assign, is_open
from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.workflows import Cap, Criterion, Days, Hours, Member
from upbeat.workflows.pool_words import hours as spans

NOW = datetime(2026, 6, 8, 10, 30, tzinfo=UTC)
DESK = Hours("desk", ZoneInfo("Asia/Kolkata"), spans("weekdays 09:30-16:00"))
NIGHT = Hours("night", ZoneInfo("America/New_York"), spans("every day 22:00-07:00"))

Make = Callable[..., Any]

caps = st.sampled_from(["1 an hour", "2 a day", "2 in 3 days"]).map(Cap.parse)
members = st.builds(
    Member,
    user=st.just(""),
    weight=st.floats(0.1, 10),
    caps=st.lists(caps, max_size=2).map(tuple),
    capacity=st.sampled_from([None, 2.0]),
    territories=st.sampled_from([(), ("North",), ("South",), ("North", "South")]),
    languages=st.sampled_from([(), ("en",), ("en", "DE")]),
    hours=st.sampled_from([None, DESK, NIGHT]),
    away=st.sampled_from([(), (), (Days.parse("2026-06-08"),)]),
)


@pytest.fixture(scope="module")
def spoken() -> formula.Formula:
    field = Field(name="Language__c", type=FieldType.STRING)
    return formula.compile(
        field.name, formula.Scope(Schema({"Lead": Object(name="Lead", fields={field.name: field})}), "Lead")
    )


@given(
    each=st.lists(members, min_size=1, max_size=6),
    gone=st.integers(0, 63),
    absent=st.integers(0, 63),
    busy=st.integers(0, 63),
    held=st.integers(0, 63),
    taken=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 50)), max_size=8),
    code=st.sampled_from(["10001", "20001", "99999"]),
    language=st.sampled_from([None, "en", "de"]),
    relax=st.lists(st.sampled_from(list(Criterion)), unique=True).map(tuple),
)
def test_everybody_is_either_free_or_passed_over_for_a_reason_that_holds(
    each: list[Member],
    gone: int,
    absent: int,
    busy: int,
    held: int,
    taken: list[tuple[int, int]],
    code: str,
    language: str | None,
    relax: tuple[Criterion, ...],
    roster: Make,
    lead: Make,
    territory: Make,
    spoken: formula.Formula,
) -> None:
    people = [replace(one, user=f"rep{number}@acme.example") for number, one in enumerate(each)]

    def among(mask: int) -> list[str]:
        return [one.user for number, one in enumerate(people) if mask >> number & 1]

    places = (territory("North", "1*"), territory("South", "2*"))
    pool: Roster = roster(*people, territories=places, keeps=(), relax=relax, language=spoken)
    pool = replace(
        pool,
        people={user: replace(one, active=user not in among(gone)) for user, one in pool.people.items()},
        absences={user: (Absence(NOW, NOW + timedelta(hours=1)),) for user in among(absent)},
        open_work=dict.fromkeys(among(busy), 1.5),
    )
    state, had = PoolState(pool), list[tuple[str, datetime]]()
    for number, ago in sorted(taken, key=lambda one: -one[1]):
        had.append((people[number % len(people)].user, NOW - timedelta(hours=ago)))
        state.take(Turn(had[-1][0], 1, had[-1][1]))
    state = PoolState(pool, state.places)  # a new batch: what was given is in the open work by now
    found = assign(lead(PostalCode=code, Language__c=language), pool, state, NOW, Known(holders=frozenset(among(held))))

    def could(one: Member) -> bool:
        wall = NOW.astimezone(one.hours.zone if one.hours else UTC)
        where = {"1": "North", "2": "South"}.get(code[0], "")
        loose = {
            Criterion.TERRITORY: not one.territories or where in one.territories,
            Criterion.LANGUAGE: language is None or language in {word.casefold() for word in one.languages},
            Criterion.HOURS: is_open(one.hours, NOW),
            Criterion.CAPACITY: one.capacity is None or pool.open_work.get(one.user, 0) + 1 <= one.capacity,
        }
        firm = one.user not in {*among(gone), *among(held), *among(absent)} and not any(
            wall.date() in days for days in one.away
        )
        below = all(_count(had, one, cap, wall) < cap.most for cap in one.caps)
        return firm and below and all(fits for criterion, fits in loose.items() if criterion not in found.relaxed)

    free = {one.user for one in people if could(one)}
    passed = dict(found.passed_over)
    assert {one.user for one in found.stakes} == free
    assert set(passed) == {one.user for one in people} - free
    assert all(passed.values())
    assert (found.owner in free) if free else found.rule is Rule.HOLDING


def _count(had: list[tuple[str, datetime]], one: Member, cap: Cap, wall: datetime) -> int:
    """Count what a member was given within a cap's span that is not over yet."""

    def counts(at: datetime) -> bool:
        if cap.rolling:
            return at > NOW - cap.span
        there = at.astimezone(wall.tzinfo)
        return there.date() == wall.date() and (cap.span.days > 0 or there.hour == wall.hour)

    return sum(user == one.user and counts(at) for user, at in had)
