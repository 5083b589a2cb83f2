"""The org's tables on SQLite, laid out as the compiled SQL of queries expects them.

One connection and one lock: whoever holds the lock reads and writes, so a reader never sees half a save. A file is
held exclusively, in WAL mode with `synchronous=NORMAL`: what was answered survives `kill -9`, because a commit is in
the operating system's hands before the answer leaves; only a power cut could take the last commits, and an org that
stands in for a service needs no more. (FULL costs an fsync for each of a client's calls.)
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from threading import RLock
from typing import Any, Final

from upbeat.base import hold_private, to_18
from upbeat.localorg.journal import ChangeType, Journal
from upbeat.localorg.problems import OrgError
from upbeat.schema import Field, FieldType, Object
from upbeat.soql import equip
from upbeat.soql.layout import Stored, columns, table

Row = dict[str, Stored]

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Of ids, in the order in which they are counted up."""
_POD: Final = "Lo0"  # where a real org's ids name its instance
_UNINDEXED: Final = {"CreatedById", "LastModifiedById"}
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS "_facts" (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS "_counters" (name TEXT PRIMARY KEY, next INTEGER NOT NULL);
"""


class RollBack(Exception):  # noqa: N818 (an order, not an error)
    """Raised inside a transaction to take it back."""


class Storage:
    """The org's data, one process at a time. Every method takes the lock itself; `transaction` holds it throughout.

    Whatever is inserted and updated goes into the journal too, in the same transaction.
    """

    def __init__(self, path: Path | str, image: bytes = b"") -> None:
        """Open the file, or memory where `path` is `:memory:`, begun as the copy of a storage's `image`.

        Raises OrgError where the file cannot be had.
        """
        self._lock = RLock()
        self._depth = 0
        self._counters: dict[str, int] = {}
        self._defined: dict[str, Object] = {}
        self._columns: dict[str, tuple[str, ...]] = {}
        self._written = Counter[str]()
        self._references: dict[str, set[str]] = {}
        try:
            if str(path) != ":memory:":
                hold_private(Path(path))
            self._db = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=0.5
            )
            if image:
                self._db.deserialize(image)
            equip(self._db)
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute("PRAGMA temp_store=MEMORY")
            self._db.executescript(_TABLES)
            self._counters.update(self._db.execute('SELECT name, next FROM "_counters"'))
            self.journal = Journal(self._db, self._lock, self.count_up)
        except (sqlite3.Error, OSError) as error:
            raise _unopened(path, error) from None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def image(self) -> bytes:
        """Give all that is stored, as bytes."""
        with self._lock:
            return self._db.serialize()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Hold the lock; commit at the end, or roll back where anything is raised. One inside another joins it.

        Raises OrgError where the file cannot be written, as on a full disk: then nothing of it is.
        """
        with self._lock:
            if self._depth:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            counters = dict(self._counters)
            self._depth = 1
            try:
                yield
                self.journal.write()
                changed = [(name, n) for name, n in self._counters.items() if counters.get(name) != n]
                self._db.executemany('INSERT OR REPLACE INTO "_counters" VALUES (?, ?)', changed)
                self._db.execute("COMMIT")
            except BaseException as error:
                if self._db.in_transaction:  # a full disk rolls back by itself
                    self._db.execute("ROLLBACK")
                self._counters = counters
                self._defined.clear()  # what was defined and read inside never came to be
                self._written.update(self._written.keys())
                self.journal.drop()
                if isinstance(error, sqlite3.OperationalError):
                    what, fix = (
                        f"the org's file cannot be written: {error}",
                        "Make room, or mend the disk; then repeat.",
                    )
                    raise OrgError(what, fix=fix) from error
                raise
            finally:
                self._depth = 0
            self.journal.announce()

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows."""
        with self._lock:
            return self._db.execute(sql, params).fetchall()

    def stream(self, sql: str, params: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Run one statement and give its rows as they are asked for. Take them all in one transaction."""
        return iter(self._db.execute(sql, params))

    def write(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of parameters."""
        with self._lock:
            self._db.executemany(sql, rows)

    def teach(self, functions: Iterable[tuple[str, Callable[..., Stored]]]) -> None:
        """Give SQL these functions by name, in place of their namesakes."""
        with self._lock:
            for name, function in functions:
                self._db.create_function(name, -1, function)

    def written(self, names: Iterable[str]) -> int:
        """Give a number that is another one once a record of one of these objects is written, or is not after all."""
        return sum(self._written[name] for name in names)

    def define(self, one: Object) -> None:
        """Make the object's table, or add the columns that it lacks."""
        if self._defined.get(one.name) is one:
            return
        with self.transaction():
            wanted = {
                name: kind for name, kind in columns(one).items() if not (one.has(name) and one.field(name).formula)
            }
            have = {row[1] for row in self.execute(f'PRAGMA table_info("{one.name}")')}
            if not have:
                self.execute(table(one.name, wanted))
            else:
                for name in [one for one in wanted if one not in have]:
                    self.execute(f'ALTER TABLE "{one.name}" ADD COLUMN "{name}" {wanted[name]}')
            for field in filter(_indexed, one.fields.values()):
                fold = " COLLATE NOCASE" if field.unique or field.external_id else ""
                self.execute(
                    f'CREATE INDEX IF NOT EXISTS "{one.name}.{field.name}" ON "{one.name}" ("{field.name}"{fold})'
                )
            self._columns[one.name] = tuple(wanted)
            self._references[one.name] = {field.name for field in one.fields.values() if field.reference_to}
            self._defined[one.name] = one

    def columns_of(self, name: str) -> tuple[str, ...]:
        """Give the columns of an object's table in the schema's order; none for a table of the org's own."""
        return self._columns.get(name, ())

    def empty(self, name: str) -> None:
        """Take every row of a table away, and tell nobody: the journal does not know of it."""
        self.execute(f'DELETE FROM "{name}"')  # noqa: S608 (a table's own name)
        self._written[name] += 1

    def drop(self, name: str) -> None:
        """Take an object's table away, with its records."""
        self.execute(f'DROP TABLE IF EXISTS "{name}"')
        self._columns.pop(name, None)
        self._defined.pop(name, None)

    def drop_columns(self, name: str, gone: Iterable[str]) -> None:
        """Take columns away, with their values; a formula field has none."""
        self._defined.pop(name, None)
        have = {row[1] for row in self.execute(f'PRAGMA table_info("{name}")')}
        for column in have & set(gone):
            self.execute(f'DROP INDEX IF EXISTS "{name}.{column}"')
            self.execute(f'ALTER TABLE "{name}" DROP COLUMN "{column}"')

    def new_ids(self, prefix: str, count: int) -> list[str]:
        """Give new record ids, 18 characters, in rising order."""
        first = self.count_up(f"id:{prefix}", count)
        return [to_18(f"{prefix}{_POD}{_in_base_62(number)}") for number in range(first, first + count)]

    def count_up(self, name: str, by: int = 1) -> int:
        """Give the first of the next `by` numbers of a counter that begins at 1. Call it in a transaction."""
        first = self._counters.get(name, 1)
        self._counters[name] = first + by
        return first

    def fetch(self, name: str, ids: Iterable[str], columns: Sequence[str] = ()) -> dict[str, Row]:
        """Give the rows of these ids, deleted ones too, by id: the columns asked for, or all."""
        return {str(row["Id"]): row for row in self._fetch(name, ("Id", *columns) if columns else (), '"Id"', ids)}

    def find(self, name: str, column: str, values: Iterable[Stored], columns: Sequence[str] = ()) -> list[Row]:
        """Give the rows, deleted ones too, whose column has one of these values; texts do not mind case."""
        fold = "" if column in self._references[name] else " COLLATE NOCASE"  # ids mind it, and have an index that does
        return self._fetch(name, columns, f'"{column}"{fold}', values)

    def remove(self, name: str, ids: Iterable[str]) -> None:
        """Take rows away for good. The journal is not told: they were deleted before."""
        self._written[name] += 1
        self.execute(f'DELETE FROM "{name}" WHERE "Id" IN (SELECT value FROM json_each(?))', (json.dumps(list(ids)),))  # noqa: S608 (names come from the schema)

    def _fetch(self, name: str, columns: Sequence[str], where: str, values: Iterable[Stored]) -> list[Row]:
        wanted = columns or self._columns[name]
        picked = ", ".join(f'"{column}"' for column in wanted)
        sql = f'SELECT {picked} FROM "{name}" WHERE {where} IN (SELECT value FROM json_each(?))'  # noqa: S608
        return [dict(zip(wanted, row, strict=True)) for row in self.execute(sql, (json.dumps(list(values)),))]

    def insert(self, name: str, rows: Sequence[Mapping[str, Stored]]) -> None:
        """Write new rows, all with the same columns."""
        if rows:
            filled = [one for one in rows[0] if any(row[one] is not None for row in rows)]  # binding nulls costs most
            named = ", ".join(f'"{column}"' for column in filled)
            sql = f'INSERT INTO "{name}" ({named}) VALUES ({", ".join("?" * len(filled))})'  # noqa: S608 (the schema's names)
            self._db.executemany(sql, map(itemgetter(*filled), rows))
            self._written[name] += 1
            self._note_whole(name, ChangeType.CREATE, rows)

    def update(self, name: str, changes: Iterable[tuple[str, Mapping[str, Stored]]]) -> None:
        """Write changed columns by id; rows that change the same columns go as one statement."""
        alike: dict[tuple[Stored, tuple[str, ...]], list[tuple[Stored, ...]]] = defaultdict(list)
        for key, changed in changes:
            if changed:  # a save that changes nothing within one second touches no column
                alike[changed.get("IsDeleted"), tuple(changed)].append((*changed.values(), key))
        for (deleted, named), rows in alike.items():
            assigned = ", ".join(f'"{column}"=?' for column in named)
            self._db.executemany(f'UPDATE "{name}" SET {assigned} WHERE "Id"=?', rows)  # noqa: S608 (the same)
            self._written[name] += 1
            if deleted == 0:
                ids = [str(row[-1]) for row in rows]
                found = self.fetch(name, ids)
                self._note_whole(name, ChangeType.UNDELETE, [found[key] for key in ids])
            else:
                self.journal.note(name, ChangeType.DELETE if deleted else ChangeType.UPDATE, named, rows)

    def _note_whole(self, name: str, change: ChangeType, rows: Sequence[Mapping[str, Stored]]) -> None:
        self.journal.note(name, change, tuple(rows[0]), [(*row.values(), row["Id"]) for row in rows])


def _indexed(field: Field) -> bool:
    """Whether clients look records up by it."""
    looked_up = field.type is FieldType.REFERENCE and field.name not in _UNINDEXED
    return looked_up or field.external_id or field.unique or field.name == "SystemModstamp"


@lru_cache(maxsize=4096)  # ids that follow each other share all but their last digit
def _in_base_62(number: int, digits: int = 9) -> str:
    return _in_base_62(number // 62, digits - 1) + DIGITS[number % 62] if digits else ""


def _unopened(path: Path | str, error: Exception) -> OrgError:
    if "locked" in str(error):
        return OrgError("another process serves this org", where=str(path), fix="Stop that one first.")
    return OrgError(f"the org cannot be opened: {error}", where=str(path), fix="Give a file that can be written.")
