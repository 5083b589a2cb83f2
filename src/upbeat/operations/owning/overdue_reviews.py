"""A live trigger that nobody reviewed for a quarter is flagged to its owner, and after a grace may be taken back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from upbeat import notices, review
from upbeat.domain import Mode
from upbeat.operations.house import House
from upbeat.operations.owning.asking import answers_for, ask_owner
from upbeat.operations.owning.demoting import demote_and_tell
from upbeat.operations.owning.trigger_reviews import TRIGGER_REVIEW, looked_at
from upbeat.review import Matter, OwnerQueue, State
from upbeat.store import tables
from upbeat.workflows import Workflow, duration_words


def look_after_reviews(house: House, now: datetime) -> Mapping[str, Any] | None:
    """Flag live triggers whose review is overdue; give what the ledger should remember.

    A trigger is due so long after it went live or was reviewed last as `triggers.review_every` says. Beyond
    `triggers.grace` it goes back to monitor, where `triggers.demote` says so.
    """
    policy, asked, demoted, done = house.policy.triggers, list[str](), list[str](), list[str]()
    with house.store.writing() as conn:
        for name, flow in house.versions.current.items():
            seen = _last_seen(house, conn, flow)
            late = timedelta(0) if seen is None else now - seen - policy.review_every
            if seen is None or late <= timedelta(0):
                done += [name] if _settle(house, conn, name, now) else []
            elif policy.demote and late > policy.grace:
                why = f"its review is overdue since {seen + policy.review_every:%d %B %Y}"
                demoted += [name] if demote_and_tell(house, conn, flow, why) else []
            elif _ask(house, conn, flow, seen, now):
                asked.append(name)
    found = {"asked": asked, "demoted": demoted, "reviewed": done}
    return found if any(found.values()) else None


def _last_seen(house: House, conn: Connection, flow: Workflow) -> datetime | None:
    """Give when people looked at a trigger last, None where it is not live."""
    row = conn.execute(select(tables.modes).where(tables.modes.c.workflow == flow.name)).first()
    if row is None or house.versions.mode(conn, flow) is not Mode.LIVE:
        return None
    return looked_at(conn, flow.name, row.at)


def _ask(house: House, conn: Connection, flow: Workflow, seen: datetime, now: datetime) -> bool:
    """Ask the owner for the review; give whether that is new."""
    policy = house.policy.triggers
    then = f"In {duration_words(policy.grace)} from when it was due it goes back to monitor."
    matter = Matter(
        kind=TRIGGER_REVIEW,
        key=f"{seen:%Y%m%d%H%M}",
        ask=f"{flow.name} was last looked at on {seen:%d %B %Y}, and is reviewed every {policy.review_every.days} days",
        owner=answers_for(house, flow.owner),
        due=now + house.policy.queue.review_within,
        choices=(),
        reasons=(
            f"Its figures: upbeat scorecard {flow.name}",
            f"The review: upbeat trigger-review {flow.name} --keep, or --retire, with --note",
            *([then] if policy.demote else []),
        ),
        queue=OwnerQueue.TUNING,
        workflow=flow.name,
        version=flow.version,
    )
    return ask_owner(house, conn, matter, notices.Kind.ALARM, f"You own {flow.name}.").created_at == now


def _settle(house: House, conn: Connection, name: str, now: datetime) -> bool:
    """Close what was asked of a trigger that was reviewed since, or is live no more."""
    table = tables.reviews
    mine = (table.c.kind == TRIGGER_REVIEW) & (table.c.workflow == name) & (table.c.state == State.OPEN)
    ids = conn.scalars(select(table.c.id).where(mine)).all()
    for one in ids:
        review.withdraw(conn, house.ledger, review.find(conn, one), "it was reviewed, or is live no more", now)
    return bool(ids)
