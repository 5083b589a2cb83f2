"""Items become firings here: the condition is evaluated, with the facts that made it true. Fetches nothing."""

from upbeat.triggers.evaluate import NOT_MET, PRIOR_UNKNOWN, UNREADABLE, Quiet, Sight, evaluate, scope_values

__all__ = ["NOT_MET", "PRIOR_UNKNOWN", "UNREADABLE", "Quiet", "Sight", "evaluate", "scope_values"]
