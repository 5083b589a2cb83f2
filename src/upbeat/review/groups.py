"""What waits, by pattern: how many alike suggested changes there are, and the first of each to look at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from upbeat.domain import Tier
from upbeat.review.listing import Wanted, asked_for
from upbeat.review.values import RELEASE
from upbeat.store import tables


@dataclass(frozen=True, slots=True)
class Group:
    """Alike suggested changes that wait: how many, by when the first is due, and the title of one of them."""

    pattern: str
    workflow: str
    version: str
    waiting: int
    due_at: datetime
    first: str  # its review
    object: str
    title: str


def groups(conn: Connection, wanted: Wanted, now: datetime, *, least: int, most: int) -> list[Group]:
    """Give the patterns of what is wanted that `least` wait of and more, the largest first.

    What needs approval is never among them: it is approved one by one.
    """
    table = tables.reviews.c
    count = func.count()
    asked = [*asked_for(wanted, now), table.kind == RELEASE, table.tier == Tier.REVIEW, table.pattern != ""]
    shown = (
        asked
        if wanted.every or wanted.snoozed
        else [*asked, (table.snoozed_until.is_(None)) | (table.snoozed_until <= now)]
    )
    found = select(
        table.pattern,
        table.workflow,
        table.version,
        count.label("waiting"),
        func.min(table.due_at).label("due_at"),
        func.min(table.seq).label("first"),
    )
    grouped = found.where(*shown).group_by(table.pattern, table.workflow, table.version).having(count >= least)
    rows = conn.execute(grouped.order_by(count.desc(), table.pattern).limit(most)).all()
    firsts = select(table.seq, table.id, table.object, table.title).where(table.seq.in_([row.first for row in rows]))
    named = {row.seq: row for row in conn.execute(firsts)}
    return [
        Group(
            row.pattern,
            row.workflow,
            row.version,
            row.waiting,
            row.due_at,
            named[row.first].id,
            named[row.first].object,
            named[row.first].title,
        )
        for row in rows
    ]
