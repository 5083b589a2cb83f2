"""Inserting hundreds of rows at once: the engine's hot path."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, LargeBinary, Table, insert


def insert_rows(conn: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert `rows`, whose values stand in the order of `columns`. Defaults of other columns are not filled in.

    The statement is compiled once and its values go to the driver by position: twice as fast as Core's own way
    through a mapping a row (measured with ten columns on SQLite: 9 µs against 17 µs a row).
    """
    if rows:
        statement, binders = _compiled(table, columns, conn.dialect)
        values: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for index, bind in binders:
            values[index] = map(bind, values[index])
        conn.exec_driver_sql(statement, list(zip(*values, strict=True)))


@cache
def _compiled(
    table: Table, columns: tuple[str, ...], dialect: Dialect
) -> tuple[str, tuple[tuple[int, Callable[[Any], Any]], ...]]:
    compiled = insert(table).compile(dialect=dialect, column_keys=columns)
    in_order = [name for name in table.c.keys() if name in columns]  # noqa: SIM118 - iterating gives columns, not names
    if list(columns) != in_order:
        raise ValueError(f"name the columns in the order of the table: {', '.join(in_order)}")
    kinds = [(number, table.c[name].type) for number, name in enumerate(columns)]
    binders = [  # drivers take bytes as they are
        (number, kind.dialect_impl(dialect).bind_processor(dialect))
        for number, kind in kinds
        if not isinstance(kind, LargeBinary)
    ]
    return str(compiled), tuple((number, bind) for number, bind in binders if bind is not None)
