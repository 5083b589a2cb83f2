"""What goes through a double: the number is read as one, and the result's shortest text is the number it gives.

A square root is exact wherever it is computed (IEEE 754-2019, section 5.4.1). For the rest, DuckDB and Python ask the
mathematical library of the machine, and the tests hold that they get the same. DuckDB's decimals have their point in
one place: where a result's size is not known beforehand, it is refused.
"""

from collections.abc import Callable
from math import ceil, log10

from upbeat.formula.duckdb.sql import DIGITS, LIMIT, Number, Refused, failures

_SHOWN = 17  # the digits of a double's shortest text, at most
_EXACT = 2**53  # whole numbers below it are doubles
_EVER = 20  # no double but 0 is nearer than 10^-20 to a multiple of half the circle's number: Muller, Elementary
# Functions, 3rd edition, section 11.1, finds 2^-60.9 the least

Place = Callable[[Number], int]


def _before(one: Number) -> int:
    return max(1, len(str(one.most)) - one.scale)


def _within(function: str, digits: Place, first: Place, fails: str = "") -> Callable[[Number], Number]:
    """Give the SQL of a function of one number.

    `digits` is how many digits stand before the result's point at most; `first` is the place after it where the first
    digit other than 0 stands at the latest. `fails` is where the double `{0}` has no result.
    """

    def through_double(one: Number) -> Number:
        before, scale = digits(one), first(one) + _SHOWN - 1
        if before + scale > DIGITS:
            raise Refused("its result can be of any size, and DuckDB's decimals have their point in one place")
        double = _double(one)
        none = fails.format(double)
        text = function.format(f"CASE WHEN NOT ({none}) THEN {double} END" if none else double)
        return Number(
            text=f"CAST(CAST({text} AS VARCHAR) AS DECIMAL({DIGITS}, {scale}))",
            blank=one.blank,
            fails=failures((one,), none and f"({none})"),
            scale=scale,
            most=min(10 ** (before + scale), LIMIT) - 1,
            digits=_SHOWN,
        )

    return through_double


def _double(one: Number) -> str:
    if one.most < _EXACT and one.scale < 22:  # both parts are doubles, and so is their quotient, correctly rounded
        return f"CAST({one.text} AS DOUBLE)"
    return f"CAST(CAST({one.text} AS VARCHAR) AS DOUBLE)"


def _power_of_ten(one: Number) -> int:
    """Give how many digits e to a power has before its point at most, and as many places 0 after it."""
    return ceil(one.most / 10**one.scale * log10(2.7182818284590455)) + 1 if one.most < 100 * 10**one.scale else DIGITS


square_root = _within("sqrt({0})", lambda one: (_before(one) + 1) // 2, lambda one: (one.scale + 1) // 2, "{0} < 0")
exponential = _within("exp({0})", _power_of_ten, _power_of_ten)
logarithm = _within("ln({0})", lambda _: 2, lambda one: min(one.scale + 1, 16), "{0} <= 0")
common_logarithm = _within(
    "ln({0}) / CAST('2.302585092994046' AS DOUBLE)", lambda _: 2, lambda one: min(one.scale + 1, 17), "{0} <= 0"
)
sine = _within("sin({0})", lambda _: 1, lambda one: max(one.scale + 1, _EVER))
cosine = _within("cos({0})", lambda _: 1, lambda _: _EVER)
arcsine = _within("asin({0})", lambda _: 1, lambda one: max(one.scale, 1), "abs({0}) > 1")
arccosine = _within("acos({0})", lambda _: 1, lambda _: 8, "abs({0}) > 1")
arctangent = _within("atan({0})", lambda _: 1, lambda one: one.scale + 1)
