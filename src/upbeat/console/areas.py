"""The areas of the console, in the order of the navigation."""

from upbeat.console import (
    building,
    calls,
    formulas,
    foundation,
    home,
    mine,
    monitoring,
    records,
    review,
    routing,
    runs,
    scorecards,
    settings,
    stopping,
    transcript,
    triggers,
    versions,
    workflow,
)
from upbeat.console.area import Area

AREAS: tuple[Area, ...] = (
    home.area,
    mine.area,
    review.area,
    building.area,
    workflow.area,
    monitoring.area,
    versions.area,
    formulas.area,
    triggers.area,
    scorecards.area,
    foundation.area,
    routing.area,
    calls.area,
    transcript.area,
    settings.area,
    runs.area,
    records.area,
    stopping.area,
)
