"""A month of a sales floor: 40 people in four zones, 14,000 leads, shifts, holidays, absences, caps, account owners.

The month has both changes of clocks, a holiday in one zone and not in the others, and goes from a Friday into a Sunday.
What is claimed of it is counted here by plain means, from who got what when, and not by what routing says of itself.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from upbeat.routing import Absence, Assignment, Known, Match, PoolState, Roster, Rule, assign
from upbeat.routing.hours import holiday
from upbeat.workflows import Cap, Days, Hours, IfAway, Keeper, Keeps, Member
from upbeat.workflows.pool_words import hours as spans

BEGINS, LEADS, DAYS = datetime(2026, 10, 9, tzinfo=UTC), 14_000, 30
EVERY = 1_000  # leads after which the pool's state is kept, to go on from

SHIFTS = {
    "new york": ("America/New_York", ("weekdays 08:00-17:00",), "US"),
    "new york late": ("America/New_York", ("weekdays 14:00-23:00", "saturdays 10:00-14:00"), "US"),
    "london": ("Europe/London", ("weekdays 09:00-17:30",), "GB-ENG"),
    "berlin": ("Europe/Berlin", ("weekdays 08:30-17:00",), "DE-BE"),
    "kolkata": ("Asia/Kolkata", ("weekdays 09:30-18:30",), "IN"),
    "kolkata nights": ("Asia/Kolkata", ("every day 21:30-06:30",), "IN"),
}
CAPS = ((), ("20 a day",), ("6 an hour", "80 a week"), ("60 in 7 days",), ("25 a day", "40 in 3 days"))


@dataclass
class Month:
    """What became of the month: each lead with its moment, and the states that were kept on the way."""

    roster: Roster
    given: list[tuple[datetime, dict[str, Any], Known, Assignment]] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)


def moments(random: Random) -> Iterator[datetime]:
    """Give when leads come: most by day in Europe and America, fewer at weekends, none evenly."""
    weights = [1 + 4 * (6 <= hour < 20) + 3 * (13 <= hour < 17) for hour in range(24)]
    drawn = list[datetime]()
    while len(drawn) < LEADS:
        day = BEGINS + timedelta(days=random.randrange(DAYS))
        if day.weekday() < 5 or random.random() < 0.3:
            [hour] = random.choices(range(24), weights)
            drawn.append(day + timedelta(hours=hour, seconds=random.randrange(3600)))
    return iter(sorted(drawn))


@pytest.fixture(scope="module")
def floor(roster: Callable[..., Roster], territory: Callable[..., Any]) -> Roster:
    random = Random(5)
    made = {
        name: Hours(name, ZoneInfo(zone), tuple(one for text in texts for one in spans(text)), of)
        for name, (zone, texts, of) in SHIFTS.items()
    }
    members = [
        Member(
            user=f"rep{number}@acme.example",
            weight=random.choice([0.5, 1, 1, 1, 2, 3]),
            caps=tuple(Cap.parse(text) for text in CAPS[number % len(CAPS)]),
            territories=random.choice([(), ("Americas",), ("Europe", "Asia"), ("Americas", "Europe", "Asia")]),
            hours=made[list(made)[number % len(made)]],
            away=(Days.parse("2026-10-19 to 2026-10-23"),) if number % 9 == 0 else (),
        )
        for number in range(40)
    ]
    market = {"Americas": ("United States", "Brazil"), "Europe": ("Germany", "France"), "Asia": ("India", "Japan")}
    found = roster(
        *members,
        territories=tuple(territory(name, countries=countries) for name, countries in market.items()),
        keeps=(Keeps(Keeper.ACCOUNT_OWNER, IfAway.SHARE),),
    )
    at = BEGINS + timedelta(days=12, hours=13)
    absences = {one.user: (Absence(at, at + timedelta(hours=20)),) for one in members[::7]}
    return Roster(found.pool, found.people, found.takes_from, absences)


@pytest.fixture(scope="module")
def month(floor: Roster, lead: Callable[..., dict[str, Any]], account: Callable[..., dict[str, Any]]) -> Month:
    random, state, found = Random(11), PoolState(floor), Month(floor)
    for number, now in enumerate(moments(random)):
        if number % EVERY == 0:
            found.kept.append(state.places)
        record = lead(Country=random.choice(["United States", "Brazil", "Germany", "France", "India", "Japan", None]))
        owned = (
            Match(account("Globex", f"rep{random.randrange(40)}"), "website domain") if random.random() < 0.08 else None
        )
        known = Known(accounts=(owned,) if owned else ())
        given = assign(record, floor, state, now, known)
        state.take(given.turn)
        found.given.append((now, record, known, given))
    return found


def takers(month: Month) -> Iterator[tuple[Member, datetime]]:
    members = {one.user: one for one in month.roster.pool.members}
    return ((members[given.owner], now) for now, _, _, given in month.given if given.owner)


def is_at_work(member: Member, now: datetime) -> bool:
    """Read a member's hours off the clock on the wall."""
    assert member.hours is not None
    wall = now.astimezone(member.hours.zone).replace(tzinfo=None)
    for day in (wall.date() - timedelta(days=1), wall.date()):
        for one in member.hours.open if not holiday(member.hours, day) else ():
            begins = datetime.combine(day, time()) + timedelta(minutes=one.first % 1440)
            if one.first // 1440 == day.weekday() and begins <= wall < begins + timedelta(minutes=one.last - one.first):
                return True
    return False


