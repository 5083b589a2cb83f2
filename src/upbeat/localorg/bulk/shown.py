"""A job as the API shows it."""

from typing import Any

from upbeat.localorg.jobs import Job, JobType


def brief(job: Job) -> dict[str, Any]:
    """Give what the calls that move a job answer."""
    found: dict[str, Any] = {
        "id": job.id,
        "operation": job.operation,
        "object": job.object,
        "createdById": job.user_id,
        "createdDate": job.created,
        "systemModstamp": job.modified,
        "state": job.state,
    }
    if job.external_id:
        found["externalIdFieldName"] = job.external_id
    found |= {"concurrencyMode": job.concurrency, "contentType": job.content_type, "apiVersion": float(job.version)}
    if job.type is JobType.INGEST:
        found["contentUrl"] = f"services/data/v{job.version}.0/jobs/ingest/{job.id}/batches"
    return found | {"lineEnding": job.line_ending, "columnDelimiter": job.delimiter}


def listed(job: Job) -> dict[str, Any]:
    """Give what a list of jobs says of one."""
    return brief(job) | {"jobType": job.type}


def whole(job: Job) -> dict[str, Any]:
    """Give all that is known of a job."""
    found = listed(job) | {
        "numberRecordsProcessed": job.processed,
        "retries": 0,
        "totalProcessingTime": job.milliseconds,
    }
    if job.type is JobType.QUERY:
        found["isPkChunkingSupported"] = True
    else:
        found |= {"numberRecordsFailed": job.failed}
        found |= {"apiActiveProcessingTime": job.milliseconds, "apexProcessingTime": 0}
    return found | ({"errorMessage": job.error} if job.error else {})
