"""Records as they were, and the signals that follow from their history. Writes nothing."""

from upbeat.timeline.signals import SIGNALS, Query, Signal, Source, fetch

__all__ = ["SIGNALS", "Query", "Signal", "Source", "fetch"]
