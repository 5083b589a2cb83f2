"""A query job at work: the rows of its query written as CSV, in pieces that pages are made of."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from time import perf_counter
from typing import Any, Final

from upbeat.localorg.bulk.csvtext import Dialect
from upbeat.localorg.bulk.orders import QueryOperation
from upbeat.localorg.jobs import Job, JobState, Part
from upbeat.localorg.org import LocalOrg
from upbeat.schema import FieldType
from upbeat.soql import Table

_PIECE: Final = 10_000  # rows kept together


def extract(org: LocalOrg, job: Job) -> None:
    """Work on a query job to its end. Raises soql.SoqlError where the query no longer fits the org.

    The rows are those of one moment: the org is held until all of them are written.
    """
    began = perf_counter()
    dialect = Dialect(job.delimiter, job.line_ending)
    with org.transaction():
        found = org.jobs.running(job, org.clock.now())
        if found is None:
            return
        bound = org.bind(job.query, job.user_id)
        table = org.table(bound, job.user_id, all_rows=job.operation == QueryOperation.QUERY_ALL)
        org.jobs.keep(job, Part.HEADER, 0, 0, dialect.write([table.columns]))
        rows, count = iter(_shown(table)), 0
        while piece := list(islice(rows, _PIECE)):
            org.jobs.keep(job, Part.RESULT, count, len(piece), dialect.write(piece))
            count += len(piece)
        spent = int((perf_counter() - began) * 1000)
        org.jobs.save(replace(found, state=JobState.COMPLETE, processed=count, milliseconds=spent), org.clock.now())


def _shown(table: Table) -> Iterable[Sequence[Any]]:
    """Give the rows as the Bulk API writes values: `true`, `2026-01-05T09:30:00.000Z`, `1000.0`, blank for none."""
    ways = [(place, _SHOWN[kind]) for place, kind in enumerate(table.types) if kind in _SHOWN]
    return _converted(table.rows, ways) if ways else table.rows


def _converted(rows: Iterable[Sequence[Any]], ways: list[tuple[int, Callable[[Any], Any]]]) -> Iterator[list[Any]]:
    for row in rows:
        cells = list(row)
        for place, show in ways:
            cells[place] = show(cells[place])
        yield cells


def _boolean(stored: Any) -> str | None:
    return None if stored is None else "true" if stored else "false"


def _moment(stored: str | None) -> str | None:
    return stored and stored.replace("+0000", "Z")


def _number(stored: Any) -> str | None:
    if stored is None:
        return None
    text = repr(float(stored))
    return f"{Decimal(text):f}" if "e" in text else text


_SHOWN: Final[dict[FieldType, Callable[[Any], Any]]] = {
    FieldType.BOOLEAN: _boolean,
    FieldType.DATETIME: _moment,
    FieldType.DOUBLE: _number,
    FieldType.CURRENCY: _number,
    FieldType.PERCENT: _number,
}
