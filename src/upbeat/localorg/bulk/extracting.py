"""A query job, or a batch with a query, at work: rows as CSV in pieces that pages are made of, or as records."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from time import perf_counter
from typing import Any, Final

from upbeat.localorg.bulk import records
from upbeat.localorg.bulk.csvtext import Dialect
from upbeat.localorg.bulk.orders import QueryOperation, check_bulk
from upbeat.localorg.jobs import Job, JobState, Part
from upbeat.localorg.org import LocalOrg
from upbeat.schema import FieldType
from upbeat.soql import Bound

_PIECE: Final = 10_000  # rows kept together


def extract(org: LocalOrg, job: Job) -> None:
    """Work on a query job, or a batch with a query, to its end.

    Raises soql.SoqlError where the query does not fit the org, and Refused where the Bulk API does not take it. The
    rows are those of one moment: the org is held until all of them are written.
    """
    began = perf_counter()
    keep = _keep_csv if job.content_type == "CSV" else _keep_records
    with org.transaction():
        found = org.jobs.running(job, org.clock.now())
        if found is None:
            return
        bound = org.bind(job.query, job.user_id)
        check_bulk(bound.plan)
        count = keep(org, job, bound, all_rows=job.operation == QueryOperation.QUERY_ALL)
        spent = int((perf_counter() - began) * 1000)
        org.jobs.save(replace(found, state=JobState.COMPLETE, processed=count, milliseconds=spent), org.clock.now())


def _keep_csv(org: LocalOrg, job: Job, bound: Bound, *, all_rows: bool) -> int:
    dialect = Dialect(job.delimiter, job.line_ending)
    table = org.table(bound, job.user_id, all_rows=all_rows)
    org.jobs.keep(job, Part.HEADER, 0, 0, dialect.write([table.columns]))
    rows, count = iter(table.rows), 0
    while piece := list(islice(rows, _PIECE)):
        org.jobs.keep(job, Part.RESULT, count, len(piece), dialect.write(_shown(piece, table.types)))
        count += len(piece)
    return count


def _keep_records(org: LocalOrg, job: Job, bound: Bound, *, all_rows: bool) -> int:
    base_url = f"/services/data/v{job.version}.0"
    found = org.answer(job.query, job.user_id, all_rows=all_rows, base_url=base_url).records
    org.jobs.keep(job, Part.RESULT, 0, len(found), records.WRITERS[job.content_type](found, bound.plan))
    return len(found)


def _shown(piece: Sequence[Sequence[Any]], types: Sequence[FieldType]) -> Iterable[Sequence[Any]]:
    """Give rows as the Bulk API writes values: `true`, `2026-01-05T09:30:00.000Z`, `1000.0`, blank for none."""
    columns: list[Iterable[Any]] = list(zip(*piece, strict=True))
    for place, kind in enumerate(types):
        show = _SHOWN.get(kind)
        if show is not None:
            columns[place] = map(show, columns[place])
    return zip(*columns, strict=True)


def _boolean(stored: Any) -> str | None:
    return None if stored is None else "true" if stored else "false"


def _moment(stored: str | None) -> str | None:
    return stored and f"{stored[:-5]}Z"


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
