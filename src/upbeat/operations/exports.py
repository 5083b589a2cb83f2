"""A query over exported records: a folder with one CSV file an object, such as Data Loader and the data export write.

A file says which fields there are; their types come from the org where it is asked, else from Salesforce's standard
objects. What neither knows is a text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from upbeat import soql
from upbeat.base import Broken, CsvError, CsvFile, Place, nearest
from upbeat.operations.describing import Ground, grown
from upbeat.operations.house import Refused
from upbeat.operations.querying import Found, Texts, plain
from upbeat.schema import Field, FieldType, Object, Schema, standard
from upbeat.soql import Calendar, RowError
from upbeat.soql.layout import COMPOUND

Progress = Callable[[str], None]

_WORD: Final = re.compile(r"\w+")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SYSTEM: Final = (  # what every object has, also one that no catalogue knows
    "Id",
    "Name",
    "IsDeleted",
    "OwnerId",
    "CreatedById",
    "CreatedDate",
    "LastModifiedById",
    "LastModifiedDate",
    "SystemModstamp",
)
_NO_ID: Final = {"000000000000000", "000000000000000AAA"}  # how the data export writes an empty lookup
_EVERY: Final = 1_000  # rows from one word about progress to the next


def ask_exports(
    folder: Path,
    text: str,
    texts: Texts,
    ground: Ground,
    now: datetime,
    *,
    all_rows: bool = False,
    progress: Progress = lambda _: None,
) -> Found:
    """Answer a query from the CSV files of a folder, `Opportunity.csv` for Opportunity; `all_rows` finds deleted rows.

    TODAY is meant in the ground's time zone. Raises SoqlError for what is wrong with the query, Refused where a file
    that it needs is not there, CsvError for a row or a value that cannot be read.
    """
    exports = _Exports(folder, ground, progress)
    query = soql.parse(text)
    schema = grown(Schema({}), query.lacking, exports.object)
    exports.check(set(query.lacking(schema, 0)))
    bound = query.fill_texts(texts, schema).bind(schema)
    exports.check(bound.needs)
    try:
        answer = bound.evaluate(exports.rows, now, all_rows=all_rows, calendar=Calendar(ZoneInfo(ground.zone)))
    except RowError as error:
        raise exports.wrong(error) from error
    return Found(answer.total, plain(answer.records, bound), bound.columns, bound.is_count, tuple(exports.notes(text)))


class _Exports:
    """The folder's files, each opened when the query is seen to lead to its object."""

    def __init__(self, folder: Path, ground: Ground, progress: Progress) -> None:
        if not folder.is_dir():
            raise Refused("there is no such folder", where=str(folder))
        self._folder = folder
        self._ground = ground
        self._progress = progress
        self._paths = {one.stem.casefold(): one for one in sorted(folder.iterdir()) if one.suffix.casefold() == ".csv"}
        self._files: dict[str, _File] = {}

    def object(self, name: str) -> Object | None:
        """Give an object with the fields that its file has. One without a file is no reason to ask an org."""
        path = self._paths.get(name.casefold())
        if path is None:
            return Ground().find(name)
        file = _File(CsvFile(path), self._ground.find(name) or _unknown(path.stem))
        self._files[file.object.name] = file
        return file.object

    def check(self, needed: set[str]) -> None:
        """Hold that there is a file for each of these. Raises Refused."""
        missing = sorted(needed - self._files.keys())
        if missing:
            close = nearest(missing[0], [one.stem for one in self._paths.values()])
            there = ", ".join(one.name for one in self._paths.values())
            fix = f"Did you mean {close}?" if close else f"There are: {there}." if there else "It holds no CSV file."
            raise Refused(f"there is no {missing[0]}.csv", where=str(self._folder), fix=fix)

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """Give the rows of an object's file, none where it has no file. Raises CsvError."""
        return self._files[name].rows(self._progress) if name in self._files else iter(())

    def notes(self, text: str) -> Iterator[str]:
        """Give what a person should know of the files that a query reads."""
        words = set(_WORD.findall(text.casefold()))
        for file in self._files.values():
            if file.warning:
                yield f"{file.path.name}: {file.warning}"
            texts = [name for name in file.texts if name.casefold() in words or "fields" in words]
            if texts:
                yield f"{file.path.name}: taken as text, being unknown to {self._ground.name}: {', '.join(texts)}"

    def wrong(self, error: RowError) -> CsvError:
        """Say of a row that does not fit on which line it stands."""
        file = self._files[error.object]
        return CsvError(error.what, where=Place(str(file.path), file.line, field=error.field), fix=error.fix)


class _File:
    """One file as an object: the columns that are fields, and how their cells are read.

    `texts` are the columns that the catalogue does not have.
    """

    def __init__(self, file: CsvFile, one: Object) -> None:
        """Raises CsvError where two columns are one field."""
        self._file = file
        self.path = file.path
        self.line = 1  # on which the row begins that was read last
        self._cells: list[tuple[int, Field]] = []
        fields: dict[str, Field] = {}
        for index, header in enumerate(file.header):
            name = header.strip()
            if not _NAME.fullmatch(name):  # such as Account.Name, which the account's own file says
                continue
            field = one.field(name) if one.has(name) else Field(name=name, type=FieldType.STRING)
            if field.name in fields:
                raise CsvError(f"the column {field.name} is there twice", where=str(file.path))
            fields[field.name] = field
            self._cells.append((index, field))
        self.texts = [name for name in fields if not one.has(name)]
        wholes = {field.compound for field in fields.values()}
        for field in one.fields.values():  # what a file has without a column of its own
            if field.name == "IsDeleted" or (field.type in COMPOUND and field.name in wholes):
                fields.setdefault(field.name, field)
        self.object = replace(one, fields=fields)
        self.warning = file.warning

    def rows(self, progress: Progress) -> Iterator[dict[str, str]]:
        """Give the rows. Raises CsvError at the first that is none: an answer without it would be wrong."""
        for number, row in enumerate(self._file):
            self.line = row.line
            if isinstance(row, Broken):
                raise CsvError(row.why, where=Place(str(self.path), row.line), fix="Mend the line, or export again.")
            if number % _EVERY == 0:
                progress(f"{self.path.name}, {self._file.read:,} of {self._file.size:,} bytes")
            yield {field.name: _cell(field, row.cells[index]) for index, field in self._cells}


def _cell(field: Field, cell: str) -> str:
    """Give a cell as the API writes it: the data export has moments without a zone, and an id for no record."""
    if field.type is FieldType.DATETIME and len(cell) == 19:
        return f"{cell[:10]}T{cell[11:]}Z"
    return "" if field.type is FieldType.REFERENCE and cell in _NO_ID else cell


def _unknown(name: str) -> Object:
    """Give an object that no catalogue knows, with the fields that every object has."""
    account = standard().object("Account")
    return Object(name=name, fields={one: account.field(one) for one in _SYSTEM})
