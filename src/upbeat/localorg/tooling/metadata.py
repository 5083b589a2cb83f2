"""Fields, rules and objects ↔ the `Metadata` of the Tooling API, in the words of Salesforce's Metadata API."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

from upbeat.localorg.definitions import Automation, Flow, Sets
from upbeat.localorg.problems import Problem, Refused
from upbeat.localorg.rules import ValidationRule
from upbeat.schema import Child, DeleteConstraint, Field, FieldType, Object, PicklistValue, RecordType, Schema

Metadata = Mapping[str, Any]

_TYPES: Final = {
    "AutoNumber": FieldType.STRING,
    "Checkbox": FieldType.BOOLEAN,
    "Currency": FieldType.CURRENCY,
    "Date": FieldType.DATE,
    "DateTime": FieldType.DATETIME,
    "Email": FieldType.EMAIL,
    "EncryptedText": FieldType.ENCRYPTED,
    "Html": FieldType.TEXTAREA,
    "Location": FieldType.LOCATION,
    "LongTextArea": FieldType.TEXTAREA,
    "Lookup": FieldType.REFERENCE,
    "MasterDetail": FieldType.REFERENCE,
    "MultiselectPicklist": FieldType.MULTIPICKLIST,
    "Number": FieldType.DOUBLE,
    "Percent": FieldType.PERCENT,
    "Phone": FieldType.PHONE,
    "Picklist": FieldType.PICKLIST,
    "Text": FieldType.STRING,
    "TextArea": FieldType.TEXTAREA,
    "Time": FieldType.TIME,
    "Url": FieldType.URL,
}
_LONGEST_TEXT: Final = 255
_NAMED: Final = {  # the type's name in Setup, as FieldDefinition.DataType has it
    FieldType.ID: "Lookup()",
    FieldType.STRING: "Text({length})",
    FieldType.EMAIL: "Email",
    FieldType.PHONE: "Phone",
    FieldType.URL: "URL({length})",
    FieldType.ENCRYPTED: "Text (Encrypted)({length})",
    FieldType.COMBOBOX: "Picklist",
    FieldType.BOOLEAN: "Checkbox",
    FieldType.INT: "Number({precision}, 0)",
    FieldType.DOUBLE: "Number({whole}, {scale})",
    FieldType.CURRENCY: "Currency({whole}, {scale})",
    FieldType.PERCENT: "Percent({whole}, {scale})",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Date/Time",
    FieldType.TIME: "Time",
    FieldType.PICKLIST: "Picklist",
    FieldType.MULTIPICKLIST: "Picklist (Multi-Select)",
    FieldType.REFERENCE: "Lookup({targets})",
    FieldType.ADDRESS: "Address",
    FieldType.LOCATION: "Geolocation",
    FieldType.BASE64: "Base64",
    FieldType.ANY: "Unknown",
}


def data_type(field: Field) -> str:
    """Give a field's type as Setup shows it: `Text(80)`, `Lookup(Account)`, `Formula (Number)`."""
    if field.formula:
        return f"Formula ({_kind(field)})"
    if field.auto_number:
        return "Auto Number"
    if field.type is FieldType.TEXTAREA:
        named = "Long Text Area" if field.length > _LONGEST_TEXT else "Text Area"
        return f"{named}({field.length})"
    whole = field.precision - field.scale
    targets = ",".join(field.reference_to)
    return _NAMED[field.type].format(
        length=field.length, precision=field.precision, whole=whole, scale=field.scale, targets=targets
    )


