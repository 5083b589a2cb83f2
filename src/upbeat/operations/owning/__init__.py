"""Answering for what runs: owners who leave, misfires, overrides of a flag, scorecards, readers who are tired."""

from upbeat.operations.owning.misfires import Misfire, Wrong, report
from upbeat.operations.owning.overriding import Overridden, override

__all__ = ["Misfire", "Overridden", "Wrong", "override", "report"]
