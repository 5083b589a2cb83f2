"""Arithmetic without rounding: what could need more than the 38 digits of DuckDB's decimals is refused.

A formula calculates with 39 digits, so that it gives the same wherever 38 are enough.
"""

from collections.abc import Sequence
from dataclasses import replace

from upbeat.formula.duckdb.sql import DIGITS, LIMIT, Number, Refused, Sql, failures, held

_FAST = 10**18  # DuckDB multiplies two decimals of 18 digits or fewer in 18, whatever comes of it
_POWERED = 18  # the digits of a power


def number(args: Sequence[Sql], text: str, most: int, scale: int, *, fails: str = "", joint: str = "") -> Number:
    """Give a strict function's number. Raises Refused where it can have too many digits."""
    blank = any(arg.blank for arg in args)
    found = Number(text=text, blank=blank, fails=failures(args, fails), joint=joint, scale=scale, most=most)
    return held(found)


def aligned(numbers: Sequence[Number]) -> int:
    """Give the scale that all numbers fit in side by side, as DuckDB compares and adds them. Raises Refused."""
    scale = max(one.scale for one in numbers)
    if any(one.units(scale) >= LIMIT for one in numbers):
        raise Refused(f"the numbers can have more than {DIGITS} digits side by side", "Round one to fewer places.")
    return scale


def beside(numbers: Sequence[Number]) -> list[str]:
    """Write numbers at one scale. But for `+`, `-` and comparisons, DuckDB may choose one that loses digits.

    A whole constant gets a point: without one it is an INTEGER, for which DuckDB reserves ten digits.
    """
    scale = aligned(numbers)
    return [_at_scale(one, scale) for one in numbers]


def _at_scale(one: Number, scale: int) -> str:
    if one.constant is not None:
        return one.text if "." in one.text else f"{one.text}."
    if one.scale == scale:
        return one.operand
    return f"CAST({one.text} AS DECIMAL({max(scale + 1, len(str(one.units(scale))))}, {scale}))"


def add(left: Number, right: Number) -> Number:
    """The sum."""
    scale = aligned((left, right))
    most = left.units(scale) + right.units(scale)
    return number((left, right), f"{left.operand} + {right.operand}", most, scale, joint="+")


def subtract(left: Number, right: Number) -> Number:
    """The difference."""
    scale = aligned((left, right))
    most = left.units(scale) + right.units(scale)
    return number((left, right), f"{left.operand} - {right.operand}", most, scale, joint="-")


def negate(one: Number) -> Number:
    """The number with the other sign."""
    return replace(one, text=f"-{one.operand}", joint="-", constant=None)


def multiply(left: Number, right: Number) -> Number:
    """The product."""
    most, scale = left.most * right.most, left.scale + right.scale
    first = left.operand
    if most >= _FAST and left.scale < DIGITS:
        first = f"CAST({left.text} AS DECIMAL({DIGITS}, {left.scale}))"
    return number((left, right), f"{first} * {right.operand}", most, scale, joint="*")


def power(base: Number, exponent: Number) -> Number:
    """The power, where it is whole and constant, and the result exact: Salesforce keeps 18 digits of one."""
    times = exponent.constant
    if times is None or times != int(times) or times < 1:
        raise Refused("only a power that is a constant above zero is exact")
    most, scale = base.most ** min(int(times), 60), base.scale * int(times)
    if most >= 10**_POWERED or scale > DIGITS - 1:
        raise Refused(f"the power can have more than {_POWERED} digits", "Multiply instead.")
    found = base
    for _ in range(int(times) - 1):
        found = multiply(found, base)
    return found


def remainder(one: Number, divisor: Number) -> Number:
    """What is left after dividing, with the first's sign."""
    scale = aligned((one, divisor))
    most = min(one.units(scale), divisor.units(scale))
    left, right = beside((one, divisor))
    if divisor.constant:
        return number((one,), f"{left} % {right}", most, scale, joint="%")
    return number(
        (one, divisor), f"{left} % nullif({right}, 0)", most, scale, fails=f"{divisor.operand} = 0", joint="%"
    )


def absolute(one: Number) -> Number:
    """The number without its sign."""
    return replace(one, text=f"abs({one.text})", joint="", constant=None)


def smallest(*numbers: Number) -> Number:
    """The smallest of the numbers, NULL where one is."""
    return _picked("least", numbers)


def largest(*numbers: Number) -> Number:
    """The largest of the numbers, NULL where one is."""
    return _picked("greatest", numbers)


def _picked(function: str, numbers: Sequence[Number]) -> Number:
    scale = aligned(numbers)
    text = f"{function}({', '.join(beside(numbers))})" if numbers[1:] else numbers[0].text
    blanks = [one.is_blank for one in numbers if one.blank] if numbers[1:] else []  # which DuckDB leaves aside
    if blanks:
        text = f"CASE WHEN NOT ({' OR '.join(blanks)}) THEN {text} END"
    return number(numbers, text, max(one.units(scale) for one in numbers), scale)


def compared(sign: str, left: Number, right: Number) -> Sql:
    """Compare two numbers."""
    aligned((left, right))
    return Sql(
        text=f"{left.operand} {sign} {right.operand}",
        blank=left.blank or right.blank,
        fails=failures((left, right)),
        joint=sign,
    )
