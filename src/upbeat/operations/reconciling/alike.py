"""Whether what history says is what we wrote: the org trims, rounds, cuts and rewords what it keeps."""

from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from upbeat.base import full_id

_CUT = 255  # characters that field history keeps of a text


def alike(wrote: Any, kept: Any, *, scale: int | None = None) -> bool:
    """Whether a value of ours and one of the org's are the same value; `scale` is the digits that the field keeps."""
    one, other = _plain(wrote, scale), _plain(kept, scale)
    if isinstance(one, str) and isinstance(other, str) and len(other) >= _CUT:
        return one.startswith(other)
    return one == other


def _plain(value: Any, scale: int | None) -> Any:
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case int() | float() | Decimal():
            return _number(Decimal(str(value)), scale)
        case datetime() | date() | time():
            return _text(value.isoformat(), scale)
        case _:
            return _text(str(value), scale)


def _text(text: str, scale: int | None) -> Any:
    trimmed = text.replace("\r\n", "\n").strip()
    if not trimmed:
        return None
    if full_id(trimmed):
        return full_id(trimmed)
    if scale is not None:
        try:
            return _number(Decimal(trimmed), scale)
        except InvalidOperation:
            pass
    if len(trimmed) > len("2026-01-31T") and trimmed[4:5] == "-" and trimmed[10:11] == "T":
        try:
            return datetime.fromisoformat(trimmed).astimezone(UTC).isoformat()
        except ValueError:
            pass
    return trimmed


def _number(value: Decimal, scale: int | None) -> Any:
    if not value.is_finite():
        return str(value)
    rounded = value if scale is None else value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    return format(rounded.normalize(), "f")
