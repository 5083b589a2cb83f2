"""Whoever works on the jobs of an org while it is served: one after the other, oldest first, in a thread of its own."""

from dataclasses import replace
from threading import Event, Thread
from typing import Final

from upbeat.localorg.bulk.extracting import extract
from upbeat.localorg.bulk.loading import INTERNAL, load
from upbeat.localorg.faults import JOB, Fault, FaultKind
from upbeat.localorg.jobs import Job, JobFailed, JobState, JobType
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError, Problem, Refused
from upbeat.soql import SoqlError

_LOOK: Final = 0.5  # seconds after which it looks for jobs though nobody told of any
_BREATH: Final = 0.0005  # seconds for which it lets go of the org after each step, so that calls come through


class Worker:
    """Works from `start` until `stop`; what it has not come to is in the org's file, for the next one."""

    def __init__(self, org: LocalOrg) -> None:
        """Work on this org's jobs."""
        self._org = org
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="localorg-bulk", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step that is under way."""
        self._stopping.set()
        self._org.jobs.news.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._org.jobs.news.clear()
            job = self._org.jobs.take(self._org.clock.now())
            if job is None:
                self._org.jobs.news.wait(_LOOK)
            elif self._carried_out(job):
                self._org.jobs.release(job)

    def _go_on(self) -> bool:
        return not self._stopping.wait(_BREATH)

    def _carried_out(self, job: Job) -> bool:
        """Work on a job until it ends or all work does; False where it is stuck, and nobody is to take it again."""
        fault = self._org.faults.take(f"job {job.type} {job.operation} {job.object}", JOB)
        try:
            begun = self._begun(job)
            if begun is None:
                return True
            if fault is not None and fault.kind == FaultKind.STUCK_JOB:
                return False
            with self._org.journal.origin(begun.origin):
                self._do(begun, fault)
        except JobFailed as error:
            self._fail(job, str(error))
        except Refused as refused:
            self._fail(job, _worded(job, refused.problems[0]))
        except SoqlError as error:
            self._fail(job, _worded(job, Problem(str(error.code), error.message)))
        except OrgError as error:
            self._fail(job, f"SERVER_UNAVAILABLE : {error.what}")
        except Exception as error:  # noqa: BLE001 (a job that cannot be done must not stop those behind it)
            self._fail(job, f"UNKNOWN_EXCEPTION : {type(error).__name__}: {error}")
        return True

    def _do(self, job: Job, fault: Fault | None) -> None:
        kind = fault.kind if fault is not None else None
        if fault is not None and kind == FaultKind.SLOW:
            self._stopping.wait(fault.seconds)
        if not job.query:
            load(self._org, job, fault, self._go_on)
        elif kind == FaultKind.FAILED_JOB:
            raise JobFailed(INTERNAL)
        elif self._go_on():
            extract(self._org, job)

    def _begun(self, job: Job) -> Job | None:
        with self._org.transaction():
            found = self._org.jobs.find(job.id, self._org.clock.now())
            if found is None or found.state not in {JobState.UPLOADED, JobState.RUNNING}:
                return None
            return self._org.jobs.save(replace(found, state=JobState.RUNNING), self._org.clock.now())

    def _fail(self, job: Job, why: str) -> None:
        with self._org.transaction():
            found = self._org.jobs.find(job.id, self._org.clock.now())
            if found is not None and not found.state.ended:
                self._org.jobs.save(replace(found, state=JobState.FAILED, error=why), self._org.clock.now())


def _worded(job: Job, problem: Problem) -> str:
    if job.type is JobType.BATCH and job.query:
        return f"InvalidBatch : Failed to process query: {problem.code}: {problem.message}"
    return f"{problem.code} : {problem.message}"
