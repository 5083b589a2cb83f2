"""Close-date pushes: a later CloseDate on an open deal, read from the deal's own history.

OpportunityHistory holds a snapshot after each change of stage, amount or close date, in every org;
OpportunityFieldHistory holds old and new values where the org tracks the field. Either serves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from upbeat.domain import Record

_CLOSED = frozenset({"Closed"})  # the forecast category of a won deal; a lost one has probability 0


@dataclass(frozen=True, slots=True)
class Push:
    """One move of the close date to a later day; both are ISO dates."""

    before: str
    after: str


def pushes(rows: Sequence[Record]) -> list[Push]:
    """Give the pushes in the order they happened, from snapshots or from field history, oldest row first."""
    if not rows:
        return []
    moves = _tracked(rows) if "OldValue" in rows[0] else _between(rows)
    return [one for one in moves if one.after > one.before]


def dates(found: Sequence[Push]) -> str:
    """Give the days that a deal was pushed through: `2026-03-31 → 2026-04-30 → 2026-06-30`."""
    return " → ".join([found[0].before, *(one.after for one in found)]) if found else ""


def _between(snapshots: Sequence[Record]) -> list[Push]:
    return [
        Push(earlier["CloseDate"], later["CloseDate"])
        for earlier, later in pairwise(snapshots)
        if earlier["CloseDate"] and later["CloseDate"] and not _closed(earlier)
    ]


def _closed(snapshot: Record) -> bool:
    return snapshot["ForecastCategory"] in _CLOSED or snapshot["Probability"] == 0


def _tracked(rows: Sequence[Record]) -> list[Push]:
    return [Push(str(row["OldValue"]), str(row["NewValue"])) for row in rows if row["OldValue"] and row["NewValue"]]
