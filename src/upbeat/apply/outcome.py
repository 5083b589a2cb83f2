"""Where a proposal stands, and what became of it when it was carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from upbeat.base import UpbeatError
from upbeat.domain import Proposal


class State(StrEnum):
    """Where a proposal stands."""

    HELD = "held"
    CLEARED = "cleared"
    QUEUED = "queued"  # a cleared notice, until its reader may be written to
    SENDING = "sending"
    WRITTEN = "written"
    FAILED = "failed"
    STALE = "stale"
    OBSERVED = "observed"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"


class RefusedWriteError(UpbeatError):
    """A write without a clearance that the ledger confirms, from a workflow that is not live: it is not sent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one proposal. `retry` says that it has not happened and may be tried again.

    `is_try` is False where that says nothing of the proposal itself: the org is away, or all writes are stopped;
    `wait` is then how long whoever is there asks to be left alone.
    `became` are the ids of what a converted lead is now, as convertLead names them.
    """

    proposal: Proposal
    state: State
    record_id: str = ""
    why: str = ""
    retry: bool = False
    is_try: bool = True
    wait: timedelta = timedelta()
    became: Mapping[str, str] = field(default_factory=dict[str, str])
