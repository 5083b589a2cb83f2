"""How long to wait before a call is sent again: by its cause, longer each time, by chance, and told in the log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType
from typing import Final

import structlog

from upbeat.base import Clock, retry_after_seconds
from upbeat.salesforce.errors import Cause

log = structlog.get_logger()


FIRST: Final[Mapping[Cause, float]] = MappingProxyType(
    {Cause.LOCK: 0.5, Cause.NETWORK: 1.0, Cause.TROUBLE: 2.0, Cause.CROWD: 5.0}
)
"""The longest first wait of each cause, in seconds.

A lock is held for as long as somebody's save takes; what counts as a crowd are calls that last longer than five.
"""


@dataclass(frozen=True, slots=True)
class Retries:
    """Waits of any length up to a most that begins with the cause's own and doubles, up to `longest` seconds.

    Each wait is drawn between nothing and that most ("full jitter"): clients that failed together do not return
    together. `attempts` counts the first sending too; `patience` is the longest Retry-After, in seconds, that is
    waited for instead of given up.
    """

    attempts: int = 5
    longest: float = 20.0
    patience: float = 60.0
    random: Random = field(default_factory=Random, repr=False)

    def wait(self, failed: int, cause: Cause, asked: float = 0) -> float | None:
        """Give the seconds to wait after the `failed`-th attempt (from 1), or None to give up.

        `asked` is the wait that the server asked for; it is the least.
        """
        if failed >= self.attempts or asked > self.patience:
            return None
        return max(self.random.uniform(0, min(self.longest, FIRST[cause] * 2 ** (failed - 1))), asked)


class Pauses:
    """The waits themselves. Each one is a line in the log: cause, call, wait and attempt, and never a secret."""

    def __init__(self, retries: Retries, *, clock: Clock, sleep: Callable[[float], None]) -> None:
        """Wait as `retries` says, by `sleep`, in seconds; `clock` reads a Retry-After that is a date."""
        self._retries = retries
        self._clock = clock
        self.sleep = sleep

    def pause(self, failed: int, cause: Cause, call: str, why: str, retry_after: str | None = None) -> bool:
        """Wait after the `failed`-th attempt, or give False, at once, where it is time to give up.

        `call` names what is sent again, without its parameters, and `why` is what the org said.
        """
        asked = retry_after_seconds(retry_after, self._clock.now())
        wait = self._retries.wait(failed, cause, asked)
        told = {"cause": str(cause), "call": call, "attempt": failed, "of": self._retries.attempts, "why": why}
        if wait is None:
            log.warning("given up", **told)
            return False
        log.warning("sending again", wait=round(wait, 2), asked_by_org=asked or None, **told)
        self.sleep(wait)
        return True
