"""One org's API calls, as every session of this process shares them: slower towards the reserve, and never into it.

    allowance ──────────────── slow ──────────── work stops ── people stop ── reserve ── 0
    every call goes at once    work waits, and   100 calls     96 calls: one  kept for the org's
                               longer each time  for people    each quarter   other users
                                                               of an hour

Work is what the engine does by itself: looking for changes, schedules, items. Whatever a person asks for is never
slowed. Where calls have run short, one call each quarter of an hour finds out whether there are more again.
"""

from collections import Counter, deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import structlog

from upbeat.base import Clock
from upbeat.salesforce.errors import CallsSpent, LimitReached
from upbeat.salesforce.limits import Usage

RESERVE: Final = 500
"""Calls of a day that are left to everybody else in the org."""

ALLOWANCE: Final = "Wait: the allowance refills hour by hour. Setup > Company Information shows it."

_PROBES: Final = 96  # a day of asking once each quarter of an hour
_PROBE: Final = timedelta(minutes=15)
_PROBE_BELOW: Final = timedelta(hours=1)  # where others have gone below the reserve: the allowance refills by the hour
_FOR_PEOPLE: Final = 100  # calls that work leaves to people
_SLOW: Final = 0.2  # of the allowance: so much above its end, work begins to wait
_LONGEST_READ: Final = 30.0  # seconds of a pause
_LONGEST_WRITE: Final = 3.0  # so that a stop, which is looked at before a write, holds within five (law 15)
_LAG: Final = timedelta(minutes=1)  # by which the org's figure may be late

log = structlog.get_logger()

_working: ContextVar[bool] = ContextVar("working", default=False)
_for: ContextVar[str] = ContextVar("for", default="")
_agreed: ContextVar[int | None] = ContextVar("agreed", default=None)


@contextmanager
def as_work() -> Generator[None]:
    """Do what is inside as work: it waits for people, and stops before they do."""
    token = _working.set(True)
    try:
        yield
    finally:
        _working.reset(token)


@contextmanager
def on_account(name: str) -> Generator[None]:
    """Count the calls that are made inside as one workflow's; with an empty name they are everybody's."""
    token = _for.set(name)
    try:
        yield
    finally:
        _for.reset(token)


@dataclass(slots=True)
class Sent:
    """How many calls one piece of work has sent, whoever else sends others at the same time; known when it is over."""

    calls: int = 0


@contextmanager
def at_most(calls: int) -> Generator[Sent]:
    """Send no more than so many calls inside, those that are sent again among them; one more raises CallsSpent."""
    token, sent = _agreed.set(calls), Sent()
    try:
        yield sent
    finally:
        sent.calls = calls - (_agreed.get() or 0)
        _agreed.reset(token)


@dataclass(frozen=True, slots=True)
class Lines:
    """Where an org's calls of a day begin to be spared, each as calls that are left."""

    slow: int
    work: int
    people: int
    reserve: int

    @classmethod
    def of(cls, allowed: int, reserve: int) -> "Lines":
        """Draw them for an allowance, which differs by edition and licences."""
        people = reserve + _PROBES
        work = people + _FOR_PEOPLE
        return cls(work + int(allowed * _SLOW), work, people, reserve)

    def pause(self, left: int, longest: float) -> float:
        """Give the seconds that work waits before a call: none at `slow`, `longest` at `work`, more the nearer."""
        if left >= self.slow or self.slow == self.work:
            return 0.0
        return longest * min(1.0, (self.slow - left) / (self.slow - self.work)) ** 2


class Budget:
    """What is left of an org's calls, and who may still make one. Safe to share between threads."""

    def __init__(
        self, clock: Clock, *, sleep: Callable[[float], None], reserve: int = RESERVE, usage: Usage | None = None
    ) -> None:
        """Begin with what was known last, if anything; until the org has said its figure every call goes."""
        self._clock = clock
        self._sleep = sleep
        self._reserve = reserve
        self._lock = Lock()
        self._usage = usage
        self._sent = deque[datetime]()  # our own calls that the org's figure may not have yet
        self._asked_at = usage.at if usage else None
        self._under_way = 0
        self._counted = Counter[str]()

    @property
    def usage(self) -> Usage | None:
        """Calls used, of those allowed: the org's figure with our own calls since; None before the org has said any."""
        return self._usage

    @property
    def lines(self) -> Lines | None:
        """Where calls begin to be spared; None before the org has said what it allows."""
        return None if self._usage is None else Lines.of(self._usage.allowed, self._reserve)

    def admit(self, call: str, *, reads: bool) -> None:
        """Count a call that is about to be sent, after a pause where calls run short.

        Raises LimitReached where it may not be sent, and CallsSpent where it is more than was agreed to. Each admitted
        call must be told to `answered`.
        """
        agreed = _agreed.get()
        if agreed is not None and agreed <= 0:
            raise CallsSpent("the API calls that were agreed to are spent", where=call)
        if pause := self._pause(reads):
            log.info("API calls run short: waiting", call=call, wait=round(pause, 2), left=self._left())
            self._sleep(pause)
        with self._lock:
            now, usage = self._clock.now(), self._usage
            if usage is not None:
                lines = Lines.of(usage.allowed, self._reserve)
                line = lines.work if _working.get() else lines.people
                if usage.left <= line and not self._may_ask(usage, now):
                    raise _run_short(call, usage, line, self._reserve)
                self._usage = Usage(usage.used + 1, usage.allowed, usage.at)
            self._asked_at = now
            self._sent.append(now)
            self._under_way += 1
            self._counted[_for.get()] += 1
        if agreed is not None:
            _agreed.set(agreed - 1)

    def counted(self) -> dict[str, int]:
        """Give the calls that were sent since this was asked last, by the workflow that they were made for."""
        with self._lock:
            found, self._counted = dict(self._counted), Counter[str]()
        return found

    def answered(self, said: Usage | None) -> None:
        """Take in what an answer said, None where there was no answer or no figure in it."""
        with self._lock:
            self._under_way -= 1
            if said is None:
                return
            while self._sent and said.at - self._sent[0] > _LAG:
                self._sent.popleft()
            used = said.used + self._under_way
            if self._usage is not None and used < self._usage.used:  # it lags, or a day has gone over some calls
                used = min(said.used + len(self._sent), self._usage.used)
            self._usage = Usage(used, said.allowed, said.at)

    def _left(self) -> int | None:
        return None if self._usage is None else self._usage.left

    def _pause(self, reads: bool) -> float:
        usage, lines = self._usage, self.lines
        if usage is None or lines is None or not _working.get() or usage.left <= lines.work:
            return 0.0
        return lines.pause(usage.left, _LONGEST_READ if reads else _LONGEST_WRITE)

    def _may_ask(self, usage: Usage, now: datetime) -> bool:
        wait = _PROBE if usage.left > self._reserve else _PROBE_BELOW
        return self._asked_at is not None and now - self._asked_at >= wait


def _run_short(call: str, usage: Usage, line: int, reserve: int) -> LimitReached:
    return LimitReached(
        f"the org has {usage.left:,} of its {usage.allowed:,} daily API calls left: "
        f"{'work' if _working.get() else 'Upbeat'} stops at {line:,}, and the last {reserve:,} are never spent",
        where=call,
        fix=ALLOWANCE,
        code="REQUEST_LIMIT_EXCEEDED",
    )