def of_field(field: Field, owner: Object, schema: Schema) -> dict[str, Any]:
    """Give a custom field's metadata."""
    found: dict[str, Any] = {"type": _kind(field), "label": field.label, "trackHistory": field.history}
    found |= {"required": not field.nillable and field.type is not FieldType.BOOLEAN, "externalId": field.external_id}
    found |= {"unique": field.unique, "formula": field.formula or None}
    if field.formula:
        found["formulaTreatBlanksAs"] = "BlankAsZero" if field.blank_as_zero else "BlankAsBlank"
    if field.type in {FieldType.STRING, FieldType.TEXTAREA, FieldType.ENCRYPTED}:
        found["length"] = field.length
    if field.precision:
        found |= {"precision": field.precision, "scale": field.scale}
    if field.type is FieldType.LOCATION:
        found["scale"] = field.scale
    if field.type is FieldType.BOOLEAN:
        found["defaultValue"] = "true" if field.default else "false"
    if field.auto_number:
        found |= {"displayFormat": field.display_format or None, "startingNumber": field.starting_number}
    if field.reference_to and not field.master_detail:
        found["deleteConstraint"] = str(field.delete_constraint)
    if field.picklist:
        found["valueSet"] = {
            "restricted": field.restricted,
            "valueSetDefinition": {"sorted": False, "value": [_value_of(one) for one in field.picklist]},
        }
    if field.reference_to:
        target = field.reference_to[0]
        children = schema.object(target).children if schema.has(target) else ()
        below = next((one.name for one in children if (one.object, one.field) == (owner.name, field.name)), "")
        found |= {"referenceTo": target, "relationshipName": below.removesuffix("__r") or None}
    return found


def _value_of(value: PicklistValue) -> dict[str, Any]:
    label = value.label or value.value
    return {"valueName": value.value, "label": label, "default": value.default, "isActive": value.active}


def _kind(field: Field) -> str:
    if field.auto_number:
        return "AutoNumber"
    if field.type is FieldType.TEXTAREA:
        return "LongTextArea" if field.length > _LONGEST_TEXT else "TextArea"
    if field.type is FieldType.REFERENCE:
        return "MasterDetail" if field.master_detail else "Lookup"
    return next((name for name, kind in _TYPES.items() if kind is field.type and name != "AutoNumber"), "Text")


def to_field(name: str, metadata: Metadata) -> Field:
    """Read a custom field's metadata. Raises Refused (400) as Salesforce does where it does not hold together."""
    kind = _TYPES.get(_text(metadata, "type"))
    if kind is None:
        raise _wrong(f"Invalid field type: {metadata.get('type')}", "type")
    label = _text(metadata, "label")
    if not label:
        raise Refused(400, Problem("REQUIRED_FIELD_MISSING", "Required fields are missing: [Label]", ("label",)))
    formula = _text(metadata, "formula")
    needed = _flag(metadata, "required") or metadata["type"] == "MasterDetail"
    default = _text(metadata, "defaultValue")
    written = not (formula or metadata["type"] == "AutoNumber")
    return Field(
        name=name,
        type=kind,
        label=label,
        length=_length(metadata),
        precision=_number(metadata, "precision"),
        scale=_number(metadata, "scale"),
        nillable=not needed,
        createable=written,
        updateable=written,
        unique=_flag(metadata, "unique"),
        external_id=_flag(metadata, "externalId"),
        default=default.casefold() == "true" if kind is FieldType.BOOLEAN else _chosen(metadata),
        auto_number=metadata["type"] == "AutoNumber",
        display_format=_text(metadata, "displayFormat"),
        starting_number=_number(metadata, "startingNumber") or 1,
        picklist=_values(metadata),
        restricted=_flag(_inside(metadata, "valueSet"), "restricted"),
        reference_to=_targets(kind, metadata),
        delete_constraint=_constraint(metadata),
        master_detail=metadata["type"] == "MasterDetail",
        formula=formula,
        blank_as_zero=bool(formula) and metadata.get("formulaTreatBlanksAs") == "BlankAsZero",
        history=_flag(metadata, "trackHistory"),
    )


def _constraint(metadata: Metadata) -> DeleteConstraint:
    named = _text(metadata, "deleteConstraint") or DeleteConstraint.SET_NULL
    if named not in set(DeleteConstraint):
        raise _wrong(f"{named} is no deleteConstraint", "deleteConstraint")
    return DeleteConstraint(named)


