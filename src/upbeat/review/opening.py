"""How a question comes to stand in the queue: a suggested change, a step's question, a matter of the house."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from upbeat.base import digest
from upbeat.domain import Decision, Effect, Hold, Item, Proposal, Tier
from upbeat.ledger import Ledger
from upbeat.review.patterns import Move, pattern
from upbeat.review.rows import WHOLE, keep, whole
from upbeat.review.values import RELEASE, Body, Matter, OwnerQueue, Review, State
from upbeat.store import tables
from upbeat.workflows import Policy


def open_release(
    conn: Connection,
    ledger: Ledger,
    item: Item,
    proposals: Sequence[Proposal],
    decisions: Sequence[Decision],
    policy: Policy,
    *,
    title: str,
    names: dict[str, str],
    owner: str,
    author: str,
    now: datetime,
    rests_on: Mapping[str, Any] | None = None,
    suggested: Sequence[Proposal] = (),
    again: str = "",
    moves: Sequence[Move] = (),
) -> Review:
    """Ask a person to release the proposals of one step; `author` may not be the one who does.

    It is due, and given up, by the policy's queue. The three before `moves` are as in Body; those are as in a pattern.
    """
    first, decision, queue = proposals[0], decisions[0], policy.queue
    body = Body(
        reasons=first.reasons,
        roles=decision.roles,
        one_of=decision.one_of,
        tier=decision.tier,
        effects=tuple(one for one in Effect if any(one in each.effects for each in decisions)),
        rule=decision.rule,
        why=decision.why,
        author=author,
        proposals=tuple(proposals),
        names=names,
        rests_on=dict(rests_on or {}),
        suggested=tuple(suggested),
        again=again,
    )
    within = queue.approve_within if decision.tier is Tier.APPROVAL else queue.review_within
    review = _about(
        conn,
        item,
        kind=RELEASE,
        group=first.group,
        title=title,
        body=body,
        owner=owner,
        due_at=now + within,
        expires_at=gives_up(policy, now + within, now),
        now=now,
        tier=decision.tier,
        policy=decision.policy,
        pattern=pattern(proposals, decisions, moves),
    )
    return keep(conn, ledger, review)


def open_hold(
    conn: Connection,
    ledger: Ledger,
    item: Item,
    step: str,
    hold: Hold,
    now: datetime,
    *,
    queue: OwnerQueue = OwnerQueue.NONE,
    expires_at: datetime | None = None,
) -> Review:
    """Hand an item to a person with a question, the moves offered and a due time.

    `queue` says what kind of work it is for the owner of its workflow; without `expires_at` it never lapses.
    """
    review = _about(
        conn,
        item,
        kind=hold.kind,
        group=f"{item.id}:{step}",
        title=hold.ask,
        body=Body(reasons=hold.reasons, choices=hold.choices),
        owner=hold.owner,
        due_at=hold.due,
        expires_at=expires_at,
        now=now,
        queue=queue,
    )
    return keep(conn, ledger, review)


def open_matter(conn: Connection, ledger: Ledger, matter: Matter, now: datetime) -> Review:
    """Put a question that is about no item before a person; one that is open already is given as it is."""
    table, group = tables.reviews, f"{matter.workflow}:{matter.key}"
    alike = (table.c.kind == matter.kind) & (table.c.group == group)
    row = conn.execute(WHOLE.where(alike, table.c.state == State.OPEN)).first()
    if row is not None:
        return whole(row)
    before = conn.scalar(select(func.count()).where(alike))
    review = _new(
        id=digest([matter.kind, group, before]),
        kind=matter.kind,
        group=group,
        workflow=matter.workflow,
        version=matter.version,
        queue=matter.queue,
        object=matter.object,
        record_id=matter.record_id,
        title=matter.ask,
        body=Body(reasons=matter.reasons, choices=matter.choices),
        owner=matter.owner,
        due_at=min(matter.due, matter.expires or matter.due),
        expires_at=matter.expires,
        created_at=now,
    )
    return keep(conn, ledger, review)


def gives_up(policy: Policy, due_at: datetime, now: datetime) -> datetime:
    """Give when a question lapses that nobody decides: never before somebody else was asked as well."""
    return max(now + policy.queue.expire_after, due_at + policy.queue.escalate_within)


def _about(conn: Connection, item: Item, *, kind: str, group: str, now: datetime, **said: Any) -> Review:
    before = conn.scalar(select(func.count()).where(tables.reviews.c.item_id == item.id))
    return _new(
        id=digest([item.id, group, kind, before]),
        kind=kind,
        item_id=item.id,
        group=group,
        workflow=item.workflow,
        version=item.version,
        object=item.event.object,
        record_id=item.event.record_id,
        created_at=now,
        **said,
    )


def _new(**said: Any) -> Review:
    """Give an open review of which nobody has said anything yet."""
    blank: dict[str, Any] = {
        "state": State.OPEN,
        "item_id": "",
        "queue": OwnerQueue.NONE,
        "then_to": "",
        "tier": "",
        "pattern": "",
        "policy": "",
        "choice": "",
        "note": "",
        "decided_by": "",
        "decided_at": None,
        "release_at": None,
        "snoozed_until": None,
        "expires_at": None,
        "moves": 0,
    }
    return Review(**{**blank, **said})
