"""The database that compiled SQL runs on: one table an object, one column a field, and one form for every value.

Tables and columns are named as the schema names objects and fields. `IsDeleted` is there whether or not the object
shows it. An address or a location has no column of its own: its parts are fields, and have theirs.

Booleans are 0 and 1, ids have 18 characters, dates are `YYYY-MM-DD`, datetimes `YYYY-MM-DDTHH:MM:SS.000+0000` in UTC,
times `HH:MM:SS.000Z`, everything else is a number or a text; what is empty is None, and never an empty text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from math import inf, isfinite
from typing import Any, Final

from upbeat.base import is_id, to_18
from upbeat.schema import FieldType, Object
from upbeat.soql.literals import stored_datetime, stored_time, to_millisecond, unwritable

Stored = str | int | float | None

COMPOUND: Final = frozenset({FieldType.ADDRESS, FieldType.LOCATION})

_LARGEST: Final = 2**63 - 1
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WORDS: Final = {"true": 1, "false": 0, "1": 1, "0": 0}  # as the API writes checkboxes, and as the weekly export does
_AFFINITY: Final = {
    FieldType.BOOLEAN: "INTEGER NOT NULL DEFAULT 0",
    FieldType.INT: "INTEGER",
    FieldType.DOUBLE: "REAL",
    FieldType.CURRENCY: "REAL",
    FieldType.PERCENT: "REAL",
    FieldType.ANY: "",
}


def columns(one: Object) -> dict[str, str]:
    """Give the columns of an object's table with their SQLite types."""
    kinds = {field.name: field.type for field in one.fields.values() if field.type not in COMPOUND}
    own = {name: _AFFINITY.get(kind, "TEXT") for name, kind in kinds.items()}
    return {"IsDeleted": _AFFINITY[FieldType.BOOLEAN]} | own | {"Id": "TEXT PRIMARY KEY"}


def table(name: str, kinds: Mapping[str, str]) -> str:
    """Give the statement that makes an object's table of these columns."""
    defined = ", ".join(f'"{column}" {kind}' for column, kind in kinds.items())
    return f'CREATE TABLE "{name}" ({defined})'


def stored(kind: FieldType, value: Any) -> Stored:
    """Give a value in the form of its column: one of Python's, or as JSON or CSV has it.

    Numbers and checkboxes may be texts; a datetime names its offset. Raises ValueError where it does not fit.
    """
    if value is None or value == "":
        return 0 if kind is FieldType.BOOLEAN else None
    return _STORED.get(kind, _text)(value)


def _boolean(value: Any) -> int:
    found = _WORDS.get(str(value).casefold())
    if found is None:
        raise ValueError("a checkbox is true or false")
    return found


def _number(value: Any) -> Decimal | float:
    match value:
        case str() if _NUMBER.fullmatch(value):
            return Decimal(value)
        case int() | float() | Decimal() if not isinstance(value, bool):
            return value
        case _:
            raise ValueError("it is no number")


def _fraction(value: Any) -> float:
    try:
        found = float(_number(value))
    except OverflowError:
        found = inf
    if not isfinite(found):
        raise ValueError("it is not finite, or too large")
    return found


def _whole(value: Any) -> int:
    found = _number(value)
    if not abs(_fraction(found)) <= _LARGEST or int(found) != found or abs(int(found)) > _LARGEST:
        raise ValueError("it is no whole number of 64 bits")
    return int(found)


def _date(value: Any) -> str:
    match value:
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case str() if _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
        case _:
            raise ValueError("a date is written YYYY-MM-DD")


def _datetime(value: Any) -> str:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except TypeError as error:
        raise ValueError("a datetime is written YYYY-MM-DDTHH:MM:SSZ") from error
    if moment.tzinfo is None:
        raise ValueError("it names no offset")
    try:
        return stored_datetime(to_millisecond(moment.astimezone(UTC)))
    except OverflowError as error:
        raise ValueError("it is out of range") from error


def _time(value: Any) -> str:
    try:
        return stored_time(value if isinstance(value, time) else time.fromisoformat(value))
    except TypeError as error:
        raise ValueError("a time is written HH:MM:SS") from error


def _identity(value: Any) -> str:
    if isinstance(value, str) and len(value) == 18 and value.isascii() and value.isalnum():
        return value  # its suffix is not checked: a wrong one is no record's id, and lists of ids are the hot path
    if not isinstance(value, str) or not is_id(value):
        raise ValueError("an id has 15 or 18 letters and digits")
    return to_18(value)


def _text(value: Any) -> str:
    match value:
        case str():
            text = value
        case int() | float() | Decimal() if not isinstance(value, bool):
            text = str(value)
        case _:
            raise ValueError("it is no text")
    if unwritable(text) >= 0:
        raise ValueError("it holds a NUL character, or half of a surrogate pair")
    return text


_STORED: Final[Mapping[FieldType, Callable[[Any], Stored]]] = {
    FieldType.BOOLEAN: _boolean,
    FieldType.INT: _whole,
    FieldType.DOUBLE: _fraction,
    FieldType.CURRENCY: _fraction,
    FieldType.PERCENT: _fraction,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.TIME: _time,
    FieldType.ID: _identity,
    FieldType.REFERENCE: _identity,
}
