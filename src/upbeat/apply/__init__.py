"""Apply: the sole writer and the sole sender. It chooses nothing; it checks the clearance, writes and records."""

from upbeat.apply.applier import MARKER, Applier
from upbeat.apply.outcome import Outcome, RefusedWriteError, State
from upbeat.apply.reconcile import same
from upbeat.apply.sender import Sender

__all__ = ["MARKER", "Applier", "Outcome", "RefusedWriteError", "Sender", "State", "same"]
