"""Faults on demand: what goes wrong between a client and an org, made to happen."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from threading import Lock
from typing import Final, Self


class FaultKind(StrEnum):
    """What goes wrong, each with what a client sees of it in `meaning`."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """Make a kind that is its name."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.meaning = meaning
        return kind

    LOCK = "lock", "the rows are held by someone else: UNABLE_TO_LOCK_ROW, nothing of them written"
    ROW = "row error", "a trigger refuses rows: CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, the other rows are written"
    SESSION = "401", "the session has ended: INVALID_SESSION_ID, and a new one helps"
    UNUSABLE = "unusable session", "the session is not for REST: INVALID_SESSION_ID, and no new one helps"
    REFUSED = "login refused", "what was granted is no more: invalid_grant"
    GARBLED = "login garbled", "a page in place of the token"
    LIMIT = "limit", "the day's calls are used up: REQUEST_LIMIT_EXCEEDED"
    CONCURRENT = "concurrent limit", "too many long calls at one time: REQUEST_LIMIT_EXCEEDED, over by itself"
    BEFORE = "500 before", "a server error, UNKNOWN_EXCEPTION, and nothing written"
    AFTER = "500 after commit", "a server error, UNKNOWN_EXCEPTION, and everything written"
    AWAY = "503 before", "SERVER_UNAVAILABLE with a Retry-After of `seconds`, and nothing written"
    AWAY_AFTER = "503 after commit", "SERVER_UNAVAILABLE with a Retry-After of `seconds`, and everything written"
    CUT = "cut before", "the connection closes in the middle of an answer, and nothing is written"
    CUT_AFTER = "cut after commit", "the connection closes in the middle of an answer, and everything is written"
    SLOW = "slow", "the call is answered after `seconds`"
    LOCATOR = "dead locator", "the position in a long result is gone: INVALID_QUERY_LOCATOR"
    GAP = "gap", "the stream tells no more than that the record changed"
    EXPIRED = "expired replay id", "a subscription cannot go on where it was"
    CUT_STREAM = "cut stream", "the stream ends before the event"
    FAILED_JOB = "failed job", "a job of the Bulk API ends as Failed"
    STUCK_JOB = "stuck job", "a job stays InProgress until somebody aborts it, or the org is started again"


ROWS: Final = frozenset({FaultKind.LOCK, FaultKind.ROW})
"""What can go wrong with some rows of a write, while the others are written."""
STREAM: Final = frozenset({FaultKind.GAP, FaultKind.EXPIRED, FaultKind.CUT_STREAM})
LOGIN: Final = frozenset({FaultKind.REFUSED, FaultKind.GARBLED})
"""What can go wrong with a call of OAuth, beside what can go wrong with any."""
JOB: Final = ROWS | {FaultKind.SLOW, FaultKind.FAILED_JOB, FaultKind.STUCK_JOB}
"""What can go wrong with a job of the Bulk API."""
REST: Final = frozenset(FaultKind) - STREAM - LOGIN - {FaultKind.FAILED_JOB, FaultKind.STUCK_JOB}
"""What can go wrong with a call over HTTP."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault for the next `times` calls whose `METHOD /path` matches the pattern `match`; None for ever.

    On the stream, a call is `Subscribe /data/LeadChangeEvent CUSTOM`, and each event on its way is one too:
    `event Lead UPDATE 00Q...`. A request inside a composite or a batch is a call too, and a job that is begun is
    `job V2Ingest insert Lead`. `skip` lets that many matching calls pass first; `rate` picks that share of the others,
    0 to 1, and the same ones for the same `seed`. `rows` limits a fault of rows to the first rows of a collection or a
    job, and lets a failing job come so far; `seconds` is how long a slow call waits, or a client should.
    """

    match: str
    kind: FaultKind | str
    times: int | None = 1
    skip: int = 0
    rows: int | None = None
    seconds: float = 1.0
    rate: float = 1.0
    seed: int = 0


@dataclass(slots=True)
class _Waiting:
    """A fault and what it has still to do."""

    fault: Fault
    pattern: re.Pattern[str]
    chance: Random
    skip: int = field(init=False)
    left: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.skip, self.left = self.fault.skip, self.fault.times

    def strikes(self) -> bool:
        """Whether it happens to a call that matches."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.fault.rate < 1 and self.chance.random() >= self.fault.rate:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """The faults that wait for their call."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = Lock()
        self._waiting: list[_Waiting] = []

    def add(self, fault: Fault) -> None:
        """Make this happen. Raises ValueError for a kind that is none, a pattern that is none, or a rate above 1."""
        FaultKind(fault.kind)
        if not 0 <= fault.rate <= 1:
            raise ValueError(f"a rate is a share of calls, from 0 to 1, and not {fault.rate}")
        try:
            pattern = re.compile(fault.match)
        except re.error as error:
            raise ValueError(f"{fault.match!r} is no pattern: {error}") from None
        with self._lock:
            self._waiting.append(_Waiting(fault, pattern, Random(fault.seed)))  # noqa: S311 (to be repeated, not safe)

    def waiting(self) -> list[tuple[Fault, int | None]]:
        """Give the faults that wait, each with how often it is still to happen; None for ever."""
        with self._lock:
            return [(one.fault, one.left) for one in self._waiting]

    def clear(self) -> None:
        """Let nothing more go wrong."""
        with self._lock:
            self._waiting.clear()

    def take(self, call: str, kinds: Collection[FaultKind] = REST) -> Fault | None:
        """Give the fault, among those of these kinds, that a call meets, and count it down."""
        if not self._waiting:
            return None
        with self._lock:
            for entry in self._waiting:
                if entry.fault.kind not in kinds or entry.pattern.search(call) is None or not entry.strikes():
                    continue
                if entry.left is not None and entry.left <= 0:
                    self._waiting.remove(entry)
                return entry.fault
        return None
