"""What a person writes in place of a suggested value: read by the type of its field, and held to what the org takes."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from upbeat.domain import Proposal, Verb
from upbeat.operations.house import Refused
from upbeat.schema import Field, FieldType, Schema
from upbeat.workflows import misfit

_NUMBERS = frozenset({FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT})
_DIGITS = 30  # before the point: more than a field of any org holds, and few enough to be written out
_TICKS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_values(proposals: Sequence[Proposal], values: Mapping[str, str], schema: Schema) -> dict[str, dict[str, Any]]:
    """Give the values by proposal and field, as the org takes them. An empty text blanks a field.

    Raises Refused where no proposal sets a field, where several do and none is named, or a value does not fit.
    """
    found: dict[str, dict[str, Any]] = {}
    for key, text in values.items():
        one, name = _meant(proposals, key)
        found.setdefault(one.id, {})[name] = _value(one, name, text, schema)
    return found


def _meant(proposals: Sequence[Proposal], key: str) -> tuple[Proposal, str]:
    """Give the proposal and the field that `Field`, or `RECORD.Field`, names; the case of names does not matter."""
    record, _, field = key.rpartition(".")
    alike = [
        (one, name)
        for one in proposals
        for name in one.after
        if name.casefold() == field.casefold() and record in {"", one.record_id, one.object}
    ]
    if not alike:
        names = ", ".join(dict.fromkeys(name for one in proposals for name in one.after)) or "none"
        raise Refused(f"{key} is not among what is suggested", fix=f"Fields to edit: {names}.")
    if len(alike) > 1:
        ways = ", ".join(f"{one.record_id or one.object}.{name}" for one, name in alike)
        raise Refused(f"{field} is suggested for several records", fix=f"Say which: {ways}.")
    return alike[0]


def _value(one: Proposal, name: str, text: str, schema: Schema) -> Any:
    if one.verb is Verb.SEND:
        if not text.strip():
            raise Refused(f"a message needs its {name}", fix="Write it, or reject the message.")
        return text
    if one.verb is Verb.CONVERT:
        raise Refused(f"{name} of a conversion is not edited", fix="Reject it with a reason, or convert it by hand.")
    field = schema.object(one.object).field(name)
    if not text.strip():
        if not field.nillable:
            raise Refused(f"{field.name} cannot be blank", fix="Give it a value, or reject the change.")
        return None
    value = _READS.get(field.type, _as_text)(text.strip(), field)
    _must_fit(value, field)
    return value


def _must_fit(value: Any, field: Field) -> None:
    several = field.type is FieldType.MULTIPICKLIST
    for one in str(value).split(";") if several else [value]:
        if (wrong := misfit(one, field)) is not None:
            raise Refused(wrong[0], fix=wrong[1])
    if field.type in _NUMBERS and field.precision:
        whole = field.precision - field.scale
        if abs(Decimal(value)) >= Decimal(10) ** whole:
            raise Refused(f"{field.name} holds {whole} digits before the point", fix="Write a smaller number.")
    if field.type is FieldType.REFERENCE and len(str(value)) not in {15, 18}:
        raise Refused(f"{field.name} takes a record's id, and {value!r} is none", fix="Write its 15 or 18 characters.")


def _as_text(text: str, _field: Field) -> Any:
    return text


def _as_number(text: str, field: Field) -> Any:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value.adjusted() > _DIGITS:
        raise Refused(f"{field.name} takes a number, and {text!r} is none", fix="Write it as 42000 or 42000.50.")
    if field.type is FieldType.INT and value != value.to_integral_value():
        raise Refused(f"{field.name} takes a whole number, and {text} is none", fix="Write it without a fraction.")
    return int(value) if value == value.to_integral_value() else value


def _as_tick(text: str, field: Field) -> Any:
    if text.casefold() not in _TICKS:
        raise Refused(f"{field.name} is ticked or not, and {text!r} is neither", fix="Write true or false.")
    return _TICKS[text.casefold()]


_READS: Mapping[FieldType, Callable[[str, Field], Any]] = {
    **dict.fromkeys(_NUMBERS, _as_number),
    FieldType.BOOLEAN: _as_tick,
}
