"""A changed workflow beside the version that runs, on the same past records: what would fire now, and what no more.

Both conditions are asked about the events that the other version met, with the fields that an event carried as they
were, and all other fields and signals as they are now. So what differs, differs by the versions alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from upbeat.base import decode
from upbeat.domain import Event, Firing, Item, Mode, Record
from upbeat.operations.house import House
from upbeat.salesforce import Reader, SalesforceError
from upbeat.store import tables
from upbeat.timeline import fetch
from upbeat.triggers import evaluate
from upbeat.workflows import Workflow

MOST = 1_000  # past events, the newest
_CHUNK = 200
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """How two versions of a workflow differ on the past: counts of `events`, and records of each kind of difference.

    `why_not` says why they cannot be compared, and is empty where they can.
    """

    version: str
    mode: Mode
    events: int
    both: int
    only_new: int
    only_before: int
    neither: int
    now_fire: tuple[str, ...]
    no_more: tuple[str, ...]
    why_not: str = ""


def compare(house: House, reader: Reader, flow: Workflow) -> Compared | None:
    """Compare a version with the one that was live or in monitor before it; None where it is the first."""
    with house.store.reading() as conn:
        found = _before(conn, flow)
        if found is None:
            return None
        version, mode = found
        items = _items(conn, flow.name, version)
    other = house.versions.get(flow.name, version)
    if other.object != flow.object:
        return _not(version, mode, f"it looked at {other.object}, and this one looks at {flow.object}")
    try:
        pairs = list(_decided(reader, flow, other, items, house.clock.now()))
    except SalesforceError as error:
        return _not(version, mode, f"the records cannot be read ({error.what})")
    now_fire = [record for record, new, before in pairs if new and not before]
    no_more = [record for record, new, before in pairs if before and not new]
    both = sum(new and before for _, new, before in pairs)
    return Compared(
        version=version,
        mode=mode,
        events=len(pairs),
        both=both,
        only_new=len(now_fire),
        only_before=len(no_more),
        neither=len(pairs) - both - len(now_fire) - len(no_more),
        now_fire=tuple(dict.fromkeys(now_fire))[:_EXAMPLES],
        no_more=tuple(dict.fromkeys(no_more))[:_EXAMPLES],
    )


def _not(version: str, mode: Mode, why: str) -> Compared:
    return Compared(version, mode, 0, 0, 0, 0, 0, (), (), why)


def _before(conn: Connection, flow: Workflow) -> tuple[str, Mode] | None:
    """Give the version that is live where it is another one, else the last other one that took an item."""
    given, items = tables.modes, tables.items
    row = conn.execute(select(given).where(given.c.workflow == flow.name)).first()
    if row is not None and row.version != flow.version:
        return row.version, Mode(row.mode)
    others = (items.c.workflow == flow.name, items.c.version != flow.version)
    last = conn.scalar(select(items.c.version).where(*others).order_by(items.c.seq.desc()).limit(1))
    return None if last is None else (last, Mode.MONITOR)


def _items(conn: Connection, name: str, version: str) -> list[Item]:
    items = tables.items
    mine = (items.c.workflow == name, items.c.version == version)
    rows = conn.execute(select(items.c.id, items.c.event).where(*mine).order_by(items.c.seq.desc()).limit(MOST))
    return [Item(row.id, name, version, decode(row.event, Event)) for row in rows]


def _decided(
    reader: Reader, flow: Workflow, other: Workflow, items: Sequence[Item], now: datetime
) -> Iterator[tuple[str, bool, bool]]:
    """Give each record with whether this version fires on its event, and whether the other one does."""
    names = ", ".join(sorted({"Id", *flow.fields, *other.fields}))
    signals = sorted({*flow.signals, *other.signals})
    for start in range(0, len(items), _CHUNK):
        some = items[start : start + _CHUNK]
        ids = list(dict.fromkeys(one.event.record_id for one in some))
        text = f"SELECT {names} FROM {flow.object} WHERE Id IN :ids"  # noqa: S608  names of the schema
        rows = {row["Id"]: row for row in reader.query(text, {"ids": ids})}
        known = fetch(signals, flow.object, list(rows), reader.query)
        for item in some:
            record = rows.get(item.event.record_id)
            if record is not None:
                seen = known.get(item.event.record_id, {})
                yield (
                    item.event.record_id,
                    _fires(item, flow, record, seen, now),
                    _fires(item, other, record, seen, now),
                )


def _fires(item: Item, flow: Workflow, record: Record, signals: Mapping[str, object], now: datetime) -> bool:
    return isinstance(evaluate(item, flow, record, signals, now), Firing)
