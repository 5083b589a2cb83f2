"""Rows to a table: every value of a record beside the others, a parent's too, under the path at which it stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

from upbeat.schema import FieldType
from upbeat.soql.compiled import Cell, Compiled, Shape
from upbeat.soql.running import Row, Run


@dataclass(frozen=True, slots=True)
class Table:
    """A query's rows as the database gives them, in the stored form: `columns` name their values, `types` type them."""

    columns: tuple[str, ...]
    types: tuple[FieldType, ...]
    rows: Iterable[Row]


def tabled(compiled: Compiled, columns: tuple[str, ...], run: Run) -> Table:
    """Run a compiled plan that shows fields alone, and give its table; the rows come as they are asked for."""
    cells = dict(_cells(compiled.shape)) if isinstance(compiled.shape, Shape) else {}
    places = [cells[name].place for name in columns]
    rows = run.rows(compiled.sql, compiled.params)
    picked = map(itemgetter(*places), rows) if len(places) > 1 else ((row[places[0]],) for row in rows)
    return Table(columns, tuple(cells[name].type for name in columns), picked)


def _cells(shape: Shape, above: str = "") -> Iterator[tuple[str, Cell]]:
    for key, one in shape.keys.items():
        if isinstance(one, Cell):
            yield above + key, one
        elif isinstance(one, Shape):
            yield from _cells(one, f"{above}{key}.")
