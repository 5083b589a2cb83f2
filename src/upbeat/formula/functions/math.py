"""Mathematics, in Decimals; what has no exact decimal answer goes through a double, as in Salesforce."""

import math
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal

from upbeat.formula.functions.row import Function
from upbeat.formula.values import CONTEXT

_DOWN_AT_HALF = Context(prec=33, rounding=ROUND_HALF_DOWN)  # 33 digits hide what a quotient's last six would show
_UP_AT_HALF = Context(prec=33, rounding=ROUND_HALF_UP)


def _to_places(number: Decimal, places: Decimal, rounding: str) -> Decimal:
    """Round at a decimal place, or before the point where `places` is negative."""
    count = int(places)
    if count > -number.as_tuple().exponent if isinstance(number.as_tuple().exponent, int) else False:
        return number
    if count < -CONTEXT.prec:
        return Decimal(0)
    return number.quantize(Decimal(1).scaleb(-count), rounding, _WIDE) + 0


_WIDE = CONTEXT.copy()
_WIDE.prec = 900  # from 1E+400 to 1E-400 every place can be written


def _round(number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    return _to_places(number, places, ROUND_HALF_UP)


def _ceiling(number: Decimal) -> Decimal:
    """Round away from zero."""
    number = _DOWN_AT_HALF.plus(number)
    return number.to_integral_value(ROUND_FLOOR if number < 0 else ROUND_CEILING)


def _floor(number: Decimal) -> Decimal:
    """Round towards zero."""
    return _UP_AT_HALF.plus(number).to_integral_value(ROUND_DOWN)


def _sqrt(number: Decimal) -> Decimal:
    if number < 0:
        raise ValueError(f"{number:f} has no square root")
    return Decimal(repr(math.sqrt(number)))


MATH = (
    Function("ABS", "number -> number", "The number without its sign", CONTEXT.abs),
    Function(
        "ROUND", "number, number? -> number", "The number rounded to so many places, a half away from zero", _round
    ),
    Function("CEILING", "number -> number", "The next whole number away from zero", _ceiling),
    Function("FLOOR", "number -> number", "The next whole number towards zero", _floor),
    Function("MIN", "number, number... -> number", "The smallest of the numbers", min),
    Function("MAX", "number, number... -> number", "The largest of the numbers", max),
    Function("MOD", "number, number -> number", "What is left after dividing", CONTEXT.remainder),
    Function("SQRT", "number -> number", "The square root", _sqrt),
)
