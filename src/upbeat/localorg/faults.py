"""Faults on demand: what goes wrong between a client and an org, made to happen."""

import re
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock


class FaultKind(StrEnum):
    """What goes wrong."""

    LOCK = "lock"  # the rows are held by someone else: UNABLE_TO_LOCK_ROW, nothing written
    SESSION = "401"  # the session has ended
    LIMIT = "limit"  # the day's calls are used up
    BEFORE = "500 before"  # a server error, nothing written
    AFTER = "500 after commit"  # a server error, and everything written
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault for the next `times` calls whose `METHOD /path?query` matches the pattern `match`.

    `skip` lets that many matching calls pass first. `rows` limits a lock to a collection's first rows; `seconds` is
    how long a slow call waits.
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

    def take(self, call: str) -> Fault | None:
        """Give the fault that a call meets, and count it down."""
        with self._lock:
            for entry in self._waiting:
                fault, left = entry
                if re.search(fault.match, call) is None:
                    continue
                if left[0] > 0:
                    left[0] -= 1
                    continue
                left[1] -= 1
                if left[1] <= 0:
                    self._waiting.remove(entry)
                return fault
        return None
