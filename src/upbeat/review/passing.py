"""What happens to a question beside an answer: it is handed on, put off, taken back; or time, or the org, goes on."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, or_, select, update

from upbeat.domain import HOUSE, Tier
from upbeat.ledger import Ledger
from upbeat.notices import Kind
from upbeat.review.deciding import must_be_open
from upbeat.review.rights import is_release, role_of
from upbeat.review.rows import WHOLE, move, told, whole
from upbeat.review.telling import tell_of
from upbeat.review.values import RELEASE, Act, Review, ReviewError, State
from upbeat.store import tables
from upbeat.workflows import Policy

_OPENED: dict[str, Any] = {
    "state": State.OPEN,
    "release_at": None,
    "decided_by": "",
    "decided_at": None,
    "note": "",
    "choice": "",
}
_FRESH: dict[str, Any] = {"snoozed_until": None, "then_to": ""}  # for whom it is passed on to


def delegate(
    conn: Connection, ledger: Ledger, review: Review, by: str, to: str, policy: Policy, note: str, now: datetime
) -> Review:
    """Hand a question to somebody else; a suggested change to nobody who may not sign it. Its due time stays.

    Raises ReviewError where the review is closed, `to` has it already, or may not decide it.
    """
    must_be_open(review, now)
    if to.casefold() == review.owner.casefold():
        raise ReviewError(f"{to} has it already")
    if review.kind == RELEASE:
        role_of(review, to, policy)
    said = {"from": review.owner, "to": to, "note": note}
    moved = move(conn, ledger, review, Act.DELEGATE, by, said, owner=to, snoozed_until=None)
    tell_of(conn, moved, Kind.DELEGATED, f"{by} handed it to you{f': {note}' if note else '.'}", now)
    return moved


def snooze(
    conn: Connection, ledger: Ledger, review: Review, by: str, until: datetime, note: str, now: datetime
) -> Review:
    """Put a question off. Its due time moves along, unless it needs approval: then it is escalated all the same.

    Raises ReviewError where the review is closed, the time is over already, or the question would lapse before.
    """
    must_be_open(review, now)
    if until <= now:
        raise ReviewError(f"{until:%F %R} is over", fix="Name a time to come, such as --for '2 days'.")
    if review.expires_at is not None and until >= review.expires_at:
        raise ReviewError(
            f"it lapses at {review.expires_at:%F %R}, and nothing is put off beyond that",
            fix="Name an earlier time, or decide it.",
        )
    due_at = review.due_at if review.tier == Tier.APPROVAL else max(review.due_at, until)
    said = {"until": until, "due_at": due_at, "note": note}
    return move(conn, ledger, review, Act.SNOOZE, by, said, snoozed_until=until, due_at=due_at)


def recall(conn: Connection, ledger: Ledger, review: Review, by: str, note: str) -> Review:
    """Take a signature back, while the change is not on its way yet: it is open again.

    Raises ReviewError where `by` has not signed, or the change was released: that is when its hold is over, or later
    where all writes are stopped then.
    """
    is_release(review)
    if review.state not in {State.OPEN, State.APPROVED}:
        fix = "`upbeat rollback` takes back what was written." if review.state is State.RELEASED else ""
        raise ReviewError(f"{review.title!r} {told(review)}, and is carried out", fix=fix)
    left = tuple(one for one in review.body.approvals if one.by.casefold() != by.casefold())
    if left == review.body.approvals:
        raise ReviewError(f"{by} has not signed {review.title!r}", fix="Only who signed takes a signature back.")
    body = replace(review.body, approvals=left)
    return move(conn, ledger, review, Act.RECALL, by, {"approvals": left, "note": note}, body=body, **_OPENED)


def withdraw(conn: Connection, ledger: Ledger, review: Review, why: str, now: datetime, *, by: str = HOUSE) -> Review:
    """Close a review whose item no longer needs an answer, or whose author takes the suggestion back."""
    closed = {"state": State.WITHDRAWN, "decided_by": by, "decided_at": now, "note": why}
    return move(conn, ledger, review, Act.WITHDRAW, by, {"note": why}, **closed)


def escalate(conn: Connection, ledger: Ledger, review: Review, to: str, due: timedelta, now: datetime) -> Review:
    """Pass an overdue review to the next person, who has it until it lapses at the latest; it stays open."""
    due_at = min(now + due, review.expires_at or now + due)
    said = {"from": review.owner, "to": to, "due_at": due_at}
    moved = move(conn, ledger, review, Act.ESCALATE, HOUSE, said, owner=to, due_at=due_at, **_FRESH)
    tell_of(conn, moved, Kind.ESCALATED, f"{review.owner} did not answer in time.", now)
    return moved


def expire(conn: Connection, ledger: Ledger, review: Review, now: datetime) -> Review:
    """Give up a question that nobody decided in all its time: never a yes, and never without its owner's knowledge.

    So lapses what was approved and could not be released in that time.
    """
    held = review.state is State.APPROVED
    why = f"{'it was approved, and not released' if held else 'nobody decided it'} until {review.expires_at:%F %R}"
    closed = {"state": State.EXPIRED, "decided_by": HOUSE, "decided_at": now, "note": why}
    gone = move(conn, ledger, review, Act.EXPIRE, HOUSE, {"note": why, "owner": review.owner}, **closed)
    tell_of(conn, gone, Kind.EXPIRED, "It was with you.", now)
    return gone


def outdate(conn: Connection, ledger: Ledger, review: Review, why: str, by: str, now: datetime) -> Review:
    """Close a suggested change whose facts have changed, as `by` came to decide it: it is looked at again."""
    closed = {"state": State.OUTDATED, "decided_by": HOUSE, "decided_at": now, "note": why}
    return move(conn, ledger, review, Act.OUTDATE, HOUSE, {"note": why, "asked_by": by}, **closed)


def release(conn: Connection, ledger: Ledger, now: datetime) -> list[Review]:
    """Release every approved change whose hold is over, and whose time is not; give them. Nobody recalls one then."""
    held = [whole(row) for row in conn.execute(_held(now).order_by(tables.reviews.c.seq)).all()]
    return [move(conn, ledger, one, Act.RELEASE, HOUSE, {"by": one.decided_by}, state=State.RELEASED) for one in held]


def is_any_held(conn: Connection, now: datetime) -> bool:
    """Whether an approved change is to be released now."""
    return conn.execute(_held(now).limit(1)).first() is not None


def overdue(conn: Connection, now: datetime, most: int = 500) -> list[str]:
    """Give the ids of open questions that are due, and of approved changes that lapse, the oldest first."""
    table = tables.reviews
    lapsed = (table.c.state == State.APPROVED) & (table.c.expires_at <= now)
    wanted = select(table.c.id).where((table.c.state == State.OPEN) & (table.c.due_at <= now) | lapsed)
    return list(conn.scalars(wanted.order_by(table.c.due_at, table.c.seq).limit(most)))


def is_overdue(review: Review, now: datetime) -> bool:
    """Whether a review is open and its time over, or approved and its whole time."""
    if review.state is State.APPROVED:
        return review.expires_at is not None and review.expires_at <= now
    return review.state is State.OPEN and review.due_at <= now


def then_to(conn: Connection, review: Review, person: str) -> None:
    """Note who has a question next, as the outcome of its item says."""
    conn.execute(update(tables.reviews).where(tables.reviews.c.id == review.id).values(then_to=person))


def _held(now: datetime) -> Select[tuple[Any, ...]]:
    table = tables.reviews
    in_time = or_(table.c.expires_at.is_(None), table.c.expires_at > now)
    return WHOLE.where(table.c.state == State.APPROVED, table.c.release_at <= now, in_time)
