"""People's answers are rows; here the running engine finds them and puts their items back on the line."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from upbeat.apply import State as Stage
from upbeat.engine import due
from upbeat.engine.ending import ESCALATED
from upbeat.engine.items import State, Work, load
from upbeat.engine.parts import Parts, Sheet
from upbeat.engine.preparing import REJECTED
from upbeat.engine.stuck import GIVEN_UP, RETRY, STUCK, stick
from upbeat.intake import GRACE
from upbeat.review import RELEASE, Matter, OwnerQueue, Review, find, is_any_held, open_matter, release
from upbeat.review import State as Answered
from upbeat.store import tables
from upbeat.store.control import stopped
from upbeat.workflows import DefinitionError

OVERDUE = "overdue outcome"  # the kind of a question about an item whose outcome waited in vain
EXPIRED = "expired"  # the outcome of an item about which nobody decided in time, and the kind of what its owner is told
WITHDRAWN = "withdrawn"  # the outcome of an item whose suggested change was taken back
_UNDECIDED = (Answered.OPEN, Answered.APPROVED)
_STANDING = (State.WAITING, State.DEAD)


def pick_up(parts: Parts) -> int:
    """Release what was approved long enough ago; make ready, or end, every item whose review is decided.

    While all writes are stopped nothing is released: what was approved can be taken back until the stop is lifted.
    Gives how many moved.
    """
    items, reviews, now = tables.items, tables.reviews, parts.clock.now()
    decided = (
        select(items.c.id, reviews.c.id.label("review"))
        .join(reviews, reviews.c.id == items.c.review_id)
        .where(items.c.state.in_(_STANDING), reviews.c.state.not_in(_UNDECIDED))
    )
    with parts.store.reading() as conn:
        held = is_any_held(conn, now) and stopped(conn) is None
    if held:
        with parts.store.writing() as conn:
            if stopped(conn) is None:
                release(conn, parts.ledger, now)
    with parts.store.reading() as conn:
        if not (found := {row.id: row.review for row in conn.execute(decided)}):
            return 0
    sheet = Sheet()
    with parts.store.writing() as conn:
        for work in load(conn, ids=list(found)):
            review = find(conn, found[work.item.id])
            due.drop(conn, due.Kind.OUTCOME, work.item.id)
            try:
                _carry_on(parts, conn, sheet, work, review)
            except DefinitionError as error:
                stick(parts, conn, sheet, work, review.owner, f"its version compiles no more: {error.what}")
        return sheet.flush(conn, parts.ledger)


def hand_over(conn: Connection, review: Review) -> None:
    """Let the item that waits for a review stand with whoever has it now, until it is due."""
    items = tables.items
    waits = (items.c.id == review.item_id) & (items.c.review_id == review.id) & items.c.state.in_(_STANDING)
    conn.execute(update(items).where(waits).values(owner=review.owner, due_at=review.due_at))


def _carry_on(parts: Parts, conn: Connection, sheet: Sheet, work: Work, review: Review) -> None:
    """Take an item where its answer says: to its end, or back on the line on the version that it began with.

    An end needs no version that compiles. Raises DefinitionError where one that goes on does not any more.
    """
    now = parts.clock.now()
    if (ended := _ended_by(work, review)) is not None:
        sheet.end(work, *ended, now)
        if review.state is Answered.EXPIRED:
            owner = parts.versions.owner(work.item.workflow, work.item.version)
            open_matter(
                conn, parts.ledger, _lapsed(review, owner, now + parts.versions.policy.queue.review_within), now
            )
        return
    flow = parts.versions.get(work.item.workflow, work.item.version)
    ready = replace(work, state=State.READY, owner=flow.owner, due_at=now + GRACE, retry_at=None)
    if review.kind == STUCK:  # the record is looked at again, and what was not sent is proposed anew
        _free(conn, work)
        sheet.move(ready, attempts=0, review_id=None, progress=replace(work.progress, record=None))
    elif review.kind == RELEASE:  # looked at again: the step reads the answer, and the gate decides once more
        sheet.move(ready, progress=replace(work.progress, record=None))
    else:
        step = review.group.rpartition(":")[2]
        said = {"choice": review.choice, "by": review.decided_by, "note": review.note}
        results = {**work.progress.results, step: {**work.progress.results.get(step, {}), **said}}
        waited = work.step < len(flow.steps) and flow.steps[work.step].name == step  # it reads the answer itself
        sheet.move(
            ready,
            progress=replace(work.progress, results=results),
            review_id=review.id if waited else None,
        )


def _ended_by(work: Work, review: Review) -> tuple[str, str] | None:
    """Give the outcome to which an answer brings its item, and why; None where the item goes on."""
    if review.state is Answered.EXPIRED:
        return EXPIRED, review.note
    if review.state is Answered.WITHDRAWN:
        return WITHDRAWN, f"{review.decided_by}: {review.note}"
    if review.kind == STUCK and review.choice != RETRY:  # given up, or the question itself rejected
        return GIVEN_UP, f"{review.decided_by}: {review.note or work.detail}"
    if review.kind == OVERDUE:
        return ESCALATED, f"{review.decided_by}: {review.note or work.detail}"
    if review.state is Answered.REJECTED:
        return REJECTED, f"{review.decided_by} rejected it: {review.note}"
    return None


def _lapsed(review: Review, owner: str, due_at: datetime) -> Matter:
    """Give what the owner of a workflow is told of a question that nobody decided."""
    return Matter(
        kind=EXPIRED,
        key=review.id,
        ask=f"{review.title}: {review.note}, so it was given up and nothing was written",
        owner=owner,
        due=due_at,
        choices=("seen",),
        reasons=(f"it was last with {review.owner}", *review.body.reasons),
        queue=OwnerQueue.EXCEPTIONS,
        workflow=review.workflow,
        version=review.version,
        object=review.object,
        record_id=review.record_id,
    )


def _free(conn: Connection, work: Work) -> None:
    """Let what was refused or never sent be made anew, and decided anew.

    What may have been sent stays, to be looked up in the org. A rollback's is sent again: the rest may stand already.
    """
    table, undo = tables.proposals, bool(work.progress.undo)
    open_stages = [Stage.FAILED] if undo else [Stage.FAILED, Stage.HELD, Stage.CLEARED, Stage.BLOCKED]
    freed = update(table).where(table.c.item_id == work.item.id, table.c.state.in_(open_stages))
    conn.execute(freed.values(state=Stage.CLEARED if undo else Stage.WITHDRAWN))
