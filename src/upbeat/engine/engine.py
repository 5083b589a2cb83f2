"""The engine: one turn takes in what happened, does what is due, carries items along the line, and seals the ledger."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy import select

from upbeat.domain import Change, Mode
from upbeat.engine import items
from upbeat.engine.answers import pick_up
from upbeat.engine.conversing import follow
from upbeat.engine.durable import Durable
from upbeat.engine.limits import hold_to_limits
from upbeat.engine.line import Line
from upbeat.engine.notifying import notify
from upbeat.engine.opening import note_opening
from upbeat.engine.parts import Parts
from upbeat.engine.ranking import Ranking
from upbeat.engine.ticking import schedule, tick
from upbeat.intake import Accepted, Poller, Source, Streaming, Taker, Watch
from upbeat.review import State as Answered
from upbeat.salesforce import LimitReached, Rejected, Retryable, as_work
from upbeat.store import EngineLock, StoreError, tables
from upbeat.store.calls import Calls, add_usage, keep_calls
from upbeat.store.control import stopped
from upbeat.workflows import Workflow

log = structlog.get_logger()

IDLE = 0.2  # seconds between two turns in which nothing happened
_FIRST_WAIT = 2.0  # seconds for an org that is away, doubled up to the longest
_LONGEST_WAIT = 300.0
NOTED = timedelta(seconds=10)  # between two notes of the org's API calls
BATCHES = 10  # in one turn: between them the ledger is sealed, answers are picked up and the org is looked at


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn did."""

    taken: Accepted
    moved: int
    batches: int
    polled: bool

    @property
    def idle(self) -> bool:
        """Whether nothing happened."""
        return not (self.taken.items or self.moved or self.batches)


