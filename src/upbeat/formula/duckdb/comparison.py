"""Comparisons of numbers and of quotients."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from upbeat.formula.duckdb import numbers
from upbeat.formula.duckdb.ratios import ONE, Operand, as_ratio, largest
from upbeat.formula.duckdb.sql import LIMIT, Chain, Number, Ratio, Refused, Sql, amount, exact, failures
from upbeat.formula.values import CONTEXT

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compare(sign: str) -> Callable[[Operand, Operand], Sql]:
    """Compare two of them."""

    def comparison(left: Operand, right: Operand) -> Sql:
        for one, other, here in ((left, right, sign), (right, left, _FLIPPED.get(sign, sign))):
            found = _beside_constant(one, here, other) if isinstance(other, Number) else None
            if found is not None:
                return replace(found, fails=failures((left, right)))
        if isinstance(left, Number) and isinstance(right, Number):
            return numbers.compared(sign, exact(left), exact(right))
        return _crosswise(sign, as_ratio(left), as_ratio(right))

    return comparison


def _crosswise(sign: str, left: Ratio, right: Ratio) -> Sql:
    unit = max(left.over.scale + right.under.scale, right.over.scale + left.under.scale)
    error = left.error * largest(right.under) + right.error * largest(left.under)
    if not (left.faithful and right.faithful and error * 10**unit < 1):
        why = "the last of a quotient's 39 digits could decide the comparison"
        raise Refused(why, "Round the quotient first: ROUND(a / b, 6).")
    found = numbers.compared(sign, _times(left.over, right.under), _times(right.over, left.under))
    return replace(found, fails=failures((left, right)))


def _times(over: Number, under: Number) -> Number:
    return over if under is ONE else numbers.multiply(over, under)


# --- with a constant: at which value does the answer change? ----------------------------------------


def _beside_constant(one: Operand, sign: str, other: Number) -> Sql | None:
    """Compare what constants made of a number, or a number of fewer places, by the number itself; None for others."""
    value = other.constant
    if value is None:
        return None
    if isinstance(one, Ratio):
        return _by_base(exact(one.base), one.chain, sign, value) if one.base and one.chain else None
    if other.scale <= one.scale and other.units(one.scale) < LIMIT:
        return None
    return _by_base(exact(one), lambda value: value, sign, value)


def _by_base(base: Number, chain: Chain, sign: str, value: Decimal) -> Sql:
    """Find the counts of units for which the chain's value equals the constant: it only rises, or only falls."""

    def of(units: int) -> Decimal:
        return chain(_amount(base, units))

    rising = of(-base.most) <= of(base.most)
    if not rising:
        sign = _FLIPPED.get(sign, sign)
    first = _first(base.most, lambda units: of(units) >= value if rising else of(units) <= value)
    beyond = _first(base.most, lambda units: of(units) > value if rising else of(units) < value)
    tests = {
        "<": _up_to(base, first - 1),
        "<=": _up_to(base, beyond - 1),
        ">": _from(base, beyond),
        ">=": _from(base, first),
        "=": _between(base, first, beyond - 1),
        "<>": f"NOT ({_between(base, first, beyond - 1)})",
    }
    return Sql(text=tests[sign], blank=base.blank, joint=sign)


def _first(most: int, holds: Callable[[int], bool]) -> int:
    """Give the first count of units, from -most on, for which a test holds that then holds for all after it."""
    low, high = -most, most + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _up_to(base: Number, units: int) -> str:
    return f"{base.operand} <= {amount(_amount(base, units)).text}" if units >= -base.most else _never(base)


def _from(base: Number, units: int) -> str:
    return f"{base.operand} >= {amount(_amount(base, units)).text}" if units <= base.most else _never(base)


def _between(base: Number, first: int, last: int) -> str:
    if first > last:
        return _never(base)
    here, there = amount(_amount(base, first)).text, amount(_amount(base, last)).text
    return f"{base.operand} = {here}" if first == last else f"{base.operand} BETWEEN {here} AND {there}"


def _never(base: Number) -> str:
    return f"{base.operand} <> {base.operand}"  # false, or NULL where the number is


def _amount(base: Number, units: int) -> Decimal:
    return Decimal(units).scaleb(-base.scale, CONTEXT)
