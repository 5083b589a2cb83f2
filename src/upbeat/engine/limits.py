"""A workflow that starts on more records than its file allows is paused, and its owner is told."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from upbeat.domain import Hold, Mode
from upbeat.engine.items import load, takes_back
from upbeat.engine.parts import LIMIT, MISFIRE, Parts
from upbeat.engine.taking_back import pause
from upbeat.review import OwnerQueue, open_hold
from upbeat.store import tables
from upbeat.triggers import NOT_MET, PRIOR_UNKNOWN
from upbeat.workflows import Workflow

_NOT_STARTED = (NOT_MET, PRIOR_UNKNOWN)


def hold_to_limits(parts: Parts, now: datetime) -> None:
    """Pause every live workflow that has started on more records in the last hour or day than it may."""
    for name, mode in parts.versions.modes().items():
        flow = parts.versions.current[name]
        if mode is not Mode.LIVE:
            continue
        with parts.store.reading() as conn:
            over = _over(conn, flow, now)
        if over:
            _pause(parts, flow, over, now)


def _over(conn: Connection, flow: Workflow, now: datetime) -> str:
    """Say which limit is passed, or nothing."""
    items = tables.items
    for most, span, words in ((flow.limits.per_hour, 1, "an hour"), (flow.limits.per_day, 24, "a day")):
        if most is None:
            continue
        started = select(func.count()).where(
            items.c.workflow == flow.name,
            items.c.mode == Mode.LIVE,
            items.c.created_at > now - timedelta(hours=span),
            func.coalesce(items.c.outcome, "").not_in(_NOT_STARTED),
            ~takes_back(),
        )
        count = conn.scalar(started) or 0
        if count > most:
            return f"it started on {count} records within {words}, and may on {most}"
    return ""


def _pause(parts: Parts, flow: Workflow, why: str, now: datetime) -> None:
    items = tables.items
    with parts.store.writing() as conn:
        pause(conn, parts.ledger, flow, why, now)
        newest = select(items.c.id).where(items.c.workflow == flow.name).order_by(items.c.seq.desc()).limit(1)
        [work] = load(conn, ids=list(conn.scalars(newest)))
        ask = f"{flow.name} is paused: {why}. Raise its limits and promote it again, or leave it paused."
        hold = Hold(LIMIT, ask, flow.owner, now + MISFIRE, ("seen",), (why,))
        open_hold(conn, parts.ledger, work.item, LIMIT, hold, now, queue=OwnerQueue.TUNING)
