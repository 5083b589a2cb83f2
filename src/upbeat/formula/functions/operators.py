"""The operators, as rows like any function. A comparison with a null is null; a date moves by whole days."""

import operator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from upbeat.formula import filters
from upbeat.formula.functions.row import Function
from upbeat.formula.values import CONTEXT, clock_at, milliseconds

_DAY_SECONDS = Decimal(86_400)
_DAY_MILLISECONDS = 86_400_000
_MOST_DAYS = 4_000_000  # more than there are between the years 1 and 9999


def _days(count: Decimal) -> timedelta:
    return timedelta(days=int(max(-_MOST_DAYS, min(count, _MOST_DAYS))))


def span(count: Decimal) -> timedelta:
    """Give days with a fraction as a span, rounded to the second as Salesforce does."""
    seconds = max(-_MOST_DAYS, min(count, _MOST_DAYS)) * _DAY_SECONDS
    return timedelta(seconds=int(Decimal(seconds).to_integral_value(ROUND_HALF_UP)))


def _date_after(day: date, count: Decimal) -> date:
    return day + _days(count)


def _after_date(count: Decimal, day: date) -> date:
    return day + _days(count)


def _date_before(day: date, count: Decimal) -> date:
    return day - _days(count)


def _days_between(later: date, earlier: date) -> Decimal:
    return Decimal((later - earlier).days)


def _moment_after(moment: datetime, count: Decimal) -> datetime:
    return moment + span(count)


def _after_moment(count: Decimal, moment: datetime) -> datetime:
    return moment + span(count)


def _moment_before(moment: datetime, count: Decimal) -> datetime:
    return moment - span(count)


def _time_between(later: datetime, earlier: datetime) -> Decimal:
    return CONTEXT.divide(Decimal(int((later - earlier).total_seconds())), _DAY_SECONDS)


def _clock_after(start: time, count: Decimal) -> time:
    return clock_at(milliseconds(start) + int(count))


def _after_clock(count: Decimal, start: time) -> time:
    return clock_at(milliseconds(start) + int(count))


def _clock_before(end: time, count: Decimal) -> time:
    return clock_at(milliseconds(end) - int(count))


def _clock_between(later: time, earlier: time) -> Decimal:
    return Decimal((milliseconds(later) - milliseconds(earlier)) % _DAY_MILLISECONDS)


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """Raise to a whole power: to 18 digits, and zero below 1E-39, as Salesforce has it."""
    whole = int(exponent)
    if whole != exponent:
        raise ValueError("the power is not a whole number")
    if base and whole * base.copy_abs().log10(CONTEXT) > 64:
        raise ValueError("the power is out of range")
    if not base and whole < 0:
        raise ZeroDivisionError
    found = _EIGHTEEN.power(base, whole) if whole else Decimal(1)
    return found if found.copy_abs() >= _LEAST_POWER else Decimal(0)


_EIGHTEEN = CONTEXT.copy()
_EIGHTEEN.prec = 18
_LEAST_POWER = Decimal("1E-39")


def _sorts_below(left: str, right: str) -> bool | None:
    return left < right if left and right else None


def _sorts_above(left: str, right: str) -> bool | None:
    return left > right if left and right else None


def _sorts_to(left: str, right: str) -> bool | None:
    return left <= right if left and right else None


def _sorts_from(left: str, right: str) -> bool | None:
    return left >= right if left and right else None


_VALUES, _TEXTS = "T:number/boolean/date/datetime/time, T -> boolean", "T:text/id, T -> boolean"
_NUMBERS, _DATES = "number, number -> boolean", "T:date/datetime/time, T -> boolean"

_IS, _IS_NOT = "{0.name} is {0.value}", "{0.name} is {0.value}, not {1}"

