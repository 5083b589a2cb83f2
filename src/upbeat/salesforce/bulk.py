"""Large reads: a query as a job of the Bulk API 2.0, whose CSV is given as the records that REST would give.

A job costs a few calls whatever it reads, where REST takes one for every 2,000 rows. Nothing here changes a record: the
only calls beside GET are to `jobs/query`.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice
from typing import Any, Final

from upbeat import soql
from upbeat.base import decode
from upbeat.salesforce.call import Call
from upbeat.salesforce.errors import Rejected, Retryable, SalesforceError
from upbeat.salesforce.jobs import DEFAULT, JobLate, Watch, ended
from upbeat.salesforce.session import Session
from upbeat.schema import FieldType
from upbeat.soql.bound import Column, Output, Plan
from upbeat.soql.tree import Path, Selected

Record = dict[str, Any]
Page = dict[str, Any]

ABOVE: Final = 2_000
"""Rows beyond which Salesforce recommends its Bulk API (Bulk API 2.0 guide, Introduction)."""

_RESULTS: Final = 50_000  # rows of one call for results: some ten megabytes
_PAGE: Final = 2_000  # rows that are made records at once
_REFUSALS: Final = frozenset(  # of a job, for what says nothing of the query itself: REST may take it
    {"API_ERROR", "INVALIDENTITY", "FEATURENOTENABLED", "LIMIT_EXCEEDED", "EXCEEDEDQUOTA", "INVALIDUSER"}
)


class NotTaken(Rejected):
    """The Bulk API does not take this query, or no job more today; REST may."""


def why_not(query: soql.Query, bound: soql.Bound) -> str:
    """Say why the Bulk API does not take a query, or nothing where it does (Bulk API 2.0 guide, Queries)."""
    plan = bound.plan
    if plan.grouped or plan.is_count:
        return "it has no aggregate functions and no GROUP BY"
    if plan.offset:
        return "it has no OFFSET"
    if plan.purposes or query.select.parents or query.select.source.alias:
        return "it has no FOR VIEW and no aliases after FROM"
    if not all(isinstance(one, Output) and isinstance(one.operand, Column) for one in plan.outputs):
        return "it gives plain fields, and no compound ones, functions, TYPEOF or subqueries"
    if any(isinstance(one, Output) and one.operand.type is FieldType.ANY for one in plan.outputs):
        return "it gives texts, and the old and new values of a history may be anything"
    return ""


@dataclass(frozen=True, slots=True)
class QueryJobs:
    """Query jobs over one session."""

    session: Session
    watch: Watch = DEFAULT

    def pages(self, query: soql.Query, bound: soql.Bound, *, all_rows: bool) -> Iterator[Page]:
        """Run a query as a job, and give its records in pages such as REST gives, but without `attributes`.

        The job stands in the org for seven days, as Salesforce keeps them. Raises NotTaken, before there is a job,
        where the Bulk API does not take the query; Rejected where the job fails or is aborted; Retryable where it
        does not end, or its results are not whole.
        """
        reason = why_not(query, bound)
        if reason:
            raise NotTaken(f"the Bulk API does not take this query: {reason}", fix="Read it over REST.")
        sheet = _Sheet.of(bound.plan)
        text = sheet.text(query)
        job = self._make({"operation": "queryAll" if all_rows else "query", "query": text})
        path = f"jobs/query/{job['id']}"
        try:
            done = ended(self.session, path, self.watch)
        except JobLate:
            with suppress(SalesforceError):  # it may have ended just now, and ends by itself in seven days
                self.session.exchange(Call("PATCH", path, body={"state": "Aborted"}, harmless=True))
            raise
        return self._results(path, sheet, int(done["numberRecordsProcessed"]))

    def _make(self, order: dict[str, str]) -> dict[str, Any]:
        """Make a job; a lost answer is asked for again, for a second job would read the same and change nothing."""
        try:
            return self.session.exchange(Call("POST", "jobs/query", body=order, harmless=True))
        except Rejected as error:
            if error.code not in _REFUSALS:
                raise
            raise NotTaken(error.what, where=error.where.file, code=error.code, status=error.status) from error

    def _results(self, path: str, sheet: "_Sheet", total: int) -> Iterator[Page]:
        read, locator = 0, ""
        while locator != "null":
            params = {"maxRecords": str(_RESULTS)} | ({"locator": locator} if locator else {})
            try:
                found = self.session.fetch(Call("GET", f"{path}/results", params, accept="text/csv"))
            except Rejected as error:
                if "LOCATOR" not in error.code:
                    raise
                raise _not_whole(path, read, total) from error
            rows = csv.reader(StringIO(found.body.decode(), newline=""))
            sheet.check(next(rows, list[str]()), path)
            while part := list(islice(rows, _PAGE)):
                read += len(part)
                records = [sheet.record(row) for row in part]
                yield {"totalSize": total, "done": read >= total, "records": records}
            locator = found.headers.get("Sforce-Locator", "null")
        if read != total:
            raise _not_whole(path, read, total)
        if not total:
            yield {"totalSize": 0, "done": True, "records": []}


@dataclass(frozen=True, slots=True)
class _Value:
    """A column: under which parents its value stands, by which key, and how its text is read."""

    parents: tuple[str, ...]
    key: str
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The columns of a job's CSV: those of the query, and after them the ids of the parents that it reads from.

    Without the id of a parent nobody could tell one that has blank fields from none.
    """

    values: tuple[_Value, ...]
    above: tuple[tuple[str, ...], ...]

    @staticmethod
    def of(plan: Plan) -> "_Sheet":
        outputs = [one for one in plan.outputs if isinstance(one, Output)]
        paths = [tuple(parent.reference.relationship for parent in one.parents) for one in outputs]
        above = dict.fromkeys(path[:depth] for path in paths for depth in range(1, len(path) + 1))
        values = [
            _Value(path, one.key, _READ.get(one.operand.type, _text)) for path, one in zip(paths, outputs, strict=True)
        ]
        return _Sheet(tuple(values), tuple(above))

    def text(self, query: soql.Query) -> str:
        """Give the query with the ids that it lacks; those that it has are read where they stand."""
        ids = tuple(Selected(Path(".".join((*path, "Id")))) for path in self._added)
        fields = (*query.select.fields, *ids)
        return str(soql.Query(replace(query.select, fields=fields, all_rows=False)))

    @property
    def _added(self) -> list[tuple[str, ...]]:
        known = {one.parents for one in self.values if one.key == "Id"}
        return [path for path in self.above if path not in known]

    @property
    def _header(self) -> list[str]:
        own = [".".join((*one.parents, one.key)) for one in self.values]
        return [*own, *(".".join((*path, "Id")) for path in self._added)]

    def check(self, header: Sequence[str], path: str) -> None:
        """Raise Rejected where the columns are not those that were asked for."""
        if [name.casefold() for name in header] != [name.casefold() for name in self._header]:
            raise Rejected(f"the org gave other columns than were asked for: {', '.join(header)}", where=path)

    def record(self, row: Sequence[str]) -> Record:
        """Give the record of a row: a parent is a record in it, or None where there is none."""
        ids = dict(zip(self._added, row[len(self.values) :], strict=True))
        ids |= {one.parents: row[place] for place, one in enumerate(self.values) if one.key == "Id"}
        record: Record = {}
        for one, cell in zip(self.values, row, strict=False):
            here = record
            for depth, step in enumerate(one.parents, 1):
                inner = here.setdefault(step, {} if ids[one.parents[:depth]] else None)
                if inner is None:
                    break
                here = inner
            else:
                here[one.key] = one.read(cell)
        return record


def _text(cell: str) -> str | None:
    return cell or None


def _moment(cell: str) -> str | None:
    """Write a moment as REST does."""
    return f"{cell[:-1]}+0000" if cell.endswith("Z") else cell or None


def _number(cell: str) -> Any:
    return decode(cell) if cell else None


_READ: Final[dict[FieldType, Callable[[str], Any]]] = {
    FieldType.BOOLEAN: lambda cell: cell == "true" if cell else None,
    FieldType.DATETIME: _moment,
    FieldType.INT: _number,
    FieldType.DOUBLE: _number,
    FieldType.CURRENCY: _number,
    FieldType.PERCENT: _number,
}


def _not_whole(path: str, read: int, total: int) -> SalesforceError:
    return Retryable(
        f"the org gave {read:,} of the {total:,} rows that its job has",
        where=path,
        fix="Run the query again.",
    )
