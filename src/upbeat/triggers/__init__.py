"""Items become firings here: the condition is evaluated, with the facts that made it true. Fetches nothing."""

from upbeat.triggers.evaluate import (
    IS_PERSON,
    NOT_MET,
    PERSON_ACCOUNT,
    PRIOR_UNKNOWN,
    UNREADABLE,
    Doubtful,
    Quiet,
    Sight,
    evaluate,
    scope_values,
)

__all__ = [
    "IS_PERSON",
    "NOT_MET",
    "PERSON_ACCOUNT",
    "PRIOR_UNKNOWN",
    "UNREADABLE",
    "Doubtful",
    "Quiet",
    "Sight",
    "evaluate",
    "scope_values",
]
