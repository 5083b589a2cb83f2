"""What became of what people decided: how alike suggestions fared, what was decided last, how long it took."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import ColumnElement, Connection, func, select

from upbeat.base import Rate, rate
from upbeat.domain import HOUSE
from upbeat.review.patterns import IN_BULK
from upbeat.review.rows import LINE, line
from upbeat.review.values import RELEASE, Line, State
from upbeat.store import tables

_BY_PEOPLE = (State.APPROVED, State.RELEASED, State.EDITED, State.REJECTED, State.ANSWERED)
_NEWEST = 500  # decisions of which the median is told


@dataclass(frozen=True, slots=True)
class Fared:
    """Suggested changes that people decided, each by itself; what was signed with its pattern proves nothing.

    One that was approved and can still be taken back counts as approved.
    """

    approved: int
    edited: int
    rejected: int

    @property
    def rate(self) -> Rate:
        """How many of them were approved as they stood."""
        return rate(self.approved, self.approved + self.edited + self.rejected)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the newest decisions took from the question to the answer; the median in seconds, None without any."""

    decisions: int
    median: float | None


def fared(conn: Connection, *, pattern: str = "", workflow: str = "") -> Fared:
    """Give how the changes of a pattern fared, or those of a workflow."""
    table = tables.reviews.c
    mine = table.pattern == pattern if pattern else table.workflow == workflow
    alone = mine & (table.kind == RELEASE) & (table.choice != IN_BULK)
    rows = conn.execute(select(table.state, func.count()).where(alone).group_by(table.state))
    counts = {State(state): int(count) for state, count in rows}
    return Fared(
        approved=counts.get(State.APPROVED, 0) + counts.get(State.RELEASED, 0),
        edited=counts.get(State.EDITED, 0),
        rejected=counts.get(State.REJECTED, 0),
    )


def pace(conn: Connection, people: tuple[str, ...], since: datetime) -> Pace:
    """Give how long these people took since a time, from the question to the answer."""
    table = tables.reviews.c
    wanted = select(table.created_at, table.decided_at).where(_decided(people), table.decided_at >= since)
    newest = wanted.where(table.choice != IN_BULK).order_by(table.decided_at.desc()).limit(_NEWEST)
    took = [(row.decided_at - row.created_at).total_seconds() for row in conn.execute(newest)]
    return Pace(len(took), median(took) if took else None)


def last_decided(conn: Connection, people: tuple[str, ...], most: int) -> list[Line]:
    """Give what these people decided last, the newest first."""
    table = tables.reviews.c
    wanted = select(*LINE).where(_decided(people)).order_by(table.decided_at.desc(), table.seq.desc()).limit(most)
    return [line(row) for row in conn.execute(wanted)]


def _decided(people: tuple[str, ...]) -> ColumnElement[bool]:
    table = tables.reviews.c
    return table.decided_by.in_(people) & (table.decided_by != HOUSE) & table.state.in_(_BY_PEOPLE)
