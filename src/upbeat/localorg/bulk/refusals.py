"""What the Bulk API 2.0 refuses of a call, worded as Salesforce words it; what fails a job later is in the job."""

from upbeat.localorg.jobs import Job, JobState
from upbeat.localorg.problems import NOT_FOUND, Problem, Refused

_CALLED = {JobState.COMPLETE: "Completed", JobState.ABORTED: "Aborted", JobState.FAILED: "Failed"}


def no_job() -> Refused:
    """Word a job that there is not, or no longer."""
    return Refused(404, NOT_FOUND)


def another_users() -> Refused:
    """Word a job that somebody else made."""
    return Refused(403, Problem("INVALIDUSER", "The job was created by another user"))


def another_version(job: Job) -> Refused:
    """Word results asked for by another version of the API than the query was."""
    what = f"The API version of the request must be {job.version}.0, as the job's is"
    return Refused(409, Problem("INVALIDJOB", what))


def unfit(what: str) -> Refused:
    """Word a job that cannot be made."""
    return Refused(400, Problem("INVALIDJOB", f"InvalidJob : {what}"))


def no_hard_delete() -> Refused:
    """Word a hard delete by someone who may not."""
    what = "hardDelete operation requires special user profile permission, please contact your system administrator"
    return Refused(400, Problem("FEATURENOTENABLED", what))


def wrong_state(job: Job, wanted: JobState) -> Refused:
    """Word a move that a job cannot make from where it stands."""
    act = "Aborting" if wanted is JobState.ABORTED else "Closing"
    what = f"{act} already {_CALLED.get(job.state, job.state)} Job not allowed"
    return Refused(400, Problem("INVALIDJOBSTATE", what))


def no_state(word: object) -> Refused:
    """Word a state that no client can ask for."""
    return Refused(400, Problem("INVALIDJOBSTATE", f"The job state cannot be set to {word}"))


def not_yet(job: Job) -> Refused:
    """Word what can be done only to a job in another state."""
    return Refused(400, Problem("INVALIDJOBSTATE", f"The job is {job.state}"))


def uploaded_twice(job: Job) -> Refused:
    """Word a second upload."""
    what = (
        f"Found multiple contents for job: <{job.id[:15]}>, please 'Close' / 'Abort' / 'Delete' the current Job then "
        "create a new Job and make sure you only do 'PUT' once on a given Job."
    )
    return Refused(400, Problem("INVALIDJOB", what))


def too_large(limit: str) -> Refused:
    """Word an upload above what one job takes."""
    return Refused(413, Problem("CLIENTINPUTERROR", f"Request Entity Too Large: a job takes {limit}"))


def no_csv(kind: str) -> Refused:
    """Word an upload that says it is something else than CSV."""
    return Refused(415, Problem("UNSUPPORTED_MEDIA_TYPE", f"Unsupported Content-Type: {kind}. Send text/csv"))


def quota(what: str) -> Refused:
    """Word a day's jobs being used up."""
    return Refused(400, Problem("EXCEEDEDQUOTA", what))


def query_quota(allowed: int, used: int) -> Refused:
    """Word a day's query jobs being used up."""
    what = f"Max bulk v2 query jobs ({allowed}) per 24 hrs has been reached ({used})"
    return Refused(400, Problem("LIMIT_EXCEEDED", what))


def not_in_bulk(what: str) -> Refused:
    """Word a query that is fine but for the Bulk API."""
    return Refused(400, Problem("API_ERROR", f"{what} not supported in Bulk Query"))


def dead_locator(text: str) -> Refused:
    """Word a locator that leads to none of the results."""
    return Refused(400, Problem("INVALIDLOCATOR", f"The locator is invalid: {text}"))
