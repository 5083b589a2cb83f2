"""Whether a value may stand in a field: by its type where the value is a formula, by itself where it is written out."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from upbeat.base import nearest
from upbeat.formula import Text, Type
from upbeat.schema import Field, FieldType

_TEXTS = frozenset({Type.TEXT, Type.PICKLIST, Type.MULTIPICKLIST, Type.ID})
_TAKES: dict[FieldType, frozenset[Type]] = {  # what a field takes; any other field takes texts
    FieldType.BOOLEAN: frozenset({Type.BOOLEAN}),
    FieldType.DATE: frozenset({Type.DATE}),
    FieldType.DATETIME: frozenset({Type.DATETIME}),
    FieldType.TIME: frozenset({Type.TIME}),
    **dict.fromkeys((FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT), frozenset({Type.NUMBER})),
}
_READS = {FieldType.DATE: date.fromisoformat, FieldType.DATETIME: datetime.fromisoformat}


def misfit(value: Any, field: Field) -> tuple[str, str] | None:
    """Give what is wrong with a value for a field, and what to do about it; None where it fits.

    `value` is a compiled text, or what the file says: a text, a number, true, false or null.
    """
    takes = _TAKES.get(field.type, _TEXTS)
    if value is None:
        return None
    if isinstance(value, Text):
        fits = value.type in takes or value.type is Type.NULL
        return (
            None if fits else (f"{field.name} is {_a(field.type)} and the value is {_a(value.type)}", _fix(field.type))
        )
    if isinstance(value, str):
        return _text_misfit(value, field)
    given = Type.BOOLEAN if isinstance(value, bool) else Type.NUMBER if isinstance(value, int | Decimal) else None
    if given in takes:
        return None
    what = f"a {given}" if given else "no single value"
    return f"{field.name} is {_a(field.type)} and the value is {what}", _fix(field.type)


def _text_misfit(value: str, field: Field) -> tuple[str, str] | None:
    read = _READS.get(field.type)
    if read is not None:
        try:
            read(value)
        except ValueError:
            return f"{value!r} is no {field.type}", _fix(field.type)
        return None
    if field.type in _TAKES:
        return f"{field.name} is {_a(field.type)} and the value is a text", _fix(field.type)
    if field.length and len(value) > field.length:
        return f"{field.name} holds {field.length} characters and the value has {len(value)}", "Shorten it."
    known = [one.value for one in field.picklist if one.active]
    if (
        field.type is FieldType.PICKLIST
        and known
        and value not in known
        and (field.restricted or field.name == "StageName")
    ):
        close = nearest(value, known)
        return (
            f"{field.name} has no value {value!r}",
            f"Did you mean {close}?" if close else f"Known: {', '.join(known)}.",
        )
    return None


def _fix(kind: FieldType) -> str:
    match kind:
        case FieldType.BOOLEAN:
            return "Write true or false, or '{!...}' with a formula that is one of them."
        case FieldType.DATE:
            return "Write '2026-01-31', or '{!TODAY()}'."
        case FieldType.DATETIME:
            return "Write '2026-01-31T09:30:00Z', or '{!NOW()}'."
        case FieldType.INT | FieldType.DOUBLE | FieldType.CURRENCY | FieldType.PERCENT:
            return "Write a number without quotes, or '{!...}' with a formula that is one."
        case _:
            return "Write it as a text; a formula can use TEXT(...)."


def _a(kind: FieldType | Type) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
