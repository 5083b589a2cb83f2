"""Spans of days that end now, as SOQL says where they begin."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from upbeat.foundation.ground import Ground

MONTH: Final = 30
"""Days within which somebody who works deals has talked with a customer, and a talk reaches its fields."""
QUARTER: Final = 90
"""Days within which a tool that writes has written."""


def since(ground: Ground, days: int) -> str:
    """Give the beginning of the day so many days ago, in the org's time zone: the same text all day long."""
    day = ground.today - timedelta(days=days)
    return datetime.combine(day, time(), ground.zone).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
