"""Jobs of the Bulk API 2.0, watched to their end, whichever of the ends it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from upbeat.salesforce.errors import Rejected, Retryable, SalesforceError
from upbeat.salesforce.session import Session

Job = Mapping[str, Any]

_SETUP: Final = "Look at it in Setup > Bulk Data Load Jobs."
_WAITING: Final = frozenset({"Open", "UploadComplete", "InProgress"})


@dataclass(frozen=True, slots=True)
class Watch:
    """How a job is looked at: after `first` seconds, then ever later up to every `longest`, for `patience` in all.

    Every look is a call of the API.
    """

    first: float = 0.5
    growth: float = 1.5
    longest: float = 30.0
    patience: float = 7200.0


DEFAULT: Final = Watch()


class JobLate(Retryable):
    """A job that has not ended while we were watching; it may end yet."""


def ended(session: Session, path: str, watch: Watch) -> Job:
    """Look at a job until it is done, and give what the org says of it then.

    Raises JobLate where it is not done in time, Rejected where it failed or somebody aborted it, with what the org says
    of the cause, and SalesforceError as every call does.
    """
    waited, wait = 0.0, watch.first
    while True:
        session.pauses.sleep(wait)
        waited += wait
        job: Job = session.get(path)
        if job["state"] == "JobComplete":
            return job
        if job["state"] not in _WAITING:
            raise _bad_end(job, path)
        if waited >= watch.patience:
            what = f"the org has not done the job {job['id']} in {waited / 60:,.0f} minutes: it is {job['state']}"
            raise JobLate(what, where=path, fix=_SETUP)
        wait = min(wait * watch.growth, watch.longest)


def _bad_end(job: Job, path: str) -> SalesforceError:
    if job["state"] == "Aborted":
        return Rejected(f"somebody aborted the job {job['id']}", where=path, fix=_SETUP)
    said = str(job.get("errorMessage") or "the org does not say why")
    code = said.partition(":")[0].strip()  # as in `InvalidBatch : Field name not found`
    what = f"the org could not do the job {job['id']}: {said}"
    return Rejected(what, where=path, fix=_SETUP, code="" if " " in code else code)
