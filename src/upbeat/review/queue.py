"""The queue of work that waits for a person: rows, and the few ways a row may move.

    open ──approve──▶ approved      every role that the decision names has signed
      │  ──answer───▶ answered      a move was chosen
      │  ──reject───▶ rejected
      │  ──withdraw─▶ withdrawn     the item ended otherwise
      └──due passes──▶ open, with the next owner (never into a yes)

A decision here writes nothing to Salesforce: the running engine finds the row and carries it on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from upbeat.base import UpbeatError, decode, digest, encode
from upbeat.domain import HOUSE, Approval, Decision, Hold, Item, Proposal, Tier
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.store import tables
from upbeat.workflows import Policy


class ReviewError(UpbeatError):
    """A review cannot be decided so: it is closed already, or this person may not, or the choice is not offered."""


class State(StrEnum):
    """Where a review stands. All but OPEN are final."""

    OPEN = "open"
    APPROVED = "approved"
    ANSWERED = "answered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class OwnerQueue(StrEnum):
    """What kind of work a question is for whoever owns a workflow; suggested changes and moves are none of it."""

    NONE = ""
    TUNING = "tuning"
    EXCEPTIONS = "exceptions"
    BREAK_FIX = "break/fix"


RELEASE = "suggested change"  # the kind of a review that releases a step's proposals; holds name their own kind
DUE = {Tier.AUTO: timedelta(days=2), Tier.REVIEW: timedelta(days=2), Tier.APPROVAL: timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Body:
    """What a person is shown and may say: reasons, choices, the changes, who must sign, and who has signed.

    `names` gives the names of the users and queues whose ids stand in the changes. `author` may not sign.
    """

    reasons: tuple[str, ...]
    choices: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    tier: Tier = Tier.AUTO
    author: str = ""
    proposals: tuple[Proposal, ...] = ()
    names: dict[str, str] = field(default_factory=dict[str, str])
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """One row of the queue, as a value."""

    id: str
    kind: str
    state: State
    item_id: str
    group: str
    workflow: str
    version: str
    policy: str
    queue: OwnerQueue
    pattern: str
    object: str
    record_id: str
    title: str
    body: Body
    owner: str
    due_at: datetime
    choice: str
    note: str
    decided_by: str
    decided_at: datetime | None
    release_at: datetime | None
    snoozed_until: datetime | None
    expires_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Matter:
    """A question that is about no item: about a workflow, a person, or the house itself.

    `key` tells it from others of its kind; a matter that is open under the same kind and key is not opened twice.
    """

    kind: str
    key: str
    ask: str
    owner: str  # username
    due: datetime
    choices: tuple[str, ...]
    reasons: tuple[str, ...]
    queue: OwnerQueue = OwnerQueue.NONE
    workflow: str = HOUSE
    version: str = ""
    object: str = ""
    record_id: str = ""


def open_release(
    conn: Connection,
    ledger: Ledger,
    item: Item,
    proposals: Sequence[Proposal],
    decision: Decision,
    *,
    title: str,
    names: dict[str, str],
    owner: str,
    author: str,
    now: datetime,
) -> Review:
    """Ask a person to release the proposals of one step; `author` may not be the one who does."""
    first = proposals[0]
    body = Body(
        reasons=(decision.why, *first.reasons),
        roles=decision.roles,
        tier=decision.tier,
        author=author,
        proposals=tuple(proposals),
        names=names,
    )
    due_at = now + DUE[decision.tier]
    return _open(conn, ledger, item, RELEASE, first.group, title, body, owner, due_at, now, decision.policy)


def open_hold(conn: Connection, ledger: Ledger, item: Item, step: str, hold: Hold, now: datetime) -> Review:
    """Hand an item to a person with a question, the moves offered and a due time."""
    body = Body(reasons=hold.reasons, choices=hold.choices)
    return _open(conn, ledger, item, hold.kind, f"{item.id}:{step}", hold.ask, body, hold.owner, hold.due, now)


def open_matter(conn: Connection, ledger: Ledger, matter: Matter, now: datetime) -> Review:
    """Put a question that is about no item before a person; one that is open already is given as it is."""
    table, group = tables.reviews, f"{matter.workflow}:{matter.key}"
    alike = (table.c.kind == matter.kind) & (table.c.group == group)
    row = conn.execute(select(table).where(alike, table.c.state == State.OPEN)).first()
    if row is not None:
        return _review(row)
    before = conn.scalar(select(func.count()).where(alike))
    review = Review(
        id=digest([matter.kind, group, before]),
        kind=matter.kind,
        state=State.OPEN,
        item_id="",
        group=group,
        workflow=matter.workflow,
        version=matter.version,
        policy="",
        queue=matter.queue,
        pattern="",
        object=matter.object,
        record_id=matter.record_id,
        title=matter.ask,
        body=Body(reasons=matter.reasons, choices=matter.choices),
        owner=matter.owner,
        due_at=matter.due,
        choice="",
        note="",
        decided_by="",
        decided_at=None,
        release_at=None,
        snoozed_until=None,
        expires_at=None,
        created_at=now,
    )
    return _keep(conn, ledger, review)


def find(conn: Connection, prefix: str) -> Review:
    """Give the review whose id begins so. Raises ReviewError where none or several do."""
    column = tables.reviews.c.id
    rows = conn.execute(select(tables.reviews).where(column.startswith(prefix, autoescape=True)).limit(2)).all()
    if not prefix or len(rows) != 1:
        some = "several reviews begin" if rows else "no review begins"
        raise ReviewError(f"{some} with {prefix!r}", fix="`upbeat review list` shows what is open.")
    return _review(rows[0])


def listing(conn: Connection, *, owner: str = "", state: State | None = State.OPEN, limit: int = 50) -> list[Review]:
    """Give reviews by due time, the most pressing first; of one owner, in one state, or all."""
    wanted = select(tables.reviews).order_by(tables.reviews.c.due_at, tables.reviews.c.seq).limit(limit)
    if owner:
        wanted = wanted.where(tables.reviews.c.owner == owner)
    if state is not None:
        wanted = wanted.where(tables.reviews.c.state == state)
    return [_review(row) for row in conn.execute(wanted)]


def approve(
    conn: Connection, ledger: Ledger, review: Review, by: str, policy: Policy, note: str, now: datetime
) -> Review:
    """Sign a suggested change in every role that `by` holds and that is still missing.

    Raises ReviewError where the review is closed, the person wrote the rule, or holds none of the roles.
    """
    _must_be_open(review)
    if review.kind != RELEASE:
        raise ReviewError(
            f"{review.title!r} asks for a choice", fix=f"Answer with --choose: {', '.join(review.body.choices)}."
        )
    if by.casefold() == review.body.author.casefold():
        raise ReviewError(f"{by} answers for this change, and nobody releases what they ask for")
    signed = {one.role for one in review.body.approvals}
    if by in {one.by for one in review.body.approvals}:
        raise ReviewError(f"{by} has signed already", fix=f"Still missing: {_missing(review)}.")
    roles = [role for role in review.body.roles if role not in signed and policy.holds(by, role)]
    if not roles:
        raise ReviewError(f"{by} may not release this change", fix=f"It needs: {_missing(review)}.")
    rarest = min(roles, key=lambda role: len(policy.roles[role]))  # the commoner role is easier to find a signer for
    signs = (Approval(review.id, by, rarest, now, digest(one)) for one in review.body.proposals)
    body = replace(review.body, approvals=(*review.body.approvals, *signs))
    whole = body.tier is Tier.REVIEW or signed | {rarest} >= set(body.roles)
    return _close(conn, ledger, replace(review, body=body), State.APPROVED if whole else State.OPEN, by, "", note, now)


def answer(conn: Connection, ledger: Ledger, review: Review, by: str, choice: str, note: str, now: datetime) -> Review:
    """Choose one of the moves offered. Raises ReviewError where the review is closed or does not offer it."""
    _must_be_open(review)
    offered = {one.casefold(): one for one in review.body.choices}
    if choice.casefold() not in offered:
        raise ReviewError(f"{choice!r} is not offered", fix=f"Choose one of: {', '.join(review.body.choices) or '-'}.")
    return _close(conn, ledger, review, State.ANSWERED, by, offered[choice.casefold()], note, now)


def reject(conn: Connection, ledger: Ledger, review: Review, by: str, reason: str, now: datetime) -> Review:
    """Say no, with a reason. Raises ReviewError where the review is closed or the reason is missing."""
    _must_be_open(review)
    if not reason.strip():
        raise ReviewError(
            "a rejection needs its reason", fix="Say --reason wrong fact | wrong time | wrong rule | already fixed."
        )
    return _close(conn, ledger, review, State.REJECTED, by, "", reason, now)


def of_item(conn: Connection, item_id: str) -> list[Review]:
    """Give every review of an item, open or not, oldest first."""
    table = tables.reviews
    return [_review(row) for row in conn.execute(select(table).where(table.c.item_id == item_id).order_by(table.c.seq))]


def still_open(conn: Connection, item_ids: Sequence[str]) -> list[Review]:
    """Give every open review of these items."""
    table = tables.reviews
    rows = conn.execute(select(table).where(table.c.item_id.in_(item_ids), table.c.state == State.OPEN))
    return [_review(row) for row in rows]


def withdraw(conn: Connection, ledger: Ledger, review: Review, why: str, now: datetime) -> Review:
    """Close a review whose item no longer needs an answer."""
    return _close(conn, ledger, review, State.WITHDRAWN, "upbeat", "", why, now)


def escalate(conn: Connection, ledger: Ledger, review: Review, to: str, due: timedelta, now: datetime) -> Review:
    """Pass an overdue review to the next person; the question stays open, whatever time passes."""
    moved = replace(review, owner=to, due_at=now + due)
    conn.execute(update(tables.reviews).where(tables.reviews.c.id == review.id).values(owner=to, due_at=moved.due_at))
    ledger.append(conn, [_entry(review, Kind.ESCALATED, "upbeat", {"from": review.owner, "to": to})])
    return moved


def _open(
    conn: Connection,
    ledger: Ledger,
    item: Item,
    kind: str,
    group: str,
    title: str,
    body: Body,
    owner: str,
    due_at: datetime,
    now: datetime,
    policy: str = "",
) -> Review:
    before = conn.scalar(select(func.count()).where(tables.reviews.c.item_id == item.id))
    review = Review(
        id=digest([item.id, group, kind, before]),
        kind=kind,
        state=State.OPEN,
        item_id=item.id,
        group=group,
        workflow=item.workflow,
        version=item.version,
        policy=policy,
        queue=OwnerQueue.NONE,
        pattern="",
        object=item.event.object,
        record_id=item.event.record_id,
        title=title,
        body=body,
        owner=owner,
        due_at=due_at,
        choice="",
        note="",
        decided_by="",
        decided_at=None,
        release_at=None,
        snoozed_until=None,
        expires_at=None,
        created_at=now,
    )
    return _keep(conn, ledger, review)


def _keep(conn: Connection, ledger: Ledger, review: Review) -> Review:
    row = {name: getattr(review, name) for name in Review.__slots__}
    conn.execute(insert(tables.reviews).values({**row, "body": encode(review.body)}))
    said = {"review": review.id, "title": review.title, "body": review.body}
    said |= {"owner": review.owner, "due_at": review.due_at}
    ledger.append(conn, [_entry(review, Kind.HELD, "upbeat", said)])
    return review


def _close(
    conn: Connection,
    ledger: Ledger,
    review: Review,
    state: State,
    by: str,
    choice: str,
    note: str,
    now: datetime,
) -> Review:
    closed = replace(review, state=state, choice=choice, note=note, decided_by=by, decided_at=now)
    moved = conn.execute(
        update(tables.reviews)
        .where(tables.reviews.c.id == review.id, tables.reviews.c.state == State.OPEN)
        .values(state=state, choice=choice, note=note, decided_by=by, decided_at=now, body=encode(closed.body))
    )
    if moved.rowcount != 1:  # another decision came first
        raise ReviewError(
            f"someone else has just decided {review.title!r}", fix="`upbeat review show` has their answer."
        )
    said = {"review": review.id, "state": state, "choice": choice, "note": note, "approvals": closed.body.approvals}
    ledger.append(conn, [_entry(closed, Kind.PERSON_DECIDED, by, said)])
    return closed


def _must_be_open(review: Review) -> None:
    if review.state is not State.OPEN:
        raise ReviewError(f"{review.title!r} was {review.state} by {review.decided_by} at {review.decided_at:%F %R}")


def _missing(review: Review) -> str:
    signed = {one.role for one in review.body.approvals}
    return ", ".join(role for role in review.body.roles if role not in signed)


def _entry(review: Review, kind: Kind, actor: str, payload: object) -> Entry:
    return Entry(
        kind=kind,
        actor=actor,
        payload=payload,
        item_id=review.item_id,
        workflow=review.workflow,
        version=review.version,
        record_id=review.record_id,
    )


def _review(row: object) -> Review:
    fields: dict[str, Any] = {name: getattr(row, name) for name in Review.__slots__}
    fields["state"], fields["queue"] = State(fields["state"]), OwnerQueue(fields["queue"])
    fields["body"] = decode(fields["body"], Body)
    return Review(**fields)
