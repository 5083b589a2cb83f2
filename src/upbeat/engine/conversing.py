"""Captured conversations on their way: each is logged first, then the records that it is of have their turn.

    taken ──▶ logged, by every workflow about the activity that it would be ──▶ its deal, account, leads and contacts

A conversation that tells of the same meeting as another waits until that one is logged: both become one activity.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, exists, select, update

from upbeat.base import decode
from upbeat.conversation import OBJECTS, Captured, Link
from upbeat.domain import Change, Event, Mode
from upbeat.engine import captured
from upbeat.engine.captured import State, change_key
from upbeat.engine.items import State as ItemState
from upbeat.engine.items import Work, load
from upbeat.engine.parts import Parts
from upbeat.engine.versions import Versions
from upbeat.intake import Accepted, Taker, accept
from upbeat.ledger import Ledger
from upbeat.steps import LOGS, MATCHES
from upbeat.store import tables
from upbeat.workflows import ACTIVITIES, DefinitionError, Workflow

_AT_ONCE: Final = 200  # conversations in one transaction


@dataclass(frozen=True, slots=True)
class Start:
    """What a conversation's items are made with: the org, who takes them, and in whose name."""

    org_id: str
    versions: Versions
    ledger: Ledger
    now: datetime
    actor: str = "capture"

    def log(self, conn: Connection, one: Captured, turn: int = 1) -> Accepted:
        """Put a conversation on the line of the workflows that log it; where none does, its records follow at once."""
        target = OBJECTS[one.conversation.medium]
        return self._accept(conn, one, turn, [(target, one.conversation.key)])

    def follow(self, conn: Connection, one: Captured, turn: int = 1) -> Accepted:
        """Put the records that a conversation is of on the line of the workflows that it starts on them."""
        return self._accept(conn, one, turn, list(_records(one)))

    def _accept(self, conn: Connection, one: Captured, turn: int, records: Sequence[tuple[str, str]]) -> Accepted:
        change = change_key(one.conversation.key, turn)
        pairs = [
            (Event(self.org_id, target, record_id, Change.CAPTURED, change, self.now), taker)
            for target, record_id in records
            for taker in self._takers(conn, target)
        ]
        return accept(conn, self.ledger, pairs, self.now, actor=self.actor)

    def _takers(self, conn: Connection, target: str) -> Iterator[Taker]:
        for name, flow in self.versions.current.items():
            if flow.object == target and Change.CAPTURED in flow.starts:
                mode = self.versions.mode(conn, flow)
                if mode is not Mode.PAUSED:
                    yield Taker(name, flow.version, flow.owner, mode)


def follow(parts: Parts) -> int:
    """Let the conversations go on whose log has ended; give how many did."""
    now = parts.clock.now()
    with parts.store.reading() as conn:
        waiting = _through(conn)
    if not waiting:
        return 0
    start = Start(parts.org_id, parts.versions, parts.ledger, now)
    with parts.store.writing() as conn:
        found = captured.read(conn, parts.ledger, [row.key for row in waiting])
        for row in waiting:
            if row.key in found:  # else it was dropped meanwhile
                _go_on(parts, conn, start, row, found[row.key])
    return len(found)


def _through(conn: Connection) -> Sequence[Any]:
    """Give the conversations that are kept, have not gone on, are on no line any more, and wait for no other."""
    table, items = tables.conversations, tables.items
    open_ones = exists().where(items.c.record_id == table.c.key, items.c.state != ItemState.DONE)
    other = table.alias()
    open_other = exists().where(other.c.key == table.c.same_as, other.c.state == State.KEPT, other.c.ended_at.is_(None))
    waiting = (table.c.state == State.KEPT) & table.c.ended_at.is_(None) & ~open_ones & ~open_other
    wanted = select(table.c.key, table.c.link, table.c.round).where(waiting)
    return conn.execute(wanted.order_by(table.c.taken_at).limit(_AT_ONCE)).all()


def _go_on(parts: Parts, conn: Connection, start: Start, row: Any, one: Captured) -> None:
    works = _logs(conn, row.key, row.round)
    if one.link.same_as and not works:
        other = _logged(conn, one.link.same_as)
        one = replace(one, link=replace(one.link, activity=other.activity))
        captured.relink(conn, parts.ledger, one)
    if not works and start.log(conn, one, row.round).items:  # it waited for the other, or came before any workflow did
        return
    link = _as_found(one.link, works, parts)
    if link != one.link:
        one = replace(one, link=link)
        captured.relink(conn, parts.ledger, one)
    start.follow(conn, one, row.round)
    ended = update(tables.conversations).where(tables.conversations.c.key == row.key)
    conn.execute(ended.values(ended_at=start.now))


def _logs(conn: Connection, key: str, turn: int) -> list[Work]:
    """Give the items that logged a conversation this time."""
    items = tables.items.c
    ids = list(conn.scalars(select(items.id).where(items.record_id == key).order_by(items.seq)))
    return [
        one
        for one in (load(conn, ids=ids) if ids else [])
        if one.item.event.change_key == change_key(key, turn) and not one.progress.undo
    ]


def _logged(conn: Connection, key: str) -> Link:
    """Give what another conversation is of; of one that is not kept any more nothing is known."""
    table = tables.conversations.c
    link = conn.scalar(select(table.link).where(table.key == key, table.state == State.KEPT))
    return Link() if link is None else decode(link, Link)


def _as_found(link: Link, works: Iterable[Work], parts: Parts) -> Link:
    """Give a link with what the steps that logged it found out."""
    for work in works:
        try:
            flow = parts.versions.get(work.item.workflow, work.item.version)
        except DefinitionError:  # nobody can tell any more which of its steps logged it
            continue
        for step, said in _said(flow, work):
            if step == LOGS and said.get("id"):
                link = replace(link, activity=str(said["id"]))
            if step == MATCHES and said.get("by"):
                of = {"account": said["account"] or "", "opportunity": said["deal"] or ""}
                link = replace(link, **of, candidates=(), why=str(said["why"]), by=str(said["by"]))
    return link


def _said(flow: Workflow, work: Work) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what each step of a workflow gave, with the function that it used."""
    for step in flow.steps:
        if step.name in work.progress.results:
            yield step.use, work.progress.results[step.name]


def _records(one: Captured) -> Iterator[tuple[str, str]]:
    """Give the records of the org that a conversation is of, by their objects; activities and users are none."""
    if one.link.opportunity:
        yield "Opportunity", one.link.opportunity
    if one.link.account:
        yield "Account", one.link.account
    people = {party.record_id: party.kind for party in one.conversation.parties if party.record_id}
    yield from ((kind, key) for key, kind in people.items() if kind and kind not in {"User", *ACTIVITIES})