class Engine:
    """One engine on one store. `with` opens it, resumes what was cut off, and closes it again."""

    def __init__(
        self,
        parts: Parts,
        lock: EngineLock,
        durable_path: Path,
        code: str,
        *,
        anchor: Path,
        poll_every: timedelta,
        since: datetime,
        source: Source | None = None,
        size: int = items.BATCH,
    ) -> None:
        """Take the wired parts; `since` is where an object begins whose changes were never read.

        With a `source`, what the org streams is taken from there, and the rest is polled.
        """
        self._parts = parts
        self._lock = lock
        self._durable_path = durable_path
        self._code = code
        self._anchor = anchor
        self._poll_every = poll_every
        self._size = size
        self._poller = Poller(parts.org_id, parts.query, parts.store, parts.ledger, since)
        self._polled_at: datetime | None = None
        self._noted_at: datetime | None = None
        self._streaming = (
            Streaming(parts.org_id, source, self._poller, parts.store, parts.ledger) if source is not None else None
        )

    def __enter__(self) -> Self:
        """Lock the store, publish the files where nothing ever was, and put back on the line what was left there."""
        with ExitStack() as held:
            held.enter_context(self._lock)
            self._parts.versions.begin(self._parts.ledger, self._parts.clock.now())
            self._stand_on(self._parts.clock.now())
            self._durable = Durable(self._durable_path, self._code, lambda batch: Line(self._parts).phases(batch))
            held.callback(self._durable.close)
            if self._streaming is not None:
                held.callback(self._streaming.close)
            self._recover()
            self._open = held.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Seal what is committed, stop, and give the store free; a store that failed is not asked once more."""
        with self._open:
            if not isinstance(error, StoreError):
                self._seal()
                self._noted_at = None
                self._note_calls(self._parts.clock.now())

    def run(self, stop: Event, *, until_idle: bool = False, heard: Callable[[Turn], None] = lambda _: None) -> None:
        """Turn until `stop` is set, or, with `until_idle`, until nothing is left that can be done by itself.

        `heard` is told of every turn in which something happened. An org that is away is waited for, but not with
        `until_idle`: then Retryable is raised. Raises SessionDead and Rejected where waiting would not help.
        """
        failed = 0
        while not stop.is_set():
            try:
                turn = self.turn()
            except Retryable as error:
                if until_idle:
                    raise
                log.warning("the org is away: trying again", why=str(error))
                stop.wait(min(_LONGEST_WAIT, _FIRST_WAIT * 2**failed))
                failed = min(failed + 1, 10)
                continue
            failed = 0
            if not turn.idle:
                heard(turn)
                continue
            if until_idle and turn.polled and not self._pending():
                return
            stop.wait(IDLE)

    def turn(self) -> Turn:
        """Take in, do what is due, carry on what people answered, run every batch there is, seal."""
        with as_work():
            try:
                return self._turn()
            except LimitReached:
                self._note_calls(self._parts.clock.now())
                raise

    def _turn(self) -> Turn:
        parts, now = self._parts, self._parts.clock.now()
        self._pick_up(now)
        taken = self._take_in(now)
        moved = tick(parts, now) + pick_up(parts) + follow(parts)
        if self._pending():
            hold_to_limits(parts, now)
        batches = 0
        while batches < BATCHES and (batch_id := self._take()) is not None:
            self._durable.run(batch_id)
            batches += 1
        moved += notify(parts, parts.clock.now())
        self._seal()
        self._note_calls(now)
        return Turn(taken, moved, batches, polled=self._polled_at == now)

    def _pick_up(self, now: datetime) -> None:
        """Take over what people published since, between two batches; what runs now finishes as it began."""
        self._parts.versions.pick_up()
        if self._parts.versions.count != self._stands_on:
            before = self._objects
            self._stand_on(now)
            for target in self._objects - before:
                self._poller.begin_at(target, now)

    def _stand_on(self, now: datetime) -> None:
        """Say what is decided on from now on, and set the times of what comes again."""
        self._parts = replace(self._parts, opened=note_opening(self._parts, self._code))
        schedule(self._parts, now)
        self._stands_on = self._parts.versions.count
        self._objects = {flow.object for flow in self._parts.versions.current.values()}

    def _take_in(self, now: datetime) -> Accepted:
        """Take in what the stream told, and look at what it does not tell where it is time to look."""
        is_time, streaming = self._polled_at is None or now - self._polled_at >= self._poll_every, self._streaming
        total = Accepted()
        if not is_time and streaming is None:
            return total
        wanted = watches(self._parts.versions.current, self._parts.versions.modes())
        if streaming is not None:
            total += streaming.take(wanted, now)
        if is_time:
            self._polled_at = now
            total += Accepted(items=self._parts.bring_in(now))
            for watch in wanted:
                if streaming is None or not streaming.hears(watch):
                    total += self._poll(watch, now)
        return total

    def _poll(self, watch: Watch, now: datetime) -> Accepted:
        try:
            taken = self._poller.poll(watch, now)
            if self._streaming is not None:
                self._streaming.polled(watch)
        except Rejected as error:  # one object that may not be read any more holds up no other
            log.warning("the org refuses to be looked at", object=watch.object, why=str(error))
            return Accepted()
        return taken

    def _take(self) -> str | None:
        """Take the next batch, unless a person has stopped all writes."""
        now, paused = self._parts.clock.now(), self._parts.versions.paused()
        ranking = Ranking(self._parts, now)
        if ranking.counts:
            ranking.look_ahead(paused, self._size)
        in_turn = ranking.in_turn if ranking.counts else None
        with self._parts.store.writing() as conn:
            if stopped(conn) is not None:
                return None
            items.wake(conn, now)
            return items.take(conn, self._code, now, size=self._size, except_for=paused, in_turn=in_turn)

    def _pending(self) -> bool:
        """Whether anything is under way, held before its write or tried again; not while all writes are stopped."""
        on_the_line = (items.State.READY, items.State.RUNNING, items.State.RETRY)
        paused = self._parts.versions.paused()
        with self._parts.store.reading() as conn:
            under_way = tables.items.c.state.in_(on_the_line) & ~items.stands_still(tables.items, paused)
            found = conn.execute(select(tables.items.c.seq).where(under_way).limit(1)).first()
            held = select(tables.reviews.c.seq).where(tables.reviews.c.state == Answered.APPROVED).limit(1)
            return (found or conn.execute(held).first()) is not None and stopped(conn) is None

    def _seal(self) -> None:
        """Seal what is committed, and write the new head down outside the store."""
        if self._parts.ledger.seal(self._parts.store).entries:
            self._parts.ledger.anchor(self._parts.store, self._anchor)

    def _note_calls(self, now: datetime) -> None:
        """Write down, now and then, what is left of the org's API calls, and for whom they were made."""
        usage, lines = self._parts.budget.usage, self._parts.budget.lines
        is_time = self._noted_at is None or now - self._noted_at >= NOTED
        if usage is None or lines is None or not is_time:
            return
        self._noted_at = now
        with self._parts.store.writing() as conn:
            keep_calls(conn, Calls(usage.used, usage.allowed, usage.at, lines.slow, lines.work, lines.reserve))
            add_usage(conn, now.astimezone(self._parts.zone).date(), self._parts.budget.counted())

    def _recover(self) -> None:
        """Finish the batches that are under way again, and take the items back from all others that were left."""
        with self._parts.store.reading() as conn:
            table = tables.batches
            open_batches = conn.execute(
                select(table.c.id, table.c.code).where(table.c.open).order_by(table.c.created_at)
            )
            found = [(row.id, row.code) for row in open_batches]
        for batch_id, code in found:
            if self._durable.resumes(batch_id, code):
                self._durable.run(batch_id)
            else:
                self._durable.give_up(batch_id)
            with self._parts.store.writing() as conn:
                items.close(conn, batch_id)


def watches(current: Mapping[str, Workflow], modes: Mapping[str, Mode]) -> list[Watch]:
    """Give what is polled for these workflows, one watch an object; a paused workflow takes nothing."""
    found: dict[str, Watch] = {}
    for name, flow in current.items():
        if modes[name] is Mode.PAUSED or not flow.starts & {Change.CREATED, Change.UPDATED}:
            continue
        taker = Taker(name, flow.version, flow.owner, modes[name])
        before = found.get(flow.object, Watch(flow.object))
        created = (taker,) if Change.CREATED in flow.starts else ()
        updated = ((taker, frozenset(flow.watched)),) if Change.UPDATED in flow.starts else ()
        found[flow.object] = Watch(flow.object, (*before.created, *created), (*before.updated, *updated))
    return list(found.values())
