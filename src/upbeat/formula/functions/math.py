"""Mathematics in Decimals; what has no exact decimal answer goes through a double, as in Salesforce."""

import math
from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from upbeat.formula.functions.row import Function
from upbeat.formula.values import CONTEXT, flat, to_places

_NEARLY_UP = Context(prec=33, rounding=ROUND_HALF_UP)  # 33 digits forget what a quotient's last six got wrong,
_NEARLY_DOWN = Context(prec=33, rounding=ROUND_HALF_DOWN)  # so that the ceiling of 1 / 9 * 9 is 1


def _round(number: Decimal, places: Decimal) -> Decimal:
    return to_places(number, places)


def _truncate(number: Decimal, places: Decimal) -> Decimal:
    return to_places(number, places, ROUND_DOWN)


def _ceiling(number: Decimal) -> Decimal:
    return flat(_NEARLY_DOWN.plus(number).to_integral_value(ROUND_UP))


def _floor(number: Decimal) -> Decimal:
    return flat(_NEARLY_UP.plus(number).to_integral_value(ROUND_DOWN))


def _next_above(number: Decimal) -> Decimal:
    return flat(_NEARLY_DOWN.plus(number).to_integral_value(ROUND_CEILING))


def _next_below(number: Decimal) -> Decimal:
    return flat(_NEARLY_UP.plus(number).to_integral_value(ROUND_FLOOR))


def _smallest(*numbers: Decimal) -> Decimal:
    return min(numbers)


def _largest(*numbers: Decimal) -> Decimal:
    return max(numbers)


def _remainder(number: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise ZeroDivisionError
    return flat(CONTEXT.remainder(number, divisor))


def _by_double(name: str, function: Callable[..., float]) -> Callable[[Decimal], Decimal]:
    def computed(*numbers: Decimal) -> Decimal:
        try:
            return CONTEXT.create_decimal(repr(function(*map(float, numbers))))
        except ValueError:
            shown = ", ".join(f"{number:f}" for number in numbers)
            raise ValueError(f"{name}({shown}) has no value") from None

    return computed


def _log10(number: float) -> float:
    return math.log(number) / math.log(10)


def _pi() -> Decimal:
    return Decimal(repr(math.pi))


MATH = (
    Function("ABS", "number -> number", "The number without its sign", CONTEXT.abs),
    Function("ROUND", "number, number -> number", "The number to so many places, a half away from zero", _round),
    Function("TRUNC", "number, number -> number", "The number cut at so many places", _truncate),
    Function("CEILING", "number -> number", "The next whole number away from zero", _ceiling),
    Function("FLOOR", "number -> number", "The next whole number towards zero", _floor),
    Function("MCEILING", "number -> number", "The next whole number above", _next_above),
    Function("MFLOOR", "number -> number", "The next whole number below", _next_below),
    Function("MIN", "number... -> number", "The smallest of the numbers", _smallest),
    Function("MAX", "number... -> number", "The largest of the numbers", _largest),
    Function("MOD", "number, number -> number", "What is left after dividing, with the first's sign", _remainder),
    Function("SQRT", "number -> number", "The square root", _by_double("SQRT", math.sqrt)),
    Function("EXP", "number -> number", "e to a power", _by_double("EXP", math.exp)),
    Function("LN", "number -> number", "The natural logarithm", _by_double("LN", math.log)),
    Function("LOG", "number -> number", "The logarithm to base 10", _by_double("LOG", _log10)),
    Function("PI", "-> number", "The circle's number", _pi),
    Function("SIN", "number -> number", "The sine of an angle in radians", _by_double("SIN", math.sin)),
    Function("COS", "number -> number", "The cosine of an angle in radians", _by_double("COS", math.cos)),
    Function("TAN", "number -> number", "The tangent of an angle in radians", _by_double("TAN", math.tan)),
    Function("ASIN", "number -> number", "The angle whose sine this is", _by_double("ASIN", math.asin)),
    Function("ACOS", "number -> number", "The angle whose cosine this is", _by_double("ACOS", math.acos)),
    Function("ATAN", "number -> number", "The angle whose tangent this is", _by_double("ATAN", math.atan)),
    Function("ATAN2", "number, number -> number", "The angle of the point at y, x", _by_double("ATAN2", math.atan2)),
)
