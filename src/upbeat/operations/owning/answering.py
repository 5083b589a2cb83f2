"""How it stands with what people said of flags: what is overridden, what is reported and not answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from upbeat.review import State
from upbeat.store import tables


@dataclass(frozen=True, slots=True)
class Answering:
    """What stands open. A misfire is late once its first time to be answered has passed.

    `incidents` say who is no longer active, and in which file they are still named.
    """

    overridden: int
    misfires: int
    misfires_late: int
    incidents: tuple[str, ...]


def answering(conn: Connection, now: datetime) -> Answering:
    """Count what people overrode and reported, from the store alone."""
    table, reviews = tables.misfires, tables.reviews
    reported = (
        select(func.count(table.c.review_id.distinct()))
        .join(reviews, reviews.c.id == table.c.review_id)
        .where(reviews.c.state == State.OPEN)
    )
    return Answering(
        overridden=conn.scalar(select(func.count()).select_from(tables.mutes)) or 0,
        misfires=conn.scalar(reported) or 0,
        incidents=tuple(f"{row.person} in {row.subject}" for row in conn.execute(select(tables.incidents))),
        misfires_late=conn.scalar(reported.where(table.c.answer_by <= now)) or 0,
    )
