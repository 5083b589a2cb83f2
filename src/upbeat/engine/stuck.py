"""The dead-letter queue: an item that cannot go on becomes its owner's, with the question what to do with it."""

from datetime import timedelta

from sqlalchemy import Connection

from upbeat.domain import Hold
from upbeat.engine import due
from upbeat.engine.items import State, Work
from upbeat.engine.parts import MISFIRE, Parts, Sheet
from upbeat.ledger import Kind
from upbeat.review import open_hold

STUCK = "stuck item"
RETRY = "retry"
GIVE_UP = "give up"
GIVEN_UP = "given up"  # the outcome of an item that its owner gave up


def stick(
    parts: Parts, conn: Connection, sheet: Sheet, work: Work, owner: str, why: str, wait: timedelta = MISFIRE
) -> Work:
    """Hand an item to its owner; `wait` is the time by which they look at it."""
    now = parts.clock.now()
    ask = f"{work.item.workflow} cannot go on with {work.item.event.object} {work.item.event.record_id}: {why}"
    hold = Hold(STUCK, ask, owner, now + wait, (RETRY, GIVE_UP), (why,))
    review = open_hold(conn, parts.ledger, work.item, STUCK, hold, now)
    due.put(conn, due.Kind.REVIEW, review.id, review.due_at)
    sheet.note(work, Kind.DEAD, {"why": why})
    return sheet.move(work, state=State.DEAD, detail=why, owner=owner, due_at=review.due_at, review_id=review.id)
