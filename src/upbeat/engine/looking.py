"""The first phase of a batch: read the records and signals once for all, and evaluate the condition of each item."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from upbeat.domain import Firing, Mode, Proposal, Record, Verb
from upbeat.engine import captured, mutes, standing
from upbeat.engine.eyes import Eyes
from upbeat.engine.items import Progress, State, Work, load
from upbeat.engine.judging import escalates, lasts, look_at
from upbeat.engine.keeping.touches import STATUS
from upbeat.engine.naming import note_read
from upbeat.engine.parts import Parts, Sheet
from upbeat.engine.recorded import Seen, compact
from upbeat.engine.stuck import stick
from upbeat.gate import DEAL_FIELDS
from upbeat.ledger import Kind
from upbeat.schema import Schema
from upbeat.timeline import fetch
from upbeat.triggers import IS_PERSON, NOT_MET, Doubtful, Quiet
from upbeat.workflows import Workflow

RECORD_GONE = "record gone"
RECENT = timedelta(minutes=1)  # a record that was read longer ago is read again before a step rests on it


def look(parts: Parts, batch_id: str, workflow: Workflow) -> int:
    """Read and evaluate the items of a batch that were not looked at yet; give how many moved."""
    with parts.store.reading() as conn:
        works = [one for one in load(conn, batch_id=batch_id, state=State.RUNNING) if one.progress.record is None]
    if not works:
        return 0
    ids = [one.item.event.record_id for one in works]
    rows = _read(parts, workflow, ids)
    signals = {} if workflow.of_drafts else fetch(workflow.signals, workflow.object, list(rows), parts.query)
    with parts.store.writing() as conn:
        looking = _Looking(parts, workflow, conn, ids)
        if not workflow.of_drafts:  # what was said in a conversation is kept closed, and so is what it is called
            note_read(conn, workflow.object, rows.values())
        for work in works:
            record_id = work.item.event.record_id
            looking.one(work, rows.get(record_id), signals.get(record_id, {}))
        return looking.flush()


class _Looking:
    """One transaction of one look: what stands of the condition, what people overrode, and what each item sees."""

    def __init__(self, parts: Parts, workflow: Workflow, conn: Connection, record_ids: Sequence[str]) -> None:
        self.parts = parts
        self.workflow = workflow
        self.conn = conn
        self.now: datetime = parts.clock.now()
        self.sheet = Sheet()
        self.stands = standing.read(conn, workflow.name, record_ids)
        self.muted = mutes.read(conn, workflow.name, record_ids)
        self.quiet: list[str] = []  # records for which the condition does not hold
        self.firing: list[str] = []  # those for which it began to, and lasts

    def one(self, work: Work, record: Record | None, signals: Record) -> None:
        """Look at one item; without a record it is gone."""
        event = work.item.event
        if record is None:
            what = f"{event.object} {event.record_id} was deleted, or may not be read"
            self.sheet.end(work, RECORD_GONE, what, self.now)
        elif (reroute := work.progress.reroute) is not None:
            index = next(number for number, step in enumerate(self.workflow.steps) if step.name == reroute.step)
            self.sheet.move(work, step=index, progress=replace(work.progress, record=dict(record), read_at=self.now))
        elif work.progress.undo or (work.step and work.progress.reason):
            # A rollback has no condition, and an item's own earlier steps may have made its own false.
            self.sheet.move(work, progress=replace(work.progress, record=dict(record), read_at=self.now))
        else:
            self._evaluate(work, record, signals)

    def _evaluate(self, work: Work, record: Record, signals: Record) -> None:
        record_id = work.item.event.record_id
        self._hear(record_id, mutes.facts_of(self.workflow, record, signals) if record_id in self.muted else "")
        seen = Seen(
            opened=self.parts.opened,
            now=self.now,
            record=record,
            signals=signals,
            again=bool(work.progress.reason),  # it fired, and its record has changed since
            stand=self.stands.get(record_id),
            mute=self.muted.get(record_id),
        )
        found = look_at(work.item, self.workflow, seen)
        if isinstance(found, Firing):
            self._fire(work, found, seen)
        else:
            self._put_aside(work, found, seen)

    def _hear(self, record_id: str, facts: str) -> None:
        """Let an override go whose facts have changed, and with it what stood of the condition then."""
        if record_id in self.muted and self.muted[record_id].facts != facts:
            mutes.lift(self.conn, self.parts.ledger, [self.muted.pop(record_id)])
            self.stands.pop(record_id, None)

    def _put_aside(self, work: Work, found: Quiet | Doubtful, seen: Seen) -> None:
        """End an item that does not fire; a doubt about a live one is the workflow owner's instead (law 11)."""
        if isinstance(found, Doubtful) and work.mode is Mode.LIVE:
            stick(self.parts, self.conn, self.sheet, work, self.workflow.owner, found.why, on=seen)
        else:
            facts = found.facts if isinstance(found, Quiet) else ()
            self.sheet.end(work, found.outcome, found.why, seen.now, facts, on=seen)
        if found.outcome == NOT_MET:
            self.quiet.append(work.item.event.record_id)
            if seen.mute is not None and seen.mute.facts == mutes.NO_FACTS:
                mutes.lift(self.conn, self.parts.ledger, [seen.mute])

    def _fire(self, work: Work, found: Firing, seen: Seen) -> None:
        goes_up = escalates(work.item, self.workflow, seen)
        if lasts(work.item, self.workflow, seen):
            self.firing.append(work.item.event.record_id)
        said = {"reason": found.reason, "facts": found.facts, "escalates": goes_up, "seen": compact(seen)}
        self.sheet.note(work, Kind.FIRED, said)
        progress = replace(
            work.progress,
            record=dict(seen.record),
            read_at=seen.now,
            kept_at=seen.now,
            signals=dict(found.signals),
            reason=found.reason,
            facts=found.facts,
            escalates=work.progress.escalates or goes_up,
        )
        self.sheet.move(work, progress=progress)

    def flush(self) -> int:
        """Note what holds and what does not, then the items."""
        standing.fired(self.conn, self.workflow.name, self.firing, self.now)
        standing.over(self.conn, self.workflow.name, self.quiet)
        return self.sheet.flush(self.conn, self.parts.ledger)


