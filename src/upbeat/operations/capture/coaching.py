"""Each rep's calls beside the others', from the conversations that are kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from upbeat.conversation import RULES, Medium, Terms
from upbeat.conversation.coaching import Call, Rep, call_of, reps
from upbeat.engine import captured
from upbeat.operations.evaluating import ELEMENTS
from upbeat.operations.house import House
from upbeat.store import tables

MARGIN = 0.2  # of five calls that is one more or less: only what is more than that says something
LEAST = 5  # calls: with fewer, one of them moves a share by more than the margin
_AT_ONCE = 100  # conversations in memory


@dataclass(frozen=True, slots=True)
class Coaching:
    """Every rep of the calls and meetings with customers since then; `left` are talks that count for nobody.

    A talk counts for nobody without a customer who speaks, or without a user of ours. What is told twice counts once.
    """

    since: datetime | None
    calls: int
    left: int
    margin: float
    least: int
    reps: tuple[Rep, ...]


def coach(
    house: House,
    since: datetime | None,
    margin: float = MARGIN,
    least: int = LEAST,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Coaching:
    """Give how each rep's talks since then stand beside the others', as rules read them. Asks nothing of the org."""
    table = tables.conversations.c
    talks = table.medium.in_([Medium.CALL, Medium.MEETING]) & (table.state == captured.State.KEPT) & (table.turns > 0)
    wanted = select(table.key).where(talks).order_by(table.began)
    with house.store.reading() as conn:
        keys = conn.scalars(wanted if since is None else wanted.where(table.began >= since)).all()
    calls, left = list[Call](), 0
    for start in range(0, len(keys), _AT_ONCE):
        with house.store.reading() as conn:
            found = captured.read(conn, house.ledger, keys[start : start + _AT_ONCE])
        for number, one in enumerate(found.values(), start + 1):
            if one.link.same_as:
                continue
            call = call_of(one, RULES.read(one.conversation, Terms()))
            left += call is None
            calls += [] if call is None else [call]
            progress(number, len(keys))
    return Coaching(since, len(calls), left, margin, least, tuple(reps(calls, ELEMENTS, margin, least)))