def _length(metadata: Metadata) -> int:
    length, kind = _number(metadata, "length"), metadata["type"]
    if kind in {"Text", "LongTextArea", "Html", "EncryptedText"} and not metadata.get("formula"):
        most = 131_072 if kind in {"LongTextArea", "Html"} else _LONGEST_TEXT
        if not 0 < length <= most:
            raise _wrong(f"Must specify 'length' for a CustomField of type {kind}, between 1 and {most}", "length")
    return length


def _targets(kind: FieldType, metadata: Metadata) -> tuple[str, ...]:
    target = _text(metadata, "referenceTo")
    if kind is FieldType.REFERENCE and not target:
        raise _wrong(f"Must specify 'referenceTo' for a CustomField of type {metadata['type']}", "referenceTo")
    return (target,) if target else ()


def _values(metadata: Metadata) -> tuple[PicklistValue, ...]:
    listed = _inside(_inside(metadata, "valueSet"), "valueSetDefinition").get("value")
    rows = cast("list[Any]", listed) if isinstance(listed, list) else []
    if metadata["type"] in {"Picklist", "MultiselectPicklist"} and not rows:
        raise _wrong(f"Must specify 'valueSet' for a CustomField of type {metadata['type']}", "valueSet")
    found: list[PicklistValue] = []
    for row in rows:
        value = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
        name = _text(value, "valueName") or _text(value, "fullName")
        if not name:
            raise _wrong("A picklist value needs a valueName", "valueSet")
        label = _text(value, "label")
        active = value.get("isActive") is not False
        found.append(PicklistValue(name, "" if label == name else label, active, _flag(value, "default")))
    return tuple(found)


def _chosen(metadata: Metadata) -> str | None:
    return next((one.value for one in _values(metadata) if one.default), None)


def below(name: str, metadata: Metadata, owner: Object, schema: Schema) -> list[Object]:
    """Give the parent with the child relationship that a lookup's metadata names, or nothing where it names none."""
    called, target = _text(metadata, "relationshipName"), _text(metadata, "referenceTo")
    if not (called and target):
        return []
    if not schema.has(target):
        raise _wrong(f"referenceTo value of '{target}' does not resolve to a valid sObject type", "referenceTo")
    parent = schema.object(target)
    others = tuple(one for one in parent.children if (one.object, one.field) != (owner.name, name))
    if any(one.name.casefold() == f"{called}__r".casefold() for one in others):
        raise _wrong(f"There is already a Child Relationship named {called} on {parent.label}.", "relationshipName")
    return [replace(parent, children=(*others, Child(f"{called}__r", owner.name, name)))]


def of_rule(rule: ValidationRule) -> dict[str, Any]:
    """Give a validation rule's metadata."""
    return {
        "active": rule.active,
        "description": rule.description or None,
        "errorConditionFormula": rule.formula,
        "errorDisplayField": rule.field or None,
        "errorMessage": rule.message,
        "shouldEvaluateClientSide": False,
        "urls": None,
    }


def to_rule(owner: str, name: str, metadata: Metadata) -> ValidationRule:
    """Read a validation rule's metadata. Raises Refused (400) where its formula or its message is missing."""
    formula, message = _text(metadata, "errorConditionFormula"), _text(metadata, "errorMessage")
    lacking = tuple(
        key for key, value in (("errorConditionFormula", formula), ("errorMessage", message)) if not value.strip()
    )
    if lacking:
        text = f"Required fields are missing: [{', '.join(lacking)}]"
        raise Refused(400, Problem("REQUIRED_FIELD_MISSING", text, lacking))
    field = _text(metadata, "errorDisplayField")
    active, description = metadata.get("active") is not False, _text(metadata, "description")
    return ValidationRule(owner, name, formula, message, field, active, description)


