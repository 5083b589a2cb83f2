"""The resources of the first Bulk API: jobs, their batches, and what came of each batch."""

from dataclasses import replace
from typing import Any, Final

from upbeat.base import decode, full_id, to_18
from upbeat.base.xmltext import document, xml
from upbeat.localorg.async_bulk import orders, refusals
from upbeat.localorg.async_bulk.forms import MEDIA, Form, content, listed, shown
from upbeat.localorg.async_bulk.infos import BATCH_STATES, batch_info, job_info
from upbeat.localorg.bulk.csvtext import Dialect
from upbeat.localorg.bulk.loading import worded
from upbeat.localorg.bulk.orders import QueryOperation
from upbeat.localorg.bulk.records import NAMESPACE
from upbeat.localorg.bulk.refusals import another_users
from upbeat.localorg.jobs import Job, JobState, JobType, Part
from upbeat.localorg.problems import Problem, Saved
from upbeat.localorg.rest import Call, Reply

LARGEST: Final = 10_000_000
"""Bytes of a batch (Bulk API guide, Limits)."""

_NO_RECORDS: Final = b"Records not found for this query\n"  # what stands in place of CSV without a row


def _job(call: Call) -> Job:
    """Give the job that a call names. Raises Refused where there is none, or it is another user's."""
    key = call.path["job"]
    job = call.org.jobs.find(key, call.org.clock.now())
    if job is None or job.type is not JobType.CLASSIC:
        raise refusals.no_job(key)
    if job.user_id != call.user_id:
        raise another_users()
    return job


def _batch(call: Call) -> Job:
    """Give the batch that a call names. Raises Refused where the job has none of that id."""
    job, key = _job(call), call.path["batch"]
    batch = call.org.jobs.find(key, call.org.clock.now())
    if batch is None or batch.parent != job.id:
        raise refusals.no_batch(key)
    return batch


def _form_of(batch: Job) -> Form:
    """Give the form in which a batch is told of: that of its job, and XML for CSV."""
    return Form.JSON if batch.content_type == Form.JSON else Form.XML


# Jobs


def create_job(call: Call, form: Form) -> Reply:
    """`POST job`."""
    job = call.org.jobs.create(orders.job(call, orders.body_of(call, form)), call.org.clock.now())
    return shown(form, "jobInfo", job_info(job, (), form), 201)


def look_at_job(call: Call, form: Form) -> Reply:
    """`GET job/<id>`."""
    job = _job(call)
    return shown(form, "jobInfo", job_info(job, call.org.jobs.batches(job), form))


def move_job(call: Call, form: Form) -> Reply:
    """`POST job/<id>`: closed for more batches, or aborted with those that have not ended."""
    asked = orders.body_of(call, form).get("state")
    wanted = next((state for state in (JobState.CLOSED, JobState.ABORTED) if state == asked), None)
    if wanted is None:
        raise refusals.no_state(asked)
    jobs, now = call.org.jobs, call.org.clock.now()
    with call.org.transaction():
        job = _job(call)
        if job.state not in ({JobState.OPEN} if wanted is JobState.CLOSED else {JobState.OPEN, JobState.CLOSED}):
            raise refusals.wrong_state(job, wanted)
        for batch in jobs.batches(job) if wanted is JobState.ABORTED else ():
            if not batch.state.ended:
                jobs.save(replace(batch, state=JobState.ABORTED), now)
        job = jobs.save(replace(job, state=wanted), now)
        return shown(form, "jobInfo", job_info(job, jobs.batches(job), form))


# Batches


def add_batch(call: Call, _: Form) -> Reply:
    """`POST job/<id>/batch`: records, or the text of a query."""
    jobs, now = call.org.jobs, call.org.clock.now()
    with call.org.transaction():
        job = _job(call)
        if job.state is not JobState.OPEN:
            raise refusals.not_open(job)
        _check_body(call, job)
        if jobs.used(JobType.INGEST, now) >= jobs.allowed_batches:
            raise refusals.quota()
        batch = replace(job, type=JobType.BATCH, parent=job.id, state=JobState.UPLOADED)
        if job.operation in set(QueryOperation):
            batch = replace(batch, query=_query(call))
        else:
            batch = replace(batch, line_ending=_line_ending(call.body))
        batch = jobs.create(batch, now)
        jobs.keep(batch, Part.UPLOAD, 0, 0, call.body)
    form = _form_of(job)
    return shown(form, "batchInfo", batch_info(batch, form), 201)


