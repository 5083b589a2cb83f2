"""What waits with somebody who is no longer an active user goes to the next person, and the ledger says so."""

from collections.abc import Iterable

from sqlalchemy import Connection, select, update

from upbeat import notices, review
from upbeat.base import short
from upbeat.domain import HOUSE
from upbeat.engine import ItemState, hand_over, signers
from upbeat.operations.house import House
from upbeat.operations.owning.asking import answers_for
from upbeat.review import Review, State
from upbeat.store import tables


def hand_on(house: House, conn: Connection) -> int:
    """Hand on every open question, and every run under way, that stands with nobody active; give how many."""
    reviews, items = tables.reviews, tables.items
    asked = conn.scalars(select(reviews.c.owner).where(reviews.c.state == State.OPEN).distinct()).all()
    gone = _inactive(house, asked)
    ids = conn.scalars(select(reviews.c.id).where(reviews.c.state == State.OPEN, reviews.c.owner.in_(gone))).all()
    moved = sum(_pass_on(house, conn, review.find(conn, one)) for one in ids)
    under_way = (items.c.state != ItemState.DONE) & (items.c.review_id.is_(None))
    owners = conn.scalars(select(items.c.owner).where(under_way, items.c.owner.is_not(None)).distinct()).all()
    for name in _inactive(house, owners):
        to = answers_for(house, name)
        if to != name:
            done = conn.execute(update(items).where(under_way, items.c.owner == name).values(owner=to))
            moved += done.rowcount
    return moved


def _inactive(house: House, names: Iterable[str | None]) -> list[str]:
    people = house.get_people()
    return [name for name in names if name and people.active(name) is None]


def _pass_on(house: House, conn: Connection, one: Review) -> bool:
    """Hand one question on: a suggested change to whoever may still sign it, any other one to the next person."""
    able = signers(one, house.get_people(), house.policy)
    flow = house.versions.current.get(one.workflow)
    to = able[0] if able else answers_for(house, one.owner, *([flow.owner] if flow is not None else []))
    if to == one.owner or (one.kind == review.RELEASE and not able):
        return False  # nobody is left who might: it stays in sight as it is
    now = house.clock.now()
    why = f"{one.owner} is no longer an active user"
    hand_over(conn, review.delegate(conn, house.ledger, one, HOUSE, to, house.policy, why, now))
    notices.tell(
        conn,
        to,
        notices.Kind.DELEGATED,
        subject=one.title,
        text="\n".join(one.body.reasons),
        reason=f"{why}, and you are next.",
        now=now,
        due_at=one.due_at,
        command=f"upbeat review show {short(one.id)}",
        item_id=one.item_id,
        review_id=one.id,
        workflow=one.workflow,
        record_id=one.record_id,
    )
    return True
