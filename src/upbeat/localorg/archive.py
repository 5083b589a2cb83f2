"""A whole org as a folder: a CSV file for each object, the org's own tables beside them, and its definitions as YAML.

Every row is there, those in the recycle bin too, with its id and its dates as they are, so that what is read back is
the same org. What stays behind is what lets somebody in: sessions and refresh tokens.
"""

import csv
import re
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

import msgspec

from upbeat.base import decode, encode, new_private
from upbeat.localorg.definitions import Definitions
from upbeat.localorg.problems import OrgError
from upbeat.localorg.storage import Storage
from upbeat.schema import Schema

Progress = Callable[[str], None]
"""Told the name of each table before it is written or read."""

MANIFEST: Final = "export.json"
_FORMAT: Final = 1
_INTERNAL: Final = "internal"  # the folder of the org's own tables
_KEPT_BACK: Final = frozenset({"_tokens", "_refresh_tokens"})
_OF_RECORDS: Final = frozenset({"_journal", "_jobs", "_job_parts"})
_LONGEST_CELL: Final = 200_000_000  # characters
_NAME: Final = re.compile(r"[A-Za-z_]\w*")

SETUP: Final = frozenset(
    """
    AssignmentRule BusinessHours BusinessProcess CurrencyType DatedConversionRate DuplicateRule FieldPermissions
    FiscalYearSettings Group GroupMember Holiday LeadStatus ObjectPermissions OpportunityStage Organization Period
    PermissionSet PermissionSetAssignment Profile QueueSobject RecordType TaskPriority TaskStatus User UserLicense
    UserRole
    """.split()  # noqa: SIM905 (a table of names reads best as text)
)
"""Objects whose records make the org, as definitions do."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What a folder holds: how many rows of each object, and of each of the org's own tables."""

    org_id: str
    objects: dict[str, int]
    internal: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Manifest:
    format: int
    exported: Exported


