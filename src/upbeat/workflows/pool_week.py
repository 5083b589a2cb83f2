"""A usual week of several people's hours: when any of them works, and when nobody does. Holidays are no usual days."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from upbeat.workflows.pool import Hours
from upbeat.workflows.pool_spans import united

Part = tuple[int, int]
"""Minutes from Monday 00:00 in UTC, from and up to without the second."""

_DAY: Final = 1440
_WEEK: Final = 7 * _DAY
_USUAL: Final = datetime(2026, 1, 15)  # noqa: DTZ001 - a day of winter, read in each zone: zones are held side by side
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def usual_week(several: Sequence[Hours | None]) -> tuple[Part, ...]:
    """Give when any of these hours are open, from Monday on; None among them is always."""
    if None in several:
        return ((0, _WEEK),)
    parts = [(part.first, part.last, _offset(one.zone)) for one in several if one is not None for part in one.open]
    return tuple(united([piece for first, last, offset in parts for piece in _in_week(first - offset, last - offset)]))


def without(some: Sequence[Part], others: Sequence[Part]) -> tuple[Part, ...]:
    """Give what lies in some and in none of the others."""
    found: list[Part] = []
    for first, last in some:
        for begin, end in others:
            if end <= first or begin >= last:
                continue
            if begin > first:
                found.append((first, begin))
            first = end  # noqa: PLW2901 - what is left of the part
        if first < last:
            found.append((first, last))
    return tuple(found)


def said(part: Part, zone: ZoneInfo) -> str:
    """Say when a part of the week is, by the wall clock of a zone: `from monday 17:30 to tuesday 09:00`."""
    if part == (0, _WEEK):
        return "at any time"
    begin, end = (_spot(one + _offset(zone)) for one in part)
    return f"from {begin} to {end} ({zone.key})"


def _spot(minutes: int) -> str:
    day, rest = divmod(minutes % _WEEK, _DAY)
    return f"{_DAYS[day]} {rest // 60:02}:{rest % 60:02}"


def _offset(zone: ZoneInfo) -> int:
    """Give the minutes by which a zone's wall clock is before UTC."""
    offset = _USUAL.replace(tzinfo=zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)


def _in_week(first: int, last: int) -> list[Part]:
    """Fold what goes over the week's end into its beginning."""
    first, last = first % _WEEK, first % _WEEK + last - first
    return [(first, last)] if last <= _WEEK else [(first, _WEEK), (0, last - _WEEK)]
