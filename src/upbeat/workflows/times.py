"""Durations and schedules in plain words: `2 days`, `weekdays at 07:00`, `every 15 minutes`, or cron."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_UNITS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}  # seconds, longest first
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")  # cron counts from Sunday
_SEVERAL = {"every day": "*", "daily": "*", "weekdays": "1-5", "every weekday": "1-5", "weekends": "0,6"}
_DURATION = re.compile(r"(\d{1,6}) (week|day|hour|minute|second)s?", re.ASCII)
_AT = re.compile(r"(?P<days>.+?) at (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)")
_EVERY = re.compile(r"every (?:(?P<count>\d+) )?(?P<unit>minute|hour)s?", re.ASCII)
_CRON = re.compile(r"\S+(?: \S+){4}")

DURATION_FIX = "Write a number and a unit: 30 minutes, 2 hours, 7 days, 2 weeks."
SCHEDULE_FIX = "Write 'weekdays at 07:00', 'every day at 06:30', 'mondays at 08:00', 'every 15 minutes', or cron."


def duration(text: str) -> timedelta:
    """Read `7 days`. A day is 24 hours. Raises ValueError where the text is no duration above zero."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise ValueError(f"{text!r} is not a duration")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def duration_words(length: timedelta) -> str:
    """Give a duration as `duration` reads it, in the longest unit that divides it, days at most."""
    seconds = int(length.total_seconds())
    unit, size = next((unit, size) for unit, size in _UNITS.items() if unit != "week" and seconds % size == 0)
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Moments that come again, by the wall clock of one time zone. `text` is what the user wrote."""

    text: str
    cron: str

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Give the first moment later than `moment`, in UTC.

        A time that a change of clocks skips happens right after the gap; one that comes twice happens once.
        """
        return next(CronSim(self.cron, moment.astimezone(zone))).astimezone(UTC)


def schedule(text: str) -> Schedule:
    """Read a schedule in plain words or cron. Raises ValueError where the text is neither, or never comes."""
    words = " ".join(text.casefold().split())
    cron = _at(words) or _every(words) or (words if _CRON.fullmatch(words) else "")
    if not cron:
        raise ValueError(f"{text!r} is not a schedule")
    try:
        next(CronSim(cron, datetime(2024, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"{text!r} is not a schedule that ever comes") from error
    return Schedule(text.strip(), cron)


def _at(words: str) -> str:
    found = _AT.fullmatch(words)
    days = _days(found["days"]) if found else ""
    return f"{int(found['minute'])} {int(found['hour'])} * * {days}" if found and days else ""


def _days(words: str) -> str:
    """Give cron's days of the week for `weekdays`, `every day` or `mondays, wednesdays and fridays`."""
    if words in _SEVERAL:
        return _SEVERAL[words]
    named = [one.removeprefix("every ").removesuffix("s") for one in re.split(r", | and ", words)]
    return ",".join(str(_DAYS.index(one)) for one in named) if all(one in _DAYS for one in named) else ""


def _every(words: str) -> str:
    """Give cron for `every 15 minutes`; a count must divide its hour or day, else the last gap would differ."""
    found = _EVERY.fullmatch(words)
    if found is None:
        return ""
    count, whole = int(found["count"] or 1), 60 if found["unit"] == "minute" else 24
    if count == 0 or whole % count:
        return ""
    return f"*/{count} * * * *" if found["unit"] == "minute" else f"0 */{count} * * *"
