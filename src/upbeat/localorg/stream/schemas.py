"""The Avro schema of each object's change events, and an entry of the journal written in it.

Fields keep the object's order. Every one may be null; dates, times and datetimes are milliseconds, told apart by the
field's `doc`; addresses, locations and people's names are records within the record. Which fields are left out, and
the words of `doc`, are those of schemas that real orgs answered for Account, Contact and a custom object.
"""

import io
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, cast

import fastavro
import msgspec

from upbeat.localorg.journal import UNTOLD, ChangeType, Entry, Told
from upbeat.localorg.values import moment
from upbeat.pubsub import Layout, event_name, layout, write_bitmaps
from upbeat.schema import Field, FieldType, Object
from upbeat.soql.layout import Stored

Avro = dict[str, Any]
Convert = Callable[[Any], Any]

NO_RECORD: Final = "0" * 15 + "AAA"
"""The record id of an overflow event (Change Data Capture guide, Overflow Events)."""

_LEFT_OUT: Final = UNTOLD | {
    *("MasterRecordId", "PhotoUrl", "IsPartner", "IsCustomerPortal", "IsEmailBounced"),
    *("Fiscal", "FiscalYear", "FiscalQuarter"),  # worked out from the close date
}
_CHANGE_TYPES: Final = (*ChangeType, *(f"GAP_{one}" for one in ChangeType), "GAP_OVERFLOW", "SNAPSHOT")
_PERSON: Final = ("Salutation", "FirstName", "LastName")
_ADDRESS: Final = ("Street", "City", "State", "PostalCode", "Country", "Latitude", "Longitude", "GeocodeAccuracy")
_LOCATION: Final = ("Latitude", "Longitude")
_DOUBLES: Final = frozenset({"Latitude", "Longitude"})
_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def _date(stored: str) -> int:
    return (date.fromisoformat(stored) - _DAY.date()) // _MILLISECOND


@lru_cache(maxsize=64)  # the records of one save have one moment
def _datetime(stored: str) -> int:
    return (moment(stored) - _DAY) // _MILLISECOND


def _time(stored: str) -> int:
    found = time.fromisoformat(stored)
    return (datetime.combine(_DAY, found, UTC) - _DAY) // _MILLISECOND


_KINDS: Final[Mapping[FieldType, tuple[str, str, Convert]]] = {  # Avro type, doc, from the stored form
    FieldType.BOOLEAN: ("boolean", "Data:Boolean", bool),
    FieldType.INT: ("int", "Data:Integer", int),
    FieldType.DOUBLE: ("double", "Data:Double", float),
    FieldType.CURRENCY: ("double", "Data:Currency", float),
    FieldType.PERCENT: ("double", "Data:Percent", float),
    FieldType.DATE: ("long", "Data:DateOnly", _date),
    FieldType.DATETIME: ("long", "Data:DateTime", _datetime),
    FieldType.TIME: ("long", "Data:TimeOnly", _time),
    FieldType.REFERENCE: ("string", "ForeignKey:EntityId", str),
    FieldType.PICKLIST: ("string", "Data:DynamicEnum", str),
    FieldType.COMBOBOX: ("string", "Data:DynamicEnum", str),
    FieldType.MULTIPICKLIST: ("string", "Data:MultiEnum", str),
    FieldType.TEXTAREA: ("string", "Data:MultiLineText", str),
    FieldType.EMAIL: ("string", "Data:Email", str),
    FieldType.PHONE: ("string", "Data:Phone", str),
    FieldType.URL: ("string", "Data:Url", str),
    FieldType.ENCRYPTED: ("string", "Data:EncryptedText", str),
}
_TEXT: Final[tuple[str, str, Convert]] = ("string", "Data:Text", str)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column's value stands in an event: a field's name, and a part's where the field is compound."""

    name: str
    part: str
    convert: Convert

    @property
    def path(self) -> str:
        return f"{self.name}.{self.part}" if self.part else self.name


class EventSchema:
    """The change events of one object. `id` changes with the object's definition, `text` is the schema's JSON."""

    def __init__(self, one: Object) -> None:
        """Derive the schema."""
        self.name = event_name(one.name)
        self._places = dict(_places(one))
        fields = [_HEADER, *_fields(one)]
        schema: Avro = {"type": "record", "name": self.name, "namespace": "com.sforce.eventbus", "fields": fields}
        self.id = urlsafe_b64encode(sha256(msgspec.json.encode(schema)).digest()[:16]).rstrip(b"=").decode()
        self.text = msgspec.json.encode(schema | {"uuid": self.id}).decode()
        self._parsed = fastavro.parse_schema(schema)
        self._layout: Layout = layout(schema)
        self._bitmaps = lru_cache(maxsize=256)(self._write_bitmaps)

    def encode(self, entry: Entry) -> bytes:
        """Write an entry of the journal as the payload of an event."""
        event = self._body(entry) if entry.told is Told.ALL else {}
        event["ChangeEventHeader"] = self._header(entry)
        out = io.BytesIO()
        cast("Any", fastavro).schemaless_writer(out, self._parsed, event)
        return out.getvalue()

    def _header(self, entry: Entry) -> Avro:
        changed, nulled = list[str](), list[str]()
        if entry.told is Told.ALL and entry.change is ChangeType.UPDATE:
            for column, value in entry.values.items():
                place = self._places.get(column)
                if place is not None:
                    changed.append(place.path)
                    nulled += [] if value is not None else [place.path]
        gap = {Told.ALL: str(entry.change), Told.OVERFLOW: "GAP_OVERFLOW"}
        return {
            "entityName": entry.object,
            "recordIds": [NO_RECORD if entry.told is Told.OVERFLOW else entry.record_id],
            "changeType": gap.get(entry.told, f"GAP_{entry.change}"),
            "changeOrigin": entry.origin,
            "transactionKey": entry.transaction_key,
            "sequenceNumber": entry.sequence,
            "commitTimestamp": entry.at,
            "commitNumber": entry.number,
            "commitUser": entry.user_id,
            "nulledFields": self._bitmaps(tuple(nulled)),
            "diffFields": [],
            "changedFields": self._bitmaps(tuple(changed)),
        }

    def _body(self, entry: Entry) -> Avro:
        body: Avro = {}
        if entry.change is ChangeType.DELETE:
            return body
        for column, value in entry.values.items():
            place = None if value is None else self._places.get(column)
            if place is None:
                continue
            converted = _converted(place.convert, value)
            if place.part:
                body.setdefault(place.name, {})[place.part] = converted
            else:
                body[place.name] = converted
        return body

    def _write_bitmaps(self, names: tuple[str, ...]) -> list[str]:
        return write_bitmaps(self._layout, names)


