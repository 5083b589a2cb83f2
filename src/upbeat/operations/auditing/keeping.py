"""An audit as rows: under way with the answers it has, then ended with what it came to and the records behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from upbeat.base import decode, encode
from upbeat.foundation import Answer, Audit, RecordAt
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.operations.house import Refused
from upbeat.store import Store, tables

log = structlog.get_logger()


@dataclass
class Kept:
    """The answers of one audit that is under way, and the API calls that it has spent."""

    store: Store
    id: str
    calls: int = 0

    def get(self, key: str) -> Answer | None:
        """Give an answer of an earlier part of this audit."""
        table = tables.audit_answers
        with self.store.reading() as conn:
            found = conn.scalar(select(table.c.body).where(table.c.audit_id == self.id, table.c.question == key))
        if found is None:
            return None
        said = decode(found)
        return Answer(tuple(said["rows"]), said["total"], said["denied"])

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer until the audit ends. Raises Refused where somebody has begun anew in the meantime."""
        values = {"audit_id": self.id, "question": key, "body": encode(answer)}
        table = tables.audits
        with self.store.writing() as conn:
            found = conn.execute(select(table.c.finished_at).where(table.c.id == self.id)).first()
            if found is None:
                raise Refused(
                    "this audit was given up: another was begun anew while it ran",
                    fix="See what that one found: `upbeat audit --last`.",
                )
            if found.finished_at is None:  # else another process went on with the same audit, and was first
                conn.execute(upsert(tables.audit_answers).values(values).on_conflict_do_nothing())

    def spend(self, calls: int) -> None:
        """Count API calls that were sent."""
        if calls:
            self.calls += calls
            with self.store.writing() as conn:
                conn.execute(update(tables.audits).where(tables.audits.c.id == self.id).values(calls=self.calls))


def begin(store: Store, audit_id: str, at: datetime, by: str, plan: Any, calls: int, *, since: datetime | None) -> Kept:
    """Go on with the audit that is under way since a time or later, or note that one begins.

    Without `since` it begins anew, and what was under way is given up.
    """
    table = tables.audits
    with store.writing() as conn:
        row = conn.execute(select(table).where(table.c.finished_at.is_(None))).first()
        if row is not None and since is not None and row.at >= since:
            conn.execute(update(table).where(table.c.id == row.id).values(calls=row.calls + calls))
            return Kept(store, row.id, row.calls + calls)
        conn.execute(delete(table).where(table.c.finished_at.is_(None)))
        conn.execute(insert(table).values(id=audit_id, at=at, by=by, plan=encode(plan), calls=calls))
    return Kept(store, audit_id, calls)


def under_way(store: Store) -> Row[Any] | None:
    """Give the audit that was cut off, None where none was."""
    with store.reading() as conn:
        return conn.execute(select(tables.audits).where(tables.audits.c.finished_at.is_(None))).first()


def finish(store: Store, ledger: Ledger, audit: Audit, now: datetime) -> Audit:
    """Keep what an audit came to, let its answers go, and say so in the ledger.

    Gives what is kept: where another process went on with the same audit and was first, that is what it came to.
    """
    kept = audit.kept
    with store.writing() as conn:
        row = conn.execute(select(tables.audits).where(tables.audits.c.id == audit.id)).one()
        if row.entry_id:
            return _with_records(conn, decode(row.body, Audit))
        said = {"id": audit.id, "calls": audit.calls, "items": {one.key: one.status for one in audit.items}}
        said |= {"findings": {one.key: one.count for one in audit.findings}, "of": kept.org.id}
        [entry] = ledger.append(conn, [Entry(Kind.AUDITED, audit.by or "upbeat", said)])
        values = {"finished_at": now, "body": encode(kept), "calls": audit.calls, "entry_id": entry}
        conn.execute(update(tables.audits).where(tables.audits.c.id == audit.id).values(values))
        conn.execute(delete(tables.audit_answers).where(tables.audit_answers.c.audit_id == audit.id))
        rows = [
            {"audit_id": audit.id, "finding": one.key, "place": place, "record_id": each.id, "object": each.object}
            | {"name": each.name, "why": each.why}
            for one in audit.findings
            for place, each in enumerate(one.records)
        ]
        if rows:
            conn.execute(upsert(tables.audit_records).on_conflict_do_nothing(), rows)
    return audit


def last(conn: Connection, before: str = "") -> Audit | None:
    """Give the last audit that ended, or the last before one of these ids; None where there is none."""
    found = last_kept(conn, before)
    return None if found is None else _with_records(conn, found)


def last_kept(conn: Connection, before: str = "") -> Audit | None:
    """Give the same without the records behind its findings, which may be many."""
    table = tables.audits
    ended = select(table.c.id).where(table.c.finished_at.is_not(None)).order_by(table.c.finished_at.desc())
    ids = list(conn.scalars(ended))
    older = ids[ids.index(before) + 1 if before in ids else 0 :]
    return next((one for audit_id in older if (one := read(conn, audit_id)) is not None), None)


def read(conn: Connection, audit_id: str) -> Audit | None:
    """Give what is kept of an audit that ended; None where it was kept in a shape that is not read any more."""
    body = conn.scalar(select(tables.audits.c.body).where(tables.audits.c.id == audit_id)) or ""
    try:
        return decode(body, Audit)
    except msgspec.DecodeError as error:
        log.warning("an audit is passed over: it was kept in another shape", audit=audit_id, error=str(error))
        return None


def _with(finding: Any, records: Mapping[str, list[RecordAt]]) -> Any:
    return replace(finding, records=tuple(records.get(finding.key, ())))


def _with_records(conn: Connection, found: Audit) -> Audit:
    table, records = tables.audit_records, dict[str, list[RecordAt]]()
    mine = select(table).where(table.c.audit_id == found.id).order_by(table.c.finding, table.c.place)
    for one in conn.execute(mine):
        records.setdefault(one.finding, []).append(RecordAt(one.record_id, one.object, one.name, one.why))
    return replace(found, findings=tuple(_with(one, records) for one in found.findings))


def records_of(conn: Connection, audit_id: str, finding: str, most: int) -> list[RecordAt]:
    """Give the first records behind one finding of an audit."""
    table = tables.audit_records
    mine = select(table).where(table.c.audit_id == audit_id, table.c.finding == finding).order_by(table.c.place)
    return [RecordAt(one.record_id, one.object, one.name, one.why) for one in conn.execute(mine.limit(most))]
