"""What people are told of a review: that it is theirs now, why it is, by when, and what answers it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from upbeat.base import short
from upbeat.domain import HOUSE, Tier
from upbeat.notices import Kind, tell
from upbeat.review.values import RELEASE, Review

_SUBJECTS: Final[Mapping[Kind, str]] = {
    Kind.DUE_SOON: "Due soon: ",
    Kind.ESCALATED: "Now yours: ",
    Kind.DELEGATED: "Handed to you: ",
    Kind.EXPIRED: "Given up: ",
}


def tell_of(conn: Connection, review: Review, kind: Kind, reason: str, now: datetime, *, to: str = "") -> None:
    """Have a person told of a review, in the transaction of what happened to it; whose it is, unless `to` says else."""
    tell(
        conn,
        to or review.owner,
        kind,
        subject=f"{_SUBJECTS.get(kind) or _asked(review)}{review.title}",
        text=_text(review, kind),
        reason=reason,
        now=now,
        due_at=None if kind is Kind.EXPIRED else review.due_at,
        command=f"upbeat review show {short(review.id)}",
        item_id=review.item_id,
        review_id=review.id,
        workflow=review.workflow or HOUSE,
        record_id=review.record_id,
    )


def why_asked(review: Review) -> str:
    """Give why a review is put to the person who has it."""
    if review.kind != RELEASE:
        return f"{_whose(review)} asks you."
    roles = dict.fromkeys(role for some in (review.body.roles, *review.body.one_of) for role in some)
    return f"You may release it as {' or '.join(roles)}." if roles else "You may release it."


def _asked(review: Review) -> str:
    if review.kind != RELEASE:
        return ""
    return "To approve: " if review.tier == Tier.APPROVAL else "To review: "


def _text(review: Review, kind: Kind) -> str:
    body = review.body
    lines = [] if kind is Kind.EXPIRED else [*filter(None, [body.why, body.again])]
    lines += [f"- {reason}" for reason in body.reasons]
    if body.choices and kind is not Kind.EXPIRED:
        lines.append(f"Choices: {', '.join(body.choices)}")
    if kind is Kind.EXPIRED:
        lines.append(f"Nobody decided it in time: {review.note}. Nothing was written.")
    return "\n".join(lines) or review.title


def _whose(review: Review) -> str:
    return "Upbeat" if review.workflow in {"", HOUSE} else f"The workflow {review.workflow}"
