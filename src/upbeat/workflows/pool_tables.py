"""A pool's members and territories as tables beside its file: the words of the file as columns, a row for each.

A table is what spreadsheets save: parted by commas, semicolons or tabs, in UTF-8 or as Windows writes it. A cell that
holds several values parts them by `;`, or by `|` where one of them has a semicolon in it. An empty cell is a word left
out, an empty row is none.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path as File
from pathlib import PurePath
from typing import Any, cast, get_args, get_origin

from upbeat.base import Place, nearest
from upbeat.base.csvfile import Broken, CsvError, CsvFile, CsvRow
from upbeat.base.files import DefinitionError, Model, Path, Problem, Source, Spot, dotted, number
from upbeat.workflows.pool_file import TABLE, MemberDefinition, TerritoryDefinition

Open = Callable[[str], bytes | None]
"""Gives the bytes of a file that stands beside the pool's, None where there is none."""

TABLED: Mapping[str, type[Model]] = {"members": MemberDefinition, "territories": TerritoryDefinition}
"""The parts of a pool that may stand in a table, and what a row of it holds."""

_DELIMITERS = (",", ";", "\t")


def with_tables(values: Mapping[str, Any], source: Source, opened: Open) -> tuple[dict[str, Any], Source]:
    """Give a pool's values with its tables read in, and where each of them stands.

    Raises DefinitionError with every problem of the tables.
    """
    found, problems = dict(values), list[Problem]()
    for part in TABLED:
        if not isinstance(written := values.get(part), dict):
            continue
        try:
            name, raw = _named(cast("dict[str, Any]", written), part, source, opened)
            found[part], source = read_table(name, raw, part, source)
        except DefinitionError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    return found, source


def read_table(name: str, raw: bytes, part: str, source: Source) -> tuple[list[dict[str, Any]], Source]:
    """Give a part of a pool as a table has it, and the pool's source with the places of its cells.

    `name` is what problems call the table. Raises DefinitionError with every problem in it.
    """
    return _Table(name, raw, part, source).read()


def part_in(name: str, raw: bytes) -> str:
    """Give the part of a pool that a table holds, by its columns. Raises DefinitionError where it can be neither."""
    found = {part: _csv(name, raw, model) for part, model in TABLED.items()}
    for part, model in TABLED.items():
        header = {_word(one) for one in found[part].header}
        if next(iter(model.model_fields)) in header:
            return part
    what = "the table holds neither members nor territories"
    fix = f"Name a column {' or '.join(next(iter(model.model_fields)) for model in TABLED.values())}."
    raise DefinitionError([Problem(Place(name, 1), what, fix)])


def columns(model: type[Model]) -> Mapping[str, bool]:
    """Give the columns of a table in order, each with whether its cells hold several values."""
    return {name: _has(one.annotation, tuple) for name, one in model.model_fields.items()}


def parted(cell: str) -> list[str]:
    """Give the values of a cell that may hold several."""
    return [one.strip() for one in cell.split("|" if "|" in cell else ";") if one.strip()]


def joined(values: Sequence[str]) -> str:
    """Give the cell from which `parted` reads these values again. Raises ValueError where no cell can hold them."""
    if any("|" in one for one in values):
        raise ValueError(f"{next(one for one in values if '|' in one)} has a | in it, which parts the values of a cell")
    if not any(";" in one for one in values):
        return "; ".join(values)
    return " | ".join(values) + (" |" if len(values) == 1 else "")


def _named(written: Mapping[str, Any], part: str, source: Source, opened: Open) -> tuple[str, bytes]:
    """Give the table's path, as problems name it, and its bytes."""
    file = written.get("table")
    if set(written) != {"table"} or not isinstance(file, str):
        what = f"{part} are a list, or stand in a table"
        fix = f"Write 'table: {PurePath(source.file).stem}-{part}.csv'."
        raise DefinitionError([Problem(source.place(part), what, fix)])
    if not re.fullmatch(TABLE, file):
        what = f"{file} is no table's name: a table stands beside the pool's file and ends in .csv"
        raise DefinitionError([Problem(source.place(part, "table"), what, f"Write it such as inbound-{part}.csv.")])
    file = str(file)  # a path interns its parts, and takes no text of another class
    path = PurePath(source.file).with_name(file).as_posix()
    if (raw := opened(file)) is None:
        what, fix = f"there is no file {path}", f"Save the table there, or list the {part} here."
        raise DefinitionError([Problem(source.place(part, "table"), what, fix)])
    return path, raw


