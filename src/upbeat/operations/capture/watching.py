"""What was not captured, or not in time: recordings that tell nothing, meetings that nobody recorded, runs that stand.

A team states how soon a customer meeting is to be in the org: capture.yaml's `within`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from upbeat.base import decode
from upbeat.conversation import Medium
from upbeat.conversation.calendar import SOURCE as CALENDAR
from upbeat.domain import Change, Event, Record
from upbeat.engine import ItemState, captured
from upbeat.operations.capture.listing import Listed, counted, lines_of
from upbeat.operations.house import House
from upbeat.store import tables
from upbeat.timeline import moment
from upbeat.workflows import load

WITHIN: Final = timedelta(days=1)
"""How soon a meeting is to be captured, where no capture.yaml says it."""

_BACK: Final = timedelta(days=14)  # how far back missed meetings are looked for: who remembers what was said before?
_AT_ONCE: Final = 200  # ids in one query
_MOST: Final = 200  # rows of each kind
_MET: Final = (
    "SELECT Id, Subject, OwnerId, Owner.Username, WhoId, WhatId, StartDateTime, EndDateTime FROM Event "
    "WHERE EndDateTime >= :since AND EndDateTime <= :until AND IsChild = FALSE ORDER BY EndDateTime DESC"
)
_WITH: Final = "SELECT EventId, RelationId FROM EventRelation WHERE EventId IN :ids"
_CUSTOMERS: Final = ("003", "00Q")  # how the ids of contacts and leads begin


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that came and holds no conversation that can be read: its name, from where, and why."""

    name: str
    source: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A meeting with customers that the org has, and of which nothing was captured in time."""

    event: str
    subject: str
    owner: str
    ended: datetime


@dataclass(frozen=True, slots=True)
class Late:
    """A conversation whose run has not come to its end in time: the run, its record, how it stands and with whom."""

    key: str
    run: str
    workflow: str
    object: str
    record_id: str
    state: str
    owner: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Watched:
    """How capture stands. `counts` are conversations by state; `within` is how soon each was to be in the org.

    `silent` were recorded, and nothing of what was said is in them.
    """

    counts: Mapping[str, int]
    within: timedelta
    unread: tuple[Unread, ...]
    silent: tuple[Listed, ...]
    missed: tuple[Missed, ...]
    late: tuple[Late, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is missing."""
        return not (self.unread or self.silent or self.missed or self.late)


def watch(house: House) -> Watched:
    """Say what was not captured, or not written in time; the org's meetings are looked at. Raises SalesforceError."""
    written = load(house.folder).capture
    within = WITHIN if written is None else written.within
    now = house.clock.now()
    with house.store.reading() as conn:
        unread, silent, late = _unread(house, conn), _silent(conn), _late(conn, now - within)
    return Watched(counted(house), within, unread, silent, _missed(house, now, within), late)


def _unread(house: House, conn: Connection) -> tuple[Unread, ...]:
    table = tables.conversations
    wanted = select(table).where(table.c.state == captured.State.UNREAD).order_by(table.c.taken_at.desc()).limit(_MOST)
    return tuple(
        Unread(house.ledger.show(row.key, row.body), row.source, row.taken_at, row.why) for row in conn.execute(wanted)
    )


def _silent(conn: Connection) -> tuple[Listed, ...]:
    """Give the recordings in which nobody speaks, the newest first."""
    table = tables.conversations
    kept = (table.c.state == captured.State.KEPT) & table.c.medium.in_([Medium.MEETING, Medium.CALL])
    wordless = kept & (table.c.turns == 0) & (table.c.source != CALENDAR)
    newest = select(table).where(wordless).order_by(table.c.began.desc()).limit(_MOST)
    return tuple(lines_of(conn, conn.execute(newest).all()))


def _late(conn: Connection, by: datetime) -> tuple[Late, ...]:
    """Give the runs of conversations that were taken before a moment and have not ended, the oldest first.

    A conversation without a run, whose records have not had their turn, stands there by itself (law 2).
    """
    items, talks = tables.items, tables.conversations
    started = items.c.event.contains(f'"{Change.CAPTURED}:')
    wanted = select(items).where(items.c.state != ItemState.DONE, items.c.created_at <= by, started)
    found: list[Late] = []
    for row in conn.execute(wanted.order_by(items.c.created_at).limit(_MOST)):
        key = captured.key_of(decode(row.event, Event))
        found.append(
            Late(key, row.id, row.workflow, row.object, row.record_id, row.state, row.owner or "", row.created_at)
        )
    carried = {one.key for one in found}
    waiting = select(talks).where(talks.c.state == captured.State.KEPT, talks.c.ended_at.is_(None))
    rest = conn.execute(waiting.where(talks.c.taken_at <= by).order_by(talks.c.taken_at).limit(_MOST)).all()
    stand = "no engine has carried it on"
    found += [Late(row.key, "", "", "", row.key, stand, "", row.taken_at) for row in rest if row.key not in carried]
    return tuple(found)


def _missed(house: House, now: datetime, within: timedelta) -> tuple[Missed, ...]:
    """Give the org's meetings with customers that are over for so long, and of which nothing is captured."""
    rows = list(house.query(_MET, {"since": now - _BACK, "until": now - within}))
    met = _with_customers(house, rows)
    known, ids = set[str](), [row["Id"] for row in met]
    with house.store.reading() as conn:
        for column in (tables.conversation_records.c.record_id, tables.proposals.c.record_id):  # what we made, ours too
            for start in range(0, len(ids), _AT_ONCE):
                known.update(conn.scalars(select(column).where(column.in_(ids[start : start + _AT_ONCE]))))
    return tuple(_miss(row) for row in met if row["Id"] not in known)[:_MOST]


def _miss(row: Record) -> Missed:
    owner: Record = row.get("Owner") or {}
    return Missed(row["Id"], row.get("Subject") or "", owner.get("Username") or "", moment(row["EndDateTime"]))


def _with_customers(house: House, rows: Sequence[Record]) -> list[Record]:
    """Keep the meetings that name a contact or a lead, in the event itself or among its relations."""
    rest = [row["Id"] for row in rows if not _is_customer(row.get("WhoId"))]
    named = set[str]()
    for start in range(0, len(rest), _AT_ONCE):
        for one in house.query(_WITH, {"ids": rest[start : start + _AT_ONCE]}):
            if _is_customer(one["RelationId"]):
                named.add(one["EventId"])
    return [row for row in rows if _is_customer(row.get("WhoId")) or row["Id"] in named]


def _is_customer(key: str | None) -> bool:
    return (key or "").startswith(_CUSTOMERS)
