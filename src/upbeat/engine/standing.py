"""Conditions that hold now: a condition that fired and goes on holding stays quiet until its workflow says else.

A cache: losing it makes a condition that still holds fire once more, and loses no fact.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.store import tables
from upbeat.workflows import Workflow

STILL_TRUE = "still true"  # the outcome of an item whose condition had fired before and still holds
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Stand:
    """Since when a condition holds for a record, when it last fired, and how often."""

    since: datetime
    fired_at: datetime
    fires: int


def read(conn: Connection, workflow: str, record_ids: Sequence[str]) -> dict[str, Stand]:
    """Give what stands of a workflow, by record."""
    table, found = tables.standing, dict[str, Stand]()
    for start in range(0, len(record_ids), _CHUNK):
        ids = record_ids[start : start + _CHUNK]
        rows = conn.execute(select(table).where(table.c.workflow == workflow, table.c.record_id.in_(ids)))
        found.update((row.record_id, Stand(row.since, row.fired_at, row.fires)) for row in rows)
    return found


def fires_again(workflow: Workflow, stand: Stand | None, now: datetime) -> bool:
    """Whether a condition found true fires: the first time, or when the workflow's `if_still_true` says so."""
    if stand is None:
        return True
    still = workflow.if_still_true
    return still is not None and still.then != "stay quiet" and now - stand.fired_at >= still.after


def fired(conn: Connection, workflow: str, record_ids: Iterable[str], now: datetime) -> None:
    """Note that the condition fired for these records now."""
    table = tables.standing
    statement = insert(table)
    rows = [{"workflow": workflow, "record_id": one, "since": now, "fired_at": now, "fires": 1} for one in record_ids]
    if rows:
        changes = {"fired_at": statement.excluded.fired_at, "fires": table.c.fires + 1}
        conn.execute(statement.on_conflict_do_update(index_elements=["workflow", "record_id"], set_=changes), rows)


def over(conn: Connection, workflow: str, record_ids: Sequence[str]) -> None:
    """Forget records for which the condition no longer holds."""
    table = tables.standing
    for start in range(0, len(record_ids), _CHUNK):
        ids = record_ids[start : start + _CHUNK]
        conn.execute(delete(table).where(table.c.workflow == workflow, table.c.record_id.in_(ids)))


def keep_only(conn: Connection, workflow: str, record_ids: Collection[str]) -> None:
    """Forget every record of a workflow but these: a sweep has seen all for which the condition holds."""
    table = tables.standing
    known = conn.scalars(select(table.c.record_id).where(table.c.workflow == workflow))
    over(conn, workflow, [one for one in known if one not in record_ids])


def clear(conn: Connection, workflow: str, since: datetime) -> None:
    """Forget what fired since then, in monitor: a promoted version meets it as new. What fired live before stays."""
    table = tables.standing
    conn.execute(delete(table).where(table.c.workflow == workflow, table.c.fired_at >= since))
