"""JSON that others wrote: read, and looked into without trust."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

import msgspec

from upbeat.base import Place, decode
from upbeat.conversation.files.decoding import decoded, visible
from upbeat.conversation.files.noticed import Noticed, Unreadable

Json = Mapping[str, Any]
_NOTHING: Final[Json] = {}
_AT: Final = re.compile(r"(.*?) \(byte (\d+)\)")


def load(name: str, data: bytes, odd: Noticed) -> Json:
    """Give the object that a file holds. Raises Unreadable, which names the line, where it is no JSON object."""
    text = decoded(name, data, odd)
    try:
        found = decode(text)
    except RecursionError:
        raise Unreadable("the JSON is nested too deeply", where=name, fix="Export the call again.") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        said = _AT.fullmatch(str(error))
        line = text.encode("utf-8", "replace")[: int(said[2])].count(b"\n") + 1 if said else 1
        what = said[1] if said else str(error)
        raise Unreadable(f"it is no JSON: {what}", where=Place(name, line), fix="Export it again, whole.") from None
    if not isinstance(found, dict):
        raise Unreadable("it holds no JSON object", where=name, fix="Begin it with { and end it with }.")
    return cast("Json", found)


def within(outer: Json, name: str) -> Json:
    """Give the object of that name, empty where there is none."""
    found = outer.get(name)
    return cast("Json", found) if isinstance(found, dict) else _NOTHING


def rows(outer: Json, name: str, where: str) -> list[Json]:
    """Give the objects of a list of that name, empty where there is none. Raises Unreadable where it is another."""
    found = outer.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in cast("list[Any]", found)):
        raise Unreadable("it is no list of objects", where=Place(where, field=name), fix="Write [{…}, {…}].")
    return cast("list[Json]", found)


def text(outer: Json, name: str, odd: Noticed) -> str:
    """Give a text, or a number as one; empty where there is neither."""
    found = outer.get(name)
    if isinstance(found, str):
        return visible(found, odd).strip()
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


def number(outer: Json, name: str, largest: int) -> float | None:
    """Give a number from 0 to `largest`; None where there is none, or another."""
    found = outer.get(name)
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        return None
    return float(found) if 0 <= found <= largest else None


def moment(outer: Json, name: str, where: str) -> datetime | None:
    """Give a moment, None where there is none. Raises Unreadable where it has no offset, or is none."""
    found = outer.get(name)
    if found is None:
        return None
    try:
        told = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        told = None
    if told is None or told.tzinfo is None:
        raise Unreadable(
            f"'{str(found)[:40]}' is no time with an offset",
            where=Place(where, field=name),
            fix="Write it as 2026-03-03T10:00:00+01:00.",
        )
    return told
