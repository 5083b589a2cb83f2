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
_NO_ID = "0" * 18  # before every record's id

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


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at an object.

    `begins` says, by workflow, since when a record's creation is its business: an older record that is edited was not
    created now. A record that was never seen and was created since `fresh` is new, and not changed.
    """

    watch: Watch
    begins: Mapping[str, datetime]
    fresh: datetime


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
        self._based: dict[str, tuple[str, ...]] = {}
        self._begins: dict[str, datetime] = {}

    def poll(self, watch: Watch, now: datetime) -> Accepted:
        """Take in all that changed since the last look; position and items move in one transaction a page."""
        position = self._position(watch, now)
        look = _Look(watch, self._beginnings(watch, position), position[0] - OVERLAP)
        total = Accepted()
        if now - self._relooked.get(watch.object, datetime.min.replace(tzinfo=UTC)) >= RELOOK:
            self._relooked[watch.object] = now
            for rows in self._pages(watch, (look.fresh, ""), until=position[0]):
                total += self._take(look, rows, now, None)
        for rows in self._pages(watch, position):
            last = (_moment(rows[-1]["SystemModstamp"]), rows[-1]["Id"])
            total += self._take(look, rows, now, last)
        return total

    def _position(self, watch: Watch, now: datetime) -> tuple[datetime, str]:
        with self._store.reading() as conn:
            position = _read_position(conn, watch.object)
        if position is None:
            position = (self._since, "")
            self._relooked[watch.object] = now
        if self._based.get(watch.object) != watch.fields:
            self._base(watch, position)
            self._based[watch.object] = watch.fields
        return position

    def _base(self, watch: Watch, position: tuple[datetime, str]) -> None:
        """See to it that every watched field is known of the records that stand; later changes are read after."""
        with self._store.reading() as conn:
            known = _read_position(conn, watch.object) is not None and _knows(conn, watch)
        if not known:
            for rows in self._baseline(watch, position):
                with self._store.writing() as conn:
                    _remember(conn, watch, rows)
        with self._store.writing() as conn:
            _keep_position(conn, watch.object, position)

    def _beginnings(self, watch: Watch, position: tuple[datetime, str]) -> Mapping[str, datetime]:
        """Give from when on creations are each workflow's business: after what was read before it was first watched."""
        after_it = position[0] + timedelta(seconds=1) if position[1] else position[0]
        for name in (taker.workflow for taker in watch.created if taker.workflow not in self._begins):
            source = f"created: {name}"
            with self._store.writing() as conn:
                found = _read_position(conn, source)
                if found is None:
                    found = (after_it, "")
                    _keep_position(conn, source, found)
            self._begins[name] = found[0]
        return self._begins

    def _baseline(self, watch: Watch, position: tuple[datetime, str]) -> Iterator[Sequence[Record]]:
        """Read the watched fields of the records up to a position, so that their first change has a prior."""
        last = ""
        while watch.fields:
            rows = self._query(
                f"SELECT Id, {', '.join(watch.fields)} FROM {watch.object} "  # noqa: S608  names from the schema
                "WHERE (SystemModstamp < :moment OR (SystemModstamp = :moment AND Id <= :at)) AND Id > :last "
                f"ORDER BY Id LIMIT {PAGE}",
                {"moment": position[0], "at": position[1] or _NO_ID, "last": last or _NO_ID},
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
                {"moment": start[0], "last": start[1] or _NO_ID, "until": until},
            )
            if rows:
                yield rows
            if len(rows) < PAGE:
                return
            start = (_moment(rows[-1]["SystemModstamp"]), rows[-1]["Id"])

    def _take(
        self, look: _Look, rows: Sequence[Record], now: datetime, position: tuple[datetime, str] | None
    ) -> Accepted:
        watch = look.watch
        with self._store.writing() as conn:
            before = _recall(conn, watch, rows)
            pairs = [pair for row in rows for pair in self._events(look, row, before.get(row["Id"]))]
            taken = accept(conn, self._ledger, pairs, now)
            _remember(conn, watch, rows)
            if position is not None:
                _keep_position(conn, watch.object, position)
        return taken

    def _events(self, look: _Look, row: Record, before: Record | None) -> Iterator[tuple[Event, Taker]]:
        watch, key = look.watch, row["Id"]
        created, moved = _moment(row["CreatedDate"]), _moment(row["SystemModstamp"])
        creation = Event(self._org_id, watch.object, key, Change.CREATED, "created", created)
        yield from ((creation, taker) for taker in watch.created if created >= look.begins[taker.workflow])
        if before is None and created >= look.fresh:
            return
        after = {name: row[name] for name in watch.fields}
        known = () if before is None else tuple(name for name in watch.fields if name in before)
        prior = before or {}
        changed = {name for name in after if name not in known or prior[name] != after[name]}
        change = f"polled:{moved:%Y-%m-%dT%H:%M:%SZ}:{digest(after)[:12]}"
        for taker, fields in watch.updated:
            if changed & fields:
                yield Event(self._org_id, watch.object, key, Change.UPDATED, change, moved, after, prior, known), taker


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


def _knows(conn: Connection, watch: Watch) -> bool:
    """Whether the values kept of an object's records have every watched field: one record speaks for all."""
    one = conn.scalar(select(tables.seen.c.fields).where(tables.seen.c.object == watch.object).limit(1))
    return not watch.fields or (one is not None and set(watch.fields) <= decode(one).keys())


def _read_position(conn: Connection, source: str) -> tuple[datetime, str] | None:
    row = conn.execute(select(tables.positions).where(tables.positions.c.source == source)).first()
    return None if row is None else (row.modstamp, row.record_id)


def _keep_position(conn: Connection, source: str, position: tuple[datetime, str]) -> None:
    statement = insert(tables.positions).values(source=source, modstamp=position[0], record_id=position[1])
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["source"],
            set_={"modstamp": statement.excluded.modstamp, "record_id": statement.excluded.record_id},
        )
    )
