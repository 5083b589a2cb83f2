"""A share of counted cases, with how far the true one may lie from it."""

from dataclasses import dataclass
from math import sqrt

from upbeat.base.percents import percent

_Z = 1.959963984540054  # of the standard normal: 95 % lie between it and its negative


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, with the interval in which the true one lies at 95 %. Without any case it is anything from 0 to 1."""

    part: int
    of: int
    share: float | None
    low: float
    high: float


def rate(part: int, of: int) -> Rate:
    """Give `part` of `of` with its Wilson score interval.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927), 209-212. It stays within 0 and 1 and holds for few cases, where the usual
    interval does not. Raises ValueError where `part` is not from 0 to `of`.
    """
    if not 0 <= part <= of:
        raise ValueError(f"{part} of {of} is no share")
    if of == 0:
        return Rate(0, 0, None, 0.0, 1.0)
    share, square = part / of, _Z * _Z
    middle = share + square / (2 * of)
    reach = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    low = 0.0 if part == 0 else max(0.0, (middle - reach) / whole)
    high = 1.0 if part == of else min(1.0, (middle + reach) / whole)
    return Rate(part, of, share, low, high)


def rate_words(one: Rate) -> str:
    """Give a share and of how many: `62 % of 1,204`; empty without any."""
    return "" if one.share is None else f"{percent(100 * one.share)} of {one.of:,}"