def list_batches(call: Call, _: Form) -> Reply:
    """`GET job/<id>/batch`."""
    job = _job(call)
    form = _form_of(job)
    found = [batch_info(one, form) for one in call.org.jobs.batches(job)]
    return shown(form, "batchInfoList", {"batchInfo": found})


def look_at_batch(call: Call, _: Form) -> Reply:
    """`GET job/<id>/batch/<id>`."""
    batch = _batch(call)
    form = _form_of(batch)
    return shown(form, "batchInfo", batch_info(batch, form))


def request(call: Call, _: Form) -> Reply:
    """`GET job/<id>/batch/<id>/request`: the batch as it was sent."""
    batch = _batch(call)
    return content(call.org.jobs.text(batch, Part.UPLOAD), batch.content_type)


def _check_body(call: Call, job: Job) -> None:
    kind, wanted = call.headers.get("content-type", "").partition(";")[0].strip().casefold(), MEDIA[job.content_type]
    if kind and kind.replace("text/xml", "application/xml") != wanted:
        raise refusals.other_media(kind, wanted)
    if len(call.body) > LARGEST:
        raise refusals.too_large(LARGEST)
    if not call.body.strip():
        raise refusals.nothing_sent()


def _query(call: Call) -> str:
    try:
        return call.body.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise refusals.no_text(str(error)) from None


def _line_ending(body: bytes) -> str:
    return "CRLF" if b"\n" in body and body[: body.index(b"\n")].endswith(b"\r") else "LF"


# Results


def results(call: Call, _: Form) -> Reply:
    """`GET job/<id>/batch/<id>/result`: what became of each record, in order, or the ids of a query's results."""
    batch = _ended(call)
    if batch.query:
        found = [_result_id(batch)]
        if batch.content_type == Form.JSON:
            return listed(found)
        return content(document(f'<result-list xmlns="{NAMESPACE}">{xml({"result": found})}</result-list>'), "XML")
    pieces = call.org.jobs.kept(batch, Part.RESULT)
    saved = [one for piece in pieces for one in decode(piece.body, list[Saved])]
    match batch.content_type:
        case Form.JSON:
            return listed([{**_done(one), "id": one.id or None, "errors": _errors(one)} for one in saved])
        case Form.XML:
            rows: list[dict[str, Any]] = []
            for one in saved:
                errors = [{key: value for key, value in each.items() if value is not None} for each in _errors(one)]
                rows.append({"errors": errors, **({"id": one.id} if one.id else {}), **_done(one)})
            return content(document(f'<results xmlns="{NAMESPACE}">{xml({"result": rows})}</results>'), "XML")
        case _:
            cells = [(one.id, _word(truth=one.ok), _word(truth=one.created), worded(one.errors)) for one in saved]
            return content(Dialect().write([("Id", "Success", "Created", "Error"), *cells]), "CSV")


def result(call: Call, _: Form) -> Reply:
    """`GET job/<id>/batch/<id>/result/<id>`: the records of a query."""
    batch, key = _ended(call), call.path["result"]
    if not batch.query or full_id(key) != _result_id(batch):
        raise refusals.no_result(key)
    if batch.content_type == "CSV" and not batch.processed:
        return content(_NO_RECORDS, "CSV")
    return content(b"".join(call.org.jobs.text(batch, part) for part in (Part.HEADER, Part.RESULT)), batch.content_type)


def _ended(call: Call) -> Job:
    """Give a batch that has results. Raises Refused: a failed one has those of the records that it came to."""
    batch = _batch(call)
    if batch.state is not JobState.COMPLETE and (batch.query or not batch.state.ended or not batch.processed):
        raise refusals.no_results(batch, BATCH_STATES[batch.state])
    return batch


def _result_id(batch: Job) -> str:
    return to_18(f"752{batch.id[3:15]}")


def _done(one: Saved) -> dict[str, bool]:
    return {"success": one.ok, "created": one.created}


def _word(*, truth: bool) -> str:
    return "true" if truth else "false"


def _errors(one: Saved) -> list[dict[str, Any]]:
    return [_error(problem) for problem in one.errors]


def _error(problem: Problem) -> dict[str, Any]:
    return {
        "fields": list(problem.fields),
        "message": problem.message,
        "statusCode": problem.code,
        "extendedErrorDetails": None,
    }
