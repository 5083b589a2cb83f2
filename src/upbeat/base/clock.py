"""Time comes in through a parameter of this type; only this module reads the wall clock (law 9)."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A source of the present moment."""

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Give the machine's time in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved: for simulations, replays and tests."""

    def __init__(self, start: datetime) -> None:
        """Begin at `start`, which must be aware."""
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware datetime")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Give the moment that the clock was last moved to."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward by `by` and give the new moment."""
        return self.move_to(self._now + by)

    def move_to(self, moment: datetime) -> datetime:
        """Move forward to `moment` and give it; time never runs back."""
        if moment < self._now:
            raise ValueError(f"time does not run back from {self._now} to {moment}")
        self._now = moment.astimezone(UTC)
        return self._now
