"""The areas of the console, in the order of the navigation."""

from upbeat.console import (
    formulas,
    foundation,
    home,
    records,
    review,
    runs,
    settings,
    stopping,
    triggers,
    versions,
    workflow,
)
from upbeat.console.area import Area

AREAS: tuple[Area, ...] = (
    home.area,
    review.area,
    workflow.area,
    versions.area,
    formulas.area,
    triggers.area,
    foundation.area,
    settings.area,
    runs.area,
    records.area,
    stopping.area,
)
