"""What happened, found and told: runs as a list, one record's whole journey, search everywhere, the whole history."""

from upbeat.operations.tracing.listing import RunLine, RunPage, RunsWanted, list_runs, published_workflows
from upbeat.operations.tracing.scope import EVERYTHING, Scope, people_by_id, record_names, within
from upbeat.operations.tracing.searching import Hit, Hits, Sort, search
from upbeat.operations.tracing.stories import (
    FieldChange,
    Question,
    RecordStory,
    Reported,
    RunStory,
    SuggestedChange,
    record_story,
    reports,
    run_story,
)
from upbeat.operations.tracing.trail import AREAS, Trail, TrailLine, TrailWanted, export_trail, trail
from upbeat.operations.tracing.verifying import VERIFY, begin_verifying

__all__ = [
    "AREAS",
    "EVERYTHING",
    "VERIFY",
    "FieldChange",
    "Hit",
    "Hits",
    "Question",
    "RecordStory",
    "Reported",
    "RunLine",
    "RunPage",
    "RunStory",
    "RunsWanted",
    "Scope",
    "Sort",
    "SuggestedChange",
    "Trail",
    "TrailLine",
    "TrailWanted",
    "begin_verifying",
    "export_trail",
    "list_runs",
    "people_by_id",
    "published_workflows",
    "record_names",
    "record_story",
    "reports",
    "run_story",
    "search",
    "trail",
    "within",
]
