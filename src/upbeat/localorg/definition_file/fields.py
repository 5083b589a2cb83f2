"""Fields as the definition file has them ↔ fields of the catalogue, by way of Salesforce's metadata."""

from typing import Any, Final

from upbeat.localorg.definition_file.model import FieldDefinition, FieldKind, ValueDefinition
from upbeat.localorg.tooling.metadata import of_field, to_field
from upbeat.schema import Field, Object, PicklistValue, Schema

_KEYS: Final = {
    "length": "length",
    "precision": "precision",
    "scale": "scale",
    "required": "required",
    "unique": "unique",
    "external_id": "externalId",
    "reference_to": "referenceTo",
    "relationship_name": "relationshipName",
    "track_history": "trackHistory",
    "delete_constraint": "deleteConstraint",
    "display_format": "displayFormat",
    "starting_number": "startingNumber",
    "formula": "formula",
    "label": "label",
}
"""The file's name for a key → that of the metadata, where the value is the same."""

_TEXTS: Final = {FieldKind.TEXT: 255, FieldKind.ENCRYPTED_TEXT: 175, FieldKind.LONG_TEXT_AREA: 32_768} | {
    FieldKind.HTML: 32_768
}
_FRACTIONS: Final = {FieldKind.CURRENCY, FieldKind.PERCENT}
_NUMBERS: Final = _FRACTIONS | {FieldKind.NUMBER}


def in_words(name: str) -> str:
    """Give an API name as a label: `Lead_Score__c` → `Lead Score`."""
    return name.removesuffix("__c").replace("_", " ")


def metadata(name: str, written: FieldDefinition) -> dict[str, Any]:
    """Give a custom field's metadata, with what is left out as Setup would fill it."""
    kind = written.type
    found: dict[str, Any] = {"type": kind.value if kind else "", "label": in_words(name)}
    found |= {"deleteConstraint": "SetNull"} if kind is FieldKind.LOOKUP else {}
    found |= {"startingNumber": 1} if kind is FieldKind.AUTO_NUMBER else {}
    if kind is not None and kind in _TEXTS and not written.formula:
        found["length"] = _TEXTS[kind]
    if kind in _NUMBERS:
        found |= {"precision": 18, "scale": 2 if kind in _FRACTIONS else 0}
    given = ((key, getattr(written, own)) for own, key in _KEYS.items())
    found |= {key: value for key, value in given if value is not None}
    if written.default is not None:
        found["defaultValue"] = written.default
    if written.blanks_as_zero:
        found["formulaTreatBlanksAs"] = "BlankAsZero"
    if written.values is not None:
        values = [_value(one) for one in written.values]
        found["valueSet"] = {"restricted": written.restricted or False, "valueSetDefinition": {"value": values}}
    return found


def _value(value: ValueDefinition) -> dict[str, Any]:
    return {"valueName": value.name, "label": value.label, "default": value.default, "isActive": value.active}


def picklist(values: tuple[ValueDefinition, ...]) -> tuple[PicklistValue, ...]:
    """Give a picklist's values as the catalogue has them."""
    return tuple(PicklistValue(one.name, one.label or "", one.active, one.default) for one in values)


def key_of(told: str) -> str:
    """Give the file's name for a key of the metadata, or an empty text for one that it does not have."""
    return next((own for own, key in _KEYS.items() if key == told), {"valueSet": "values"}.get(told, told))


def custom_field(name: str, written: FieldDefinition) -> Field:
    """Give a custom field. Raises Refused where it does not hold together."""
    return to_field(name, metadata(name, written))


def written(field: Field, owner: Object, schema: Schema) -> dict[str, Any]:
    """Give a custom field as the file writes it: nothing that it would have anyway."""
    told = of_field(field, owner, schema)
    kind = FieldKind(told["type"])
    found: dict[str, Any] = {"type": told["type"]}
    given = ((own, told.get(key)) for own, key in _KEYS.items())
    found |= {own: value for own, value in given if value is not None and value is not False and value != ""}
    if field.formula and field.blank_as_zero:
        found["blanks_as_zero"] = True
    if kind is FieldKind.CHECKBOX and field.default:
        found["default"] = True
    if field.picklist:
        found |= values_written(field)
    if kind is FieldKind.MASTER_DETAIL:
        found.pop("required", None)
    usual = metadata(field.name, FieldDefinition(type=kind, formula=field.formula or None))
    return {own: value for own, value in found.items() if own == "type" or usual.get(_KEYS.get(own, "")) != value}


def values_written(field: Field) -> dict[str, Any]:
    """Give a picklist's values as the file writes them."""
    found: dict[str, Any] = {"values": [value_written(one) for one in field.picklist]}
    return found | ({"restricted": True} if field.restricted else {})


def value_written(value: PicklistValue) -> Any:
    """Give one value: its name alone where nothing else is to be said."""
    more: dict[str, Any] = {"label": value.label} if value.label else {}
    more |= {"default": True} if value.default else {}
    more |= {} if value.active else {"active": False}
    return {"name": value.value, **more} if more else value.value
