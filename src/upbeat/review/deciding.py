"""What people say to a question: yes, with their signature; no, with its reason; other values; one of the moves."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from upbeat.base import digest, shown
from upbeat.domain import Approval, Proposal
from upbeat.ledger import Ledger
from upbeat.notices import Kind as Notice
from upbeat.review.rights import is_release, is_signed, missing, next_signer, role_of
from upbeat.review.rows import move, told
from upbeat.review.telling import tell_of
from upbeat.review.values import Act, Reason, Review, ReviewError, State
from upbeat.workflows import Policy

_REASONS = frozenset(Reason)
_EDITABLE = "Reject it with the reason instead, or withdraw it."


def approve(
    conn: Connection,
    ledger: Ledger,
    review: Review,
    by: str,
    policy: Policy,
    note: str,
    now: datetime,
    *,
    choice: str = "",
) -> Review:
    """Sign a suggested change in one role that `by` holds and that is still missing.

    With the last signature it is approved, and released after the hold that the policy gives; `choice` names a
    signature that was not given for itself. Raises ReviewError where the review is closed, the person wrote the rule or
    the values, or holds none of the roles.
    """
    must_be_open(review, now)
    role = role_of(review, by, policy)
    signs = (Approval(review.id, by, role, now, digest(one)) for one in review.body.proposals)
    body = replace(review.body, approvals=(*review.body.approvals, *signs))
    given: dict[str, Any] = {"body": body, "snoozed_until": None}
    if is_signed(replace(review, body=body), policy):
        release_at = now + policy.queue.hold
        given |= {"state": State.APPROVED, "release_at": release_at, "choice": choice, "note": note}
        given |= {"decided_by": by, "decided_at": now}
    said = {"choice": choice, "note": note, "approvals": body.approvals, "release_at": given.get("release_at")}
    moved = move(conn, ledger, review, Act.APPROVE, by, said, **given)
    if moved.state is State.OPEN and (other := next_signer(moved, policy)) is not None:
        reason = f"{by} has signed it, and this is still needed: {', '.join(missing(moved, policy))}."
        tell_of(conn, moved, Notice.ASKED, reason, now, to=other)
    return moved


def answer(conn: Connection, ledger: Ledger, review: Review, by: str, choice: str, note: str, now: datetime) -> Review:
    """Choose one of the moves offered. Raises ReviewError where the review is closed or does not offer it."""
    must_be_open(review, now)
    offered = {one.casefold(): one for one in review.body.choices}
    if choice.casefold() not in offered:
        raise ReviewError(f"{choice!r} is not offered", fix=f"Choose one of: {', '.join(review.body.choices) or '-'}.")
    given = {"choice": offered[choice.casefold()], "note": note}
    closed = {"state": State.ANSWERED, "decided_by": by, "decided_at": now}
    return move(conn, ledger, review, Act.ANSWER, by, {**given, "approvals": ()}, **given, **closed)


def reject(
    conn: Connection, ledger: Ledger, review: Review, by: str, reason: str, now: datetime, words: str = ""
) -> Review:
    """Say no, with a reason, and with words of their own beside it.

    Raises ReviewError where the review is closed or the reason is missing.
    """
    must_be_open(review, now)
    if not reason.strip():
        raise ReviewError("a rejection needs its reason", fix=f"Say --reason {' | '.join(Reason)}.")
    note = ": ".join(filter(None, [reason.strip(), words.strip()]))
    said = {"choice": "", "note": note, "approvals": review.body.approvals}
    closed = {"state": State.REJECTED, "decided_by": by, "decided_at": now}
    return move(conn, ledger, review, Act.REJECT, by, said, note=note, **closed)


def reason_of(note: str) -> tuple[str, str]:
    """Give the reason that a rejection's note begins with, and the words beside it; else all of it as the reason."""
    head, _, words = note.partition(": ")
    return (head, words) if head in _REASONS else (note, "")


def edit(
    conn: Connection,
    ledger: Ledger,
    review: Review,
    by: str,
    policy: Policy,
    values: Mapping[str, Mapping[str, Any]],
    note: str,
    now: datetime,
) -> Review:
    """Put other values in place of those suggested, by proposal and field; the gate then decides them anew.

    Every signature is void with that: it was of other values. Raises ReviewError where the review is closed, the person
    may not release the change, or nothing is different.
    """
    must_be_open(review, now)
    is_release(review)
    role_of(replace(review, body=replace(review.body, approvals=(), proposals=())), by, policy)
    edited = tuple(rewritten(one, values.get(one.id, {}), by) for one in review.body.proposals)
    if edited == review.body.proposals:
        raise ReviewError("nothing is different from what is suggested", fix="Approve it as it is.")
    said = {"suggested": _sides(review.body.proposals), "edited": _sides(edited), "note": note}
    closed = {"state": State.EDITED, "decided_by": by, "decided_at": now, "note": note}
    body = replace(review.body, edited=edited)
    return move(conn, ledger, review, Act.EDIT, by, said, body=body, **closed)


def rewritten(proposal: Proposal, values: Mapping[str, Any], by: str) -> Proposal:
    """Give a proposal with a person's values in place of an agent's: another proposal, of which they are the author.

    Values that a person wrote are proved by no quote, and no model made them. Raises ReviewError for a field that the
    proposal does not set: what an agent may write is in its file, and an edit goes no further.
    """
    different = {name: value for name, value in values.items() if proposal.after.get(name) != value}
    if beyond := sorted(values.keys() - proposal.after.keys()):
        set_here = ", ".join(proposal.after) or "none"
        raise ReviewError(f"{beyond[0]} is not among what is suggested", fix=f"Fields to edit: {set_here}.")
    if not different:
        return proposal
    if proposal.undoes:
        raise ReviewError("what a rollback restores is what stood there before", fix=_EDITABLE)
    edited = {**proposal.edited, **dict.fromkeys(different, by)}
    after = {**proposal.after, **different}
    all_by_people = edited.keys() >= after.keys()
    was = "; ".join(f"{name} {shown(proposal.after[name])} → {shown(value)}" for name, value in different.items())
    return replace(
        proposal,
        id=digest([proposal.id, "edited", after, edited]),
        after=after,
        reasons=(*proposal.reasons, f"{by} edited it: {was}"),
        edited=edited,
        quotes=tuple(one for one in proposal.quotes if one.field not in different),
        confidence=1.0 if all_by_people else proposal.confidence,
        from_model=proposal.from_model and not all_by_people,
    )


def must_be_open(review: Review, now: datetime) -> None:
    """Hold that a review can be decided still. Raises ReviewError with who was first, or what happened instead."""
    if review.state is State.APPROVED and review.release_at is not None:
        until = f"Until {review.release_at:%R:%S} (UTC)" if now < review.release_at else "Until it is released"
        fix = f"{until} `upbeat review recall` takes a signature back."
        raise ReviewError(f"{review.title!r} {told(review)}", fix=fix)
    if review.state is not State.OPEN:
        raise ReviewError(f"{review.title!r} {told(review)}")
    if review.expires_at is not None and now >= review.expires_at:
        raise ReviewError(f"{review.title!r} has expired at {review.expires_at:%F %R}: nobody decided it in time")


def _sides(proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    return [
        {"proposal": one.id, "record_id": one.record_id, "before": one.before, "after": one.after} for one in proposals
    ]
