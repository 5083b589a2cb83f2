"""An ingest job, or a batch, at work: its rows saved, two hundred in a transaction, each with its result beside it.

The result of a row is kept in the transaction that saves it, with how far the job is: a job that goes on after the org
was stopped saves no row twice and forgets none.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from time import perf_counter
from typing import Any, Final

from upbeat.base import canonical, is_id, to_18
from upbeat.localorg import problems
from upbeat.localorg.bulk import uploads
from upbeat.localorg.bulk.columns import Columns, Plain, Record
from upbeat.localorg.bulk.csvtext import Dialect
from upbeat.localorg.bulk.orders import Operation
from upbeat.localorg.faults import ROWS, Fault, FaultKind
from upbeat.localorg.jobs import CHUNK, Job, JobFailed, JobState, JobType, Part, chunks
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.parents import Parents
from upbeat.localorg.problems import Problem, Saved, Unfit
from upbeat.localorg.values import accept
from upbeat.schema import Object

TOGETHER: Final = 200
"""Rows of one transaction, as in Salesforce, whose triggers see chunks of 200."""

INTERNAL: Final = "InternalServerError : Unexpected exception encountered when processing the batch"
"""What a job says that failed for no fault of its maker's."""

_DELETES: Final = {Operation.DELETE, Operation.HARD_DELETE}


class Loading:
    """One ingest job or batch as it is worked on. Raises JobFailed where the job fails as a whole."""

    def __init__(self, org: LocalOrg, job: Job, fault: Fault | None) -> None:
        """Read what was uploaded; a fault says what goes wrong on the way."""
        self._org = org
        self._fault = fault
        self._schema = org.rights.reach(job.user_id).schema
        if not self._schema.has(job.object):
            raise JobFailed(f"InvalidJob : Unable to find object: {job.object}")
        self._one: Object = self._schema.object(job.object)
        self._operation = Operation(job.operation)
        self.dialect = Dialect(job.delimiter, job.line_ending)
        self._upload = uploads.read(job, self.dialect, org.jobs.text(job, Part.UPLOAD))
        self.header, self.rows = self._upload.header, self._upload.count
        if job.type is JobType.BATCH and self.rows > CHUNK:
            what = f"Number of records should be less than or equal to {CHUNK}"
            raise JobFailed(f"InvalidBatch : Exceeded number of records: {self.rows}. {what}")
        self._parents = Parents(self._schema, lambda text: org.query(text, job.user_id))
        self._columns = Columns.of(self.header, self._one, self._parents)
        names = [column.field.name if isinstance(column, Plain) else "" for column in self._columns.found]
        if self._operation in _DELETES and names != ["Id"]:
            raise JobFailed(f"InvalidBatch : The '{job.operation}' batch must contain only ids")
        self._id_at = names.index("Id") if "Id" in names else -1
        others = org.jobs.used(JobType.INGEST, org.clock.now()) - chunks(job)
        if others + chunks(replace(job, rows=self.rows)) > org.jobs.allowed_batches:
            raise JobFailed("ExceededQuota : ApiBatchItems Limit exceeded.")

    def batches(self, job: Job) -> Iterator[Sequence[list[str]]]:
        """Give the rows that the job has not come to yet, as many at a time as are saved together."""
        rows = islice(self._upload.rows(), job.processed, None)
        while batch := list(islice(rows, TOGETHER)):
            yield batch

    def save(self, job: Job, batch: Sequence[list[str]]) -> Job:
        """Save some rows, keep their results, and give the job as it is then. Call it in a transaction."""
        began = perf_counter()
        saved = self._saved(job, batch)
        if job.type is JobType.BATCH:
            self._org.jobs.keep(job, Part.RESULT, job.processed, len(saved), canonical(saved))
        else:
            self._keep(job, batch, saved)
        return replace(
            job,
            processed=job.processed + len(batch),
            failed=job.failed + sum(not one.ok for one in saved),
            milliseconds=job.milliseconds + int((perf_counter() - began) * 1000),
        )

    def _keep(self, job: Job, batch: Sequence[list[str]], saved: Sequence[Saved]) -> None:
        good = [
            [one.id, "true" if one.created else "false", *row] for one, row in zip(saved, batch, strict=True) if one.ok
        ]
        bad = [
            [one.id or self._named(row), worded(one.errors), *row]
            for one, row in zip(saved, batch, strict=True)
            if not one.ok
        ]
        for part, rows in ((Part.SUCCESSFUL, good), (Part.FAILED, bad)):
            if rows:
                self._org.jobs.keep(job, part, job.processed, len(rows), self.dialect.write(rows))

    def _named(self, row: Sequence[str]) -> str:
        return row[self._id_at] if self._id_at >= 0 else ""

    def _saved(self, job: Job, batch: Sequence[list[str]]) -> list[Saved]:
        records = self._columns.records(batch, self._parents)
        results = [Saved(errors=(one,)) if isinstance(one, Problem) else self._unfit(job, one) for one in records]
        for place in range(self._struck(job, len(batch))):
            results[place] = Saved(errors=(self._struck_by(self._named(batch[place])),))
        sent = [(place, record) for place, record in enumerate(records) if results[place] is None]
        written = self._write(job, [record for _, record in sent if not isinstance(record, Problem)])
        for (place, record), saved in zip(sent, written, strict=True):
            results[place] = saved if saved.ok or isinstance(record, Problem) else self._typed(record, saved)
        return [one for one in results if one is not None]

    def _struck(self, job: Job, size: int) -> int:
        """Give how many of the next rows a fault meets."""
        if self._fault is None or self._fault.kind not in ROWS:
            return 0
        last = job.processed + size if self._fault.rows is None else self._fault.rows
        return min(max(last - job.processed, 0), size)

    def _struck_by(self, key: str) -> Problem:
        locked = self._fault is not None and self._fault.kind == FaultKind.LOCK
        return problems.locked([key]) if locked else problems.trigger_refused()

    def _unfit(self, job: Job, record: Record) -> Saved | None:
        """Say what is wrong with a record before it is sent: that it names none, another, or one where it is new."""
        match self._operation:
            case Operation.INSERT if record.get("Id"):
                what = "cannot specify Id in an insert call"
                return Saved(errors=(Problem("INVALID_FIELD_FOR_INSERT_UPDATE", what, ("Id",)),))
            case Operation.UPDATE if not record.get("Id"):
                return Saved(errors=(Problem("MISSING_ARGUMENT", "Id not specified in an update call", ("Id",)),))
            case Operation.UPSERT if not record.get(job.external_id) and job.external_id != "Id":
                key = job.external_id
                return Saved(errors=(Problem("MISSING_ARGUMENT", f"{key} not specified", (key,)),))
            case Operation.DELETE | Operation.HARD_DELETE:
                key = str(record.get("Id") or "")
                if not is_id(key) or key[:3] != self._one.key_prefix:
                    return Saved(key, errors=(Problem("MALFORMED_ID", f"bad id {key}", ("Id",)),))
            case _:
                pass
        return None

    def _write(self, job: Job, records: list[Record]) -> list[Saved]:
        org, name, user = self._org, self._one.name, job.user_id
        match self._operation:
            case Operation.INSERT:
                return org.create(name, records, user)
            case Operation.UPDATE:
                return org.update(name, records, user)
            case Operation.UPSERT:
                return org.upsert(name, job.external_id, records, user)
            case Operation.DELETE:
                return org.delete([to_18(record["Id"]) for record in records], user)
            case Operation.HARD_DELETE:
                return org.hard_delete([to_18(record["Id"]) for record in records], user)

    def _typed(self, record: Record, saved: Saved) -> Saved:
        """Word a cell that its field cannot hold as the Bulk API does, which read no JSON."""
        if all(one.code != "JSON_PARSER_ERROR" for one in saved.errors):
            return saved
        wrong = [one for name, cell in record.items() if (one := self._mistyped(name, cell)) is not None]
        others = [one for one in saved.errors if one.code != "JSON_PARSER_ERROR"]
        return replace(saved, errors=(*others, *wrong) if wrong else saved.errors)

    def _mistyped(self, name: str, cell: Any) -> Problem | None:
        try:
            accept(self._one.field(name), self._schema)(cell)
        except Unfit as unfit:
            if unfit.problem.code == "JSON_PARSER_ERROR":
                return Problem("INVALID_TYPE_ON_FIELD_IN_RECORD", f"value not of required type: {cell}", (name,))
        return None


