"""Quotients, which can have more digits than DuckDB's decimals: kept as two numbers until a whole answer is asked.

A formula calculates a quotient to 39 digits. When it compares or rounds that value, it answers as the exact quotient
would, as long as both stand on the same side of every number at which the answer changes. Such numbers have few digits,
so that an exact quotient that is none of them keeps its distance: `over / under - c` is `(over - c * under) / under`,
whose upper part is at least one unit of its scale. Where the value's error times `under` is below that unit, the answer
is the same. Where the quotient is such a number itself, the answer is the same if the value is that number too, if it
is `faithful`. What cannot be shown so is refused.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from upbeat.formula.duckdb import numbers
from upbeat.formula.duckdb.sql import DIGITS, LIMIT, Chain, Number, Ratio, amount, exact, failures, held
from upbeat.formula.values import CONTEXT

Operand = Number | Ratio
ONE = amount(Decimal(1))

_Join = Callable[[Number, Number], Number]
_Compute = Callable[[Decimal, Decimal], Decimal]
_STEP = Fraction(1, 10**DIGITS)  # the share of a value that one calculation is off by: half of it, and room


def as_ratio(one: Operand) -> Ratio:
    """Give a number as a quotient by one."""
    if isinstance(one, Ratio):
        return one
    return Ratio(text="", fails=one.fails, over=exact(one), under=ONE, error=Fraction(0))


def largest(one: Number) -> Fraction:
    """Give the largest size that a number can have."""
    return Fraction(one.most, 10**one.scale)


def decided(one: Ratio, scale: int) -> bool:
    """Whether the value stands to all numbers of a scale as the quotient does."""
    return one.faithful and one.error * 10 ** max(one.over.scale, one.under.scale + scale) < 1


def divide(left: Operand, right: Operand) -> Operand:
    """The quotient: a number where the divisor is a constant such as 4 or 100."""
    divisor = exact(right)
    by = divisor.constant
    if by == 0:
        return replace(left, fails=failures((left,), "TRUE"))
    if by is not None and isinstance(left, Number):
        shared = _shared(exact(left), by)
        if shared is not None:
            return shared
    start = as_ratio(left)
    if isinstance(left, Number) and by is not None:
        start = replace(start, base=replace(left, fails=""))
    size = numbers.absolute(divisor) if by is None else amount(abs(by))
    found = _next(
        start,
        divisor,
        CONTEXT.divide,
        start.over if by is not None and by > 0 else _turned(start.over, divisor),
        size if start.under is ONE else numbers.multiply(start.under, size),
        error=start.error,
        faithful=isinstance(left, Number) or _of_ten(by),
    )
    return replace(found, fails=failures((left, divisor), f"{divisor.operand} = 0" if by is None else ""))


def multiply(left: Operand, right: Operand) -> Operand:
    """The product."""
    ratio, factor = (left, exact(right)) if isinstance(left, Ratio) else (right, exact(left))
    if isinstance(ratio, Number):
        return numbers.multiply(factor, exact(ratio))
    over, error = numbers.multiply(ratio.over, factor), ratio.error * largest(factor)
    return _next(ratio, factor, CONTEXT.multiply, over, ratio.under, error=error, faithful=_of_ten(factor.constant))


def add(left: Operand, right: Operand) -> Operand:
    """The sum."""
    if isinstance(left, Number) and isinstance(right, Number):
        return numbers.add(exact(left), exact(right))
    ratio, other = (left, right) if isinstance(left, Ratio) else (as_ratio(right), left)
    return _shifted(ratio, exact(other), numbers.add, CONTEXT.add)


def subtract(left: Operand, right: Operand) -> Operand:
    """The difference."""
    if isinstance(left, Number) and isinstance(right, Number):
        return numbers.subtract(exact(left), exact(right))
    if isinstance(right, Ratio):
        return negate(_shifted(right, exact(left), numbers.subtract, CONTEXT.subtract))
    return _shifted(as_ratio(left), exact(right), numbers.subtract, CONTEXT.subtract)


def negate(one: Operand) -> Operand:
    """The number with the other sign."""
    if isinstance(one, Number):
        return numbers.negate(exact(one))
    return replace(one, over=numbers.negate(one.over), chain=_after(one.chain, CONTEXT.minus))


def absolute(one: Operand) -> Operand:
    """The number without its sign."""
    if isinstance(one, Number):
        return numbers.absolute(exact(one))
    return replace(one, over=numbers.absolute(one.over), base=None, chain=None)


# --- one calculation more -------------------------------------------------------------------------


def _shifted(ratio: Ratio, by: Number, join: _Join, compute: _Compute) -> Ratio:
    over = join(ratio.over, numbers.multiply(by, ratio.under))
    return replace(_next(ratio, by, compute, over, ratio.under, error=ratio.error, faithful=True), pure=False)


def _next(
    ratio: Ratio, other: Number, compute: _Compute, over: Number, under: Number, *, error: Fraction, faithful: bool
) -> Ratio:
    """Give the quotient that a calculation with another number makes of one: its value is rounded once more."""
    by, chain = other.constant, None
    if by is not None and ratio.base is not None:
        chain = _after(ratio.chain, lambda value: compute(value, by))
    return replace(
        ratio,
        fails=failures((ratio, other)),
        over=replace(held(over), fails=""),
        under=replace(held(under), fails=""),
        error=error + largest(over) * _STEP,
        faithful=ratio.faithful and faithful,
        base=ratio.base if chain else None,
        chain=chain,
    )


def _after(chain: Chain | None, then: Chain) -> Chain:
    return then if chain is None else lambda value: then(chain(value))


def _shared(one: Number, by: Decimal) -> Number | None:
    """Divide by a constant that leaves few digits; None where it may not."""
    share = 1 / Fraction(by)
    scale = next((scale for scale in range(DIGITS) if (share * 10**scale).denominator == 1), DIGITS)
    if one.scale + scale >= DIGITS:
        return None
    inverse = amount(Decimal(int(share * 10**scale)).scaleb(-scale, CONTEXT))
    return numbers.multiply(one, inverse) if one.most * inverse.most < LIMIT else None


def _turned(one: Number, divisor: Number) -> Number:
    """Give a number the sign that dividing by another makes of it."""
    if divisor.constant is not None:
        return numbers.negate(one)
    text, blank = f"{one.operand} * sign({divisor.text})", one.blank or divisor.blank
    return replace(one, text=text, joint="*", blank=blank, constant=None)


def _of_ten(by: Decimal | None) -> bool:
    return by is not None and CONTEXT.plus(by).normalize(CONTEXT).copy_abs().as_tuple().digits == (1,)
