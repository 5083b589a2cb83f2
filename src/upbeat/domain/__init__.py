"""The frozen values that the line carries. They behave in no way."""

from upbeat.domain.values import (
    Approval,
    Change,
    Decision,
    Effect,
    Event,
    Fact,
    Firing,
    Hold,
    Item,
    Mode,
    Proposal,
    Record,
    Tier,
    Verb,
    Verdict,
)

__all__ = [
    "Approval",
    "Change",
    "Decision",
    "Effect",
    "Event",
    "Fact",
    "Firing",
    "Hold",
    "Item",
    "Mode",
    "Proposal",
    "Record",
    "Tier",
    "Verb",
    "Verdict",
]
