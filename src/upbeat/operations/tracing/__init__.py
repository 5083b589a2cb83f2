"""What happened, found and told: runs as a list, one record's whole journey, search everywhere, within a scope."""

from upbeat.operations.tracing.listing import RunLine, RunPage, RunsWanted, list_runs
from upbeat.operations.tracing.scope import EVERYTHING, Scope
from upbeat.operations.tracing.searching import Hit, Hits, Sort, search
from upbeat.operations.tracing.stories import FieldChange, Question, RecordStory, RunStory, record_story, run_story

__all__ = [
    "EVERYTHING",
    "FieldChange",
    "Hit",
    "Hits",
    "Question",
    "RecordStory",
    "RunLine",
    "RunPage",
    "RunStory",
    "RunsWanted",
    "Scope",
    "Sort",
    "list_runs",
    "record_story",
    "run_story",
    "search",
]
