"""How values are written on a page: moments, amounts, counts, names."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from upbeat.base import rate_words, span_words
from upbeat.console.charting import drawn

_UNITS: Final = (("day", 86400), ("hour", 3600), ("minute", 60))
_SOON: Final = 45  # seconds that are told as now


def day_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """Give a moment by the org's clock."""
    return f"{moment.astimezone(zone):%-d %b %Y, %H:%M}"


def day(moment: datetime | date, zone: ZoneInfo | None = None) -> str:
    """Give a day."""
    return f"{moment.astimezone(zone) if isinstance(moment, datetime) else moment:%-d %b %Y}"


def how_long(span: timedelta) -> str:
    """Give a span in its largest unit: `3 days`, `20 minutes`, `less than a minute`."""
    seconds = abs(span.total_seconds())
    for unit, size in _UNITS:
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return "less than a minute"


def ago(moment: datetime, now: datetime) -> str:
    """Give when it was, or will be, seen from now."""
    span = now - moment
    if abs(span.total_seconds()) < _SOON:
        return "now"
    return f"{how_long(span)} ago" if span > timedelta() else f"in {how_long(span)}"


def figure(value: Any) -> str:
    """Give a number with its thousands told apart, and any other value as it is; nothing for None."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return f"{value:,.10g}" if isinstance(value, float) else f"{value:,}"
    return "" if value is None else str(value)


def counted(number: int, thing: str) -> str:
    """Give `1 record` or `2,000 records`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def as_percent(share: float | None) -> str:
    """Give a share of one in whole percent, nothing where it is not known."""
    return "" if share is None else f"{share:.0%}"


def sentence(text: str) -> str:
    """Begin a text as a sentence does, unless it begins with a name that is written so: a username, a workflow's."""
    first = text.partition(" ")[0].rstrip(",.:;")
    return text[:1].upper() + text[1:] if first.replace("'", "").isalpha() else text


FILTERS: Mapping[str, Callable[..., str]] = {
    "moment": day_and_time,
    "day": day,
    "ago": ago,
    "how_long": how_long,
    "figure": figure,
    "counted": counted,
    "percent": as_percent,
    "sentence": sentence,
    "span": span_words,
    "rate": rate_words,
    "drawn": drawn,
}
"""The filters of the templates, by name."""
