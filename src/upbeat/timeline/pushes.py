"""Close-date pushes: a later CloseDate on an open deal. A date that is pulled in never counts.

OpportunityFieldHistory holds old and new values where the org tracks the field; OpportunityHistory holds a snapshot
after each change of stage, amount or close date, in every org. Either tells the moves of a deal's date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter

from upbeat.domain import Record

_NEVER = "9999"  # after every date and time that the org has


@dataclass(frozen=True, slots=True)
class Move:
    """One change of the close date of a deal while it was open; both are ISO dates."""

    before: str
    after: str


Moves = tuple[Move, ...]


def pushes(moves: Moves, *, month_crossing: bool = False) -> Moves:
    """Give the moves to a later day; with `month_crossing` only those to a later month."""
    digits = len("2026-03") if month_crossing else len("2026-03-31")
    return tuple(one for one in moves if one.after[:digits] > one.before[:digits])


def dates(found: Moves) -> str:
    """Give the days that a deal was pushed through: `2026-03-31 → 2026-04-30 → 2026-06-30`.

    Where a date was pulled in between two pushes the text begins anew after a comma.
    """
    text = last = ""
    for one in found:
        text += f" → {one.after}" if one.before == last else f"{', ' if text else ''}{one.before} → {one.after}"
        last = one.after
    return text


def from_field_history(rows: Sequence[Record]) -> Moves | None:
    """Give a deal's moves from its history of CloseDate and StageName, oldest row first.

    None where that cannot tell: it has no close dates, or not the stage in which a closed deal was closed.
    """
    changes = [row for row in rows if row["Field"] == "CloseDate" and row["OldValue"] and row["NewValue"]]
    closed_at = _closed_at(rows, [row["CreatedDate"] for row in rows if row["Field"] == "StageName"])
    if not changes or closed_at is None:
        return None
    return tuple(Move(row["OldValue"][:10], row["NewValue"][:10]) for row in changes if row["CreatedDate"] < closed_at)


def from_snapshots(rows: Sequence[Record]) -> Moves:
    """Give a deal's moves from its snapshots, oldest first."""
    stages = [next(run)["CreatedDate"] for _, run in groupby(rows, key=itemgetter("StageName"))]
    closed_at = _closed_at(rows, stages) or _NEVER
    return tuple(
        Move(old["CloseDate"], new["CloseDate"])
        for old, new in pairwise(rows)
        if old["CloseDate"] and new["CloseDate"] and old["CloseDate"] != new["CloseDate"]
        if new["CreatedDate"] < closed_at
    )


def _closed_at(rows: Sequence[Record], stage_changes: Sequence[str]) -> str | None:
    """Give when a deal was closed: with its last change of stage. None where that change is not known.

    The date that a deal is given as it closes says when it closed, and is no push. A deal that was closed once and
    is open again counts as open all along.
    """
    if not (rows and rows[0]["Opportunity"]["IsClosed"]):
        return _NEVER
    return stage_changes[-1] if stage_changes else None
