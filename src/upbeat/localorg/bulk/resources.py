"""The resources of jobs: made, uploaded to, moved on, looked at, listed, deleted, and their results read."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from upbeat.localorg.bulk import orders, refusals, shown
from upbeat.localorg.bulk.csvtext import Dialect
from upbeat.localorg.jobs import SHOWN, Job, JobState, JobType, Part
from upbeat.localorg.rest import Call, Reply

LARGEST_UPLOAD: Final = 150_000_000
"""Bytes of data in one job (Bulk API 2.0 guide, Limits)."""

_PAGE: Final = 50_000  # rows of a query's results, where the client names no number; Salesforce chooses by size
_SIDE_BY_SIDE: Final = 5  # pages that are told of at once (Bulk API 2.0 guide, Get Parallel Results for a Query Job)
_LISTED: Final = 1000  # jobs in one page of the list
_ABORTABLE: Final = {JobState.OPEN, JobState.UPLOADED, JobState.RUNNING}


# Any job


def _job(call: Call, kind: JobType) -> Job:
    """Give the job that a call names. Raises Refused where there is none, or it is another user's."""
    key = call.path["id"]
    job = call.org.jobs.find(key, call.org.clock.now())
    if job is None or job.type is not kind:
        raise refusals.no_job()
    if job.user_id != call.user_id:
        raise refusals.another_users()
    return job


def look(kind: JobType) -> Callable[[Call], Reply]:
    """`GET jobs/ingest/<id>` and `GET jobs/query/<id>`."""
    return lambda call: Reply(200, shown.whole(_job(call, kind)))


def remove(kind: JobType) -> Callable[[Call], Reply]:
    """`DELETE jobs/ingest/<id>` and `DELETE jobs/query/<id>`."""

    def removed(call: Call) -> Reply:
        job = _job(call, kind)
        if job.state in {JobState.OPEN, JobState.RUNNING}:
            raise refusals.not_yet(job)
        call.org.jobs.delete(job)
        return Reply(204)

    return removed


def move(kind: JobType) -> Callable[[Call], Reply]:
    """`PATCH jobs/ingest/<id>` and `PATCH jobs/query/<id>`: closed for processing, or aborted."""
    allowed = {JobState.ABORTED: _ABORTABLE}
    if kind is JobType.INGEST:
        allowed[JobState.UPLOADED] = {JobState.OPEN}

    def moved(call: Call) -> Reply:
        asked = call.json().get("state")
        wanted = next((state for state in allowed if state == asked), None)
        if wanted is None:
            raise refusals.no_state(asked)
        with call.org.transaction():
            job = _job(call, kind)
            if job.state not in allowed[wanted]:
                raise refusals.wrong_state(job, wanted)
            return Reply(200, shown.brief(call.org.jobs.save(replace(job, state=wanted), call.org.clock.now())))

    return moved


def listed(kind: JobType) -> Callable[[Call], Reply]:
    """`GET jobs/ingest` and `GET jobs/query`: the caller's jobs of every kind, as both addresses give in Salesforce."""

    def found(call: Call) -> Reply:
        asked = call.query.get("jobType")
        kinds = [one for one in SHOWN if asked in {None, one}]
        jobs = [job for job in call.org.jobs.listed(kinds, call.org.clock.now()) if job.user_id == call.user_id]
        start = _start(call, "queryLocator", len(jobs))
        end = start + _LISTED
        done = end >= len(jobs)
        door = "ingest" if kind is JobType.INGEST else "query"
        more = None if done else f"{call.base_url}/jobs/{door}?queryLocator={_locator(end)}"
        records = [shown.listed(job) for job in jobs[start:end]]
        return Reply(200, {"done": done, "records": records, "nextRecordsUrl": more})

    return found


# Ingest


def create_ingest(call: Call) -> Reply:
    """`POST jobs/ingest`."""
    job, content = orders.ingest(call)
    now, jobs = call.org.clock.now(), call.org.jobs
    if jobs.used(JobType.INGEST, now) >= jobs.allowed_batches:
        raise refusals.quota("ApiBatchItems Limit exceeded.")
    with call.org.transaction():
        made = jobs.create(job, now)
        if content is not None:
            jobs.keep(made, Part.UPLOAD, 0, 0, content)
    return Reply(200, shown.brief(made))


def upload(call: Call) -> Reply:
    """`PUT jobs/ingest/<id>/batches`: once."""
    kind = call.headers.get("content-type", "text/csv").partition(";")[0].strip().casefold()
    if kind != "text/csv":
        raise refusals.no_csv(kind)
    if len(call.body) > LARGEST_UPLOAD:
        raise refusals.too_large(f"{LARGEST_UPLOAD:,} bytes of data")
    with call.org.transaction():
        job = _job(call, JobType.INGEST)
        if job.state is not JobState.OPEN:
            raise refusals.not_yet(job)
        if any(True for _ in call.org.jobs.kept(job, Part.UPLOAD)):
            raise refusals.uploaded_twice(job)
        call.org.jobs.keep(job, Part.UPLOAD, 0, 0, call.body)
    return Reply(201)


