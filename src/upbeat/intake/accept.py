"""Events become items: under law 3's key, with the source's position, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from upbeat.base import digest, encode
from upbeat.domain import Event, Mode
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.store import tables

READY = "ready"  # the state in which every item begins
GRACE = timedelta(minutes=15)  # an item that nobody finished by then shows up in the watchdog
_CHUNK = 500  # ids in one lookup: well below SQLite's limit on variables


@dataclass(frozen=True, slots=True)
class Taker:
    """One workflow version that an event becomes work for, and the mode it runs in at this moment."""

    workflow: str
    version: str
    owner: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many events were looked at, and how many new items they became."""

    events: int = 0
    items: int = 0

    def __add__(self, other: "Accepted") -> "Accepted":
        """Add up two takings."""
        return Accepted(self.events + other.events, self.items + other.items)


def item_id(event: Event, workflow: str) -> str:
    """Give law 3's key as a digest. The version is no part of it: a new version never repeats old work."""
    return digest([event.org_id, workflow, event.object, event.record_id, event.change_key])


def accept(
    conn: Connection,
    ledger: Ledger,
    pairs: Iterable[tuple[Event, Taker]],
    now: datetime,
    *,
    actor: str = "intake",
    data: str = "{}",
) -> Accepted:
    """Insert one item for each pair that is not known yet; every new one gets an owner, a due time and an entry.

    Runs in the caller's transaction, in which the caller also keeps the source's position. `data` is what the
    items begin with, as engine.items.Found in JSON.
    """
    wanted = {item_id(event, taker.workflow): (event, taker) for event, taker in pairs}
    known = _known(conn, list(wanted))
    fresh = [(key, event, taker) for key, (event, taker) in wanted.items() if key not in known]
    if not fresh:
        return Accepted(len(wanted), 0)
    rows: list[dict[str, Any]] = []
    entries: list[Entry] = []
    for key, event, taker in fresh:
        rows.append({
            "id": key,
            "workflow": taker.workflow,
            "version": taker.version,
            "mode": taker.mode,
            "object": event.object,
            "record_id": event.record_id,
            "event": encode(event),
            "event_at": event.at,
            "state": READY,
            "owner": taker.owner,
            "due_at": now + GRACE,
            "data": data,
            "created_at": now,
        })  # fmt: skip
        entries.append(
            Entry(
                kind=Kind.ITEM_ACCEPTED,
                actor=actor,
                payload=event,
                item_id=key,
                workflow=taker.workflow,
                version=taker.version,
                record_id=event.record_id,
            )
        )
    conn.execute(insert(tables.items), rows)
    ledger.append(conn, entries)
    return Accepted(len(wanted), len(fresh))


def _known(conn: Connection, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        found.update(conn.scalars(select(tables.items.c.id).where(tables.items.c.id.in_(chunk))))
    return found
