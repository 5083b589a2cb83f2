"""Records as they were, and the signals that follow from their history. Writes nothing."""

from upbeat.timeline.signals import SIGNALS, Computed, Query, Signal, Source, fetch, formulas_of, globals_of

__all__ = ["SIGNALS", "Computed", "Query", "Signal", "Source", "fetch", "formulas_of", "globals_of"]
