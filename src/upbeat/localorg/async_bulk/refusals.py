"""What the first Bulk API refuses of a call; what fails a batch later is in the batch."""

from upbeat.localorg.jobs import Job, JobState
from upbeat.localorg.problems import Problem, Refused


def _refused(code: str, what: str) -> Refused:
    return Refused(400, Problem(code, what))


def no_version(number: str) -> Refused:
    """Word a version of the API that there is not."""
    return _refused("InvalidUrl", f"unknown version: {number}")


def no_address(path: str) -> Refused:
    """Word an address where nothing is."""
    return _refused("InvalidUrl", f"Destination URL not reset. There is no resource at {path}")


def no_job(key: str) -> Refused:
    """Word a job that there is not, or no longer."""
    return _refused("InvalidJob", f"Unable to find job: {key}")


def no_batch(key: str) -> Refused:
    """Word a batch that the job does not have."""
    return _refused("InvalidBatch", f"Unable to find batch: {key}")


def no_result(key: str) -> Refused:
    """Word a result that the batch does not have."""
    return _refused("InvalidBatch", f"Unable to find result: {key}")


def no_results(batch: Job, state: str) -> Refused:
    """Word results asked for of a batch that has none, or none yet."""
    if batch.state.ended:
        return _refused("InvalidBatch", f"Batch {state}: {batch.error}".removesuffix(": "))
    return _refused("InvalidBatch", "Batch not completed")


def no_xml(why: str) -> Refused:
    """Word a body that is not the XML that the resource takes."""
    return _refused("InvalidXML", why)


def no_operation(word: str) -> Refused:
    """Word an operation that there is not."""
    return _refused("InvalidJob", f"Unknown operation: {word}" if word else "Operation must be specified")


def no_content_type(word: object) -> Refused:
    """Word a content type that jobs do not have here."""
    return _refused("InvalidJob", f"contentType must be one of CSV, JSON, XML, not {word}")


def no_concurrency(word: object) -> Refused:
    """Word a way of working on batches that there is not."""
    return _refused("InvalidJob", f"concurrencyMode must be one of Parallel, Serial, not {word}")


def no_state(word: object) -> Refused:
    """Word a state that no client can ask for."""
    return _refused("InvalidJobState", f"The job state cannot be set to {word}")


def wrong_state(job: Job, wanted: JobState) -> Refused:
    """Word a move that a job cannot make from where it stands."""
    act = "Aborting" if wanted is JobState.ABORTED else "Closing"
    return _refused("InvalidJobState", f"{act} already {job.state} Job not allowed")


def not_open(job: Job) -> Refused:
    """Word a batch for a job that takes no more."""
    return _refused("InvalidJobState", f"The job is {job.state}: batches can be added to an open job alone")


def other_media(kind: str, wanted: str) -> Refused:
    """Word a batch that says it is of another type than its job."""
    return _refused("ClientInputError", f"Content-Type {kind} does not match the job's: send {wanted}")


def nothing_sent() -> Refused:
    """Word a batch without content."""
    return _refused("ClientInputError", "The batch has no content")


def no_text(why: str) -> Refused:
    """Word a query that is no text."""
    return _refused("ClientInputError", f"The query is not encoded in UTF-8: {why}")


def too_large(limit: int) -> Refused:
    """Word a batch above what one holds."""
    return _refused("ClientInputError", f"Failed to read request. Exceeded max size limit of {limit}")


def quota() -> Refused:
    """Word a day's batches being used up."""
    return _refused("ExceededQuota", "ApiBatchItems Limit exceeded.")
