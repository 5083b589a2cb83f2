"""Percentages in words that contradict nothing: what lies below a mark is never told as at it."""

from math import ceil, floor


def whole_percent(value: float, mark: float = 100) -> int:
    """Give a percentage as a whole number: below `mark` where it is, and 0 and 100 only for nothing and for all."""
    if value in {0, 100}:
        return int(value)
    most = ceil(mark) - 1 if value < mark else 99
    return min(most, 99, max(1, round(value)))


def percent(value: float, mark: float = 100) -> str:
    """Say a percentage in the same way: `62 %`, `under 1 %`, `over 99 %`."""
    if 0 < value < 1:
        return "under 1 %"
    return "over 99 %" if 99 < value < 100 else f"{whole_percent(value, mark)} %"


def tenths(value: float) -> float:
    """Give a percentage to one tenth, which reaches no whole number that it does not reach itself."""
    return floor(10 * value) / 10
