"""What is one person's to do next, and what they were told lately: the first page, from the store alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from upbeat import review
from upbeat.notices import State
from upbeat.operations.house import House
from upbeat.review import Line, Wanted
from upbeat.store import tables

FEW: Final = 5


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a person was told, or is about to be: why they, and where it stands."""

    subject: str
    reason: str
    at: datetime
    state: str
    review: str
    run: str


@dataclass(frozen=True, slots=True)
class Today:
    """One person's day: what is put to them, the most pressing first; `total` of all, `overdue` of those.

    `team` counts what is put to people below them and is overdue. `told` leaves out what still stands among the tasks,
    and `decided` is what they decided last.
    """

    tasks: tuple[Line, ...]
    total: int
    overdue: int
    team: int
    told: tuple[Told, ...]
    decided: tuple[Line, ...]


def today(house: House, username: str, below: tuple[str, ...] = ()) -> Today:
    """Give a person's day; `below` are the people below them."""
    now = house.clock.now()
    with house.store.reading() as conn:
        mine = review.page(conn, Wanted(owner=username, limit=FEW), now)
        late = review.page(conn, Wanted(owner=username, overdue=True, limit=1), now).total
        team = review.page(conn, Wanted(whose=review.Whose(below), overdue=True, limit=1), now).total if below else 0
        return Today(mine.lines, mine.total, late, team, _told(conn, username), _decided(conn, username))


def _told(conn: Connection, username: str) -> tuple[Told, ...]:
    table, reviews = tables.notices, tables.reviews.c
    still_theirs = select(reviews.id).where(reviews.state == review.State.OPEN, reviews.owner == username)
    mine = (table.c.to == username) & (table.c.state != State.WITHDRAWN) & table.c.review_id.not_in(still_theirs)
    rows = conn.execute(select(table).where(mine).order_by(table.c.created_at.desc(), table.c.seq.desc()).limit(FEW))
    return tuple(
        Told(row.subject, row.reason, row.sent_at or row.created_at, row.state, row.review_id, row.item_id)
        for row in rows
    )


def _decided(conn: Connection, username: str) -> tuple[Line, ...]:
    table = tables.reviews.c
    wanted = select(*review.LINE).where(table.decided_by == username).order_by(table.decided_at.desc()).limit(FEW)
    return tuple(review.line(row) for row in conn.execute(wanted))
