"""Items as rows: their states, what has been found out of them so far, and how batches take them.

    ready ──taken──▶ running ─┬─▶ done      in a declared outcome
      ▲                       ├─▶ waiting   for a person: owner, due time, the review
      ├──time────── retry ◀───┤             a passing fault; the time of the next try
      └──answer──── waiting   └─▶ dead      too many tries: a person's, with owner and due time

Whatever the state, until it is done an item has an owner and a due time (law 2).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Row, bindparam, exists, insert, select, update

from upbeat.base import decode, digest, encode
from upbeat.domain import Event, Fact, Item, Mode
from upbeat.intake import READY
from upbeat.routing import Reroute, Turn
from upbeat.store import tables

BATCH = 200  # items: one collection call carries all their writes
AHEAD = 2_000  # items that are compared with one another, where some go first: ten batches, each a probe of an index


class State(StrEnum):
    """Where an item stands on the line."""

    READY = READY
    RUNNING = "running"
    RETRY = "retry"
    WAITING = "waiting"
    DEAD = "dead"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """What the line has found out of one item: the record as read, why it fired, what each step gave.

    `kept_at` is when the record was read that the ledger holds: one that was read later is written down with what
    rests on it.

    `undo` names the written proposals that a rollback takes back, and `asked_by` who asked for it; such an item has no
    condition of its own. An item that `escalates` tells somebody's manager that a condition still holds, in place of
    the steps. `anew` says, by step, why what it suggested before did not count any more; `would_ask` names, by step,
    whom monitor mode would have asked, and `would` holds, by field, what it would have written; `turns` has, by step,
    the turn that it took in a pool. `asking` says, by step, since when it waits for a source's answer.
    `reroute` gives a promised record to somebody else, by one step.
    """

    record: dict[str, Any] | None = None
    read_at: datetime | None = None
    kept_at: datetime | None = None
    signals: dict[str, Any] = field(default_factory=dict[str, Any])
    reason: str = ""
    facts: tuple[Fact, ...] = ()
    results: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    undo: tuple[str, ...] = ()
    asked_by: str = ""
    escalates: bool = False
    anew: dict[str, str] = field(default_factory=dict[str, str])
    would_ask: dict[str, str] = field(default_factory=dict[str, str])
    turns: dict[str, Turn] = field(default_factory=dict[str, Turn])
    would: dict[str, Any] = field(default_factory=dict[str, Any])
    asking: dict[str, datetime] = field(default_factory=dict[str, datetime])
    reroute: Reroute | None = None

    @property
    def is_apart(self) -> bool:
        """Whether it has no condition of its own, and one step stands in place of all."""
        return bool(self.undo) or self.escalates or self.reroute is not None


@dataclass(frozen=True, slots=True)
class Work:
    """One row of items, as a value. `step` counts the workflow's steps that are behind it."""

    seq: int
    item: Item
    mode: Mode
    state: State
    step: int
    attempts: int
    retry_at: datetime | None
    outcome: str | None
    detail: str
    owner: str | None
    due_at: datetime | None
    review_id: str | None
    ended_at: datetime | None
    progress: Progress


class Waiting(NamedTuple):
    """A ready item that is first in line; `rank` is None where nobody has ranked it."""

    seq: int
    workflow: str
    version: str
    batch_id: str | None
    record_id: str
    event_at: datetime
    rank: float | None


_UNDOES = '"undo":["'  # in the JSON of a Progress that takes something back; inside a value the quotes are escaped
_MOVING = ("state", "step", "attempts", "retry_at", "outcome", "detail", "owner", "due_at", "review_id", "ended_at")


def takes_back() -> ColumnElement[bool]:
    """Select the items that are rollbacks."""
    return tables.items.c.data.contains(_UNDOES)


def latest(conn: Connection, workflow: str, record_ids: Sequence[str]) -> dict[str, str]:
    """Give the id of the newest run of a workflow on each of these records, rollbacks left out."""
    table = tables.items.c
    mine = (table.workflow == workflow) & table.record_id.in_(record_ids) & ~takes_back()
    return {
        row.record_id: row.id for row in conn.execute(select(table.record_id, table.id).where(mine).order_by(table.seq))
    }


def rerouted(conn: Connection, workflow: str, record_ids: Sequence[str]) -> set[str]:
    """Give which of these records a run of a workflow gives to somebody else, and has not come to its end."""
    table = tables.items.c
    mine = (table.workflow == workflow) & table.record_id.in_(record_ids) & (table.state != State.DONE)
    rows = conn.execute(select(table.record_id, table.data).where(mine))
    return {row.record_id for row in rows if decode(row.data, Progress).reroute is not None}


