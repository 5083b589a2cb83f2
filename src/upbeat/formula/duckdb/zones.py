"""How far a time zone's clocks are ahead of UTC, for every moment and as Python knows the zone.

DuckDB has time zones of its own, of another edition: where a country has just changed its rules, and for days long ago,
the two differ. So a zone is written out: the rule that it goes by, and the changes before the rule as a list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from upbeat.formula.duckdb.sql import Refused

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_FIRST = datetime(1840, 1, 1, tzinfo=UTC)  # before, the clocks of a place showed the sun's time
_RULED = 2110  # from this year on, the clocks of a zone go by its rule
_ROUND = 28  # years in which a date falls on every day of the week
_CYCLE = 400  # years after which the calendar repeats itself


@dataclass(frozen=True)
class _Change:
    """The moment when clocks are set to be so many seconds ahead."""

    at: datetime
    ahead: int


@dataclass(frozen=True)
class _Turn:
    """Such a change in each year: the first day of a kind (0 is Sunday) from a date on, seconds after midnight UTC."""

    month: int
    day: int
    weekday: int
    seconds: int
    ahead: int

    def of(self, year: int) -> _Change:
        """Give the change of a year."""
        start = datetime(year, self.month, self.day, tzinfo=UTC)
        days = (self.weekday - start.isoweekday()) % 7
        return _Change(start + timedelta(days=days, seconds=self.seconds), self.ahead)

    def sql(self, moment: str) -> str:
        """Write when the change is in the year of a moment."""
        start = f"make_date(year({moment}), {self.month}, {self.day})"
        return f"{start} + CAST(({self.weekday + 7} - dayofweek({start})) % 7 AS INTEGER) + to_seconds({self.seconds})"


@dataclass(frozen=True)
class _Clocks:
    """A zone's changes up to its rule, and the rule's two turns of a year, if it has one."""

    before: int
    changes: Sequence[_Change]
    turns: Sequence[_Turn]


def ahead(zone: str, moment: str) -> str:
    """Write the seconds that clocks are ahead at a moment. Raises Refused for a zone that goes by no rule."""
    clocks = _clocks(zone)
    if not clocks.changes:
        return str(clocks.before)
    *earlier, latest = clocks.changes
    now = str(latest.ahead)
    if clocks.turns:
        first, second = clocks.turns
        within = f"{moment} >= {first.sql(moment)} AND {moment} < {second.sql(moment)}"
        now = f"CASE WHEN {within} THEN {first.ahead} ELSE {second.ahead} END"
    return f"CASE WHEN {moment} >= {_literal(latest.at)} THEN {now} ELSE {_listed(clocks.before, earlier, moment)} END"


def _listed(before: int, changes: Sequence[_Change], moment: str) -> str:
    if not changes:
        return str(before)
    seconds = ", ".join(str(int((one.at - EPOCH).total_seconds())) for one in changes)
    passed = f"len(list_filter([{seconds}], lambda one: one <= date_diff('second', {_literal(EPOCH)}, {moment})))"
    return f"[{', '.join(map(str, (before, *(one.ahead for one in changes))))}][1 + {passed}]"


def _literal(moment: datetime) -> str:
    return f"TIMESTAMP '{moment.replace(tzinfo=None).isoformat(' ')}'"


# --- a zone as Python knows it --------------------------------------------------------------------


@cache
def _clocks(name: str) -> _Clocks:
    zone = ZoneInfo(name)
    changes, turns = list(_changes(zone, _FIRST, _year(_RULED))), _rule(zone)
    ruled = [turn.of(year) for year in range(_RULED - len(changes), _RULED) for turn in turns]
    pairs = zip(reversed(changes), reversed(ruled), strict=False)
    begun = len(changes) - sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return _Clocks(_ahead(zone, _FIRST), changes[: begun + 1], turns)


def _rule(zone: ZoneInfo) -> Sequence[_Turn]:
    """Find the two turns of every year by those of some years, and hold them against the calendar's whole cycle."""
    changes = list(_changes(zone, _year(_RULED), _year(_RULED + _ROUND)))
    if not changes:
        return ()
    turns = _turn(changes[0::2]), _turn(changes[1::2])
    for year in range(_RULED, _RULED + _CYCLE):
        for turn, other in (turns, turns[::-1]):
            change = turn.of(year)
            around = _ahead(zone, change.at - timedelta(seconds=1)), _ahead(zone, change.at)
            if around != (other.ahead, turn.ahead):
                raise Refused(f"the clocks of {zone} are not set by two days of the year")
    return turns


def _turn(changes: Sequence[_Change]) -> _Turn:
    """Give the turn that some changes of a whole round of years are: its date is the first that one fell on."""
    first = min((one.at for one in changes), key=lambda at: (at.month, at.day))
    return _Turn(
        first.month,
        first.day,
        first.isoweekday() % 7,
        first.hour * 3600 + first.minute * 60 + first.second,
        changes[0].ahead,
    )


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[_Change]:
    at, before = first, _ahead(zone, first)
    while at < last:
        at += timedelta(days=1)
        after = _ahead(zone, at)
        if after != before:
            yield _Change(_moment(zone, at - timedelta(days=1), at), after)
        before = after


def _moment(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find the second at which clocks are set, between two moments."""
    changed = _ahead(zone, after)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if _ahead(zone, middle) == changed else (middle, after)
    return after


def _ahead(zone: ZoneInfo, at: datetime) -> int:
    return int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds())


def _year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)
