"""News: what has happened since one last looked, one line an item, as a narrator or a live page wants it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from upbeat.base import decode
from upbeat.engine import ItemState, Progress, due
from upbeat.operations.house import House, Refused
from upbeat.store import tables


@dataclass(frozen=True, slots=True)
class News:
    """An item that came to its outcome, or to a person. `took` is the seconds from the event to this."""

    run: str
    workflow: str
    mode: str
    object: str
    record_id: str
    name: str
    outcome: str
    owner: str
    why: str
    results: Mapping[str, Mapping[str, Any]]
    at: datetime
    took: float


def news(house: House, since: int) -> tuple[list[News], int]:
    """Give the items whose ledger moved after entry number `since`, as they stand now, and the newest number."""
    entries, items = tables.ledger_entries, tables.items
    with house.store.reading() as conn:
        newest = conn.scalar(select(func.max(entries.c.seq))) or 0
        moved = select(entries.c.item_id).where(entries.c.seq > since, entries.c.seq <= newest)
        standing = (ItemState.DONE, ItemState.WAITING, ItemState.DEAD)
        rows = conn.execute(
            select(items).where(items.c.id.in_(moved), items.c.state.in_(standing)).order_by(items.c.seq)
        ).all()
        return [_news(row, house.clock.now()) for row in rows], newest


def look_now(house: House, name: str) -> datetime:
    """Make a scheduled workflow due at once: the running engine looks at every record. Raises Refused for others."""
    flow, now = house.versions.current.get(name), house.clock.now()
    if flow is None or flow.every is None:
        scheduled = [one.name for one in house.versions.current.values() if one.every is not None]
        raise Refused(f"{name} is no scheduled workflow", fix=f"There are: {', '.join(sorted(scheduled))}.")
    with house.store.writing() as conn:
        due.put(conn, due.Kind.SWEEP, name, now, {"every": flow.every.text})
    return now


def _news(row: Any, now: datetime) -> News:
    progress = decode(row.data, Progress)
    record = progress.record or {}
    at = row.ended_at or now
    return News(
        run=row.id,
        workflow=row.workflow,
        mode=row.mode,
        object=row.object,
        record_id=row.record_id,
        name=str(record.get("Company") or record.get("Name") or row.record_id),
        outcome=row.outcome or "",
        owner=row.owner or "",
        why=(progress.reason or row.detail) if row.state == ItemState.WAITING else (row.detail or progress.reason),
        results=progress.results,
        at=at,
        took=(at - row.event_at).total_seconds(),
    )
