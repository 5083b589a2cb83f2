"""Working time: whether people of some hours work at a moment, and when so much of their working time has passed.

Hours are read off the clock on their zone's wall. Who works from 01:00 to 03:00 works three hours in the night in which
the clock shows 02:00 twice, and one in the night in which it never shows it. A shift belongs to the day it begins on:
a holiday closes the shifts that begin on it, and not the end of the one from the day before. `None` stands for hours
that never close. Moments given are aware; moments returned are UTC.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count

from holidays import HolidayBase, country_holidays

from upbeat.base import UpbeatError
from upbeat.workflows import Hours

Stretch = tuple[datetime, datetime]  # open from, and open until: UTC

_DAY = timedelta(days=1)
_MINUTES = 1440  # of a day
_FAR = timedelta(hours=26)  # farther from UTC than any zone was ever; none changes its clocks twice in as long
_LONGEST_REST = 3 * 366  # days without an opening, after which none is expected any more


class NeverOpenError(UpbeatError):
    """Hours that never open: no working time can pass in them."""


def is_open(hours: Hours | None, moment: datetime) -> bool:
    """Whether a moment lies in the hours."""
    return standing(hours, moment)[0]


def standing(hours: Hours | None, moment: datetime) -> tuple[bool, datetime]:
    """Give whether a moment lies in the hours, and until when that is sure: it may go on so, but not end earlier."""
    moment = moment.astimezone(UTC)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if hours is None:
        return True, day + _DAY
    for begins, ends in _calendar(hours).on(day.date()):
        if moment < begins:
            return False, begins
        if moment < ends:
            return True, ends
    return False, day + _DAY


def worked(hours: Hours | None, start: datetime, span: timedelta) -> datetime:
    """Give the moment when a span of working time has passed since `start`. Raises NeverOpenError.

    A span that ends with a shift is over at that shift's end, and not when the next begins; one of nothing is over when
    the hours are open first.
    """
    start = start.astimezone(UTC)
    if hours is None:
        return start + span
    for begins, ends in _calendar(hours).since(start):
        if ends - begins >= span:
            return begins + span
        span -= ends - begins
    raise AssertionError  # the calendar ends by raising


def working_time(hours: Hours | None, start: datetime, end: datetime) -> timedelta:
    """Give the working time between two moments, nothing where `end` is not later."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if hours is None:
        return max(end - start, timedelta())
    passed, day, calendar = timedelta(), start.date(), _calendar(hours)
    while day <= end.date():
        parts = (min(until, end) - max(since, start) for since, until in calendar.on(day))
        passed += sum((one for one in parts if one > timedelta()), timedelta())
        day += _DAY
    return passed


def holiday(hours: Hours, day: date) -> str:
    """Give the name of the holiday that a day is in these hours, or why it is closed; empty on other days."""
    if any(day in one for one in hours.closed):
        return "a closed day"
    named = _holidays(hours.holidays).get(day) if hours.holidays else None
    return named or ""


class _Calendar:
    """Hours laid out over the days of UTC: on each, when they are open, in order and apart."""

    def __init__(self, hours: Hours) -> None:
        self._hours = hours
        self._days: dict[date, tuple[Stretch, ...]] = {}

    def on(self, day: date) -> tuple[Stretch, ...]:
        """Give when the hours are open on a day of UTC, parts of longer stretches cut at its midnights."""
        found = self._days.get(day)
        if found is None:
            first = datetime.combine(day, time(), UTC)
            near = (day + timedelta(days=away) for away in (-2, -1, 0, 1))  # whose shifts may reach into it
            parts = ((max(one, first), min(other, first + _DAY)) for here in near for one, other in self._shifts(here))
            found = self._days[day] = _apart(sorted(one for one in parts if one[0] < one[1]))
        return found

    def since(self, start: datetime) -> Iterator[Stretch]:
        """Give the stretches from a moment on, without end. Raises NeverOpenError where there are no more."""
        rest = 0
        for ahead in count():
            found = self.on(start.date() + ahead * _DAY)
            yield from ((max(begins, start), ends) for begins, ends in found if ends > start)
            rest = 0 if found else rest + 1
            if rest > _LONGEST_REST:
                raise NeverOpenError(
                    f"the hours {self._hours.name} do not open after {start:%Y-%m-%d}",
                    fix="Give them a time at which they are open.",
                )

    def _shifts(self, day: date) -> Iterator[Stretch]:
        """Give the shifts that begin on a day of the zone's own calendar."""
        of_day = [one for one in self._hours.open if one.first // _MINUTES == day.weekday()]
        if not of_day or holiday(self._hours, day):
            return
        midnight = datetime.combine(day, time(), UTC)
        for one in of_day:
            begins = midnight + timedelta(minutes=one.first % _MINUTES)
            yield from self._by_the_wall(begins, begins + timedelta(minutes=one.last - one.first))

    def _by_the_wall(self, begins: datetime, ends: datetime) -> Iterator[Stretch]:
        """Give when the clock on the wall shows a time between these two, which are written as if they were UTC."""
        early, late = begins - _FAR, ends + _FAR
        before, after = self._ahead(early), self._ahead(late)
        if before == after:
            yield begins - before, ends - before
            return
        while late - early > timedelta(seconds=1):  # between whole seconds lies the change
            middle = (early + (late - early) / 2).replace(microsecond=0)
            early, late = (middle, late) if self._ahead(middle) == before else (early, middle)
        yield begins - before, min(ends - before, late)
        yield max(begins - after, late), ends - after

    def _ahead(self, moment: datetime) -> timedelta:
        return moment.astimezone(self._hours.zone).utcoffset() or timedelta()


@lru_cache(maxsize=1024)  # pools share hours, and a workspace has a handful
def _calendar(hours: Hours) -> _Calendar:
    return _Calendar(hours)


@lru_cache(maxsize=512)  # more than there are countries
def _holidays(code: str) -> HolidayBase:
    country, _, subdivision = code.partition("-")
    try:
        return country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError as error:
        raise UpbeatError(f"no holidays are known of {code}", fix="`upbeat check` names those that are.") from error


def _apart(parts: list[Stretch]) -> tuple[Stretch, ...]:
    """Join stretches, sorted, that touch or overlap."""
    joined = list[Stretch]()
    for begins, ends in parts:
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return tuple(joined)
