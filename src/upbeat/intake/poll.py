"""Polling: what changed in the org since we last looked, by SystemModstamp and Id.

The cursor walks forward. Every `RELOOK` the last `OVERLAP` is read once more, because a long transaction in the
org commits rows with a modstamp that has passed, and because a modstamp counts whole seconds only. What was
taken in already is known by its key. Two edits of one record between two looks are one edit.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, digest, encode
from upbeat.domain import Change, Event, Record
from upbeat.intake.accept import Accepted, Taker, accept
from upbeat.ledger import Ledger
from upbeat.store import Store, tables

PAGE = 2000  # rows a query: Salesforce's own largest batch
OVERLAP = timedelta(seconds=20)
RELOOK = timedelta(seconds=10)
_CHUNK = 500

Query = Callable[[str, Mapping[str, Any]], Sequence[Record]]  # SOQL and its binds → every row


@dataclass(frozen=True, slots=True)
class Watch:
    """What is wanted of one object: its new records for these workflows, changes of these fields for those."""

    object: str
    created: tuple[Taker, ...] = ()
    updated: tuple[tuple[Taker, frozenset[str]], ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Give every field that some workflow watches for changes, in a steady order."""
        return tuple(sorted(set[str]().union(*(fields for _, fields in self.updated))))


class Poller:
    """Reads one object's changes into items. `since` is where a source begins that was never read."""

    def __init__(self, org_id: str, query: Query, store: Store, ledger: Ledger, since: datetime) -> None:
        """Hold the reading side: `query` fills binds and gives all pages."""
        self._org_id = org_id
        self._query = query
        self._store = store
        self._ledger = ledger
        self._since = since.replace(microsecond=0)  # the org's times count whole seconds
        self._relooked: dict[str, datetime] = {}

    def poll(self, watch: Watch, now: datetime) -> Accepted:
        """Take in all that changed since the last look; position and items move in one transaction a page."""
        position = self._position(watch, now)
        total = Accepted()
        if now - self._relooked.get(watch.object, datetime.min.replace(tzinfo=UTC)) >= RELOOK:
            self._relooked[watch.object] = now
            back = (max(position[0] - OVERLAP, self._since), "")
            for rows in self._pages(watch, back, until=position[0]):
                total += self._take(watch, rows, now, None)
        for rows in self._pages(watch, position):
            last = (_moment(rows[-1]["SystemModstamp"]), rows[-1]["Id"])
            total += self._take(watch, rows, now, last)
        return total

    def _position(self, watch: Watch, now: datetime) -> tuple[datetime, str]:
        with self._store.reading() as conn:
            row = conn.execute(select(tables.positions).where(tables.positions.c.source == watch.object)).first()
        if row is not None:
            return row.modstamp, row.record_id
        begin = (self._since, "")
        for rows in self._baseline(watch, begin[0]):
            with self._store.writing() as conn:
                _remember(conn, watch, rows)
        with self._store.writing() as conn:
            _keep_position(conn, watch.object, begin)
        self._relooked[watch.object] = now
        return begin

    def _baseline(self, watch: Watch, before: datetime) -> Iterator[Sequence[Record]]:
        """Read the watched fields of the records that stand already, so that their first change has a prior."""
        last = ""
        while watch.fields:
            rows = self._query(
                f"SELECT Id, {', '.join(watch.fields)} FROM {watch.object} "  # noqa: S608  names from the schema
                f"WHERE SystemModstamp < :before AND Id > :last ORDER BY Id LIMIT {PAGE}",
                {"before": before, "last": last or "0" * 18},
            )
            if not rows:
                return
            yield rows
            last = rows[-1]["Id"]

    def _pages(
        self, watch: Watch, start: tuple[datetime, str], until: datetime | None = None
    ) -> Iterator[Sequence[Record]]:
        names = dict.fromkeys(["Id", "CreatedDate", "SystemModstamp", *watch.fields])
        upper = "" if until is None else " AND SystemModstamp <= :until"
        while True:
            rows = self._query(
                f"SELECT {', '.join(names)} FROM {watch.object} "  # noqa: S608  names from the schema
                f"WHERE (SystemModstamp > :moment OR (SystemModstamp = :moment AND Id > :last)){upper} "
                f"ORDER BY SystemModstamp, Id LIMIT {PAGE}",
                {"moment": start[0], "last": start[1] or "0" * 18, "until": until},
            )
            if rows:
                yield rows
            if len(rows) < PAGE:
                return
            start = (_moment(rows[-1]["SystemModstamp"]), rows[-1]["Id"])

    def _take(
        self, watch: Watch, rows: Sequence[Record], now: datetime, position: tuple[datetime, str] | None
    ) -> Accepted:
        with self._store.writing() as conn:
            before = _recall(conn, watch, rows)
            pairs = [pair for row in rows for pair in self._events(watch, row, before.get(row["Id"]))]
            taken = accept(conn, self._ledger, pairs, now)
            _remember(conn, watch, rows)
            if position is not None:
                _keep_position(conn, watch.object, position)
        return taken

    def _events(self, watch: Watch, row: Record, before: Record | None) -> Iterator[tuple[Event, Taker]]:
        created, moved = _moment(row["CreatedDate"]), _moment(row["SystemModstamp"])
        if created >= self._since:
            event = Event(self._org_id, watch.object, row["Id"], Change.CREATED, "created", created)
            yield from ((event, taker) for taker in watch.created)
            if before is None:
                return
        after = {name: row[name] for name in watch.fields}
        changed = {name for name in after if before is None or before.get(name) != after[name]}
        for taker, fields in watch.updated:
            if changed & fields:
                known = () if before is None else tuple(watch.fields)
                key = f"polled:{moved:%Y-%m-%dT%H:%M:%SZ}:{digest(after)[:12]}"
                event = Event(
                    self._org_id, watch.object, row["Id"], Change.UPDATED, key, moved, after, before or {}, known
                )
                yield event, taker


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _recall(conn: Connection, watch: Watch, rows: Sequence[Record]) -> dict[str, Record]:
    if not watch.fields:
        return {}
    seen, found = tables.seen, dict[str, Record]()
    for start in range(0, len(rows), _CHUNK):
        ids = [row["Id"] for row in rows[start : start + _CHUNK]]
        wanted = select(seen).where(seen.c.object == watch.object, seen.c.record_id.in_(ids))
        found.update((row.record_id, decode(row.fields)) for row in conn.execute(wanted))
    return found


def _remember(conn: Connection, watch: Watch, rows: Sequence[Record]) -> None:
    if not watch.fields or not rows:
        return
    statement = insert(tables.seen)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["object", "record_id"], set_={"fields": statement.excluded.fields}
        ),
        [
            {"object": watch.object, "record_id": row["Id"], "fields": encode({n: row[n] for n in watch.fields})}
            for row in rows
        ],
    )


def _keep_position(conn: Connection, source: str, position: tuple[datetime, str]) -> None:
    statement = insert(tables.positions).values(source=source, modstamp=position[0], record_id=position[1])
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["source"],
            set_={"modstamp": statement.excluded.modstamp, "record_id": statement.excluded.record_id},
        )
    )
