"""Suggested changes that are alike: how many there are, and which of them a person decides one by one first.

A pattern is one step of one version of a workflow that wants the same fields of the same object changed, with the same
effects, under the same rule of the same policy, with the same signatures to give. Where a field has listed values, it
is the same move from one to another, too: a deal that skips a stage is not like one that goes to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from upbeat.base import digest
from upbeat.domain import Decision, Proposal
from upbeat.review.rows import LINE, line
from upbeat.review.values import RELEASE, Line, Review, State
from upbeat.store import tables

Move = tuple[
    str, str, str
]  # a field, as `Opportunity.StageName`, the value that it has, and the one that it would have

IN_BULK = "approved with its pattern"  # the choice that tells such a signature from one of its own


@dataclass(frozen=True, slots=True)
class Blast:
    """How far a pattern reaches: how many of its changes wait, and of how many records, counting those released."""

    waiting: int
    records: int


def pattern(proposals: Sequence[Proposal], decisions: Sequence[Decision], moves: Sequence[Move] = ()) -> str:
    """Give the digest by which alike suggested changes of a step are known; `moves` are those between listed values."""
    first, decision = proposals[0], decisions[0]
    changes = sorted([one.verb, one.object, *sorted(one.after)] for one in proposals)
    effects = sorted({effect for one in decisions for effect in one.effects})
    asked = [decision.rule, decision.tier, decision.roles, decision.one_of, decision.policy]
    return digest([first.workflow, first.version, first.step, changes, effects, asked, sorted(map(list, moves))])


def blast(conn: Connection, key: str) -> Blast:
    """Count a pattern: what waits now, and every record that it changed or would change."""
    table = tables.reviews
    alike = table.c.pattern == key
    waiting = conn.scalar(select(func.count()).where(alike, table.c.state == State.OPEN)) or 0
    reached = table.c.state.in_([State.OPEN, State.APPROVED, State.RELEASED])
    return Blast(waiting, conn.scalar(select(func.count(table.c.record_id.distinct())).where(alike, reached)) or 0)


def waiting(conn: Connection, key: str, *, most: int | None = None) -> list[Line]:
    """Give what waits of a pattern, the most pressing first: all of it, or `most` of it."""
    table = tables.reviews
    wanted = select(*LINE).where(table.c.pattern == key, table.c.kind == RELEASE, table.c.state == State.OPEN)
    return [line(row) for row in conn.execute(wanted.order_by(table.c.due_at, table.c.seq).limit(most))]


def sample(conn: Connection, review: Review, by: str, size: int) -> list[Line]:
    """Draw those of a pattern that `by` has to decide one by one before the rest is decided at once.

    Drawn from what waits and what this person has decided one by one since the oldest of it was there, in an order
    that the digest of the pattern gives: the same for everybody who draws, and nobody's choice.
    """
    table, open_now = tables.reviews, waiting(conn, review.pattern)
    since = min((one.created_at for one in open_now), default=review.created_at)
    decided = select(*LINE).where(table.c.pattern == review.pattern, table.c.kind == RELEASE)
    own = func.lower(table.c.decided_by) == by.lower()
    decided = decided.where(own, table.c.decided_at >= since, table.c.choice != IN_BULK, table.c.state != State.OPEN)
    drawn = [*open_now, *(line(row) for row in conn.execute(decided))]
    return sorted(drawn, key=lambda one: digest([review.pattern, one.id]))[:size]
