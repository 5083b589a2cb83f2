"""Rows from anywhere as the database that compiled SQL runs on: in memory, of what the query reads and no more.

What a query means is said once, by its SQL. So no row is asked whether it matches: rows are written into the tables
that the SQL reads, and the SQL is run.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields, is_dataclass
from typing import Any, cast

from upbeat.base import Place
from upbeat.schema import Field, FieldType, Object
from upbeat.soql.bound import Parent, Plan
from upbeat.soql.compiled import Compiled
from upbeat.soql.database import equip
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.layout import COMPOUND, Stored, columns, stored, table
from upbeat.soql.running import Execute

Row = Mapping[str, Any]
Rows = Callable[[str], Iterable[Row]] | Mapping[str, Iterable[Row]]
"""What gives an object's rows for the object's name. A row's keys are fields, spelled as the schema spells them."""


class RowError(SoqlError):
    """A row that is no record of its object: `row` counts the object's rows from 1."""

    def __init__(self, name: str, row: int, field: str, what: str, fix: str = "") -> None:
        """Name the object, the row and the field."""
        super().__init__(Code.INVALID_FIELD, f"{name}, row {row}, {field}: {what}", fix=fix)
        self.where = Place(field=f"{name}.{field}")
        self.object = name
        self.row = row
        self.field = field


@contextmanager
def filled(plan: Plan, compiled: Compiled, rows: Rows) -> Generator[Execute]:
    """Give what runs a plan's SQL on these rows. Each object's rows are gone through once and never held as a whole.

    Raises RowError for a row that does not fit, and SoqlError where a mapping has nothing for an object that
    `needed` names.
    """
    reached = {one.name: one for one, _ in _reached(plan)}
    with _database() as database:
        for name, read in _read(reached.values(), compiled).items():
            own = rows(name) if callable(rows) else _given(rows, name, plan)
            _Table(reached[name], read).fill(database, own)
        yield database.execute


def needed(plan: Plan) -> set[str]:
    """Give the objects whose rows the query cannot do without.

    Those are not among them that only a parent of several objects may be: few have rows of all that a Task is about.
    """
    return {one.name for one, certain in _reached(plan) if certain}


def _reached(plan: Plan) -> Iterator[tuple[Object, bool]]:
    """Give every object that a plan names, however deep, and whether it is certain to be read."""
    above: list[Any] = [plan]
    while above:
        node = above.pop()
        match node:
            case Object():
                yield node, True
            case Parent():
                yield from ((one, len(node.reference.reference_to) == 1) for one in node.objects)
            case tuple():
                above += node
            case _ if is_dataclass(node) and not isinstance(node, Field):
                above += [getattr(node, one.name) for one in fields(node)]
            case _:
                pass


def _read(reached: Iterable[Object], compiled: Compiled) -> dict[str, set[str]]:
    """Give the tables and columns that SQL reads, as SQLite itself tells them where it prepares a statement."""
    read: dict[str, set[str]] = {}

    def note(action: int, name: str | None, column: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and name in known:
            read.setdefault(name, set()).add(column or "")
        return sqlite3.SQLITE_OK

    with _database() as database:
        known = {one.name for one in reached}
        for one in reached:
            database.execute(table(one.name, columns(one)))
        database.set_authorizer(note)
        for one in _statements(compiled):
            database.execute(f"EXPLAIN {one.sql}", [None] * len(one.params))
    return read


def _statements(compiled: Compiled) -> Iterator[Compiled]:
    """Give each statement of a query."""
    yield compiled
    for _, inner in compiled.children:
        yield from _statements(inner)


@contextmanager
def _database() -> Generator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        equip(database)
        yield database


def _given(rows: Mapping[str, Iterable[Row]], name: str, plan: Plan) -> Iterable[Row]:
    if name in rows:
        return rows[name]
    if name not in needed(plan):
        return ()
    raise SoqlError(
        Code.INVALID_TYPE, f"there are no rows of {name}, which the query reads", fix="Give an empty list for none."
    )


class _Table:
    """One object's table: the columns that are read, and how each is got from a row."""

    def __init__(self, one: Object, read: set[str]) -> None:
        self._object = one
        self._kinds = {name: kind for name, kind in columns(one).items() if name in {"Id", *read}}
        self._getters = [(name, *self._getter(name)) for name in self._kinds]
        self._at = 0

    def fill(self, database: sqlite3.Connection, rows: Iterable[Row]) -> None:
        """Make the table and write the rows. Raises RowError."""
        name = self._object.name
        database.execute(table(name, self._kinds))
        marks = ", ".join("?" * len(self._kinds))
        database.execute("BEGIN")
        try:
            database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', self._stored(rows))  # noqa: S608 - a name of the schema
        except sqlite3.IntegrityError:
            raise self._wrong("Id", "another row has this id") from None
        database.execute("COMMIT")

    def _stored(self, rows: Iterable[Row]) -> Iterator[Sequence[Stored]]:
        for row in rows:
            self._at += 1
            if not isinstance(row, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - rows come from anywhere
                raise self._wrong("Id", f"the row is {row!r:.60}, and no mapping")
            values: list[Stored] = []
            for name, kind, get in self._getters:
                value = get(row)
                try:
                    values.append(stored(kind, value))
                except ValueError as error:
                    raise self._wrong(name, f"{value!r:.60} does not fit: {error}") from None
            yield values

    def _getter(self, name: str) -> tuple[FieldType, Callable[[Row], Any]]:
        if name == "Id":
            return FieldType.ID, self._identity
        if not self._object.has(name):
            return FieldType.BOOLEAN, lambda row: row.get(name)  # IsDeleted of an object that does not show it
        field = self._object.field(name)
        whole = field.compound
        if whole and self._object.has(whole) and self._object.field(whole).type in COMPOUND:
            return field.type, lambda row: row[name] if name in row else _inside(row, whole, field.part)
        return field.type, lambda row: row.get(name)

    def _identity(self, row: Row) -> Any:
        """Give the id, which a record that was not asked for it still has in its address."""
        found = row.get("Id") or str(_inside(row, "attributes", "url") or "").rpartition("/")[2]
        if not found:
            raise self._wrong("Id", "the row has none", "Select Id too: records are joined by it.")
        return found

    def _wrong(self, field: str, what: str, fix: str = "") -> RowError:
        return RowError(self._object.name, self._at, field, what, fix)


def _inside(row: Row, name: str, key: str) -> Any:
    value = row.get(name)
    return cast("Row", value).get(key) if isinstance(value, Mapping) else None
