"""Faults on demand: what goes wrong between a client and an org, made to happen."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Final


class FaultKind(StrEnum):
    """What goes wrong."""

    LOCK = "lock"  # the rows are held by someone else: UNABLE_TO_LOCK_ROW, nothing written
    SESSION = "401"  # the session has ended
    UNUSABLE = "unusable session"  # alive, and not for REST: a new login does not cure it
    REFUSED = "login refused"  # what was granted is no more: invalid_grant
    GARBLED = "login garbled"  # a page in place of the token
    LIMIT = "limit"  # the day's calls are used up
    BEFORE = "500 before"  # a server error, nothing written
    AFTER = "500 after commit"  # a server error, and everything written
    SLOW = "slow"
    GAP = "gap"  # the stream tells no more than that the record changed
    EXPIRED = "expired replay id"  # a subscription cannot go on where it was
    CUT_STREAM = "cut stream"  # the stream ends before the event
    FAILED_JOB = "failed job"  # a job of the Bulk API ends as Failed
    STUCK_JOB = "stuck job"  # it stays InProgress until somebody aborts it, or the org is started again


REST: Final = frozenset(
    {
        FaultKind.LOCK,
        FaultKind.SESSION,
        FaultKind.UNUSABLE,
        FaultKind.LIMIT,
        FaultKind.BEFORE,
        FaultKind.AFTER,
        FaultKind.SLOW,
    }
)
"""What can go wrong with a call over HTTP."""

LOGIN: Final = frozenset({FaultKind.REFUSED, FaultKind.GARBLED})
"""What can go wrong with a call of OAuth, beside that."""

JOB: Final = frozenset({FaultKind.LOCK, FaultKind.SLOW, FaultKind.FAILED_JOB, FaultKind.STUCK_JOB})
"""What can go wrong with a job of the Bulk API."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault for the next `times` calls whose `METHOD /path?query` matches the pattern `match`.

    On the stream, a call is `Subscribe /data/LeadChangeEvent CUSTOM`, and each event on its way is one too:
    `event Lead UPDATE 00Q...`. A job that is begun is `job V2Ingest insert Lead`. `skip` lets that many matching calls
    pass first. `rows` limits a lock to the first rows of a collection or a job, and lets a failing job come so far;
    `seconds` is how long a slow call waits.
    """

    match: str
    kind: FaultKind | str
    times: int = 1
    skip: int = 0
    rows: int | None = None
    seconds: float = 1.0


class Faults:
    """The faults that wait for their call."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = Lock()
        self._waiting: list[tuple[Fault, list[int]]] = []

    def add(self, fault: Fault) -> None:
        """Make this happen. Raises ValueError where the kind is none of FaultKind."""
        FaultKind(fault.kind)
        with self._lock:
            self._waiting.append((fault, [fault.skip, fault.times]))

    def take(self, call: str, kinds: Collection[FaultKind] = REST) -> Fault | None:
        """Give the fault, among those of these kinds, that a call meets, and count it down."""
        if not self._waiting:
            return None
        with self._lock:
            for entry in self._waiting:
                fault, left = entry
                if fault.kind not in kinds or re.search(fault.match, call) is None:
                    continue
                if left[0] > 0:
                    left[0] -= 1
                    continue
                left[1] -= 1
                if left[1] <= 0:
                    self._waiting.remove(entry)
                return fault
        return None
