"""When people of the sample work: weekdays, eight hours from their territory's morning, never after the year's end."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from upbeat.localorg.sample.company import FORMER, FORMER_UNTIL, NOW, Territory

LAST_DAY = NOW.date() - timedelta(days=3)
"""The last working day of the year: a Friday."""


def workday(day: date) -> date:
    """Give the day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(7 - day.weekday(), 0) if day.weekday() > 4 else 0)


def at_work(random: Random, day: date, territory: Territory) -> datetime:
    """Give a moment within working hours on a day, or on the next working day."""
    on = min(workday(day), LAST_DAY)
    hour = territory.begins + random.randrange(8)
    return datetime(on.year, on.month, on.day, hour, random.randrange(60), random.randrange(60), tzinfo=UTC)


def executive(territory: Territory, at: datetime) -> str:
    """Give who had the territory's accounts at a moment."""
    return FORMER if territory.name == "Central" and at <= FORMER_UNTIL else territory.executive
