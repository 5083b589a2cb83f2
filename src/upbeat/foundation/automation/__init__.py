"""What fires in an org when one of its records is saved: read one way, for the audit and for a promotion."""

from upbeat.foundation.automation.conflicts import CONFLICTS
from upbeat.foundation.automation.methodology import FIELDS_DRAFT, METHODOLOGY
from upbeat.foundation.automation.owners import OWNERS
from upbeat.foundation.automation.reading import MOST_COMPONENTS, Reading, first_calls, read_automations
from upbeat.foundation.automation.required_fields import REQUIRED_FIELDS
from upbeat.foundation.automation.stage_exits import STAGE_EXITS
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

CHECKS = (CONFLICTS, STAGE_EXITS, REQUIRED_FIELDS, METHODOLOGY, OWNERS)

__all__ = [
    "CHECKS",
    "FIELDS_DRAFT",
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