def load(conn: Connection, *, batch_id: str = "", ids: Sequence[str] = (), state: State | None = None) -> list[Work]:
    """Give the items of a batch, or of these ids, in the order they came in."""
    wanted = select(tables.items).order_by(tables.items.c.seq)
    wanted = wanted.where(tables.items.c.batch_id == batch_id) if batch_id else wanted.where(tables.items.c.id.in_(ids))
    if state is not None:
        wanted = wanted.where(tables.items.c.state == state)
    return [_work(row) for row in conn.execute(wanted)]


def save(conn: Connection, works: Sequence[Work]) -> None:
    """Write the moving columns of these rows back, in one statement."""
    if works:
        conn.execute(
            update(tables.items)
            .where(tables.items.c.seq == bindparam("key"))
            .values({name: bindparam(name) for name in (*_MOVING, "data")}),
            [
                {"key": one.seq, "data": encode(one.progress), **{name: getattr(one, name) for name in _MOVING}}
                for one in works
            ],
        )


def wake(conn: Connection, now: datetime) -> None:
    """Make ready the items whose time of the next try has come."""
    conn.execute(
        update(tables.items)
        .where(tables.items.c.state == State.RETRY, tables.items.c.retry_at <= now)
        .values(state=State.READY)
    )


def first_in_line(conn: Connection, paused: Iterable[str], most: int) -> list[Waiting]:
    """Give the oldest ready items of the version whose turn it is, at most so many, oldest first.

    An item waits while another one of the same record runs, or an older one is to run, in whatever workflow (law 14).
    Items of `paused` workflows do not come, and hold nobody up. Their rollbacks come.
    """
    items, other = tables.items, tables.items.alias("other")
    paused = list(paused)
    goes_on = ~stands_still(items, paused) | takes_back()
    older = (other.c.seq < items.c.seq) & other.c.state.in_([State.READY, State.RETRY]) & ~stands_still(other, paused)
    is_first = ~exists().where(other.c.record_id == items.c.record_id, older | (other.c.state == State.RUNNING))
    ready = (
        select(*(items.c[name] for name in Waiting._fields))
        .where(items.c.state == State.READY, goes_on, is_first)
        .order_by(items.c.seq)
    )
    first = conn.execute(ready.limit(1)).first()
    if first is None:
        return []
    same = ready.where(items.c.workflow == first.workflow, items.c.version == first.version).limit(most)
    return [Waiting(*row) for row in conn.execute(same)]


def take(
    conn: Connection,
    code: str,
    now: datetime,
    *,
    size: int,
    except_for: Iterable[str] = (),
    in_turn: Callable[[Sequence[Waiting]], Sequence[Waiting]] | None = None,
) -> str | None:
    """Take the oldest items that are first in line into a new batch; give its id, or None where none is.

    With `in_turn`, which puts items of one version in order, those whose turn it is of the AHEAD oldest.
    """
    waiting: Sequence[Waiting] = first_in_line(conn, except_for, size if in_turn is None else max(size, AHEAD))
    if not waiting:
        return None
    chosen = waiting if in_turn is None else in_turn(waiting)[:size]
    items, first, seqs = tables.items, chosen[0], [one.seq for one in chosen]
    batch_id = digest([code, now, first.batch_id, seqs])[:40]  # the batch before tells two of one moment apart
    conn.execute(
        insert(tables.batches).values(
            id=batch_id, workflow=first.workflow, version=first.version, code=code, open=True, created_at=now
        )
    )
    conn.execute(update(items).where(items.c.seq.in_(seqs)).values(state=State.RUNNING, batch_id=batch_id))
    return batch_id


def is_loose(now: datetime) -> ColumnElement[bool]:
    """Select the items that law 2 forbids: without an outcome, and without an owner who has time left."""
    items = tables.items.c
    return (items.state != State.DONE) & (items.owner.is_(None) | items.due_at.is_(None) | (items.due_at < now))


def stands_still(items: FromClause, paused: Sequence[str]) -> ColumnElement[bool]:
    """Select the items of paused workflows, and those that were live when theirs was paused.

    A version published meanwhile runs in monitor; what the one before it had under way waits for people to take it
    live again, or back.
    """
    given = tables.modes
    was_live = (items.c.mode == Mode.LIVE) & exists().where(
        given.c.workflow == items.c.workflow, given.c.mode == Mode.PAUSED
    )
    return items.c.workflow.in_(paused) | was_live


def close(conn: Connection, batch_id: str) -> None:
    """Close a batch; an item that is still running in it is made ready again."""
    items = tables.items
    conn.execute(
        update(items).where(items.c.batch_id == batch_id, items.c.state == State.RUNNING).values(state=State.READY)
    )
    conn.execute(update(tables.batches).where(tables.batches.c.id == batch_id).values(open=False))


def _work(row: Row[Any]) -> Work:
    fields: dict[str, Any] = {name: getattr(row, name) for name in _MOVING}
    fields["state"] = State(row.state)
    item = Item(row.id, row.workflow, row.version, decode(row.event, Event))
    return Work(seq=row.seq, item=item, mode=Mode(row.mode), progress=decode(row.data, Progress), **fields)
