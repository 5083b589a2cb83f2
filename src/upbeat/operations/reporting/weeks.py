"""Weeks by their ISO numbers, in the time zone of the org: `2026-W47` is Monday to Sunday."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from upbeat.operations.house import Refused


@dataclass(frozen=True, slots=True)
class Week:
    """One week: `since` belongs to it, `until` is the next one's first moment."""

    name: str
    since: datetime
    until: datetime

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Self:
        """Give the week in which a moment lies."""
        monday = moment.astimezone(zone).date()
        monday -= timedelta(days=monday.weekday())
        year, number, _ = monday.isocalendar()
        return cls(f"{year}-W{number:02d}", _begin(monday, zone), _begin(monday + timedelta(days=7), zone))

    @classmethod
    def named(cls, name: str, zone: ZoneInfo) -> Self:
        """Give the week of a name. Raises Refused where it is none."""
        try:
            monday = date.fromisoformat(f"{name}-1")
        except ValueError:
            raise Refused(f"{name!r} is no week", fix="Write a year and a week, such as 2026-W47.") from None
        return cls.of(_begin(monday, zone), zone)

    @property
    def before(self) -> "Week":
        """The week before."""
        zone = self.since.tzinfo
        return Week.of(self.since - timedelta(days=3), zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC"))


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