def test_no_lead_is_without_an_outcome(month: Month) -> None:
    assert len(month.given) == LEADS
    assert all(bool(one.owner) != bool(one.held and one.holder and one.due) for *_, one in month.given)


def test_nobody_gets_a_lead_out_of_hours_or_on_a_holiday(month: Month) -> None:
    assert [(one.user, now) for one, now in takers(month) if not is_at_work(one, now)] == []


def test_nobody_gets_a_lead_while_they_are_away(month: Month) -> None:
    def is_away(one: Member, now: datetime) -> bool:
        assert one.hours is not None
        by_calendar = any(part.begins <= now < part.ends for part in month.roster.absences.get(one.user, ()))
        return by_calendar or any(now.astimezone(one.hours.zone).date() in days for days in one.away)

    assert [(one.user, now) for one, now in takers(month) if is_away(one, now)] == []


def test_nobody_gets_more_than_a_cap(month: Month) -> None:
    got = defaultdict[str, list[datetime]](list)
    for one, now in takers(month):
        got[one.user].append(now)
    binding = 0
    for one in month.roster.pool.members:
        assert one.hours is not None
        for cap in one.caps:
            most = max(
                _rolling(got[one.user], cap.span) if cap.rolling else _calendar(got[one.user], cap.span, one.hours)
            )
            assert most <= cap.most
            binding += most == cap.most
    assert binding >= 20  # the caps bite, or this would show nothing


def _rolling(times: Sequence[datetime], span: timedelta) -> list[int]:
    return [sum(first <= one < first + span for one in times[start:]) for start, first in enumerate(times)]


def _calendar(times: Sequence[datetime], span: timedelta, hours: Hours) -> Iterator[int]:
    def label(one: datetime) -> tuple[Any, ...]:
        wall = one.astimezone(hours.zone)
        if span == timedelta(hours=1):
            return wall.date(), wall.hour
        return (wall.date(),) if span == timedelta(days=1) else tuple(wall.isocalendar())[:2]

    return iter(Counter(label(one) for one in times).values())


def test_shares_are_within_two_percent_of_what_is_fair(month: Month) -> None:
    fair, got = Counter[str](), Counter[str]()
    for *_, given in month.given:
        whole = sum(one.weight for one in given.stakes)
        for one in given.stakes:
            fair[one.user] += one.weight / whole
        got[given.owner] += given.rule is Rule.FAIR_SHARE
    assert len(fair) == 40
    assert max(abs(got[user] - due) / due for user, due in fair.items()) <= 0.02


def test_what_owners_keep_and_what_caps_hold_back_is_counted_apart(month: Month) -> None:
    by_rule = Counter(given.rule for *_, given in month.given)
    assert sum(by_rule.values()) == LEADS
    assert set(by_rule) == {Rule.ACCOUNT_OWNER, Rule.FAIR_SHARE, Rule.HOLDING}
    held_back = sum("at the cap" in why for *_, given in month.given[::50] for _, why in given.passed_over)
    assert held_back > 0


def test_every_choice_is_made_again_from_what_was_kept_of_it(month: Month) -> None:
    for start, places in zip(range(0, LEADS, EVERY), month.kept, strict=True):
        state = PoolState(month.roster, places)
        for now, record, known, given in month.given[start : start + EVERY]:
            again = assign(record, month.roster, state, now, known)
            assert (again.rule, again.owner, again.turn) == (given.rule, given.owner, given.turn)
            state.take(given.turn)
