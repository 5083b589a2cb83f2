"""What a workflow fired on, from its items as they stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from upbeat.base import decode
from upbeat.domain import Mode
from upbeat.engine import STILL_TRUE, Progress
from upbeat.store import tables
from upbeat.triggers import NOT_MET, PRIOR_UNKNOWN

_QUIET = (NOT_MET, PRIOR_UNKNOWN, STILL_TRUE)  # most of what comes in, and no flag


@dataclass(frozen=True, slots=True)
class Fire:
    """One run whose condition held: when it came in, in which mode and version. `outcome` is empty while it goes on."""

    run: str
    version: str
    mode: Mode
    record_id: str
    at: datetime
    outcome: str
    ended_at: datetime | None


def fired_since(
    conn: Connection, workflow: str, since: datetime, *, version: str = "", mode: Mode | None = None
) -> list[Fire]:
    """Give the flags of a workflow since then, oldest first.

    Rollbacks and re-routes are none, nor is what was quiet or muted.
    """
    items = tables.items
    wanted = select(items).where(items.c.workflow == workflow, items.c.created_at > since).order_by(items.c.seq)
    wanted = wanted.where(items.c.outcome.is_(None) | items.c.outcome.not_in(_QUIET))
    if version:
        wanted = wanted.where(items.c.version == version)
    if mode is not None:
        wanted = wanted.where(items.c.mode == mode)
    found = ((row, decode(row.data, Progress)) for row in conn.execute(wanted))
    return [
        Fire(row.id, row.version, Mode(row.mode), row.record_id, row.created_at, row.outcome or "", row.ended_at)
        for row, progress in found
        if progress.reason and not progress.undo and progress.reroute is None
    ]
