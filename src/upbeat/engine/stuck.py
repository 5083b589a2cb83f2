"""The dead-letter queue: an item that cannot go on becomes its owner's, with the question what to do with it."""

from datetime import timedelta

from sqlalchemy import Connection

from upbeat.domain import Hold
from upbeat.engine.items import State, Work
from upbeat.engine.parts import MISFIRE, TRIES, Parts, Sheet
from upbeat.engine.recorded import Seen, stood_on
from upbeat.engine.wording import about
from upbeat.ledger import Kind
from upbeat.review import OwnerQueue, open_hold

STUCK = "stuck item"
RETRY = "retry"
GIVE_UP = "give up"
GIVEN_UP = "given up"  # the outcome of an item that its owner gave up


def stick(
    parts: Parts,
    conn: Connection,
    sheet: Sheet,
    work: Work,
    owner: str,
    why: str,
    wait: timedelta = MISFIRE,
    on: Seen | None = None,
) -> Work:
    """Hand an item to its owner; `wait` is the time by which they look at it, `on` what its condition was seen on."""
    now = parts.clock.now()
    record = work.progress.record or {"Name": f"{work.item.event.object} {work.item.event.record_id}"}
    ask = about(record, f"{work.item.workflow} cannot go on: {why}")
    hold = Hold(STUCK, ask, owner, now + wait, (RETRY, GIVE_UP), (why,))
    review = open_hold(conn, parts.ledger, work.item, STUCK, hold, now, queue=OwnerQueue.BREAK_FIX)
    sheet.note(work, Kind.DEAD, {"why": why, **stood_on(on)})
    return sheet.move(work, state=State.DEAD, detail=why, owner=owner, due_at=review.due_at, review_id=review.id)


def try_again(parts: Parts, conn: Connection, sheet: Sheet, work: Work, owner: str, why: str) -> Work:
    """Try an item again later; after so many tries it is its owner's."""
    if work.attempts + 1 >= TRIES:
        return stick(parts, conn, sheet, work, owner, f"{TRIES} tries: {why}")
    return sheet.retry(work, why, parts.clock.now(), is_try=True)
