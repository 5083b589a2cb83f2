"""Who is at work at a moment: their hours, their days away, and the absences that the org's calendars have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from upbeat.routing.hours import holiday, standing
from upbeat.workflows import Member


class Away(Protocol):
    """A time that somebody is not there."""

    @property
    def begins(self) -> datetime:
        """From when."""
        ...

    @property
    def ends(self) -> datetime:
        """Until when, outside it."""
        ...

    @property
    def why(self) -> str:
        """What the calendar says."""
        ...


@dataclass(frozen=True, slots=True)
class Present:
    """Who is in their hours and who is not away, as sets of members, from one moment until before another."""

    since: datetime
    until: datetime
    in_hours: int
    not_away: int


class Attendance:
    """Who is at work when; it remembers the last moment that it was asked for."""

    def __init__(self, members: Sequence[Member], absences: Mapping[str, Sequence[Away]], zone: tzinfo) -> None:
        """Ask about these members; who has no hours lives by the calendar of `zone`."""
        self._members = members
        self._absences = absences
        self._zone = zone
        self._last: Present | None = None

    def at(self, now: datetime) -> Present:
        """Give who is there at an aware moment."""
        last = self._last
        if last is None or not last.since <= now < last.until:
            last = self._last = self._look(now.astimezone(UTC))
        return last

    def why_closed(self, number: int, now: datetime) -> str:
        """Say that a member does not work at a moment: `does not work at 20:14 on Friday (uk office)`."""
        member = self._members[number]
        if member.hours is None:
            return ""
        here = now.astimezone(member.hours.zone)
        closed = holiday(member.hours, here.date())
        because = f", {closed}" if closed else ""
        return f"does not work at {here:%H:%M} on {here:%A}{because} ({member.hours.name})"

    def why_away(self, number: int, now: datetime) -> str:
        """Say why a member is away at a moment, and until when; empty for who is not."""
        member = self._members[number]
        return self.away(member.user, now) or self._by_the_file(member, now)

    def away(self, username: str, now: datetime) -> str:
        """Say why anybody is away at a moment as the org's calendars have it; empty for who is not."""
        for one in self._absences.get(username, ()):
            if one.begins <= now < one.ends:
                return f"is away until {one.ends.astimezone(self._zone):%Y-%m-%d %H:%M} ({one.why})"
        return ""

    def _by_the_file(self, member: Member, now: datetime) -> str:
        today = self._today(member, now)
        return next((f"is away until {one.last}" for one in member.away if today in one), "")

    def _today(self, member: Member, now: datetime) -> date:
        return now.astimezone(self._zone_of(member)).date()

    def _zone_of(self, member: Member) -> tzinfo:
        return self._zone if member.hours is None else member.hours.zone

    def _look(self, now: datetime) -> Present:
        until, in_hours, not_away = now + timedelta(days=1), 0, 0
        opened = {one.hours: standing(one.hours, now) for one in self._members}
        for number, member in enumerate(self._members):
            is_open, sure = opened[member.hours]
            until = min(until, sure)
            in_hours |= is_open << number
            not_away |= (not self.why_away(number, now)) << number
            edges = (edge for one in self._absences.get(member.user, ()) for edge in (one.begins, one.ends))
            until = min([until, *(edge for edge in edges if edge > now)])
            if member.away:
                until = min(until, self._midnight(member, now))
        return Present(now, until, in_hours, not_away)

    def _midnight(self, member: Member, now: datetime) -> datetime:
        """Give when the member's day is over at the earliest."""
        zone = self._zone_of(member)
        tomorrow = self._today(member, now) + timedelta(days=1)
        ends = [datetime.combine(tomorrow, time(fold=fold), zone).astimezone(UTC) for fold in (0, 1)]
        return min((one for one in ends if one > now), default=now + timedelta(minutes=1))
