"""How it stands with what people said of flags: what is overridden, what is reported and not answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from upbeat.review import State
from upbeat.store import tables


@dataclass(frozen=True, slots=True)
class Answering:
    """Counts of what stands open. A misfire is late once its first time to be answered has passed."""

    overridden: int
    misfires: int
    misfires_late: int


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
        misfires_late=conn.scalar(reported.where(table.c.answer_by <= now)) or 0,
    )
