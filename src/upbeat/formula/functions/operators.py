"""The operators, as rows like any function. A comparison with a null is null; a date moves by whole days."""

import operator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from upbeat.formula.functions.row import Function
from upbeat.formula.values import CONTEXT

_DAY = timedelta(days=1)
_DAY_SECONDS = Decimal(86_400)
_DAY_MILLISECONDS = 86_400_000


def _days(count: Decimal) -> timedelta:
    return timedelta(days=int(count))


def _span(count: Decimal) -> timedelta:
    """Give days with a fraction as a span, rounded to the second as Salesforce does."""
    return timedelta(seconds=int((count * _DAY_SECONDS).to_integral_value(ROUND_HALF_UP)))


def _apart(later: datetime, earlier: datetime) -> Decimal:
    return CONTEXT.divide(Decimal(int((later - earlier).total_seconds())), _DAY_SECONDS)


def milliseconds(moment: time) -> int:
    """Give the milliseconds since midnight."""
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1000 + moment.microsecond // 1000


def _clock(count: int) -> time:
    seconds, rest = divmod(count % _DAY_MILLISECONDS, 1000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest * 1000)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Raise to a whole power: 18 digits, and zero below 1E-39, as Salesforce has it."""
    whole = int(exponent)
    if whole != exponent:
        raise ValueError("a power is a whole number")
    if base and whole * base.copy_abs().ln(CONTEXT) / Decimal(10).ln(CONTEXT) > 64:
        raise ValueError("the power is too large")
    found = _POWERS.power(base, whole) if base or whole else Decimal(1)
    return found if found.copy_abs() >= _LEAST else Decimal(0)


_POWERS = CONTEXT.copy()
_POWERS.prec = 18
_LEAST = Decimal("1E-39")


def _before(a: str, b: str) -> bool | None:
    return a < b if a and b else None


def _not_after(a: str, b: str) -> bool | None:
    return a <= b if a and b else None


_ORDERED = "T:number/date/datetime/time, T -> boolean"
_TEXTS = "T:text/id, T -> boolean"

OPERATORS = (
    Function(
        "=", "T:number/boolean/date/datetime/time, T -> boolean", "Whether two values are equal", operator.eq, "a == b"
    ),
    Function(
        "=", _TEXTS, "Whether two texts are equal, capitals and all; a blank equals a blank", operator.eq, "a == b"
    ),
    Function(
        "<>", "T:number/boolean/date/datetime/time, T -> boolean", "Whether two values differ", operator.ne, "a != b"
    ),
    Function("<>", _TEXTS, "Whether two texts differ, be it in a capital", operator.ne, "a != b"),
    Function("<", _ORDERED, "Whether the first is below the second", operator.lt, "a < b"),
    Function("<", _TEXTS, "Whether the first text sorts before the second", _before, blank=True),
    Function("<=", _ORDERED, "Whether the first is not above the second", operator.le, "a <= b"),
    Function("<=", _TEXTS, "Whether the first text does not sort after the second", _not_after, blank=True),
    Function(">", _ORDERED, "Whether the first is above the second", operator.gt, "a > b"),
    Function(">", _TEXTS, "Whether the first text sorts after the second", lambda a, b: _before(b, a), blank=True),
    Function(">=", _ORDERED, "Whether the first has reached the second", operator.ge, "a >= b"),
    Function(
        ">=",
        _TEXTS,
        "Whether the first text does not sort before the second",
        lambda a, b: _not_after(b, a),
        blank=True,
    ),
    Function("+", "number, number -> number", "The sum", CONTEXT.add),
    Function("+", "date, number -> date", "The date so many days later", lambda a, b: a + _days(b)),
    Function("+", "number, date -> date", "The date so many days later", lambda a, b: b + _days(a)),
    Function("+", "datetime, number -> datetime", "The moment so many days later", lambda a, b: a + _span(b)),
    Function("+", "number, datetime -> datetime", "The moment so many days later", lambda a, b: b + _span(a)),
    Function(
        "+",
        "time, number -> time",
        "The time so many milliseconds later",
        lambda a, b: _clock(milliseconds(a) + int(b)),
    ),
    Function(
        "+",
        "number, time -> time",
        "The time so many milliseconds later",
        lambda a, b: _clock(milliseconds(b) + int(a)),
    ),
    Function("+", "text, text -> text", "Both texts, joined", operator.add, "a + b"),
    Function("-", "number -> number", "The number with the other sign", CONTEXT.minus),
    Function("-", "number, number -> number", "The difference", CONTEXT.subtract),
    Function("-", "date, number -> date", "The date so many days before", lambda a, b: a - _days(b)),
    Function("-", "date, date -> number", "The days between", lambda a, b: Decimal((a - b).days)),
    Function("-", "datetime, number -> datetime", "The moment so many days before", lambda a, b: a - _span(b)),
    Function("-", "datetime, datetime -> number", "The days between, with their fraction", _apart),
    Function(
        "-",
        "time, number -> time",
        "The time so many milliseconds before",
        lambda a, b: _clock(milliseconds(a) - int(b)),
    ),
    Function(
        "-",
        "time, time -> number",
        "The milliseconds between",
        lambda a, b: Decimal((milliseconds(a) - milliseconds(b)) % _DAY_MILLISECONDS),
    ),
    Function("*", "number, number -> number", "The product", CONTEXT.multiply),
    Function("/", "number, number -> number", "The quotient", CONTEXT.divide),
    Function("^", "number, number -> number", "The first to the power of the second", power),
    Function("&", "text, text -> text", "Both texts, joined", operator.add, "a + b"),
)
