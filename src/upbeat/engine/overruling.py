"""A person overrides a flag: its runs end, what they suggested is taken back, the trigger is quiet on the record."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from upbeat.apply import State as Stage
from upbeat.engine import due, mutes
from upbeat.engine.items import State, load
from upbeat.engine.mutes import Mute
from upbeat.engine.parts import Sheet
from upbeat.ledger import Ledger
from upbeat.store import tables

_NOT_SENT = (Stage.HELD, Stage.CLEARED)


def under_way(conn: Connection, workflow: str, record_id: str) -> list[str]:
    """Give the ids of the flags of a workflow on a record that have no outcome yet; a rollback is none."""
    items = tables.items
    mine = select(items.c.id).where(items.c.workflow == workflow, items.c.record_id == record_id)
    ids = list(conn.scalars(mine.where(items.c.state != State.DONE)))
    return [one.item.id for one in load(conn, ids=ids) if not one.progress.undo]


def is_on_the_line(conn: Connection, item_ids: Sequence[str]) -> bool:
    """Whether one of these is worked on at this very moment, or a write of it may have been sent."""
    items, proposals = tables.items, tables.proposals
    running = select(items.c.seq).where(items.c.id.in_(item_ids), items.c.state == State.RUNNING)
    sent = select(proposals.c.seq).where(proposals.c.item_id.in_(item_ids), proposals.c.state == Stage.SENDING)
    return any(conn.execute(one.limit(1)).first() is not None for one in (running, sent))


def overrule(conn: Connection, ledger: Ledger, mute: Mute, item_ids: Sequence[str], now: datetime) -> None:
    """End these runs, none of which is on the line, and keep the trigger quiet on the record."""
    table = tables.proposals
    open_ones = table.c.item_id.in_(item_ids) & table.c.state.in_(_NOT_SENT)
    conn.execute(update(table).where(open_ones).values(state=Stage.WITHDRAWN))
    sheet = Sheet()
    for work in load(conn, ids=item_ids):
        due.drop(conn, due.Kind.OUTCOME, work.item.id)
        sheet.end(work, mutes.OVERRIDDEN, f"{mute.by} overrode it: {mute.reason}", now)
    sheet.flush(conn, ledger)
    mutes.put(conn, mute)
