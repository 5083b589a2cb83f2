"""Jobs and batches as the first Bulk API tells of them, field by field."""

from collections.abc import Sequence
from typing import Any, Final

from upbeat.localorg.async_bulk.forms import Form
from upbeat.localorg.jobs import Job, JobState

BATCH_STATES: Final = {
    JobState.UPLOADED: "Queued",
    JobState.RUNNING: "InProgress",
    JobState.COMPLETE: "Completed",
    JobState.FAILED: "Failed",
    JobState.ABORTED: "NotProcessed",
}
_COUNTED: Final = ("Queued", "InProgress", "Completed", "Failed")


def job_info(job: Job, batches: Sequence[Job], form: Form) -> dict[str, Any]:
    """Give what is known of a job, with the sums of its batches, in the order of the guide."""
    states = [BATCH_STATES[one.state] for one in batches]
    about: dict[str, Any] = {
        "id": job.id,
        "operation": job.operation,
        "object": job.object,
        "createdById": job.user_id,
        "createdDate": _moment(job.created, form),
        "systemModstamp": _moment(job.modified, form),
        "state": job.state,
    }
    if job.external_id or form is Form.JSON:
        about["externalIdFieldName"] = job.external_id or None
    about |= {"concurrencyMode": job.concurrency, "contentType": job.content_type}
    about |= {f"numberBatches{state}": states.count(state) for state in _COUNTED}
    about |= {
        "numberBatchesTotal": len(batches),
        "numberRecordsProcessed": sum(one.processed for one in batches),
        "numberRetries": 0,
        "apiVersion": float(job.version),
    }
    if form is Form.JSON:
        about |= {"assignmentRuleId": None, "fastPathEnabled": False}
    failed = sum(one.failed for one in batches)
    return about | {"numberRecordsFailed": failed} | _times(sum(one.milliseconds for one in batches))


def batch_info(batch: Job, form: Form) -> dict[str, Any]:
    """Give what is known of a batch, in the order of the guide."""
    about: dict[str, Any] = {"id": batch.id, "jobId": batch.parent, "state": BATCH_STATES[batch.state]}
    if batch.error or form is Form.JSON:
        about["stateMessage"] = batch.error or None
    about |= {
        "createdDate": _moment(batch.created, form),
        "systemModstamp": _moment(batch.modified, form),
        "numberRecordsProcessed": batch.processed,
        "numberRecordsFailed": batch.failed,
    }
    return about | _times(batch.milliseconds)


def _times(milliseconds: int) -> dict[str, Any]:
    return {"totalProcessingTime": milliseconds, "apiActiveProcessingTime": milliseconds, "apexProcessingTime": 0}


def _moment(stored: str, form: Form) -> str:
    return stored if form is Form.JSON else f"{stored[:-5]}Z"
