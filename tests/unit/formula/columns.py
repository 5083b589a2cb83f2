"""Rows asked of DuckDB and of `evaluate`, to be held equal."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time
from typing import Any

from tests.unit.formula.strategies import GIVEN, NOW, PRIOR

from upbeat.formula import Columns, Formula, FormulaError

Row = Mapping[str, Any]
Database = Any  # a connection to DuckDB


def same_by_row(database: Database, one: Formula, rows: Sequence[tuple[Row, Row]]) -> None:
    """Hold a formula's column, if it becomes one, to evaluating each row: a record and its signals."""
    with suppress(FormulaError):
        columns = one.to_duckdb(GIVEN, NOW)
        found = asked(database, columns, rows)
        assert found == [_evaluated(one, *row) for row in rows]


def asked(database: Database, columns: Columns, rows: Sequence[tuple[Row, Row]]) -> list[tuple[Any, bool]]:
    """Give what DuckDB makes of each row: the value, and whether there is none."""
    types = {"place": "INTEGER", **columns.columns}
    defined = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    database.execute(f"CREATE OR REPLACE TABLE records ({defined})")
    cells = [
        [place, *(_cell(path, kind, *row) for path, kind in columns.columns.items())] for place, row in enumerate(rows)
    ]
    database.executemany(f"INSERT INTO records VALUES ({', '.join('?' for _ in types)})", cells)
    found = database.execute(f"SELECT {columns.sql}, {columns.fails} FROM records ORDER BY place").fetchall()
    if columns.where:
        kept = database.execute(f"SELECT place FROM records WHERE {columns.where}").fetchall()
        assert {place for (place,) in kept} == {place for place, (value, _) in enumerate(found) if value}
    return [(value.replace(tzinfo=UTC) if isinstance(value, datetime) else value, fails) for value, fails in found]


def _evaluated(one: Formula, row: Row, signals: Row) -> tuple[Any, bool]:
    try:
        return one.evaluate(row, PRIOR, _known(row, signals), now=NOW), False
    except FormulaError:
        return None, True


def _known(row: Row, signals: Row) -> dict[str, Any]:
    return {**GIVEN, "$Signal": signals, "$Step": {"route": {"owner": row.get("OwnerId")}}}


def _cell(path: str, kind: str, row: Row, signals: Row) -> Any:
    head, _, rest = path.partition(".")
    found: Any = {"$Record__Prior": PRIOR, **_known(row, signals)}[head] if head.startswith("$") else row
    for key in (rest if head.startswith("$") else path).split("."):
        found = found[key] if found is not None else None
    match kind, found:
        case "TIMESTAMP", str():
            return datetime.fromisoformat(found).astimezone(UTC).replace(tzinfo=None)
        case "TIMESTAMP", datetime():
            return found.astimezone(UTC).replace(tzinfo=None)
        case "TIME", str():
            return time.fromisoformat(found).replace(tzinfo=None)
        case _:
            return found
