"""Records as they were, and the signals that follow from their history. Writes nothing."""

from upbeat.timeline.pushes import from_snapshots, pushes
from upbeat.timeline.signals import SIGNALS, Computed, Query, Signal, Source, fetch, formulas_of, globals_of
from upbeat.timeline.trail import FieldChange, field_changes, history_of, moment

__all__ = [
    "SIGNALS",
    "Computed",
    "FieldChange",
    "Query",
    "Signal",
    "Source",
    "fetch",
    "field_changes",
    "formulas_of",
    "from_snapshots",
    "globals_of",
    "history_of",
    "moment",
    "pushes",
]
