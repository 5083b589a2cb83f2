"""Change events as values: what a payload of the Pub/Sub API says, in the words of REST JSON."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, cast

import fastavro

from upbeat.pubsub import layout, object_name, read_bitmaps

Record = Mapping[str, Any]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_GAP: Final = "GAP_"
_OVERFLOW: Final = "GAP_OVERFLOW"
_CLIENT: Final = re.compile(r";client=([^;]*)")
_EMPTY_ID: Final = "0" * 15


class ChangeType(StrEnum):
    """What happened to a record."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    UNDELETE = "UNDELETE"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, of one record or of several that were changed alike.

    `values` are the new ones: of an update what changed, of a create and an undelete all that is set, of a delete
    nothing. What was there before is not known. `unread` names changed fields of which the event has no whole value.
    `transaction` and `sequence` together are the change's own key. `ours` says that this client made it.
    """

    object: str
    record_ids: tuple[str, ...]
    type: ChangeType
    values: Record
    unread: tuple[str, ...]
    transaction: str
    sequence: int
    at: datetime
    user_id: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Something changed, and the stream does not say what: read the records again.

    With no `record_ids` it may be any record of the object. `at` is None where even that is not known.
    """

    object: str
    record_ids: tuple[str, ...] = ()
    at: datetime | None = None


class EventReader:
    """Reads the events of one Avro schema."""

    def __init__(self, schema: Mapping[str, Any], client_name: str) -> None:
        """Prepare; `client_name` is what our own calls say in Sforce-Call-Options."""
        self._client_name = client_name
        self._name: str = schema["name"]
        self._parsed = fastavro.parse_schema(dict(schema))
        self._layout = layout(schema)
        self._fields = {field["name"]: _converter(str(field.get("doc", ""))) for field in schema["fields"][1:]}

    def read(self, payload: bytes) -> Change | Gap:
        """Give what a payload says; one that cannot be read is a gap, so that nothing is lost over it."""
        try:
            event = self._decode(payload)
            header = event.pop("ChangeEventHeader")
            return self._change(header, event)
        except (ValueError, LookupError, TypeError, EOFError, OverflowError):
            return Gap(object_name(self._name))

    def _decode(self, payload: bytes) -> dict[str, Any]:
        return cast("Any", fastavro).schemaless_reader(io.BytesIO(payload), self._parsed, None)

    def _change(self, header: Mapping[str, Any], event: Mapping[str, Any]) -> Change | Gap:
        kind, at = str(header["changeType"]), _EPOCH + timedelta(milliseconds=header["commitTimestamp"])
        ids = tuple(str(one) for one in header["recordIds"])
        if kind.startswith(_GAP):
            anyone = kind == _OVERFLOW or any("*" in one or one.startswith(_EMPTY_ID) for one in ids)
            return Gap(header["entityName"], () if anyone else ids, at)
        values = self._values(event)
        unread: tuple[str, ...] = ()
        if kind == ChangeType.UPDATE:
            changed = [flat(name) for name in read_bitmaps(self._layout, header["changedFields"])]
            unread = tuple(flat(name) for name in read_bitmaps(self._layout, header["diffFields"]))
            values = {name: values.get(name) for name in changed if name not in unread}
        found = _CLIENT.search(header["changeOrigin"])
        return Change(
            object=header["entityName"],
            record_ids=ids,
            type=ChangeType(kind),
            values=values,
            unread=unread,
            transaction=header["transactionKey"],
            sequence=header["sequenceNumber"],
            at=at,
            user_id=header["commitUser"],
            ours=found is not None and found[1] == self._client_name,
        )

    def _values(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Give what is set, parts of compound fields under their own names."""
        found: dict[str, Any] = {}
        for name, value in event.items():
            if value is None:
                continue
            if isinstance(value, dict):
                parts = cast("dict[str, Any]", value)
                found.update({flat(f"{name}.{part}"): _plain(one) for part, one in parts.items() if one is not None})
            else:
                found[name] = self._fields[name](value)
        return found


@lru_cache(maxsize=4096)
def flat(path: str) -> str:
    """Name a field as REST does: BillingCity for BillingAddress.City, Place__Latitude__s for Place__c.Latitude."""
    name, _, part = path.partition(".")
    if not part:
        return name
    if name.endswith("__c"):
        return f"{name[:-1]}{part}__s"
    return part if name == "Name" else f"{name.removesuffix('Address')}{part}"


def _plain(value: Any) -> Any:
    return Decimal(repr(value)) if isinstance(value, float) else value


def _converter(doc: str) -> Callable[[Any], Any]:
    """Give how a field's value becomes REST's: all kinds of time are numbers, and `doc` tells them apart."""
    return {"DateOnly": _day, "DateTime": _moment, "TimeOnly": _time}.get(
        doc.split(":")[1] if ":" in doc else "", _plain
    )


def _day(value: int) -> str:
    return (_EPOCH + timedelta(milliseconds=value)).date().isoformat()


@lru_cache(maxsize=64)  # the records of one save have one moment
def _moment(value: int) -> str:
    moment = _EPOCH + timedelta(milliseconds=value)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "+0000"


def _time(value: int) -> str:
    return (_EPOCH + timedelta(milliseconds=value)).time().isoformat("milliseconds") + "Z"