def _converted(convert: Convert, value: Stored) -> Any:
    """Turn a stored value into Avro's; one from before its field had another type is told as nothing."""
    try:
        return convert(value)
    except (ValueError, TypeError, OverflowError):
        return None


def _told(one: Object) -> Iterator[Field]:
    return (field for field in one.fields.values() if field.name not in _LEFT_OUT and not field.formula)


def _whole(field: Field, one: Object) -> str:
    """Give the compound field that a field is a part of, empty where it stands for itself."""
    return field.compound if field.compound != field.name and one.has(field.compound) else ""


def _is_person(one: Object) -> bool:
    return any(_whole(field, one) == "Name" for field in one.fields.values())


def _places(one: Object) -> Iterator[tuple[str, _Place]]:
    """Give each column's place in an event."""
    for field in _told(one):
        _, _, convert = _KINDS.get(field.type, _TEXT)
        whole = _whole(field, one)
        if whole:
            part = _part(field, one.field(whole))
            if part:
                yield field.name, _Place(whole, part, convert)
        elif not (field.name == "Name" and _is_person(one)):
            yield field.name, _Place(field.name, "", convert)


def _part(field: Field, whole: Field) -> str:
    """Name a part within its compound field: `City` of BillingCity, empty where events have no such part."""
    known = {FieldType.ADDRESS: _ADDRESS, FieldType.LOCATION: _LOCATION}.get(whole.type, _PERSON)
    stem = whole.name.removesuffix("Address").removesuffix("__c")
    bare = field.name.removeprefix(stem).removesuffix("__s").strip("_") if known is not _PERSON else field.name
    return bare if bare in known else ""


def _fields(one: Object) -> Iterator[Avro]:
    """Give the Avro fields of an object, in its order; a record is spelt out where it stands first."""
    spelt = set[str]()
    for field in _told(one):
        if _whole(field, one):
            continue
        kind, doc, _ = _KINDS.get(field.type, _TEXT)
        union: list[Any] = ["null", kind]
        if field.type is FieldType.ADDRESS:
            union, doc = ["null", _record("Address", _ADDRESS, spelt)], "Data:Address"
        elif field.type is FieldType.LOCATION:
            union, doc = ["null", _record("Location", _LOCATION, spelt)], "Data:Location"
        elif field.name == "Name" and _is_person(one):
            union, doc = ["null", _record("PersonName", _PERSON, spelt)], "Data:PersonName"
        elif field.name == "Name" and field.compound:  # an account's: a text, or a person account's parts
            union = ["null", "string", _record("Switchable_PersonName", _PERSON, spelt)]
            doc = "Data:Switchable_PersonName"
        elif field.name == "CreatedDate":
            doc = "CreatedDate:DateTime"
        yield {"name": field.name, "type": union, "doc": doc, "default": None}


def _record(name: str, parts: Iterable[str], spelt: set[str]) -> str | Avro:
    if name in spelt:
        return name
    spelt.add(name)
    kinds = {part: "double" if part in _DOUBLES else "string" for part in parts}
    fields = [{"name": part, "type": ["null", kind], "default": None} for part, kind in kinds.items()]
    return {"type": "record", "name": name, "fields": fields}


def _texts(name: str) -> Avro:
    return {"name": name, "type": {"type": "array", "items": "string"}}


_HEADER: Final[Avro] = {
    "name": "ChangeEventHeader",
    "type": {
        "type": "record",
        "name": "ChangeEventHeader",
        "fields": [
            {"name": "entityName", "type": "string"},
            _texts("recordIds"),
            {"name": "changeType", "type": {"type": "enum", "name": "ChangeType", "symbols": list(_CHANGE_TYPES)}},
            {"name": "changeOrigin", "type": "string"},
            {"name": "transactionKey", "type": "string"},
            {"name": "sequenceNumber", "type": "int"},
            {"name": "commitTimestamp", "type": "long"},
            {"name": "commitNumber", "type": "long"},
            {"name": "commitUser", "type": "string"},
            *(_texts(name) for name in ("nulledFields", "diffFields", "changedFields")),
        ],
    },
    "doc": "Data:ComplexValueType",
}