def rows_of(part: Part, *extra: str) -> Callable[[Call], Reply]:
    """`GET jobs/ingest/<id>/successfulResults` and `failedResults`: the rows, with these columns before their own."""

    def found(call: Call) -> Reply:
        job = _ended(call, JobType.INGEST)
        dialect = Dialect(job.delimiter, job.line_ending)
        header = next(dialect.rows(call.org.jobs.text(job, Part.HEADER)), list[str]())
        return _csv(dialect.write([[*extra, *header]]) + call.org.jobs.text(job, part))

    return found


def unprocessed(call: Call) -> Reply:
    """`GET jobs/ingest/<id>/unprocessedrecords`: the rows that the job never came to, as they were uploaded."""
    job = _ended(call, JobType.INGEST)
    content = call.org.jobs.text(job, Part.UPLOAD)
    if not job.processed:  # it may be no CSV at all
        return _csv(content)
    dialect = Dialect(job.delimiter, job.line_ending)
    return _csv(call.org.jobs.text(job, Part.HEADER) + dialect.cut(content, 1 + job.processed, 1 + job.rows))


# Query


def create_query(call: Call) -> Reply:
    """`POST jobs/query`."""
    job = orders.query(call)
    now, jobs = call.org.clock.now(), call.org.jobs
    used = jobs.used(JobType.QUERY, now)
    if used >= jobs.allowed_queries:
        raise refusals.query_quota(jobs.allowed_queries, used)
    return Reply(200, shown.brief(jobs.create(job, now)))


def results(call: Call) -> Reply:
    """`GET jobs/query/<id>/results?maxRecords=...&locator=...`: a page of rows, and where the next begins."""
    job = _answered(call)
    start = _start(call, "locator", job.processed)
    end = min(start + _most(call), job.processed)
    dialect = Dialect(job.delimiter, job.line_ending)
    pieces = [call.org.jobs.text(job, Part.HEADER)]
    for piece in call.org.jobs.kept(job, Part.RESULT, start):
        if piece.first >= end:
            break
        whole = start <= piece.first and piece.first + piece.rows <= end
        pieces.append(piece.body if whole else dialect.cut(piece.body, max(start - piece.first, 0), end - piece.first))
    headers = {
        "Sforce-NumberOfRecords": str(end - start),
        "Sforce-Locator": _locator(end) if end < job.processed else "null",
    }
    return _csv(b"".join(pieces), headers)


def result_pages(call: Call) -> Reply:
    """`GET jobs/query/<id>/resultPages?locator=...`: where the next five pages of rows are, to be read side by side."""
    job = _answered(call)
    path = f"{call.base_url}/jobs/query/{job.id}"
    start = _start(call, "locator", job.processed)
    places = range(start, max(job.processed, start + 1), _PAGE)
    pages = [{"resultUrl": f"{path}/results?locator={_locator(place)}"} for place in places[:_SIDE_BY_SIDE]]
    rest = places[_SIDE_BY_SIDE:]
    more = f"{path}/resultPages?locator={_locator(rest[0])}" if rest else None
    return Reply(200, {"resultPages": pages, "nextRecordsUrl": more, "done": not rest})


def _answered(call: Call) -> Job:
    """Give a query job whose rows are there, to be read by the version of the API that asked for them."""
    job = _ended(call, JobType.QUERY)
    if job.state is not JobState.COMPLETE:
        raise refusals.not_yet(job)
    if job.version != call.version:
        raise refusals.another_version(job)
    return job


def _ended(call: Call, kind: JobType) -> Job:
    job = _job(call, kind)
    if not job.state.ended:
        raise refusals.not_yet(job)
    return job


def _most(call: Call) -> int:
    asked = call.query.get("maxRecords", str(_PAGE))
    if not (asked.isascii() and asked.isdecimal() and int(asked[:9]) > 0):
        raise refusals.unfit(f"maxRecords is a positive number, not {asked}")
    return int(asked[:9])


def _locator(place: int) -> str:
    return urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def _start(call: Call, parameter: str, size: int) -> int:
    """Give the place that a locator in the address names, or the beginning where there is none."""
    locator = call.query.get(parameter, _locator(0))
    try:
        text = urlsafe_b64decode(locator + "=" * (-len(locator) % 4)).decode("ascii")
    except (NotBase64, ValueError):
        text = ""
    if not text.isdecimal() or int(text) >= max(size, 1) or _locator(int(text)) != locator:
        raise refusals.dead_locator(locator)
    return int(text)


def _csv(body: bytes, headers: dict[str, str] | None = None) -> Reply:
    about = {"Content-Type": "text/csv; charset=UTF-8", "Content-Length": str(len(body))}
    return Reply(200, body, about | (headers or {}))
