"""A list of rows as a step's argument, such as `- {tier: A, when: '...'}`: each cell is checked by its column."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from upbeat.base import nearest
from upbeat.base.files import Path
from upbeat.workflows.columns import Cell, Column
from upbeat.workflows.texts import Texts

Rows = tuple[Mapping[str, Any], ...]


def compile_rows(texts: Texts, path: Path, columns: Mapping[str, Column], written: Sequence[Any]) -> Rows:
    """Give the rows with their conditions compiled; what is wrong is kept in `texts`, each at its line."""
    rows = tuple(_row(texts, (*path, index), columns, one) for index, one in enumerate(written))
    for name in (name for name, one in columns.items() if one.unique):
        seen: set[str] = set()
        for index, row in enumerate(rows):
            said = str(row.get(name, index)).casefold()
            if said in seen:
                texts.refuse((*path, index, name), f"{row[name]} stands in two rows", "Make them one, or rename one.")
            seen.add(said)
    return rows


def _row(texts: Texts, path: Path, columns: Mapping[str, Column], written: Any) -> Mapping[str, Any]:
    if not isinstance(written, Mapping):
        like = ", ".join(f"{one}: ..." for one in columns)
        texts.refuse(path, "this row must hold names with values", f"Write {{{like}}}.")
        return {}
    row = cast("Mapping[str, Any]", written)
    for name in row:
        if name not in columns:
            close = nearest(name, columns)
            fix = f"Did you mean {close}?" if close else f"It takes {', '.join(columns)}."
            texts.refuse((*path, name), f"a row takes no {name}", fix)
    for name, column in columns.items():
        if column.required and name not in row:
            texts.refuse(path, f"the row has no {name}, {_WANTED[column.cell]}", f"Add '{name}:'.")
    return {name: _cell(texts, (*path, name), one.cell, row[name]) for name, one in columns.items() if name in row}


def _cell(texts: Texts, path: Path, cell: Cell, written: Any) -> Any:
    match cell, written:
        case Cell.TEXT, str() if written.strip():
            return written.strip()
        case Cell.NUMBER, int() | Decimal() if not isinstance(written, bool):
            return Decimal(written)
        case Cell.CONDITION, str() if written.strip() and not texts.file.source.is_plain(path):
            return texts.condition(path, written)
        case Cell.TEXTS, [*several] if several and all(isinstance(one, str) and one.strip() for one in several):
            return tuple(str(one).strip() for one in several)
        case _:
            return texts.refuse(path, f"{path[-1]} must be {_WANTED[cell]}")


_WANTED: Mapping[Cell, str] = {
    Cell.TEXT: "a text",
    Cell.NUMBER: "a number",
    Cell.CONDITION: "a formula in quotes or below a '|'",
    Cell.TEXTS: "a list of texts",
}
