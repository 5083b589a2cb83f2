"""The org's journal: what each transaction wrote, kept with it.

Every insert and update of every table passes here on its way, so that the entries in their order rebuild the tables
from nothing. One row of the journal is one statement's work, at most `_CHUNK` records that got the same columns: a
save of 200 records costs one row more, not 200. Read, it is an entry a record. The stream of change events is made of
the entries; each says how much of itself the stream may tell.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from itertools import islice
from threading import Condition
from typing import Any, Final

import msgspec

from upbeat.soql.layout import Stored

RETENTION: Final = timedelta(hours=72)
"""How long Salesforce keeps change events (Pub/Sub API guide, Event Message Durability)."""
OVERFLOW: Final = 100_000
"""Changes of one transaction that are told one by one (Change Data Capture guide, Overflow Events)."""
UNTOLD: Final = frozenset(
    {"Id", "IsDeleted", "SystemModstamp", "LastActivityDate", "LastViewedDate", "LastReferencedDate"}
)
"""Columns that no change event has, whatever the object (Change Data Capture guide, Change Event Fields)."""

_CHUNK: Final = 200
_PRUNE_EVERY: Final = timedelta(hours=1)
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS "_journal" (
    position INTEGER PRIMARY KEY, number INTEGER NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL,
    user_id TEXT NOT NULL, origin TEXT NOT NULL, object TEXT NOT NULL, change TEXT NOT NULL, told INTEGER NOT NULL,
    columns TEXT NOT NULL, rows TEXT NOT NULL, gaps TEXT NOT NULL DEFAULT '[]'
);
"""
_COLUMNS: Final = "position, number, sequence, at, user_id, origin, object, change, told, columns, rows, gaps"
_ENCODER: Final = msgspec.json.Encoder()
_DECODE: Final = msgspec.json.Decoder().decode
_NOBODY: Final = ("", datetime.fromtimestamp(0, UTC))


class ChangeType(StrEnum):
    """What happened to a record."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    UNDELETE = "UNDELETE"


class Told(IntEnum):
    """How much of an entry the stream tells."""

    NOTHING = 0  # its object is not selected, or only columns changed that no event has
    ALL = 1
    GAP = 2  # that something happened to this record
    OVERFLOW = 3  # that something happened to some records of this object


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one record.

    `number` is the transaction's, rising; `sequence` counts its changes from 1. `at` is milliseconds since 1970.
    `values` are in the stored form: the whole record for a create and an undelete, and otherwise what changed.
    """

    position: int
    number: int
    sequence: int
    at: int
    user_id: str
    origin: str
    object: str
    change: ChangeType
    told: Told
    record_id: str
    values: dict[str, Stored]

    @property
    def transaction_key(self) -> str:
        """The transaction's own key: the same for all its changes, another for every other transaction."""
        text = f"{self.number:020x}{self.at:012x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


@dataclass(frozen=True, slots=True)
class _Statement:
    """Records that got the same columns; each row ends with the record's id."""

    object: str
    change: ChangeType
    columns: tuple[str, ...]
    rows: Sequence[tuple[Stored, ...]]
    user_id: str
    at: datetime

    @property
    def weight(self) -> int:
        """How many changes a record counts as; 0 where no event has any of the columns."""
        return len(set(self.columns) - UNTOLD) if self.change is ChangeType.UPDATE else 1


