"""Dates and times. TODAY() and the day of a date/time are the org's; texts and times of day are read as UTC."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from upbeat.formula.functions.row import Function, Moment
from upbeat.formula.values import milliseconds

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d).*", re.ASCII | re.DOTALL)  # a time after it is left aside
_MOMENT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})\.(\d{1,3})", re.ASCII)
_WRITTEN = {_DATE: "2026-01-31", _MOMENT: "2026-01-31 09:30:00", _CLOCK: "09:30:00.000"}


def _now(moment: Moment) -> datetime:
    return moment.now.astimezone(UTC).replace(microsecond=0)


def _today(moment: Moment) -> date:
    return moment.now.astimezone(moment.zone).date()


def _time_now(moment: Moment) -> time:
    return moment.now.astimezone(UTC).time().replace(microsecond=moment.now.microsecond // 1000 * 1000)


def _date(year: Decimal, month: Decimal, day: Decimal) -> date:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        raise ValueError(f"there is no date of year {year:f}, month {month:f}, day {day:f}") from None


def _day_of(moment: Moment, value: datetime) -> date:
    return value.astimezone(moment.zone).date()


def _read_date(text: str) -> date | None:
    return date(*_parts(_DATE, text)) if text else None


def _read_moment(text: str) -> datetime | None:
    if not text:
        return None
    year, month, day, hour, minute, second = _parts(_MOMENT, text)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _read_clock(text: str) -> time | None:
    if not text:
        return None
    hour, minute, second, thousandth = _parts(_CLOCK, text)
    return time(hour, minute, second, thousandth * 1000)


def _parts(form: re.Pattern[str], text: str) -> list[int]:
    found = form.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not written as {_WRITTEN[form]}")
    return [int(part) for part in found.groups()]


def _date_itself(value: date) -> date:
    return value


def _clock_itself(value: time) -> time:
    return value


def _first_moment(value: date) -> datetime:
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def _clock_of(value: datetime) -> time:
    return value.time()


def _year(value: date) -> Decimal:
    return Decimal(value.year)


def _month(value: date) -> Decimal:
    return Decimal(value.month)


def _day(value: date) -> Decimal:
    return Decimal(value.day)


def _weekday(value: date) -> Decimal:
    return Decimal(value.isoweekday() % 7 + 1)


def _day_of_year(value: date) -> Decimal:
    return Decimal(value.timetuple().tm_yday)


def _iso_week(value: date) -> Decimal:
    return Decimal(value.isocalendar().week)


def _iso_year(value: date) -> Decimal:
    return Decimal(value.isocalendar().year)


def _hour(value: time) -> Decimal:
    return Decimal(value.hour)


def _minute(value: time) -> Decimal:
    return Decimal(value.minute)


def _second(value: time) -> Decimal:
    return Decimal(value.second)


def _millisecond(value: time) -> Decimal:
    return Decimal(value.microsecond // 1000)


def _add_months(value: date, months: Decimal) -> date:
    """Move by whole months; the last day of a month goes to the last day of another."""
    count = int(max(-200_000, min(months, 200_000)))
    years, month = divmod(value.month - 1 + count, 12)
    year = value.year + years
    if not 1 <= year <= 9999:
        raise ValueError(f"the year {year} is out of range")
    last = monthrange(year, month + 1)[1]
    at_end = value.day == monthrange(value.year, value.month)[1]
    return value.replace(year=year, month=month + 1, day=last if at_end else min(value.day, last))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _stamp(value: datetime) -> Decimal:
    return Decimal(int((value - _EPOCH).total_seconds()))


def _stamp_of_date(value: date) -> Decimal:
    return _stamp(_first_moment(value))


def _stamp_of_clock(value: time) -> Decimal:
    return Decimal(milliseconds(value) // 1000)


def _of_stamp(seconds: Decimal) -> datetime:
    return _EPOCH + timedelta(seconds=int(seconds))


def _duration(seconds: Decimal, days: bool = False) -> str:
    left = abs(int(seconds))
    rest = f"{left // 60 % 60:02}:{left % 60:02}"
    return f"{left // 86_400}:{left // 3600 % 24:02}:{rest}" if days else f"{left // 3600:02}:{rest}"


def _duration_between(start: datetime, end: datetime) -> str:
    return _duration(_stamp(end) - _stamp(start), days=True)


def _duration_of_day(start: time, end: time) -> str:
    return _duration(Decimal((milliseconds(end) - milliseconds(start)) / 1000))


DATE = (
    Function("TODAY", "-> date", "The day it is in the org", _today, moment=True),
    Function("NOW", "-> datetime", "The moment it is, to the second", _now, moment=True),
    Function("TIMENOW", "-> time", "The time of day it is, in UTC", _time_now, moment=True),
    Function("DATE", "number, number, number -> date", "The date of a year, a month and a day", _date),
    Function("DATEVALUE", "datetime -> date", "The day of a date/time in the org", _day_of, moment=True),
    Function("DATEVALUE", "text -> date", "The date that a text writes as 2026-01-31", _read_date, blank=True),
    Function("DATEVALUE", "date -> date", "The date itself", _date_itself, "a"),
    Function("DATETIMEVALUE", "datetime -> datetime", "The date/time itself", _date_itself, "a"),
    Function("DATETIMEVALUE", "date -> datetime", "The first moment of a date, in UTC", _first_moment),
    Function(
        "DATETIMEVALUE", "text -> datetime", "What a text writes as 2026-01-31 09:30:00", _read_moment, blank=True
    ),
    Function("TIMEVALUE", "datetime -> time", "The time of day of a date/time, in UTC", _clock_of),
    Function("TIMEVALUE", "text -> time", "The time that a text writes as 09:30:00.000", _read_clock, blank=True),
    Function("TIMEVALUE", "time -> time", "The time itself", _clock_itself, "a"),
    Function("YEAR", "date -> number", "The year of a date", _year),
    Function("MONTH", "date -> number", "The month of a date, from 1", _month),
    Function("DAY", "date -> number", "The day of the month", _day),
    Function("WEEKDAY", "date -> number", "The day of the week: 1 is Sunday", _weekday),
    Function("DAYOFYEAR", "date/datetime -> number", "The day of the year, from 1", _day_of_year),
    Function("ISOWEEK", "date/datetime -> number", "The week of the year, as ISO 8601 counts", _iso_week),
    Function("ISOYEAR", "date/datetime -> number", "The year that ISO 8601 counts the week to", _iso_year),
    Function("HOUR", "time -> number", "The hour of a time", _hour),
    Function("MINUTE", "time -> number", "The minute of a time", _minute),
    Function("SECOND", "time -> number", "The second of a time", _second),
    Function("MILLISECOND", "time -> number", "The millisecond of a time", _millisecond),
    Function("ADDMONTHS", "T:date/datetime, number -> T", "The date so many months later", _add_months),
    Function("UNIXTIMESTAMP", "datetime -> number", "The seconds since 1970", _stamp),
    Function("UNIXTIMESTAMP", "date -> number", "The seconds from 1970 to the date's first moment", _stamp_of_date),
    Function("UNIXTIMESTAMP", "time -> number", "The seconds since midnight", _stamp_of_clock),
    Function("FROMUNIXTIME", "number -> datetime", "The moment so many seconds after 1970", _of_stamp),
    Function("FORMATDURATION", "number, boolean? -> text", "Seconds as hours:minutes:seconds, or with days", _duration),
    Function("FORMATDURATION", "datetime, datetime -> text", "The days and hours between", _duration_between),
    Function("FORMATDURATION", "time, time -> text", "The hours between", _duration_of_day),
)
