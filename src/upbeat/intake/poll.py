"""Polling: what changed in the org since we last looked, by SystemModstamp and Id.

The cursor walks forward. Every `RELOOK` the last `OVERLAP` is read once more, because a long transaction in the
org commits rows with a modstamp that has passed, and because a modstamp counts whole seconds only. What was
taken in already is known by its key. Two edits of one record between two looks are one edit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from upbeat.base import digest
from upbeat.domain import Change, Event, Record
from upbeat.intake.accept import Accepted, Taker, accept
from upbeat.intake.kept import MODIFIED, keep_position, knows, read_position, recall, remember
from upbeat.ledger import Ledger
from upbeat.store import Store

PAGE = 2000  # rows a query: Salesforce's own largest batch
OVERLAP = timedelta(seconds=20)
RELOOK = timedelta(seconds=10)
_IDS = 200  # in one query by ids
_BASELINE = 50_000  # rows of one query that reads what stands already: a few calls of the API however many they are
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
        self._since_of: dict[str, datetime] = {}
        self._relooked: dict[str, datetime] = {}
        self._based: dict[str, tuple[str, ...]] = {}
        self._begins: dict[str, datetime] = {}

    def begin_at(self, target: str, since: datetime) -> None:
        """Begin with an object at this moment, if it was never read."""
        self._since_of[target] = since.replace(microsecond=0)

    def poll(self, watch: Watch, now: datetime) -> Accepted:
        """Take in all that changed since the last look; position and items move in one transaction a page."""
        look, position = self._look(watch, now)
        total = Accepted()
        if now - self._relooked.get(watch.object, datetime.min.replace(tzinfo=UTC)) >= RELOOK:
            self._relooked[watch.object] = now
            for rows in self._pages(watch, (look.fresh, ""), until=position[0]):
                total += self._take(look, rows, now, None)
        for rows in self._pages(watch, position):
            last = (_moment(rows[-1]["SystemModstamp"]), rows[-1]["Id"])
            total += self._take(look, rows, now, last)
        return total

    def look_again(self, watch: Watch, ids: Sequence[str], now: datetime) -> Accepted:
        """Take in what is new of these records, wherever the cursor stands."""
        look, _ = self._look(watch, now)
        total = Accepted()
        for start in range(0, len(ids), _IDS):
            rows = self._query(
                f"SELECT {', '.join(_names(watch))} FROM {watch.object} WHERE Id IN :ids",  # noqa: S608  names from the schema
                {"ids": list(ids[start : start + _IDS])},
            )
            total += self._take(look, rows, now, None)
        return total

    def taken_to(self, watch: Watch, now: datetime) -> tuple[datetime, Mapping[str, datetime]]:
        """Give the moment before which all is taken in, and from when on creations are each workflow's business."""
        look, position = self._look(watch, now)
        return position[0], look.begins

    def _look(self, watch: Watch, now: datetime) -> tuple[_Look, tuple[datetime, str]]:
        position = self._position(watch, now)
        return _Look(watch, self._beginnings(watch, position), position[0] - OVERLAP), position

    def _position(self, watch: Watch, now: datetime) -> tuple[datetime, str]:
        with self._store.reading() as conn:
            position = read_position(conn, watch.object)
        if position is None:
            position = (self._since_of.get(watch.object, self._since), "")
            self._relooked[watch.object] = now
        if self._based.get(watch.object) != watch.fields:
            self._base(watch, position)
            self._based[watch.object] = watch.fields
        return position

    def _base(self, watch: Watch, position: tuple[datetime, str]) -> None:
        """See to it that every watched field is known of the records that stand; later changes are read after."""
        with self._store.reading() as conn:
            known = read_position(conn, watch.object) is not None and knows(conn, watch.object, watch.fields)
        if not known:
            for rows in self._baseline(watch, position):
                with self._store.writing() as conn:
                    remember(conn, watch.object, _watched(watch, rows))
        with self._store.writing() as conn:
            keep_position(conn, watch.object, position)

    def _beginnings(self, watch: Watch, position: tuple[datetime, str]) -> Mapping[str, datetime]:
        """Give from when on creations are each workflow's business: after what was read before it was first watched."""
        after_it = position[0] + timedelta(seconds=1) if position[1] else position[0]
        for name in (taker.workflow for taker in watch.created if taker.workflow not in self._begins):
            source = f"created: {name}"
            with self._store.writing() as conn:
                found = read_position(conn, source)
                if found is None:
                    found = (after_it, "")
                    keep_position(conn, source, found)
            self._begins[name] = found[0]
        return self._begins

    def _baseline(self, watch: Watch, position: tuple[datetime, str]) -> Iterator[Sequence[Record]]:
        """Read the watched fields of the records up to a position, so that their first change has a prior."""
        last = ""
        while watch.fields:
            rows = self._query(
                f"SELECT Id, {MODIFIED}, {', '.join(watch.fields)} FROM {watch.object} "  # noqa: S608  names from the schema
                "WHERE (SystemModstamp < :moment OR (SystemModstamp = :moment AND Id <= :at)) AND Id > :last "
                f"ORDER BY Id LIMIT {_BASELINE}",
                {"moment": position[0], "at": position[1] or _NO_ID, "last": last or _NO_ID},
            )
            yield from (rows[start : start + PAGE] for start in range(0, len(rows), PAGE))
            if len(rows) < _BASELINE:
                return
            last = rows[-1]["Id"]

    def _pages(
        self, watch: Watch, start: tuple[datetime, str], until: datetime | None = None
    ) -> Iterator[Sequence[Record]]:
        upper = "" if until is None else " AND SystemModstamp <= :until"
        while True:
            rows = self._query(
                f"SELECT {', '.join(_names(watch))} FROM {watch.object} "  # noqa: S608  names from the schema
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
            before = recall(conn, watch.object, [row["Id"] for row in rows]) if watch.fields else {}
            pairs = [pair for row in rows for pair in self._events(look, row, before.get(row["Id"]))]
            taken = accept(conn, self._ledger, pairs, now)
            remember(conn, watch.object, _watched(watch, rows))
            if position is not None:
                keep_position(conn, watch.object, position)
        return taken

    def _events(self, look: _Look, row: Record, before: Record | None) -> Iterator[tuple[Event, Taker]]:
        watch, key = look.watch, row["Id"]
        created, moved = _moment(row["CreatedDate"]), _moment(row["SystemModstamp"])
        creation = Event(self._org_id, watch.object, key, Change.CREATED, "created", created)
        yield from ((creation, taker) for taker in watch.created if created >= look.begins[taker.workflow])
        if before is None and created >= look.fresh:
            return
        after = {name: row[name] for name in watch.fields}
        prior = {name: before[name] for name in watch.fields if name in before} if before else {}
        known = tuple(prior)
        changed = {name for name in after if name not in known or prior[name] != after[name]}
        change = f"polled:{moved:%Y-%m-%dT%H:%M:%SZ}:{digest(after)[:12]}"
        for taker, fields in watch.updated:
            if changed & fields:
                yield Event(self._org_id, watch.object, key, Change.UPDATED, change, moved, after, prior, known), taker


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _names(watch: Watch) -> Iterable[str]:
    """Give the fields that a look reads."""
    return dict.fromkeys(["Id", "CreatedDate", "SystemModstamp", *watch.fields])


def _watched(watch: Watch, rows: Sequence[Record]) -> dict[str, Record]:
    """Give the watched values of rows by id, and of when they are; none where nothing is watched."""
    names = (*watch.fields, MODIFIED)
    return {row["Id"]: {name: row[name] for name in names} for row in rows} if watch.fields else {}