def load(org: LocalOrg, job: Job, fault: Fault | None, go_on: Callable[[], bool]) -> None:
    """Work on an ingest job or batch until it ends, is ended, or `go_on` says no. Raises JobFailed where it fails."""
    loading = Loading(org, job, fault)
    with org.transaction():
        found = org.jobs.running(job, org.clock.now())
        if found is None:
            return
        job = org.jobs.save(replace(found, rows=loading.rows), org.clock.now())
        org.jobs.keep(job, Part.HEADER, 0, 0, loading.dialect.write([loading.header]))
    for batch in loading.batches(job):
        if fault is not None and fault.kind == FaultKind.FAILED_JOB and job.processed >= (fault.rows or 0):
            raise JobFailed(INTERNAL)
        if not go_on():
            return
        with org.transaction():
            found = org.jobs.running(job, org.clock.now())
            if found is None:
                return
            job = org.jobs.save(loading.save(found, batch), org.clock.now())
    with org.transaction():
        found = org.jobs.running(job, org.clock.now())
        if found is not None:
            org.jobs.save(replace(found, state=JobState.COMPLETE), org.clock.now())


def worded(errors: Sequence[Problem]) -> str:
    """Word a row's errors as the results do: `REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --`."""
    return ";".join(f"{one.code}:{one.message}:{''.join(f'{name} ' for name in one.fields)}--" for one in errors)
