"""Whether a value may stand in a field: by its type where the value is a formula, by itself where it is written out."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from upbeat.base import nearest
from upbeat.formula import Text, Type
from upbeat.schema import Field, FieldType

Misfit = tuple[str, str] | None  # what is wrong, and what to do about it; None where nothing is

_NUMBERS = (FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT)
_TEXTS = frozenset({Type.TEXT, Type.PICKLIST, Type.MULTIPICKLIST, Type.ID})
_TAKES: dict[FieldType, frozenset[Type]] = {  # any other field takes texts
    FieldType.BOOLEAN: frozenset({Type.BOOLEAN}),
    FieldType.DATE: frozenset({Type.DATE}),
    FieldType.DATETIME: frozenset({Type.DATETIME}),
    FieldType.TIME: frozenset({Type.TIME}),
    **dict.fromkeys(_NUMBERS, frozenset({Type.NUMBER})),
}
_FIXES = {
    FieldType.BOOLEAN: "Write true or false, or '{!...}' with a formula that is one of them.",
    FieldType.DATE: "Write '2026-01-31', or '{!TODAY()}'.",
    FieldType.DATETIME: "Write '2026-01-31T09:30:00Z', or '{!NOW()}'.",
    **dict.fromkeys(_NUMBERS, "Write a number without quotes, or '{!...}' with a formula that is one."),
}
_READS = {FieldType.DATE: date.fromisoformat, FieldType.DATETIME: datetime.fromisoformat}


def misfit(value: Any, field: Field) -> Misfit:
    """Give what is wrong with a value for a field. `value` is a compiled text, or what the file says."""
    match value:
        case None:
            return None  # blanks the field
        case Text():
            return None if value.type is Type.NULL else type_misfit(value.type, field)
        case bool() | int() | Decimal():
            return type_misfit(Type.BOOLEAN if isinstance(value, bool) else Type.NUMBER, field)
        case str() if field.type in _READS:
            return _date_misfit(value, field)
        case str():
            return type_misfit(Type.TEXT, field) or _text_misfit(value, field)
        case _:
            return f"{field.name} takes one value", "Write one text, number, true or false."


def doubtful(value: Any, field: Field) -> str:
    """Say what is wrong with a value that is about to be written, nothing where it is a good one.

    Salesforce takes any text in a picklist that is not restricted, and so a misspelt value comes into the org: here it
    is as wrong as in one that is.
    """
    parts = value.split(";") if field.type is FieldType.MULTIPICKLIST and isinstance(value, str) else (value,)
    found = next((wrong for one in parts if (wrong := misfit(one, field) or _unlisted(one, field))), None)
    return "" if found is None else f"{found[0]}. {found[1]}"


def _unlisted(value: Any, field: Field) -> Misfit:
    known = [one.value for one in field.picklist if one.active]
    free = field.type is FieldType.COMBOBOX  # its values only help who types, as in the Subject of an Event
    if free or not known or not isinstance(value, str) or value in known:
        return None
    return _no_such_value(value, field, known)


def type_misfit(given: Type, field: Field) -> Misfit:
    """Give what is wrong with a value of a type for a field."""
    if given in _TAKES.get(field.type, _TEXTS):
        return None
    wanted = "number" if field.type in _NUMBERS else field.type if field.type in _TAKES else "text"
    fix = _FIXES.get(field.type, "Put it in quotes, or use TEXT(...) in a formula.")
    return f"{field.name} takes a {wanted}, and the value is a {given}", fix


def _date_misfit(value: str, field: Field) -> Misfit:
    try:
        _READS[field.type](value)
    except ValueError:
        return f"{field.name} takes a {field.type}, and {value!r} is none", _FIXES[field.type]
    return None


def _text_misfit(value: str, field: Field) -> Misfit:
    if field.length and len(value) > field.length:
        return f"{field.name} holds {field.length} characters, and the value has {len(value)}", "Shorten it."
    known = [one.value for one in field.picklist if one.active]
    if known and (field.restricted or field.name == "StageName") and value not in known:
        return _no_such_value(value, field, known)
    return None


def _no_such_value(value: str, field: Field, known: list[str]) -> Misfit:
    close = nearest(value, known)
    return f"{field.name} has no value {value!r}", f"Did you mean {close}?" if close else f"One of {known}."
