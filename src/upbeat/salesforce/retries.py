"""How long to wait before a call is sent again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

from upbeat.base import Clock


@dataclass(frozen=True, slots=True)
class Retries:
    """Waits that double from `first` up to `longest` seconds, each shortened by chance to at most half.

    The chance keeps clients that failed together from returning together. `attempts` counts the first sending too;
    `patience` is the longest Retry-After, in seconds, that is waited for instead of given up.
    """

    attempts: int = 5
    first: float = 0.5
    longest: float = 20.0
    patience: float = 60.0
    random: Random = field(default_factory=Random, repr=False)

    def wait(self, failed: int, asked: float = 0) -> float | None:
        """Give the seconds to wait after the `failed`-th attempt (from 1), or None to give up.

        `asked` is the wait that the server asked for; it is the least.
        """
        if failed >= self.attempts or asked > self.patience:
            return None
        ours = min(self.longest, self.first * 2 ** (failed - 1)) * self.random.uniform(0.5, 1)
        return max(ours, asked)


class Pauses:
    """The waits themselves."""

    def __init__(self, retries: Retries, *, clock: Clock, sleep: Callable[[float], None]) -> None:
        """Wait as `retries` says, by `sleep`; `clock` reads a Retry-After that is a date."""
        self._retries = retries
        self._clock = clock
        self._sleep = sleep

    def pause(self, failed: int, retry_after: str | None = None) -> bool:
        """Wait after the `failed`-th attempt, or give False, at once, where it is time to give up."""
        wait = self._retries.wait(failed, seconds(retry_after, self._clock.now()))
        if wait is not None:
            self._sleep(wait)
        return wait is not None


def seconds(retry_after: str | None, now: datetime) -> float:
    """Read a Retry-After header, seconds or an HTTP date, as seconds from `now`; 0 where it says nothing."""
    text = (retry_after or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0
    return max((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds(), 0)
