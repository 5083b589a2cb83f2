"""Dates and times. TODAY() and the day of a date/time are the org's; DATETIMEVALUE reads a text as UTC."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from upbeat.formula.functions.row import Function, Moment

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_MOMENT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})", re.ASCII)


def _now(moment: Moment) -> datetime:
    return moment.now.astimezone(UTC).replace(microsecond=0)


def _today(moment: Moment) -> date:
    return moment.now.astimezone(moment.zone).date()


def _date(year: Decimal, month: Decimal, day: Decimal) -> date:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        raise ValueError(f"there is no date {year}-{month}-{day}") from None


def _read_date(text: str) -> date | None:
    if not text:
        return None
    if (found := _DATE.fullmatch(text.strip())) is None:
        raise ValueError(f"DATEVALUE cannot read {text!r}: it takes 2026-01-31")
    return _date(*(Decimal(part) for part in found.groups()))


def _read_moment(text: str) -> datetime | None:
    if not text:
        return None
    if (found := _MOMENT.fullmatch(text.strip())) is None:
        raise ValueError(f"DATETIMEVALUE cannot read {text!r}: it takes 2026-01-31 09:30:00")
    return datetime(*(int(part) for part in found.groups()), tzinfo=UTC)  # type: ignore[misc]


def _add_months(day: date, months: Decimal) -> date:
    """Move by whole months; the last day of a month goes to the last day of another."""
    years, month = divmod(day.month - 1 + int(months), 12)
    year, month = day.year + years, month + 1
    if not 1 <= year <= 9999:
        raise ValueError(f"the year {year} is out of range")
    last = monthrange(year, month)[1]
    ends = day.day == monthrange(day.year, day.month)[1]
    return day.replace(year=year, month=month, day=last if ends else min(day.day, last))


DATE = (
    Function("TODAY", "-> date", "The day it is in the org", _today, moment=True),
    Function("NOW", "-> datetime", "The moment it is, to the second", _now, moment=True),
    Function("DATE", "number, number, number -> date", "The date of a year, a month and a day", _date),
    Function(
        "DATEVALUE",
        "datetime -> date",
        "The day of a date/time in the org",
        lambda m, a: a.astimezone(m.zone).date(),
        moment=True,
    ),
    Function("DATEVALUE", "text -> date", "The date that a text writes as 2026-01-31", _read_date, blank=True),
    Function("DATEVALUE", "date -> date", "The date itself", lambda a: a, "a"),
    Function("DATETIMEVALUE", "datetime -> datetime", "The date/time itself", lambda a: a, "a"),
    Function(
        "DATETIMEVALUE",
        "date -> datetime",
        "The date's first moment, in UTC",
        lambda a: datetime(a.year, a.month, a.day, tzinfo=UTC),
    ),
    Function(
        "DATETIMEVALUE",
        "text -> datetime",
        "The moment that a text writes as 2026-01-31 09:30:00, in UTC",
        _read_moment,
        blank=True,
    ),
    Function("YEAR", "date -> number", "The year of a date", lambda a: Decimal(a.year)),
    Function("MONTH", "date -> number", "The month of a date, from 1", lambda a: Decimal(a.month)),
    Function("DAY", "date -> number", "The day of the month", lambda a: Decimal(a.day)),
    Function(
        "WEEKDAY", "date -> number", "The day of the week: 1 is Sunday", lambda a: Decimal(a.isoweekday() % 7 + 1)
    ),
    Function("ADDMONTHS", "T:date/datetime, number -> T", "The date so many months later", _add_months),
)
