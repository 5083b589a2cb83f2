"""Intake: takes in what happened in the org, once each, and keeps its place. Evaluates nothing."""

from upbeat.intake.accept import GRACE, READY, Accepted, Taker, accept, item_id
from upbeat.intake.kept import keep_position, read_position
from upbeat.intake.poll import OVERLAP, Poller, Query, Watch
from upbeat.intake.stream import Source, Streaming

__all__ = [
    "GRACE",
    "OVERLAP",
    "READY",
    "Accepted",
    "Poller",
    "Query",
    "Source",
    "Streaming",
    "Taker",
    "Watch",
    "accept",
    "item_id",
    "keep_position",
    "read_position",
]
