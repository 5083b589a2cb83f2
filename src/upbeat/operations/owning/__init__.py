"""Answering for what runs: owners who leave, misfires, overrides of a flag, scorecards, readers who are tired."""

from upbeat.base import Rate
from upbeat.operations.owning.asking import ask_owner
from upbeat.operations.owning.figures import Reader, Times
from upbeat.operations.owning.leaving import INCIDENT, Held, look_after_owners, owners
from upbeat.operations.owning.misfires import MISFIRE, Misfire, Wrong, look_after_misfires, report
from upbeat.operations.owning.overdue_reviews import look_after_reviews
from upbeat.operations.owning.overriding import Overridden, override
from upbeat.operations.owning.scorecards import Scorecard, scorecards
from upbeat.operations.owning.tiring import look_after_readers

__all__ = [
    "INCIDENT",
    "MISFIRE",
    "Held",
    "Misfire",
    "Overridden",
    "Rate",
    "Reader",
    "Scorecard",
    "Times",
    "Wrong",
    "ask_owner",
    "look_after_misfires",
    "look_after_owners",
    "look_after_readers",
    "look_after_reviews",
    "override",
    "owners",
    "report",
    "scorecards",
]
