"""How the house turns to whoever answers for something: a question in their queue, its clock, and a notice."""

from sqlalchemy import Connection

from upbeat import notices
from upbeat.base import short
from upbeat.domain import HOUSE
from upbeat.operations.house import House
from upbeat.review import Matter, Review, open_matter


def ask_owner(house: House, conn: Connection, matter: Matter, kind: notices.Kind, reason: str) -> Review:
    """Put a matter before its owner, and have them told; one that is open already stays as it is.

    `reason` is why it is they who are told.
    """
    now = house.clock.now()
    review = open_matter(conn, house.ledger, matter, now)
    if review.created_at == now:
        notices.tell(
            conn,
            review.owner,
            kind,
            subject=review.title,
            text="\n".join(review.body.reasons),
            reason=reason,
            now=now,
            due_at=review.due_at,
            command=f"upbeat review show {short(review.id)}",
            review_id=review.id,
            workflow=review.workflow or HOUSE,
            record_id=review.record_id,
        )
    return review


def answers_for(house: House, named: str, *others: str) -> str:
    """Give the active person who answers where `named` should.

    It is that person, else the nearest active one above them, else the first active one of `others`, of the roles that
    promote, or of any role. Where there is nobody at all, the name stands: somebody may come back to it.
    """
    people = house.get_people()
    policy = house.policy
    roles = [*policy.promotion.roles, *policy.roles]
    holders = [one for role in roles for one in policy.roles.get(role, ())]
    second = [policy.promotion.second] if policy.promotion.second is not None else []
    found = (people.active(one) for one in (named, *people.above(named), *others, *holders, *second))
    return next((one.username for one in found if one is not None), named)
