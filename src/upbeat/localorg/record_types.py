"""Record types as an admin defines them: which an object has, and the rows that tell of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from upbeat.localorg.problems import OrgError
from upbeat.localorg.setup import Founder
from upbeat.localorg.storage import Row, Storage
from upbeat.schema import Field, FieldType, Object, RecordType, Schema

_FIELD: Final = Field(
    name="RecordTypeId",
    type=FieldType.REFERENCE,
    label="Record Type ID",
    length=18,
    reference_to=("RecordType",),
    relationship="RecordType",
    defaulted=True,
)
_PICKLISTS: Final = frozenset({FieldType.PICKLIST, FieldType.MULTIPICKLIST})


def with_record_types(schema: Schema, record_types: Mapping[str, Iterable[RecordType]]) -> Schema:
    """Give objects these record types, in place of their namesakes; an object that has one has a RecordTypeId.

    A new default takes the place of the old one. Raises OrgError where a picklist has no such value; SchemaError for an
    object or a field that there is not.
    """
    changed: list[Object] = []
    for name, added in record_types.items():
        one = schema.object(name)
        known = {kind.name: kind for kind in one.record_types}
        for kind in added:
            if kind.default:
                known = {key: replace(other, default=False) for key, other in known.items()}
            known[kind.name] = _fitted(one, kind, known.get(kind.name))
        fields = {**one.fields} if one.has(_FIELD.name) else {**one.fields, _FIELD.name: _FIELD}
        changed.append(replace(one, fields=fields, record_types=tuple(known.values())))
    return schema.with_objects(changed)


def drop_record_types(schema: Schema, storage: Storage, names: Mapping[str, Iterable[str]]) -> Schema:
    """Take record types away, by object, with their rows. Call it in a transaction.

    Raises OrgError for one that there is not, and for one that a record is of.
    """
    for owner, gone in names.items():
        one, lost = schema.object(owner), set(gone)
        if unknown := lost - {kind.name for kind in one.record_types}:
            raise OrgError(f"{one.name} has no record type {min(unknown)}", where=one.name)
        ids = [kind.id for kind in one.record_types if kind.name in lost]
        if rows := storage.find(one.name, "RecordTypeId", ids, ["Id"]):
            what = f"{len(rows)} records of {one.name} are of the type"
            raise OrgError(what, where=one.name, fix="Give them another, or make the type inactive.")
        storage.update("RecordType", [(key, {"IsDeleted": 1}) for key in ids])
        kept = tuple(kind for kind in one.record_types if kind.name not in lost)
        schema = schema.with_objects([replace(one, record_types=kept)])
    return schema


def _fitted(one: Object, kind: RecordType, known: RecordType | None) -> RecordType:
    for name, values in kind.picklists.items():
        field = one.field(name)
        listed = {value.value for value in field.picklist}
        unknown = [value.value for value in values if value.value not in listed]
        if field.type not in _PICKLISTS or unknown:
            what = f"{field.name} has no value {unknown[0]}" if unknown else f"{field.name} is no picklist"
            raise OrgError(f"record type {kind.name}: {what}", where=one.name, fix="Add it to the field first.")
    picklists = {one.field(name).name: values for name, values in kind.picklists.items()}
    label = kind.label or kind.name.replace("_", " ")
    return replace(kind, label=label, id=known.id if known else "", picklists=picklists)


def write_record_types(schema: Schema, founder: Founder) -> Schema:
    """Write the rows of the record types, and give those that are new their ids."""
    for one in [one for one in schema if one.record_types]:
        ids = founder.write_again("RecordType", [(kind.id, _row(one, kind)) for kind in one.record_types])
        named = tuple(replace(kind, id=key) for kind, key in zip(one.record_types, ids, strict=True))
        schema = schema.with_objects([replace(one, record_types=named)])
    return schema


def _row(one: Object, kind: RecordType) -> Row:
    return {
        "Name": kind.label,
        "DeveloperName": kind.name,
        "SobjectType": one.name,
        "Description": kind.description or None,
        "IsActive": int(kind.active),
    }
