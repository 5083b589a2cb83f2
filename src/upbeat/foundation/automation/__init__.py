"""What fires in an org when one of its records is saved: read one way, for the audit and for a promotion."""

from upbeat.foundation.automation.reading import MOST_COMPONENTS, Reading, first_calls, read_automations
from upbeat.foundation.automation.values import (
    SAVES,
    Automation,
    Event,
    Inventory,
    Kind,
    Moment,
    Setting,
    Unread,
    in_order,
)

__all__ = [
    "MOST_COMPONENTS",
    "SAVES",
    "Automation",
    "Event",
    "Inventory",
    "Kind",
    "Moment",
    "Reading",
    "Setting",
    "Unread",
    "first_calls",
    "in_order",
    "read_automations",
]