class Archive:
    """The tables of one org, as a whole: written to a folder, read back, emptied, counted."""

    def __init__(self, storage: Storage) -> None:
        """Read from this storage."""
        self._storage = storage

    def write(self, folder: Path, org_id: str, progress: Progress = lambda _: None) -> Exported:
        """Write every table into a folder that is empty or not there yet, for its owner alone, as the org's file is.

        Raises OrgError for any other folder.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OrgError("the folder is not empty", where=str(folder), fix="Name a new one.")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / _INTERNAL).mkdir(mode=0o700)
        objects: dict[str, int] = {}
        internal: dict[str, int] = {}
        with self._storage.transaction():
            for name in self._tables():
                progress(name)
                if not name.startswith("_"):
                    objects[name] = self._write_csv(folder / f"{name}.csv", name)
                elif name not in _KEPT_BACK:
                    internal[name] = self._write_lines(folder / _INTERNAL / f"{name}.jsonl", name)
        found = Exported(org_id, objects, internal)
        with new_private(folder / MANIFEST) as file:
            file.write(encode(_Manifest(_FORMAT, found)))
        return found

    def _write_csv(self, path: Path, name: str) -> int:
        count = 0
        with new_private(path) as file:
            writer = csv.writer(file)
            kinds = self._kinds(name)
            writer.writerow(kinds)
            say = [_SAY.get(kind, _as_it_is) for kind in kinds.values()]
            named = ", ".join(f'"{one}"' for one in kinds)
            for row in self._storage.stream(f'SELECT {named} FROM "{name}" ORDER BY "Id"'):  # noqa: S608 (a table's own names)
                writer.writerow([None if one is None else to(one) for to, one in zip(say, row, strict=True)])
                count += 1
        return count

    def _write_lines(self, path: Path, name: str) -> int:
        count = 0
        with new_private(path) as file:
            file.write(encode(list(self._kinds(name))) + "\n")
            for row in self._storage.stream(f'SELECT * FROM "{name}" ORDER BY rowid'):  # noqa: S608 (the same)
                file.write(encode([_sayable(value) for value in row]) + "\n")
                count += 1
        return count

    def read(self, folder: Path, progress: Progress = lambda _: None) -> Exported:
        """Put an export in place of everything that the storage of a new org has; then open the org again.

        Raises OrgError, and changes nothing, where a file is missing or is not as it was written.
        """
        found = _manifest(folder)
        with self._storage.transaction():
            facts = dict(_lines(folder, "_facts"))
            for one in _schema(str(facts.get("definitions")), folder):
                self._storage.define(one)
            for name in self._tables():
                self._storage.execute(f'DELETE FROM "{name}"')  # noqa: S608 (a table's own name)
            for name, count in found.internal.items():
                progress(name)
                self._insert(name, count, _lines(folder, name, header=True), folder)
            for name, count in found.objects.items():
                progress(name)
                self._insert(name, count, _csv(folder, name, self._kinds(name)), folder)
        return found

    def empty(self) -> dict[str, int]:
        """Take every record away but those that make the org, with the journal and the jobs; give how many of each.

        Ids are not given out again.
        """
        gone: dict[str, int] = {}
        with self._storage.transaction():
            for name in self._tables():
                if name in SETUP or (name.startswith("_") and name not in _OF_RECORDS):
                    continue
                ((count,),) = self._storage.execute(f'SELECT COUNT(*) FROM "{name}"')  # noqa: S608 (the same)
                self._storage.empty(name)
                if count and not name.startswith("_"):
                    gone[name] = count
        return gone

    def counts(self) -> dict[str, int]:
        """Give how many records each object has, without those in the recycle bin; objects without one are left out."""
        names = [name for name in self._tables() if not name.startswith("_")]
        sql = 'SELECT COUNT(*) FROM "{}" WHERE "IsDeleted" = 0'
        found = {name: int(self._storage.execute(sql.format(name))[0][0]) for name in names}
        return {name: count for name, count in found.items() if count}

    def _tables(self) -> list[str]:
        rows = self._storage.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")
        return sorted(row[0] for row in rows)

    def _kinds(self, name: str) -> dict[str, str]:
        """Give a table's columns with their SQLite types; those of an object in the schema's order."""
        rows = self._storage.execute(f'PRAGMA table_info("{name}")')
        kinds = {str(row[1]): str(row[2]).partition(" ")[0] for row in rows}
        return {one: kinds[one] for one in (*self._storage.columns_of(name), *kinds) if one in kinds}

    def _insert(self, name: str, count: int, rows: Iterator[list[Any]], folder: Path) -> None:
        """Put rows into a table; the first of them names the columns."""
        named: list[str] = next(rows, list[Any]())
        if not named or set(named) - self._kinds(name).keys():
            raise OrgError(f"the export's {name} is none of this version's", where=str(folder))
        columns, marks = ", ".join(f'"{one}"' for one in named), ", ".join("?" * len(named))
        sql = f'INSERT INTO "{name}" ({columns}) VALUES ({marks})'  # noqa: S608 (a table's own names)
        put = 0
        for row in rows:
            try:
                self._storage.execute(sql, row)
            except sqlite3.Error as error:
                raise OrgError(f"row {put + 1} of {name} cannot be read back: {error}", where=str(folder)) from error
            put += 1
        if put != count:
            what = f"{name} has {put} rows, and was written with {count}"
            raise OrgError(what, where=str(folder), fix="Export it again.")


def is_export(folder: Path) -> bool:
    """Whether a folder is what `Archive.write` wrote."""
    return (folder / MANIFEST).is_file()


def _manifest(folder: Path) -> Exported:
    try:
        found = decode((folder / MANIFEST).read_bytes(), _Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise OrgError("this is no export of an org", where=str(folder / MANIFEST), fix="Export it again.") from error
    if found.format != _FORMAT:
        raise OrgError(f"the export is of format {found.format}, and this version reads {_FORMAT}", where=str(folder))
    names = [*found.exported.objects, *found.exported.internal]
    if wrong := [name for name in names if _NAME.fullmatch(name) is None]:
        raise OrgError(f"{wrong[0]!r} is no table's name", where=str(folder / MANIFEST))
    return found.exported


def _schema(definitions: str, folder: Path) -> Schema:
    try:
        return Definitions.read(definitions).schema()
    except msgspec.MsgspecError as error:
        raise OrgError(f"the definitions cannot be read: {error}", where=str(folder), fix="Export it again.") from error


def _lines(folder: Path, name: str, *, header: bool = False) -> Iterator[list[Any]]:
    """Give the rows of one of the org's own tables, with the columns' names before them where asked for."""
    path = folder / _INTERNAL / f"{name}.jsonl"
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file):
                if header or number:
                    yield [_said(value) for value in decode(line, list[Any])]
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise OrgError(f"the file cannot be read: {error}", where=str(path), fix="Export the org again.") from error


def _csv(folder: Path, name: str, kinds: Mapping[str, str]) -> Iterator[list[Any]]:
    """Give the rows of an object, each value in its column's form, with the columns' names before them."""
    path = folder / f"{name}.csv"
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = next(rows)
            yield list(header)
            convert = [_CONVERT.get(kinds.get(column, ""), str) for column in header]
            for row in rows:
                yield [to(cell) if cell else None for to, cell in zip(convert, row, strict=True)]
    except (OSError, ValueError, csv.Error, msgspec.MsgspecError, StopIteration) as error:
        raise OrgError(f"the file cannot be read: {error}", where=str(path), fix="Export the org again.") from error


def _as_it_is(value: Any) -> Any:
    return value


def _from_json(cell: str) -> Any:
    return _said(decode(cell))


# A column of no type holds numbers and texts side by side, as field history does: JSON keeps them apart.
_SAY: Final[Mapping[str, Callable[[Any], Any]]] = {"REAL": repr, "": encode}
_CONVERT: Final[Mapping[str, Callable[[str], Any]]] = {"INTEGER": int, "REAL": float, "": _from_json}


def _sayable(value: Any) -> Any:
    return {"base64": b64encode(value).decode()} if isinstance(value, bytes) else value


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return b64decode(str(cast("dict[str, Any]", value)["base64"]))
    return float(value) if isinstance(value, Decimal) else value
