"""What is due of promises: their owners are reminded, and what nobody touched in time goes on to somebody else.

First the org is asked what became of each record, so nobody is reminded of what they touched. Nothing happens while
writes are stopped or a workflow is not live: what is due then waits, and goes on from there in its order.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import ColumnElement, Connection

from upbeat.base import UpbeatError
from upbeat.engine import promises
from upbeat.engine.keeping.moving import handover_of, live_flows, start, step_of
from upbeat.engine.keeping.telling import leave_unsaid, remind_of
from upbeat.engine.keeping.touches import Stands, read, touch_of, untold
from upbeat.engine.parts import Parts
from upbeat.formula import FormulaError
from upbeat.ledger import Kind
from upbeat.routing import Act, Promised, Stage
from upbeat.routing.promised import breach, by_hand, due, end, give_back, next_turn, pass_on, remind, touch
from upbeat.salesforce import on_account
from upbeat.store import StoreError, tables
from upbeat.store.control import stopped
from upbeat.workflows import Pool, Step, Workflow

MOST: Final = 200  # promises of one tick: one query of their records; between two ticks the line goes on
LATER: Final = timedelta(minutes=5)  # until what could not be looked at has its turn again

log = structlog.get_logger()


def keep_promises(parts: Parts, now: datetime) -> int:
    """Do what is due of promises by `now`; give of how many. Those that could not be looked at count as none."""
    with parts.store.reading() as conn:
        owners = [] if stopped(conn) is not None else promises.owners(conn)
    if not owners:
        return 0
    left = [one for one in owners if not _is_active(parts, one)]
    with parts.store.reading() as conn:
        wanted = promises.is_due(now) | (promises.is_with(left) & (tables.promises.c.due_at > now + LATER))
        if not promises.promised(conn, wanted, 1):
            return 0
        flows = live_flows(conn, parts.versions)
        found = promises.promised(conn, wanted & tables.promises.c.workflow.in_(flows), MOST)
    groups: dict[tuple[str, str], list[Promised]] = defaultdict(list)
    for one in found:
        groups[one.workflow, one.pool].append(one)
    if groups:
        parts.people.freshen()
    done = 0
    for (workflow, pool), some in groups.items():
        try:
            with on_account(workflow):
                done += _keep(parts, flows[workflow], pool, some, wanted, now)
        except StoreError:
            raise
        except UpbeatError as error:  # it holds up no other, and has its turn again
            log.warning("promises could not be looked at", pool=pool, why=error.what)
            with parts.store.writing() as conn:
                promises.keep(conn, [_later(one, now + LATER, left=one.owner in left) for one in some])
    return done


def _is_active(parts: Parts, owner: str) -> bool:
    """Whether an owner is still there; a queue, or who cannot be found, is no person who left."""
    person = parts.people.find(owner)
    return person is None or person.active


def _keep(
    parts: Parts, flow: Workflow, name: str, some: Sequence[Promised], wanted: ColumnElement[bool], now: datetime
) -> int:
    asked = step_of(flow, name)
    terms = None if asked is None else asked[1].promise
    known = parts.schema.object(some[0].object)
    stands = {} if terms is None else read(parts.query, known, some, terms.touched)
    with parts.store.writing() as conn:
        fresh = promises.promised(conn, tables.promises.c.id.in_([one.id for one in some]) & wanted)
        if asked is None or terms is None:
            over = [end(one, f"the pool {name} promises nothing any more", now) for one in fresh]
            promises.keep(conn, over)
            promises.enter(conn, parts.ledger, [(Kind.UNPROMISED, one, {}) for one in over])
            return len(over)
        keeping = _Keeping(parts, conn, flow, *asked, now)
        for one in fresh:
            keeping.one(one, stands.get(one.record_id))
        return len(fresh)


class _Keeping:
    """One transaction over the promises of one pool."""

    def __init__(self, parts: Parts, conn: Connection, flow: Workflow, step: Step, pool: Pool, now: datetime) -> None:
        assert pool.promise is not None  # noqa: S101  who calls has looked
        self.parts = parts
        self.conn = conn
        self.flow = flow
        self.step = step
        self.pool = pool
        self.terms = pool.promise
        self.now = now
        self.takes_from = {parts.people.holder_id(one) for one in pool.takes_from}

    def one(self, one: Promised, stands: Stands | None) -> None:
        """Do what is due of one promise, as its record stands."""
        if stands is None:
            self._over(Kind.UNPROMISED, end(one, "the record was deleted, or may not be read", self.now), one)
            return
        person, holder = self.parts.people.find(one.owner), str(stands.row["OwnerId"])
        owner_id = holder if person is None else person.user_id
        try:
            found, doubt = touch_of(one, stands, owner_id, self.terms.touched, self.now), ""
        except FormulaError as error:
            found, doubt = None, untold(one.owner, error)
        if found is not None:
            self._over(Kind.TOUCHED, touch(one, found.at, found.what, self.now), one)
        elif stands.over:
            self._over(Kind.UNPROMISED, end(one, stands.over, self.now), one)
        elif holder in self.takes_from:
            self._put_back(one, holder)
        elif holder != owner_id:
            name = self.parts.people.names().get(holder, holder)
            self._over(Kind.PASSED_ON, by_hand(one, name, self.now), one)
        else:
            self._act(one, stands, owner_id, doubt, left=person is not None and not person.active)

    def _act(self, one: Promised, stands: Stands, owner_id: str, doubt: str, *, left: bool) -> None:
        """Do what is due of a promise that its owner has not kept; who has left the org is waited for no longer.

        Where there is a `doubt` whether they have kept it, they are reminded all the same; then a person is asked, and
        it does not count as broken.
        """
        if not doubt:
            one = self._breached(one)
        act = next_turn(one, self.terms) if left else due(one, self.terms, self.now)
        if act is Act.REMIND:
            reminded = remind(one, self.terms, self.now)
            self._note(Kind.REMINDED, reminded)
            remind_of(self.conn, reminded, stands.row, accept=self.terms.accept, now=self.now)
        elif act is not None:
            has_not = "is not an active user any more" if left else "has not touched it"
            why = doubt or f"{one.owner} was given it on {one.given_at:%d %b %H:%M} UTC and {has_not}"
            asks = f"{_counted(len(one.holders))} had it, and nobody touched it" if act is Act.ASK else ""
            run = self._start(one, Stage.OVERDUE, owner_id, why, doubt or asks)
            self._note(Kind.OVERDUE, pass_on(one, run, doubt))

    def _put_back(self, one: Promised, holder: str) -> None:
        """Give on what a person has put back to where the pool takes from."""
        why = f"it was put back to {self.parts.people.names().get(holder, holder)}"
        self._note(Kind.RETURNED, give_back(one, self._start(one, Stage.RETURNED, holder, why), why))

    def _start(self, one: Promised, stage: Stage, owner_id: str, why: str, ask: str = "") -> str:
        leave_unsaid(self.conn, one, stage)
        ledger, now = self.parts.ledger, self.now
        handover = handover_of(one)
        return start(self.conn, ledger, self.flow, self.step, handover, owner_id=owner_id, why=why, now=now, ask=ask)

    def _breached(self, one: Promised) -> Promised:
        broken = breach(one, self.now)
        if broken is not one:
            self._note(Kind.BREACHED, broken)
        return broken

    def _over(self, kind: Kind, over: Promised, one: Promised) -> None:
        if over.breached_at is not None and one.breached_at is None:
            promises.enter(self.conn, self.parts.ledger, [(Kind.BREACHED, over, {})])
        leave_unsaid(self.conn, one, over.stage)
        self._note(kind, over)

    def _note(self, kind: Kind, one: Promised) -> None:
        promises.keep(self.conn, [one])
        promises.enter(self.conn, self.parts.ledger, [(kind, one, {})])


def _counted(people: int) -> str:
    """Give `1 person` or `3 people`."""
    return "1 person" if people == 1 else f"{people} people"


def _later(one: Promised, at: datetime, *, left: bool) -> Promised:
    """Put off to a moment whatever is due of a promise before it; of who has left, whatever its time."""
    if one.remind_at is not None and one.reminded_at is None:
        one = replace(one, remind_at=max(one.remind_at, at))
    return one if one.due_at is None else replace(one, due_at=at if left else max(one.due_at, at))
