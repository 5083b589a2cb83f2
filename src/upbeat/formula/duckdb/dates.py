"""Dates and times. Dates are those of the years 1 to 9999: outside them a formula has no value."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from upbeat.formula.duckdb import ratios
from upbeat.formula.duckdb.numbers import multiply
from upbeat.formula.duckdb.rounding import count, cut, rounded
from upbeat.formula.duckdb.sql import Number, Refused, Sql, amount, counted, exact, failures, literal, strict, written
from upbeat.formula.duckdb.zones import ahead
from upbeat.formula.functions.operators import span
from upbeat.formula.types import Type

_DAY_SECONDS = 86_400
_DAY_MILLISECONDS = 86_400_000
_MOST_DAYS = 4_000_000  # more than there are between the years 1 and 9999
_MOST_SECONDS = _MOST_DAYS * _DAY_SECONDS
_MOST_MONTHS = 200_000
_MOST_STAMP = 253_402_300_799  # the end of the year 9999, from 1970 on
_LONGEST_DURATION = 10**18
_EPOCH = "TIMESTAMP '1970-01-01 00:00:00'"
_MIDNIGHT = "TIME '00:00:00'"
_DATES = date.min, date.max
_MOMENTS = datetime.min.replace(tzinfo=UTC), datetime.max.replace(microsecond=0, tzinfo=UTC)


def _in_calendar(args: Sequence[Sql], found: str, kind: Type) -> Sql:
    """Give a date or a date/time that has no value outside of the years 1 to 9999."""
    first, last = (literal(end, kind).text for end in (_DATES if kind is Type.DATE else _MOMENTS))
    return strict(args, found, fails=f"({found}) NOT BETWEEN {first} AND {last}", joint="+")


# --- arithmetic -----------------------------------------------------------------------------------


def date_after(day: Sql, days: Sql) -> Sql:
    """The date so many whole days later."""
    return _day_moved(day, "+", days)


def date_before(day: Sql, days: Sql) -> Sql:
    """The date so many whole days before."""
    return _day_moved(day, "-", days)


def after_date(days: Sql, day: Sql) -> Sql:
    """The date so many whole days later."""
    return _day_moved(day, "+", days)


def _day_moved(day: Sql, sign: str, days: Sql) -> Sql:
    shift = count(exact(days), -_MOST_DAYS, _MOST_DAYS)
    return _in_calendar((day, days), f"{day.operand} {sign} {f'({shift})' if ' ' in shift else shift}", Type.DATE)


def days_between(later: Sql, earlier: Sql) -> Number:
    """The days between two dates."""
    return counted((later, earlier), f"{later.operand} - {earlier.operand}", (date.max - date.min).days)


def moment_after(moment: Sql, days: Sql) -> Sql:
    """The moment so many days later, to the second."""
    return _moment_moved(moment, "+", days)


def moment_before(moment: Sql, days: Sql) -> Sql:
    """The moment so many days before, to the second."""
    return _moment_moved(moment, "-", days)


def after_moment(days: Sql, moment: Sql) -> Sql:
    """The moment so many days later, to the second."""
    return _moment_moved(moment, "+", days)


def _moment_moved(moment: Sql, sign: str, days: Sql) -> Sql:
    if isinstance(days, Number) and days.constant is not None:
        seconds = str(span(days.constant) // timedelta(seconds=1))
    else:
        given = exact(days)
        if given.scale > 16:
            raise Refused("days with more than 16 places are more than it counts", "Round them first.")
        seconds = count(rounded(multiply(given, amount(Decimal(_DAY_SECONDS)))), -_MOST_SECONDS, _MOST_SECONDS)
    return _in_calendar((moment, days), f"{moment.operand} {sign} to_seconds({seconds})", Type.DATETIME)


def time_between(later: Sql, earlier: Sql) -> Sql:
    """The days between two moments, with their fraction: a quotient of seconds."""
    seconds = counted((later, earlier), _seconds(earlier.text, later.text), 2 * _MOST_STAMP)
    return ratios.divide(seconds, amount(Decimal(_DAY_SECONDS)))


def _seconds(start: str, end: str) -> str:
    return f"date_diff('second', {start}, {end})"


def clock_after(start: Sql, milliseconds: Sql) -> Sql:
    """The time of day so many milliseconds later, past midnight too."""
    return _clock_moved(start, "+", milliseconds)


def clock_before(end: Sql, milliseconds: Sql) -> Sql:
    """The time of day so many milliseconds before, past midnight too."""
    return _clock_moved(end, "-", milliseconds)


def after_clock(milliseconds: Sql, start: Sql) -> Sql:
    """The time of day so many milliseconds later, past midnight too."""
    return _clock_moved(start, "+", milliseconds)


def _clock_moved(clock: Sql, sign: str, milliseconds: Sql) -> Sql:
    shift = f"CAST(trunc({exact(milliseconds).text}) % {_DAY_MILLISECONDS} AS BIGINT)"
    total = f"(epoch_ms({clock.text}) {sign} {shift} + {_DAY_MILLISECONDS}) % {_DAY_MILLISECONDS}"
    return strict((clock, milliseconds), f"{_MIDNIGHT} + to_milliseconds({total})", joint="+")


def clock_between(later: Sql, earlier: Sql) -> Number:
    """The milliseconds from one time of day to another, past midnight where that is earlier."""
    passed = f"(epoch_ms({later.text}) - epoch_ms({earlier.text}) + {_DAY_MILLISECONDS}) % {_DAY_MILLISECONDS}"
    return counted((later, earlier), passed, _DAY_MILLISECONDS - 1)


def months_after(day: Sql, months: Sql) -> Sql:
    """The date so many months later; the last day of a month goes to the last day of another."""
    shift = f"to_months({count(exact(months), -_MOST_MONTHS, _MOST_MONTHS)})"
    moved = f"{day.operand} + {shift}"
    if day.kind is Type.DATE:
        moved = f"CAST({moved} AS DATE)"
        last = f"last_day({moved})"
    else:
        last = f"last_day({moved}) + CAST({day.text} AS TIME)"
    found = f"CASE WHEN CAST({day.text} AS DATE) = last_day({day.text}) THEN {last} ELSE {moved} END"
    return _in_calendar((day, months), found, day.kind)


# --- made and read --------------------------------------------------------------------------------

_BLANKS = r"[\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]*"
_DATE = rf"(?s)^{_BLANKS}([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}})(?:[^0-9].*)?$"
_CLOCK = "([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})"
_MOMENT = rf"^{_BLANKS}([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}) {_CLOCK}{_BLANKS}$"
_TIME = rf"^{_BLANKS}{_CLOCK}\.([0-9]{{1,3}}){_BLANKS}$"


def made(year: Sql, month: Sql, day: Sql) -> Sql:
    """The date of a year, a month and a day."""
    years = f"CASE WHEN {cut(exact(year))} BETWEEN 1 AND 9999 THEN {count(exact(year), 0, 9999)} END"
    found = f"TRY(make_date({years}, {count(exact(month), 0, 13)}, {count(exact(day), 0, 32)}))"
    return replace(strict((year, month, day), found, fails=f"{found} IS NULL"), blank=True)


def read_date(one: Sql) -> Sql:
    """The date that a text writes."""
    return _read(one, _make_date(_parts(one, _DATE, 3)))


def read_moment(one: Sql) -> Sql:
    """The moment that a text writes, in UTC."""
    *day, hour, minute, second = _parts(one, _MOMENT, 6)
    clock = (
        f"CASE WHEN {hour} < 24 AND {minute} < 60 AND {second} < 60 THEN ({hour} * 60 + {minute}) * 60 + {second} END"
    )
    return _read(one, f"{_make_date(day)} + to_seconds({clock})")


def read_clock(one: Sql) -> Sql:
    """The time of day that a text writes."""
    hour, minute, second, thousandth = _parts(one, _TIME, 4)
    total = f"(({hour} * 60 + {minute}) * 60 + {second}) * 1000 + {thousandth}"
    clock = f"CASE WHEN {hour} < 24 AND {minute} < 60 AND {second} < 60 THEN {total} END"
    return _read(one, f"{_MIDNIGHT} + to_milliseconds({clock})")


def _parts(one: Sql, form: str, number: int) -> list[str]:
    return [f"TRY_CAST(regexp_extract({one.text}, '{form}', {place}) AS INTEGER)" for place in range(1, number + 1)]


def _make_date(parts: Sequence[str]) -> str:
    year, month, day = parts
    return f"TRY(make_date(nullif({year}, 0), {month}, {day}))"


def _read(one: Sql, found: str) -> Sql:
    fails = f"({one.operand} <> '' AND ({found}) IS NULL)"
    return Sql(text=found, blank=True, fails=failures((one,), fails), joint="+")


def itself(one: Sql) -> Sql:
    """The value itself."""
    return one


def day_of(zone: str, moment: Sql) -> Sql:
    """The day of a moment in the org."""
    seconds = ahead(zone, moment.operand)
    if seconds == "0":
        return strict((moment,), f"CAST({moment.text} AS DATE)")
    return _in_calendar((moment,), f"CAST({moment.operand} + to_seconds({seconds}) AS DATE)", Type.DATE)


def cast(to: str) -> Callable[[Sql], Sql]:
    """Read a date as its first moment, or a moment as its time of day."""
    return lambda one: strict((one,), f"CAST({one.text} AS {to})")


def part(function: str, most: int) -> Callable[[Sql], Number]:
    """A part of a date or a time, as DuckDB counts it too."""
    return lambda one: counted((one,), function.format(one.text), most)


# --- stamps and durations -------------------------------------------------------------------------


def stamp(moment: Sql) -> Number:
    """The seconds since 1970."""
    return counted((moment,), _seconds(_EPOCH, f"CAST({moment.text} AS TIMESTAMP)"), _MOST_STAMP)


def of_stamp(seconds: Sql) -> Sql:
    """The moment so many seconds after 1970."""
    found = f"{_EPOCH} + to_seconds({count(exact(seconds), -_MOST_SECONDS, _MOST_SECONDS)})"
    return _in_calendar((seconds,), found, Type.DATETIME)


def duration(seconds: Sql, days: Sql | None = None) -> Sql:
    """Seconds as hours:minutes:seconds, or with days before."""
    given = exact(seconds)
    if given.most // 10**given.scale >= _LONGEST_DURATION:
        raise Refused("so many seconds are more than it counts")
    left = f"abs({count(given, -_LONGEST_DURATION, _LONGEST_DURATION)})"
    if days is None:
        return written((seconds,), _hours(left))
    found = f"CASE WHEN {days.text} THEN {_days(left)} ELSE {_hours(left)} END"
    if days.blank:
        found = f"CASE WHEN {days.operand} IS NOT NULL THEN {found} END"
    return written((seconds, days), found)


def duration_between(start: Sql, end: Sql) -> Sql:
    """The days and hours between two moments."""
    return written((start, end), _days(f"abs({_seconds(start.text, end.text)})"))


def duration_of_day(start: Sql, end: Sql) -> Sql:
    """The hours between two times of day."""
    return written((start, end), _hours(f"abs(epoch_ms({end.text}) - epoch_ms({start.text})) // 1000"))


def _hours(left: str) -> str:
    return f"printf('%02d:%02d:%02d', ({left}) // 3600, ({left}) // 60 % 60, ({left}) % 60)"


def _days(left: str) -> str:
    hours, minutes = f"({left}) // 3600 % 24", f"({left}) // 60 % 60"
    return f"printf('%d:%02d:%02d:%02d', ({left}) // 86400, {hours}, {minutes}, ({left}) % 60)"
