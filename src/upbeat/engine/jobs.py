"""What the house does by itself now and then, beside carrying items: who left, what slipped, what the org says.

A job is a use case of `operations`, wired by `app`. It is given the moment and answers with what the ledger should
remember of it, or with nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from upbeat.base import UpbeatError
from upbeat.domain import HOUSE
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.store import Store, StoreError
from upbeat.workflows import Schedule

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """One of them: its name, when it comes, in the org's time zone, and what is done."""

    name: str
    every: Schedule
    run: Callable[[datetime], Mapping[str, Any] | None]


def do(job: Job, store: Store, ledger: Ledger, now: datetime) -> None:
    """Do a job and enter what came of it; one that fails is entered too, and has its turn again at its next time."""
    try:
        found = job.run(now)
    except StoreError:
        raise
    except UpbeatError as error:
        log.warning("a job could not be done", job=job.name, why=str(error))
        entry = Entry(Kind.JOB_FAILED, HOUSE, {"job": job.name, "why": str(error)})
    else:
        if found is None:
            return
        entry = Entry(Kind.JOB_DONE, HOUSE, {"job": job.name, **found})
    with store.writing() as conn:
        ledger.append(conn, [entry])
