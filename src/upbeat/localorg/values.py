"""A field's values: taken from JSON or Python, checked as Salesforce checks them, and given back as JSON.

They are stored as `soql.layout` says: numbers as floats of the field's scale, datetimes to the second.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, partial
from typing import Any, Final

from upbeat.base import is_id, to_18
from upbeat.localorg import problems
from upbeat.localorg.problems import Unfit
from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.soql import layout
from upbeat.soql.layout import Stored

Accept = Callable[[Any], Stored]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_NUMBERS: Final = frozenset({FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT})


@lru_cache(maxsize=8)  # a batch stamps each of its rows with one moment
def stamp(moment: datetime) -> str:
    """Give a moment as the org stores and sends it: UTC, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + ".000+0000"


def moment(text: str) -> datetime:
    """Read a datetime as clients write it. Raises ValueError where it is none or names no offset."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} names no offset")
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range") from error


def accept(field: Field, schema: Schema) -> Accept:
    """Give the function that turns a client's value into the stored form, or raises Unfit."""
    if field.type in {FieldType.ID, FieldType.REFERENCE}:
        prefixes = frozenset(schema.object(name).key_prefix for name in field.reference_to if schema.has(name))
        return lambda value: _reference(field, prefixes, value)
    if field.type in {FieldType.PICKLIST, FieldType.MULTIPICKLIST}:
        listed = frozenset(one.value for one in field.picklist if one.active) if field.restricted else None
        return lambda value: _choice(field, listed, value)
    return partial(_ACCEPT.get(field.type, _text), field)


def give(field: Field, stored: Any) -> Any:
    """Turn the stored form into the JSON value."""
    return bool(stored) if field.type is FieldType.BOOLEAN else stored


def exact(field: Field, stored: Any) -> Any:
    """Turn the stored form into the value that a formula reads: numbers are exact."""
    if stored is None:
        return False if field.type is FieldType.BOOLEAN else None
    if field.type in _NUMBERS:
        return Decimal(repr(stored))
    return bool(stored) if field.type is FieldType.BOOLEAN else stored


def whole(one: Object, name: str, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give a compound field's value from its parts: `{"city": ..., "postalCode": ...}`, or None where all are blank."""
    parts = {field.part: row.get(key) for key, field in one.fields.items() if field.compound == name}
    return parts if any(value is not None for value in parts.values()) else None


def seen(one: Object, field: Field, row: Mapping[str, Any]) -> Any:
    """Give the value that a formula reads of a row, a compound one too."""
    return whole(one, field.name, row) if field.type in layout.COMPOUND else exact(field, row.get(field.name))


def _boolean(field: Field, value: Any) -> int:
    if value is None:
        return int(bool(field.default))
    if isinstance(value, str) and value.casefold() in {"true", "false"}:
        return int(value.casefold() == "true")
    if not isinstance(value, bool):
        raise Unfit(problems.unreadable("boolean", value))
    return int(value)


def _decimal(field: Field, value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    text = str(value).strip()
    if isinstance(value, bool | list | dict) or _NUMBER.fullmatch(text) is None:
        raise Unfit(problems.unreadable(field.type.value, value))
    found = Decimal(text)
    if found.adjusted() >= (field.precision or 18) - field.scale:
        raise Unfit(problems.out_of_range(field, value))
    return found


def _whole(field: Field, value: Any) -> int | None:
    found = _decimal(field, value)
    if found is not None and found != int(found):
        raise Unfit(problems.unreadable("int", value))
    return None if found is None else int(found)


def _number(field: Field, value: Any) -> float | None:
    found = _decimal(field, value)
    return None if found is None else float(found.quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP))


def _dated(field: Field, value: Any) -> Stored:
    """A date, datetime or time; a datetime to the second."""
    try:
        found = layout.stored(field.type, value)
    except ValueError:
        raise Unfit(problems.unreadable(field.type.value, value)) from None
    return f"{found[:19]}.000+0000" if field.type is FieldType.DATETIME and isinstance(found, str) else found


def _reference(field: Field, prefixes: frozenset[str], value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not is_id(value):
        raise Unfit(problems.wrong_id(field, value))
    if prefixes and value[:3] not in prefixes:
        raise Unfit(problems.wrong_id(field, value, "FIELD_INTEGRITY_EXCEPTION"))
    return to_18(value)


def _text(field: Field, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        if isinstance(value, bool | list | dict):
            raise Unfit(problems.unreadable(field.type.value, value))
        value = str(value)
    text = value.replace("\0", "").strip()
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise Unfit(problems.unreadable(field.type.value, ascii(text)))
    if len(text) > field.length > 0:
        raise Unfit(problems.too_long(field, text))
    return text or None


def _email(field: Field, value: Any) -> str | None:
    text = _text(field, value)
    if text is not None and _EMAIL.fullmatch(text) is None:
        raise Unfit(problems.no_email(field, text))
    return text


def _choice(field: Field, listed: frozenset[str] | None, value: Any) -> str | None:
    text = _text(field, value)
    if text is not None and listed is not None:
        parts = text.split(";") if field.type is FieldType.MULTIPICKLIST else [text]
        unknown = next((part for part in parts if part not in listed), None)
        if unknown is not None:
            raise Unfit(problems.not_in_picklist(field, unknown))
    return text


_ACCEPT: Final[Mapping[FieldType, Callable[[Field, Any], Stored]]] = {
    FieldType.BOOLEAN: _boolean,
    FieldType.INT: _whole,
    FieldType.DOUBLE: _number,
    FieldType.CURRENCY: _number,
    FieldType.PERCENT: _number,
    FieldType.DATE: _dated,
    FieldType.DATETIME: _dated,
    FieldType.TIME: _dated,
    FieldType.EMAIL: _email,
}