class Journal:
    """The entries of one org. Whoever writes holds the storage's lock; any thread may wait for news."""

    def __init__(
        self, db: sqlite3.Connection, lock: AbstractContextManager[Any], count_up: Callable[[str, int], int]
    ) -> None:
        """Keep the entries in a storage's database; `count_up` gives numbers that a rolled-back transaction gives back.

        `streamed` names the objects whose changes are told.
        """
        self.streamed: frozenset[str] = frozenset()
        self.overflow = OVERFLOW
        self._db = db
        self._lock = lock
        self._count_up = count_up
        self._user_id, self._at = _NOBODY
        self._origin: ContextVar[str] = ContextVar("origin", default="")
        self._waiting: list[_Statement] = []
        self._pruned_at = _NOBODY[1]
        self._news = Condition()
        db.executescript(_TABLE)
        self._tip = self._last()

    # Who changes, and through which door

    def sign(self, user_id: str, at: datetime) -> None:
        """Say who makes the changes that follow, and when."""
        self._user_id, self._at = user_id, at

    @contextmanager
    def origin(self, text: str) -> Generator[None]:
        """Say through which door the calls inside come, such as `com/salesforce/api/rest/67.0;client=upbeat`."""
        token = self._origin.set(text)
        try:
            yield
        finally:
            self._origin.reset(token)

    # What is written

    def note(self, name: str, change: ChangeType, columns: tuple[str, ...], rows: Sequence[tuple[Stored, ...]]) -> None:
        """Note what a statement wrote: each row holds the columns' values, and then the record's id."""
        self._waiting.append(_Statement(name, change, columns, rows, self._user_id, self._at))

    def write(self) -> None:
        """Write what was noted, at the end of the transaction that changed it."""
        if not self._waiting:
            return
        number, origin = self._count_up("commit", 1), self._origin.get()
        sequence, rows = 1, list[tuple[Any, ...]]()
        for one, told, some in self._chunks():
            position = self._count_up("journal", len(some))
            at = int(one.at.timestamp() * 1000)
            texts = (_ENCODER.encode(one.columns).decode(), _ENCODER.encode(some).decode())
            rows.append((position, number, sequence, at, one.user_id, origin, one.object, one.change, told, *texts))
            sequence += len(some)
        marks = ", ".join("?" * len(rows[0]))
        self._db.executemany(f'INSERT INTO "_journal" ({_COLUMNS.removesuffix(", gaps")}) VALUES ({marks})', rows)  # noqa: S608 (its own columns)
        self._waiting = []
        self.prune(self._at)

    def _chunks(self) -> Iterator[tuple[_Statement, Told, Sequence[tuple[Stored, ...]]]]:
        """Cut what was noted into rows of the journal; from the overflow on, each object is told of once."""
        weighed, flooded = 0, set[str]()
        for one in self._waiting:
            weight = one.weight if one.object in self.streamed else 0
            start = 0
            while start < len(one.rows):
                end, told = min(start + _CHUNK, len(one.rows)), Told.ALL if weight else Told.NOTHING
                room = (self.overflow - weighed) // weight if weight else end
                if weight and room <= 0:
                    told = Told.NOTHING if one.object in flooded else Told.OVERFLOW
                    end = end if told is Told.NOTHING else start + 1
                    flooded.add(one.object)
                elif weight:
                    end = min(end, start + room)
                    weighed += weight * (end - start)
                yield one, told, one.rows[start:end]
                start = end

    def drop(self) -> None:
        """Forget what was noted: the transaction is taken back."""
        self._waiting = []

    def announce(self) -> None:
        """Wake whoever waits, once the transaction stands."""
        if self._last() > self._tip:
            with self._news:
                self._tip = self._last()
                self._news.notify_all()

    def lose(self, position: int) -> None:
        """Let the stream tell no more of an entry than that there was a change. Call it in a transaction."""
        sql = 'SELECT position, gaps FROM "_journal" WHERE position <= ? ORDER BY position DESC LIMIT 1'
        for first, gaps in self._db.execute(sql, (position,)).fetchall():
            lost = _ENCODER.encode([*_DECODE(gaps), position - first]).decode()
            self._db.execute('UPDATE "_journal" SET gaps = ? WHERE position = ?', (lost, first))

    def prune(self, now: datetime) -> None:
        """Drop what is older than the retention; looks once an hour. Call it in a transaction."""
        if now - self._pruned_at < _PRUNE_EVERY:
            return
        self._pruned_at = now
        since = int((now - RETENTION).timestamp() * 1000)
        sql = 'SELECT coalesce((SELECT position FROM "_journal" WHERE at >= ? ORDER BY position LIMIT 1), ?)'
        ((kept,),) = self._db.execute(sql, (since, self._last() + 1))
        self._db.execute('DELETE FROM "_journal" WHERE position < ?', (kept,))

    # What is read

    @property
    def tip(self) -> int:
        """The position of the newest entry, 0 where there never was one."""
        return self._tip

    def floor(self) -> int:
        """Give the position before the oldest entry that is kept."""
        with self._lock:
            ((oldest,),) = self._db.execute('SELECT min(position) FROM "_journal"')
        return self._tip if oldest is None else oldest - 1

    def read(self, after: int, limit: int, objects: Sequence[str] = ()) -> list[Entry]:
        """Give the next entries after a position: with `objects`, those that the stream tells of these objects."""
        told = f"AND told > 0 AND object IN ({', '.join('?' * len(objects))}) " if objects else ""
        sql = (
            f'SELECT {_COLUMNS} FROM "_journal" WHERE position >= coalesce('  # noqa: S608 (the same)
            f'(SELECT max(position) FROM "_journal" WHERE position <= ?), 0) {told}ORDER BY position'
        )
        with self._lock:
            rows = self._db.execute(sql, (after + 1, *objects))
            return list(islice((entry for row in rows for entry in _entries(row, after)), limit))

    def wait(self, until: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds that entries or a `wake` can bring about, and give whether it came in time."""
        with self._news:
            return self._news.wait_for(until, seconds)

    def wake(self) -> None:
        """Wake whoever waits, for a cause of their own."""
        with self._news:
            self._news.notify_all()

    def _last(self) -> int:
        return self._count_up("journal", 0) - 1


def _entries(row: tuple[Any, ...], after: int) -> Iterator[Entry]:
    """Give the entries of one row of the journal that stand after a position."""
    position, number, sequence, at, user_id, origin, name, change, told, columns, rows, gaps = row
    names, lost = _DECODE(columns), set(_DECODE(gaps))
    for offset, (*values, key) in enumerate(_DECODE(rows)):
        if position + offset > after:
            yield Entry(
                position + offset,
                number,
                sequence + offset,
                at,
                user_id,
                origin,
                name,
                ChangeType(change),
                Told.GAP if offset in lost else Told(told),
                key,
                dict(zip(names, values, strict=True)),
            )
