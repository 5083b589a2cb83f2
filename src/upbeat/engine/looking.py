"""The first phase of a batch: read the records and signals once for all, and evaluate the condition of each item."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from upbeat.domain import Firing, Mode, Record
from upbeat.engine import standing
from upbeat.engine.items import State, Work, load
from upbeat.engine.judging import escalates, lasts, look_at
from upbeat.engine.parts import Parts, Sheet
from upbeat.engine.recorded import Seen, compact
from upbeat.engine.stuck import stick
from upbeat.gate import DEAL_FIELDS
from upbeat.ledger import Kind
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
    rows = read_records(parts, workflow, ids)
    signals = fetch(workflow.signals, workflow.object, list(rows), parts.query)
    now, sheet = parts.clock.now(), Sheet()
    with parts.store.writing() as conn:
        stands = standing.read(conn, workflow.name, ids)
        quiet: list[str] = []
        firing: list[str] = []
        for work in works:
            record_id = work.item.event.record_id
            record = rows.get(record_id)
            if record is None:
                sheet.end(work, RECORD_GONE, f"{workflow.object} {record_id} was deleted, or may not be read", now)
                continue
            if work.progress.undo:
                sheet.move(work, progress=replace(work.progress, record=dict(record), read_at=now))
                continue
            if work.step and work.progress.reason:  # its own earlier steps may have made the condition false
                sheet.move(work, progress=replace(work.progress, record=dict(record), read_at=now))
                continue
            fired_before = bool(work.progress.reason)  # and its record has changed since
            seen = Seen(
                opened=parts.opened,
                now=now,
                record=record,
                signals=signals.get(record_id, {}),
                again=fired_before,
                stand=stands.get(record_id),
            )
            found = look_at(work.item, workflow, seen)
            if not isinstance(found, Firing):
                _put_aside(parts, conn, sheet, work, workflow, found, seen)
                if found.outcome == NOT_MET:
                    quiet.append(record_id)
                continue
            goes_up = escalates(work.item, workflow, seen)
            if lasts(work.item, workflow, seen):
                firing.append(record_id)
            said = {"reason": found.reason, "facts": found.facts, "escalates": goes_up, "seen": compact(seen)}
            sheet.note(work, Kind.FIRED, said)
            sheet.move(
                work,
                progress=replace(
                    work.progress,
                    record=dict(record),
                    read_at=now,
                    kept_at=now,
                    signals=dict(found.signals),
                    reason=found.reason,
                    facts=found.facts,
                    escalates=work.progress.escalates or goes_up,
                ),
            )
        standing.fired(conn, workflow.name, firing, now)
        standing.over(conn, workflow.name, quiet)
        return sheet.flush(conn, parts.ledger)


def _put_aside(
    parts: Parts, conn: Connection, sheet: Sheet, work: Work, workflow: Workflow, found: Quiet | Doubtful, seen: Seen
) -> None:
    """End an item that does not fire; a doubt about a live one is the workflow owner's instead (law 11)."""
    if isinstance(found, Doubtful) and work.mode is Mode.LIVE:
        stick(parts, conn, sheet, work, workflow.owner, found.why, on=seen)
    else:
        facts = found.facts if isinstance(found, Quiet) else ()
        sheet.end(work, found.outcome, found.why, seen.now, facts, on=seen)


def read_again(parts: Parts, workflow: Workflow, works: Sequence[Work]) -> list[Work]:
    """Give the items, with the record as it is now where a person was asked since it was read, or much time went by.

    A record that is gone meanwhile stays as it was: the org will refuse what is written to it.
    """
    now = parts.clock.now()
    late = (one for one in works if one.review_id or now - (one.progress.read_at or now) > RECENT)
    old = [one.item.event.record_id for one in late]
    if not old:
        return list(works)
    rows = read_records(parts, workflow, old)
    return [_with_record(one, rows.get(one.item.event.record_id), now) for one in works]


def _with_record(work: Work, record: Record | None, now: datetime) -> Work:
    if record is None:
        return work
    return replace(work, progress=replace(work.progress, record=dict(record), read_at=now))


def read_records(parts: Parts, workflow: Workflow, ids: Sequence[str]) -> Mapping[str, Record]:
    """Give the records by id, with every field that the workflow's formulas, texts and functions read."""
    of_deal = DEAL_FIELDS if workflow.object == "Opportunity" else ()  # what the gate must see of a deal
    told = [
        name for name in ("OwnerId", "Name", "Company", IS_PERSON) if parts.schema.object(workflow.object).has(name)
    ]
    names = ", ".join(dict.fromkeys(["Id", *told, *workflow.fields, *of_deal]))
    query = f"SELECT {names} FROM {workflow.object} WHERE Id IN :ids"  # noqa: S608  names from the schema
    rows: dict[str, Any] = {row["Id"]: row for row in parts.query(query, {"ids": list(dict.fromkeys(ids))})}
    return rows