def read_again(parts: Parts, workflow: Workflow, works: Sequence[Work], anew: Collection[str] = ()) -> list[Work]:
    """Give the items, with the record as it is now where a person was asked since it was read, or much time went by.

    Those of the items `anew` are read whatever the time: what was cleared for them has not been sent.

    A record that is gone meanwhile stays as it was: the org will refuse what is written to it.
    """
    now = parts.clock.now()
    late = (
        one
        for one in works
        if one.review_id or one.item.id in anew or one.progress.read_at is None or now - one.progress.read_at > RECENT
    )
    old = [one.item.event.record_id for one in late]
    if not old:
        return list(works)
    rows = _read(parts, workflow, old)
    return [_with_record(one, rows.get(one.item.event.record_id), now) for one in works]


def _with_record(work: Work, record: Record | None, now: datetime) -> Work:
    if record is None:
        return work
    seen = {**record, **{name: value for name, value in work.progress.would.items() if name in record}}
    return replace(work, progress=replace(work.progress, record=seen, read_at=now))


def as_it_would_be(work: Work, proposals: Sequence[Proposal], now: datetime) -> Progress:
    """Give an item whose record later steps see as monitor mode would have left it: it wrote nothing.

    Only the record's own fields: what the org would have made of them, such as a formula field, is not known.
    """
    progress = work.progress
    would = progress.would | _own_values(work, proposals)
    if would == progress.would:
        return progress
    record = {
        **(progress.record or {}),
        **{name: value for name, value in would.items() if name in (progress.record or {})},
    }
    return replace(progress, record=record, would=would, read_at=now, kept_at=None)


def to_be_read(work: Work, proposals: Sequence[Proposal], workflow: Workflow, schema: Schema) -> Progress:
    """Give an item whose record is read again before the next step, where a later step reads what was written.

    So does one that reads what the org calculates: who knows from what.
    """
    names, progress = set(_own_values(work, proposals)), work.progress
    later = {path for step in workflow.steps[work.step + 1 :] for path in step.reads}
    if progress.undo or not names or not any(_rests_on(path, names, workflow.object, schema) for path in later):
        return progress
    return replace(progress, read_at=None, kept_at=None)


def _own_values(work: Work, proposals: Sequence[Proposal]) -> dict[str, Any]:
    record_id, found = work.item.event.record_id, dict[str, Any]()
    for one in proposals:
        if one.verb is Verb.UPDATE and one.record_id == record_id:
            found |= one.after
    return found


def _rests_on(path: str, names: Collection[str], target: str, schema: Schema) -> bool:
    """Whether a path's value may be another when these fields of the record were written."""
    head, _, rest = path.partition(".")
    led_by = {f"{head}Id", f"{head.removesuffix('__r')}__c"} if rest else {head}
    known = schema.object(target)
    return bool(led_by & set(names)) or (not rest and known.has(head) and bool(known.field(head).formula))


def _read(parts: Parts, workflow: Workflow, ids: Sequence[str]) -> Mapping[str, Record]:
    return captured.drafts(parts, workflow, ids) if workflow.of_drafts else read_records(parts, workflow, ids)


def read_records(eyes: Eyes, workflow: Workflow, ids: Sequence[str]) -> Mapping[str, Record]:
    """Give the records by id, with every field that the workflow's formulas, texts and functions read."""
    of_deal = DEAL_FIELDS if workflow.object == "Opportunity" else ()  # what the gate must see of a deal
    of_promise = ("CreatedDate", *STATUS) if workflow.pools else ()  # when its clock began, and how far it had come
    told = ("OwnerId", "Name", "Company", IS_PERSON, *of_promise)
    told = [name for name in told if eyes.schema.object(workflow.object).has(name)]
    names = ", ".join(dict.fromkeys(["Id", *told, *workflow.fields, *of_deal]))
    query = f"SELECT {names} FROM {workflow.object} WHERE Id IN :ids"  # noqa: S608  names from the schema
    rows: dict[str, Any] = {row["Id"]: row for row in eyes.query(query, {"ids": list(dict.fromkeys(ids))})}
    return rows
