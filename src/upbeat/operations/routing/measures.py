"""What routing is measured by: pure figures over the lives of records. Each says how it is counted.

First-touch-right: of the records that somebody has touched, or that should have been by now, the share whose first
touch was by the first person who had them, with nobody in between. A record whose promise was broken before anybody
touched it counts as not right; one that still has time counts as neither.

Evenness is Jain's index over each person's records divided by their weight: (Σx)² / (n·Σx²), from 1/n where one person
has them all to 1 where everybody has what their weight says (R. Jain, D. Chiu and W. Hawe, A Quantitative Measure of
Fairness, DEC TR-301, 1984).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from upbeat.base import Rate, rate
from upbeat.operations.owning.figures import Times, times
from upbeat.operations.routing.lives import Had, Life
from upbeat.routing import NeverOpenError, working_time
from upbeat.workflows import Hours, Member

Clocked = Callable[[datetime, datetime], timedelta]  # how much time lies between two moments, as the pool counts it
BUCKETS = tuple(timedelta(minutes=end) for end in (5, 15, 60, 240, 1440))
"""The upper ends of the distribution of the time to first touch; what a pool promises is one more."""


@dataclass(frozen=True, slots=True)
class Span:
    """One time of so many days: records that came in it, and what became of them.

    `to_touch` counts from the record's creation as the pool's promise does, in working time where it names hours;
    `touched_within` has, for each of the buckets and for more, how many were touched within so long. `by_hand` are
    changes of an owner by a person after somebody had the record.
    """

    days: float
    records: int
    assigned: int
    to_assign: Times
    to_touch: Times
    touched_within: tuple[int, ...]
    right: Rate
    reassigned: Rate
    by_hand: int


@dataclass(frozen=True, slots=True)
class Load:
    """What one member was given first: `fair` is the share of their weight among all members, `share` what they got."""

    user: str
    records: int
    share: float
    fair: float


def between(hours: Hours | None, start: datetime, end: datetime) -> timedelta:
    """Give the time between two moments as a promise counts it; hours that never open count all of it."""
    try:
        return working_time(hours, start, end) if hours else end - start
    except NeverOpenError:
        return end - start


def measured(
    records: Sequence[Life],
    length: timedelta,
    ours: Collection[str],
    broken: Collection[str],
    clocked: Clocked,
    buckets: Sequence[timedelta] = BUCKETS,
) -> Span:
    """Measure records; `ours` are the ids of Upbeat's own users, `broken` the records whose promise was broken."""
    assigned = [one for one in records if one.had]
    touched = {one.record_id: clocked(one.born_at, one.touched_at) for one in assigned if one.touched_at is not None}
    counted = [one for one in assigned if one.record_id in touched or one.record_id in broken]
    return Span(
        days=length / timedelta(days=1),
        records=len(records),
        assigned=len(assigned),
        to_assign=times([one.had[0].since - one.born_at for one in assigned]),
        to_touch=times([*touched.values()]),
        touched_within=_within(touched.values(), buckets),
        right=rate(sum(is_right(one) for one in counted), len(counted)),
        reassigned=rate(sum(len(_holders(one.had)) > 1 for one in assigned), len(assigned)),
        by_hand=sum(_by_hand(one, ours) for one in assigned),
    )


def is_right(one: Life) -> bool:
    """Whether the first touch of a record was by the first person who had it, with nobody in between."""
    if one.touched_at is None:
        return False
    before = [each.owner for each in one.had if each.since <= one.touched_at]
    return len(_holders(one.had[: len(before)])) == 1 and one.touched_by == one.had[0].owner


def by_week(records: Iterable[Life], zone: ZoneInfo) -> Mapping[date, list[Life]]:
    """Sort records by the Monday of the week in which they came, oldest first."""
    weeks = dict[date, list[Life]]()
    for one in records:
        day = one.born_at.astimezone(zone).date()
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(one)
    return dict(sorted(weeks.items()))


def loads(records: Iterable[Life], members: Sequence[Member], users: Mapping[str, str]) -> tuple[Load, ...]:
    """Count what each member was given first; `users` has the members' user ids by username."""
    given = Counter(one.had[0].owner for one in records if one.had)
    counts = {one.user: given[users.get(one.user, "")] for one in members}
    whole, weights = sum(counts.values()), sum(one.weight for one in members)
    return tuple(
        Load(one.user, counts[one.user], counts[one.user] / whole if whole else 0.0, one.weight / weights)
        for one in members
    )


def evenness(some: Iterable[Load]) -> float | None:
    """Give Jain's index over records by weight; None where nobody has any."""
    each = [one.share / one.fair for one in some]
    squares = sum(x * x for x in each)
    return sum(each) ** 2 / (len(each) * squares) if squares else None


def _holders(had: Iterable[Had]) -> list[str]:
    """Give who had a record, one after the other; somebody given it twice in a row counts once."""
    found = list[str]()
    for one in had:
        if not found or found[-1] != one.owner:
            found.append(one.owner)
    return found


def _by_hand(one: Life, ours: Collection[str]) -> int:
    return sum(each.by not in ours for each in one.had[1:])


def _within(some: Iterable[timedelta], buckets: Sequence[timedelta]) -> tuple[int, ...]:
    counts = [0] * (len(buckets) + 1)
    for one in some:
        counts[next((at for at, end in enumerate(buckets) if one <= end), len(buckets))] += 1
    return tuple(counts)