class _Table:
    """One table, read once."""

    def __init__(self, name: str, raw: bytes, part: str, source: Source) -> None:
        self.name = name
        self.part = part
        self.model = TABLED[part]
        self.source = source
        self.known = columns(self.model)
        self.problems: list[Problem] = []
        self.csv = _csv(name, raw, self.model)
        self.comma = self.csv.delimiter != ","  # a number may be written 1,5 where a comma parts no cells
        self.text = raw.decode(self.csv.encoding, errors="replace")

    def read(self) -> tuple[list[dict[str, Any]], Source]:
        header = self._header()
        spots = dict(self.source.spots)
        rows = list[dict[str, Any]]()
        for row in self.csv:
            if isinstance(row, Broken):
                self.problems.append(Problem(Place(self.name, row.line), row.why, "Mend this line of the table."))
            elif any(cell.strip() for cell in row.cells):
                path: Path = (self.part, len(rows))
                spots[path] = Spot(row.line, 1, row.line, 1, block=False, table=self.name)
                rows.append(dict(self._cells(row, header, path, spots)))
        if not rows and not self.problems:
            what = f"the table has no {self.part}: there is nothing below its header"
            self.problems.append(Problem(Place(self.name, 1), what, "Add a row for each."))
        if self.problems:
            raise DefinitionError(self.problems)
        return rows, replace(self.source, spots=spots, beside={**self.source.beside, self.name: self.text})

    def _header(self) -> list[str]:
        found = [_word(one) for one in self.csv.header]
        for at, (name, written) in enumerate(zip(found, self.csv.header, strict=True), 1):
            place = Place(self.name, 1, at)
            if name and name not in self.known:
                close = nearest(name, self.known)
                fix = f"Did you mean {close}?" if close else f"Known: {', '.join(self.known)}."
                self.problems.append(Problem(place, f"there is no column {written.strip()}", fix))
            elif name and name in found[: at - 1]:
                self.problems.append(Problem(place, f"the column {name} stands here a second time", "Keep one."))
        for name, one in self.model.model_fields.items():
            if one.is_required() and name not in found:
                what = f"the table has no column {name}"
                self.problems.append(Problem(Place(self.name, 1), what, f"Add '{name}' to its first line."))
        if self.problems:
            raise DefinitionError(self.problems)
        return found

    def _cells(
        self, row: CsvRow, header: Sequence[str], path: Path, spots: dict[Path, Spot]
    ) -> Iterator[tuple[str, Any]]:
        for at, (name, cell) in enumerate(zip(header, row.cells, strict=True), 1):
            text = cell.strip()
            if not text:
                continue
            place = Spot(row.line, at, row.line, at, block=False, table=self.name)
            if not name:
                where = Place(self.name, row.line, at, dotted(path))
                self.problems.append(Problem(where, f"the column of {text} has no name", "Name it in the first line."))
                continue
            spots[(*path, name)] = place
            if self.known[name]:
                values = parted(text)
                spots.update({(*path, name, index): place for index in range(len(values))})
                yield name, values
            else:
                yield name, self._value(name, text)

    def _value(self, name: str, text: str) -> Any:
        """Give a cell of one value: a number where the word takes one, and else the text."""
        if not _has(self.model.model_fields[name].annotation, int, float, Decimal):
            return text
        found = number(text.replace(",", ".") if self.comma else text)
        return text if found is None else found


def _csv(name: str, raw: bytes, model: type[Model]) -> CsvFile:
    """Give a file parted by what makes most columns of it known."""
    known = columns(model)
    try:
        tried = [CsvFile(File(name), one, raw) for one in _DELIMITERS]
    except CsvError as error:
        raise DefinitionError([Problem(Place(name, 1), error.what, error.fix)]) from error
    return max(tried, key=lambda one: sum(_word(cell) in known for cell in one.header))


def _word(header: str) -> str:
    """Give a column's word as files have it: `Postal codes` is `postal_codes`."""
    return re.sub(r"[\s_-]+", "_", header.strip().casefold())


def _has(annotation: Any, *kinds: type) -> bool:
    """Whether an annotation allows a value of one of these kinds."""
    if get_origin(annotation) is tuple:
        return tuple in kinds
    return annotation in kinds or any(_has(one, *kinds) for one in get_args(annotation))
