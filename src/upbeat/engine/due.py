"""One table of what happens at a time, and one `tick(now)` that reads it.

Schedules, jobs, outcomes that wait and looks into queues are kinds of row; a review is due by a row of its
own. A row is removed, or moved to its next time, in the transaction that acts on it, so a tick that dies half-way is
simply repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, encode
from upbeat.store import tables


class Kind(StrEnum):
    """What a due row stands for, and what its key names."""

    SWEEP = "sweep"  # a workflow's schedule; key: the workflow
    OUTCOME = "outcome"  # an outcome that waits, and what then; key: the item's id
    PUT_BACK = "put back"  # a look into a pool's queues for what it gave; key: the workflow and the pool
    JOB = "job"  # what the house does by itself; key: the job's name


@dataclass(frozen=True, slots=True)
class Due:
    """One row: what, about what, when."""

    kind: Kind
    key: str
    at: datetime
    body: Mapping[str, Any]


def put(conn: Connection, kind: Kind, key: str, at: datetime, body: Mapping[str, Any] | None = None) -> None:
    """Set the time at which this is due; an earlier setting of the same key gives way."""
    statement = insert(tables.due).values(kind=kind, key=key, at=at, body=encode(body or {}))
    changes = {"at": statement.excluded.at, "body": statement.excluded.body}
    conn.execute(statement.on_conflict_do_update(index_elements=["kind", "key"], set_=changes))


def drop(conn: Connection, kind: Kind, key: str) -> None:
    """Forget a row, where there is one."""
    conn.execute(delete(tables.due).where(tables.due.c.kind == kind, tables.due.c.key == key))


def keys(conn: Connection, kind: Kind) -> list[str]:
    """Give the keys of every row of a kind."""
    return list(conn.scalars(select(tables.due.c.key).where(tables.due.c.kind == kind)))


def body_of(conn: Connection, kind: Kind, key: str) -> Mapping[str, Any] | None:
    """Give what was noted beside a row, or None where there is no such row."""
    body = conn.scalar(select(tables.due.c.body).where(tables.due.c.kind == kind, tables.due.c.key == key))
    return None if body is None else decode(body)


def now_due(conn: Connection, now: datetime) -> list[Due]:
    """Give what is due by `now`, the oldest first."""
    wanted = select(tables.due).where(tables.due.c.at <= now).order_by(tables.due.c.at)
    return [Due(Kind(row.kind), row.key, row.at, decode(row.body)) for row in conn.execute(wanted)]
