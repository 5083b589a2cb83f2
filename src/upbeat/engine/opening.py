"""An engine that opens says on what it will decide: the version of our code, the time zone, the org's catalogue.

The catalogue is kept once as long as it stays the same: 190 kB of JSON for an org of a few objects, 10 kB deflated.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, digest, encode
from upbeat.engine.parts import Parts
from upbeat.ledger import Entry, Kind
from upbeat.schema import Object, Schema, Stage
from upbeat.store import tables

_CATALOGUE = "catalogue"  # in meta: the digest of the newest catalogue in the ledger, and its entry
_ZONE = "time zone"  # in meta: the org's, as the last engine had it


def note_opening(parts: Parts, code: str) -> str:
    """Say in the ledger that an engine of this code opens; give the id of the entry."""
    with parts.store.writing() as conn:
        _keep(conn, _ZONE, str(parts.zone))
        said = {"code": code, "zone": str(parts.zone), "catalogue": _note_catalogue(parts, conn)}
        [entry] = parts.ledger.append(conn, [Entry(Kind.OPENED, "upbeat", said)])
    return entry


def zone_of(conn: Connection) -> ZoneInfo:
    """Give the org's time zone as the last engine had it, from the store alone; UTC before the first."""
    return ZoneInfo(conn.scalar(select(tables.meta.c.value).where(tables.meta.c.key == _ZONE)) or "UTC")


def pack(schema: Schema) -> str:
    """Give a catalogue as text: its canonical JSON, deflated."""
    plain = {"objects": schema.objects, "stages": schema.stages, "currency": schema.currency}
    return b64encode(zlib.compress(encode(plain).encode())).decode()


def unpack(text: str) -> Schema:
    """Give back what `pack` wrote."""
    plain = decode(zlib.decompress(b64decode(text)))
    return Schema(
        objects=decode(encode(plain["objects"]), Mapping[str, Object]),
        stages=decode(encode(plain["stages"]), tuple[Stage, ...]),
        currency=plain["currency"],
    )


def _note_catalogue(parts: Parts, conn: Connection) -> str:
    packed = pack(parts.schema)
    known = conn.scalar(select(tables.meta.c.value).where(tables.meta.c.key == _CATALOGUE))
    if known is not None and (found := decode(known))["digest"] == digest(packed):
        return found["entry"]
    [entry] = parts.ledger.append(conn, [Entry(Kind.CATALOGUED, "upbeat", {"catalogue": packed})])
    _keep(conn, _CATALOGUE, encode({"digest": digest(packed), "entry": entry}))
    return entry


def _keep(conn: Connection, key: str, value: str) -> None:
    fresh = insert(tables.meta).values(key=key, value=value)
    conn.execute(fresh.on_conflict_do_update(index_elements=["key"], set_={"value": fresh.excluded.value}))
