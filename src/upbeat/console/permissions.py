"""What somebody may do in the console. Every route names one of these; what is not given is refused."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a person may do, in words that complete `may`."""

    OWN = "see their own work"
    """Their next task, the flags on their own records, and why."""
    DECIDE = "decide what waits for their team"
    """The review queue, as far as it is put to them or to people below them."""
    WATCH = "see what runs"
    """Workflows, register, runs, records, foundation, routing and calls, to read."""
    BUILD = "change workflows"
    """Drafts, publishing, tuning, and asking for go-live."""
    ROLL_BACK = "take changes back"
    """Rollbacks beyond what they approved themselves."""
    REPORT = "see the pipeline"
    """What leadership reads."""
    AUDIT = "search and export the history"
    """The whole trail, of everybody."""
    CONNECT = "handle connections and keys"
    """The settings: connections, users, tokens."""
    STOP = "stop all writes"
    """Everybody may."""
