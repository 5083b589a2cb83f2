"""A pool's members or territories on their way to a spreadsheet and back: as a table, and as the files it changes."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import PurePath
from typing import Any, cast

from upbeat.base.files import DefinitionError, Model, Problem, build, read
from upbeat.workflows.files import parse_pool
from upbeat.workflows.pool_file import PoolDefinition
from upbeat.workflows.pool_tables import TABLED, columns, joined, part_in, read_table, with_tables
from upbeat.workflows.pool_writing import Row, written


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: which part of the pool, the name of its file, its CSV, how many rows it has below the header."""

    part: str
    file: str
    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A pool with what a table says of one part, and the files that would say so: their bytes by their paths."""

    part: str
    pool: PoolDefinition
    files: Mapping[str, bytes]


def sheets(pool: PoolDefinition) -> list[Sheet]:
    """Give the pool's tables, one that would be empty left out. Raises DefinitionError for what no cell can hold."""
    return [
        Sheet(part, f"{pool.pool}-{part}.csv", _csv(pool, part, entries), len(entries))
        for part in TABLED
        if (entries := cast("tuple[Model, ...]", getattr(pool, part)))
    ]


def with_sheet(pool: PoolDefinition, name: str, raw: bytes) -> Edit:
    """Give the pool as it is with a table's entries in place of its own; what says the same is not touched.

    Raises DefinitionError with every problem in the table, which they call `name`.
    """
    part = part_in(name, raw)
    source = pool.source
    tables = {PurePath(path).name: text.encode() for path, text in source.beside.items()}
    plain, _ = read(source.file, source.text.encode(), "pool")
    values, placed = with_tables(plain, source, tables.get)
    rows, placed = read_table(name, raw, part, placed)
    edited = build(PoolDefinition, {**values, part: rows}, placed)
    if getattr(edited, part) == getattr(pool, part):
        return Edit(part, edited, {})
    if isinstance(plain.get(part), dict):
        path = PurePath(source.file).with_name(str(plain[part]["table"])).as_posix()
        return Edit(part, edited, {path: raw})
    key = next(iter(TABLED[part].model_fields))
    made = [Row(str(row[key]), row, meaning) for row, meaning in zip(rows, getattr(edited, part), strict=True)]
    text = written(source.text, part, key, made, getattr(pool, part))
    again = parse_pool(source.file, text.encode(), tables.get)
    if getattr(again, part) != getattr(edited, part):
        what = f"the {part} stand in the file in a way that cannot be edited line by line"
        raise DefinitionError([Problem(pool.place(part), what, f"Write 'table: {pool.pool}-{part}.csv' there.")])
    return Edit(part, edited, {source.file: text.encode()})


def _csv(pool: PoolDefinition, part: str, entries: tuple[Model, ...]) -> str:
    text, known = StringIO(), columns(TABLED[part])
    table = csv.writer(text, lineterminator="\n")
    table.writerow(known)
    for index, one in enumerate(entries):
        said = one.model_dump(exclude_defaults=True)
        try:
            table.writerow([_cell(said.get(name)) for name in known])
        except ValueError as error:
            raise DefinitionError([Problem(pool.place(part, index), str(error), "It stays in the file.")]) from error
    return text.getvalue()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case [*several]:
            return joined([str(one) for one in several])
        case _:
            return str(value)
