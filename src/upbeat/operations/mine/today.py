"""What is one person's to do next, and what they were told lately: the first page, from the store alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from upbeat import review
from upbeat.notices import State
from upbeat.operations.house import House
from upbeat.operations.reviewing import waits_for
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
    """One person's day: what is put to them or theirs to sign, the most pressing first, and how much of it there is.

    `team` counts what is put to people below them. `told` leaves out what still stands among the tasks, and `decided`
    is what they decided last.
    """

    tasks: tuple[Line, ...]
    total: int
    overdue: int
    team: int
    team_overdue: int
    told: tuple[Told, ...]
    decided: tuple[Line, ...]


def today(house: House, username: str, below: tuple[str, ...] = ()) -> Today:
    """Give a person's day; `below` are the people below them."""
    now, mine, team = house.clock.now(), waits_for(house, username), review.Whose(below)
    with house.store.reading() as conn:

        def count(whose: review.Whose, *, overdue: bool = False) -> int:
            return review.page(conn, Wanted(whose=whose, overdue=overdue, limit=1), now).total if whose.people else 0

        first = review.page(conn, Wanted(whose=mine, limit=FEW), now)
        return Today(
            tasks=first.lines,
            total=first.total,
            overdue=count(mine, overdue=True),
            team=count(team),
            team_overdue=count(team, overdue=True),
            told=_told(conn, username),
            decided=tuple(review.last_decided(conn, (username,), FEW)),
        )


def _told(conn: Connection, username: str) -> tuple[Told, ...]:
    table, reviews = tables.notices, tables.reviews.c
    still_theirs = select(reviews.id).where(reviews.state == review.State.OPEN, reviews.owner == username)
    mine = (table.c.to == username) & (table.c.state != State.WITHDRAWN) & table.c.review_id.not_in(still_theirs)
    rows = conn.execute(select(table).where(mine).order_by(table.c.created_at.desc(), table.c.seq.desc()).limit(FEW))
    return tuple(
        Told(row.subject, row.reason, row.sent_at or row.created_at, row.state, row.review_id, row.item_id)
        for row in rows
    )
