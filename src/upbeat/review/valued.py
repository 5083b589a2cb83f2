"""What reviewers make of values that were read of talk, a row each: how sure such values are is learnt from them.

Only a person's own look at a value counts. What was signed with many others at once is left out, and so is a change
that was edited before: its values were decided then.
"""

from typing import Final

from sqlalchemy import Connection, insert

from upbeat.conversation.calibrating import Outcome
from upbeat.domain import Record
from upbeat.review.values import RELEASE, Review, State
from upbeat.store import tables

_OUTCOMES: Final = {
    State.RELEASED: Outcome.ACCEPTED,
    State.EDITED: Outcome.ACCEPTED,  # what nobody changed was taken
    State.REJECTED: Outcome.REJECTED,
}


def note(conn: Connection, review: Review) -> None:
    """Note what became of each value of a review that has just ended, where it was read of talk."""
    if review.kind != RELEASE or review.choice or review.body.suggested or review.state not in _OUTCOMES:
        return
    suggested = review.body.proposals
    rows = [
        {
            "review_id": review.id,
            "name": quote.of,
            "by": quote.by,
            "confidence": quote.confidence,
            "outcome": _outcome(review, one.after, stands.after, quote.field),
            "at": review.decided_at,
        }
        for one, stands in zip(suggested, review.body.edited or suggested, strict=True)
        for quote in one.quotes
        if quote.of
    ]
    if rows:
        conn.execute(insert(tables.reviewed_values), rows)


def _outcome(review: Review, suggested: Record, stands: Record, field: str) -> Outcome:
    return Outcome.EDITED if suggested.get(field) != stands.get(field) else _OUTCOMES[review.state]
