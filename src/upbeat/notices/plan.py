"""What of a person's notices goes out now, what waits, and until when. Pure.

asks something   at once, all in one mail; in quiet hours it waits for their end where its due time leaves room for
                 that; beyond the day's budget it comes at most once an hour, unless it presses
tells something  one mail each, up to the day's budget; the rest comes in one digest; never in quiet hours
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from upbeat.notices.hours import Hours
from upbeat.notices.notice import Notice, State

ROOM: Final = timedelta(hours=2)  # what must be left until something is due when it is heard of later
TOGETHER: Final = timedelta(hours=1)  # between two mails that ask, once the day's budget of mails is used up


@dataclass(frozen=True, slots=True)
class Day:
    """A person's mails of today so far: how many told something and how many asked, and when the last one asked."""

    told: int = 0
    asked: int = 0
    last_asked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """A notice that goes out at another time, and why."""

    notice: Notice
    state: State
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What one person gets now: one mail that asks, mails that tell, one digest; and what they get later."""

    asks: tuple[Notice, ...] = ()
    tells: tuple[Notice, ...] = ()
    digest: tuple[Notice, ...] = ()
    later: tuple[Later, ...] = ()


def plan(notices: Sequence[Notice], hours: Hours, per_day: int, day: Day, now: datetime) -> Plan:
    """Decide over the notices of one person that are due, the oldest first."""
    urgent = [one for one in notices if one.urgent]
    asks, asked_later = _asks(urgent, hours, per_day, day, now)
    rest = [one for one in notices if not one.urgent]
    quiet_end = hours.quiet_end(now)
    if quiet_end > now:
        quiet = [Later(one, one.state, quiet_end, _QUIET) for one in rest]
        return Plan(asks=asks, later=(*asked_later, *quiet))
    held = tuple(one for one in rest if one.state is State.HELD)
    fresh = [one for one in rest if one.state is not State.HELD]
    room = max(per_day - day.told, 0)
    at, why = hours.next_digest(now), f"{per_day} a day is the budget: it comes in the digest"
    over = [Later(one, State.HELD, at, why) for one in fresh[room:]]
    return Plan(asks, tuple(fresh[:room]), held, (*asked_later, *over))


_QUIET: Final = "quiet hours"


def _asks(
    urgent: Sequence[Notice], hours: Hours, per_day: int, day: Day, now: datetime
) -> tuple[tuple[Notice, ...], tuple[Later, ...]]:
    """Give what asks now and what asks later. Where one presses, all that is there goes with it in its mail."""
    wait = max(hours.quiet_end(now), _next_mail(per_day, day, now))
    if wait == now or any(_presses(one, wait) for one in urgent):
        return tuple(urgent), ()
    why = _QUIET if hours.quiet_end(now) > now else f"it comes together with others, after {per_day} mails today"
    return (), tuple(Later(one, State.WAITING, wait, why) for one in urgent)


def _next_mail(per_day: int, day: Day, now: datetime) -> datetime:
    if day.last_asked is None or day.asked < per_day:
        return now
    return max(now, day.last_asked + TOGETHER)


def _presses(notice: Notice, wait: datetime) -> bool:
    return notice.due_at is not None and notice.due_at - wait < ROOM
