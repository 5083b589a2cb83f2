"""Retry-After: how long a server asks to be left alone (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after_seconds(retry_after: str | None, now: datetime) -> float:
    """Read a Retry-After header, seconds or an HTTP date, as seconds from `now`; 0 where it says nothing."""
    text = (retry_after or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0
    return max((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds(), 0)