def to_record_type(name: str, metadata: Metadata) -> RecordType:
    """Read a record type's metadata. Raises Refused (400) where its label is missing."""
    label = _text(metadata, "label")
    if not label:
        raise Refused(400, Problem("REQUIRED_FIELD_MISSING", "Required fields are missing: [label]", ("label",)))
    return RecordType(
        name=name,
        label=label,
        description=_text(metadata, "description"),
        active=metadata.get("active") is not False,
        picklists={
            _text(one, "picklist"): tuple(map(_picked, _rows(one, "values")))
            for one in _rows(metadata, "picklistValues")
        },
    )


def _picked(value: Metadata) -> PicklistValue:
    return PicklistValue(_text(value, "valueName") or _text(value, "fullName"), default=_flag(value, "default"))


def _rows(metadata: Metadata, key: str) -> list[Metadata]:
    value = metadata.get(key)
    rows = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", row) for row in rows if isinstance(row, dict)]


def of_object(one: Object) -> dict[str, Any]:
    """Give a custom object's metadata."""
    called = one.name_field
    name = {"label": called.label, "type": "AutoNumber" if called.auto_number else "Text"} if called else None
    plural = {"label": one.label, "pluralLabel": one.label_plural}
    return plural | {"nameField": name, "deploymentStatus": "Deployed"}


def of_flow(flow: Flow) -> dict[str, Any]:
    """Give a flow's metadata, as far as the org knows it."""
    started = {"object": flow.object or None, "triggerType": flow.trigger or None}
    return {
        "label": flow.label or flow.name,
        "processType": flow.process_type,
        "description": flow.description or None,
        "start": started | {"recordTriggerType": flow.record_trigger or None, "filterFormula": flow.when or None},
        "recordUpdates": _updates(flow),
        "status": "Active" if flow.active else "Draft",
        "triggerOrder": flow.order,
    }


def _updates(flow: Flow) -> list[dict[str, Any]]:
    """Give the elements in which a flow sets fields of the record that started it, and of others."""
    own = [{"inputAssignments": _assigned(flow.sets), "inputReference": "$Record"}] if flow.sets else []
    return own + [{"inputAssignments": _assigned(sets), "object": name} for name, sets in flow.updates.items()]


def _assigned(sets: Sets) -> list[dict[str, Any]]:
    return [{"field": name, "value": {"stringValue": to} if to is not None else None} for name, to in sets.items()]


def of_workflow_rule(rule: Automation) -> dict[str, Any]:
    """Give a workflow rule's metadata: its actions by name, as many as it sets fields."""
    return {
        "actions": [{"name": name.partition(".")[2], "type": "FieldUpdate"} for name in rule.updates.values()],
        "active": rule.active,
        "description": rule.description or None,
        "formula": rule.when or None,
        "triggerType": "onCreateOrTriggeringUpdate",
    }


def of_field_update(field: str, to: str | None) -> dict[str, Any]:
    """Give the metadata of the action by which a workflow rule sets a field."""
    how = {"operation": "Formula"} if to is None else {"operation": "Literal", "literalValue": to}
    return {"field": field, "name": field, "notifyAssignee": False, "protected": False} | how


def _text(metadata: Metadata, key: str) -> str:
    value = metadata.get(key)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise _wrong(f"{key} is no text", key)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(metadata: Metadata, key: str) -> int:
    value = metadata.get(key)
    if value is None:
        return 0
    if isinstance(value, bool) or not str(value).isdecimal():
        raise _wrong(f"{key} is no whole number: {value}", key)
    return int(value)


def _flag(metadata: Metadata, key: str) -> bool:
    return metadata.get(key) is True or str(metadata.get(key)).casefold() == "true"


def _inside(metadata: Metadata, key: str) -> Metadata:
    value = metadata.get(key)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _wrong(message: str, field: str) -> Refused:
    return Refused(400, Problem("FIELD_INTEGRITY_EXCEPTION", message, (field,)))