OPERATORS = (
    Function("=", _VALUES, "Whether two values are equal",
             operator.eq, "a == b", None, filters.compare("="), (_IS, _IS_NOT)),
    Function("=", _TEXTS, "Whether two texts are equal, capitals and all; a blank equals a blank",
             operator.eq, "a == b", None, filters.compare("="), (_IS, _IS_NOT)),
    Function("<>", _VALUES, "Whether two values differ",
             operator.ne, "a != b", None, filters.compare("!="), (_IS_NOT, _IS)),
    Function("<>", _TEXTS, "Whether two texts differ, be it in a capital",
             operator.ne, "a != b", None, filters.compare("!="), (_IS_NOT, _IS)),
    Function("<", _NUMBERS, "Whether the first is below the second",
             operator.lt, "a < b", None, filters.compare("<"), ("{0} is below {1}", "{0} is not below {1}")),
    Function("<", _DATES, "Whether the first is before the second",
             operator.lt, "a < b", None, filters.compare("<"), ("{0} is before {1}", "{0} is not before {1}")),
    Function("<", _TEXTS, "Whether the first text sorts before the second", _sorts_below, blank=True),
    Function("<=", _NUMBERS, "Whether the first is at most the second",
             operator.le, "a <= b", None, filters.compare("<="), ("{0} is at most {1}", "{0} is above {1}")),
    Function("<=", _DATES, "Whether the first is not after the second",
             operator.le, "a <= b", None, filters.compare("<="), ("{0} is not after {1}", "{0} is after {1}")),
    Function("<=", _TEXTS, "Whether the first text does not sort after the second", _sorts_to, blank=True),
    Function(">", _NUMBERS, "Whether the first is above the second",
             operator.gt, "a > b", None, filters.compare(">"), ("{0} is above {1}", "{0} is not above {1}")),
    Function(">", _DATES, "Whether the first is after the second",
             operator.gt, "a > b", None, filters.compare(">"), ("{0} is after {1}", "{0} is not after {1}")),
    Function(">", _TEXTS, "Whether the first text sorts after the second", _sorts_above, blank=True),
    Function(">=", _NUMBERS, "Whether the first has reached the second",
             operator.ge, "a >= b", None, filters.compare(">="), ("{0} reached {1}", "{0} has not reached {1}")),
    Function(">=", _DATES, "Whether the first is not before the second",
             operator.ge, "a >= b", None, filters.compare(">="), ("{0} is not before {1}", "{0} is before {1}")),
    Function(">=", _TEXTS, "Whether the first text does not sort before the second", _sorts_from, blank=True),
    Function("+", "number, number -> number", "The sum", CONTEXT.add),
    Function("+", "date, number -> date", "The date so many days later", _date_after),
    Function("+", "number, date -> date", "The date so many days later", _after_date),
    Function("+", "datetime, number -> datetime", "The moment so many days later", _moment_after),
    Function("+", "number, datetime -> datetime", "The moment so many days later", _after_moment),
    Function("+", "time, number -> time", "The time so many milliseconds later", _clock_after),
    Function("+", "number, time -> time", "The time so many milliseconds later", _after_clock),
    Function("+", "text, text -> text", "Both texts, joined", operator.add, "a + b"),
    Function("-", "number -> number", "The number with the other sign", CONTEXT.minus),
    Function("-", "number, number -> number", "The difference", CONTEXT.subtract),
    Function("-", "date, number -> date", "The date so many days before", _date_before),
    Function("-", "date, date -> number", "The days between", _days_between),
    Function("-", "datetime, number -> datetime", "The moment so many days before", _moment_before),
    Function("-", "datetime, datetime -> number", "The days between, with their fraction", _time_between),
    Function("-", "time, number -> time", "The time so many milliseconds before", _clock_before),
    Function("-", "time, time -> number", "The milliseconds between", _clock_between),
    Function("*", "number, number -> number", "The product", CONTEXT.multiply),
    Function("/", "number, number -> number", "The quotient", CONTEXT.divide),
    Function("^", "number, number -> number", "The first to the power of the second, a whole number", _power),
    Function("&", "text, text -> text", "Both texts, joined", operator.add, "a + b"),
)  # fmt: skip
