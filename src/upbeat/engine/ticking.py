"""tick(now): everything that is due happens, and each row moves to its next time or goes."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from upbeat.base import UpbeatError
from upbeat.domain import Hold, Mode
from upbeat.engine import due
from upbeat.engine.answers import OVERDUE
from upbeat.engine.due import Due
from upbeat.engine.items import State, load, save
from upbeat.engine.jobs import do
from upbeat.engine.parts import Parts
from upbeat.engine.sweeping import sweep
from upbeat.engine.wording import about
from upbeat.review import Review, escalate, find, open_hold
from upbeat.review import State as Answered
from upbeat.store import StoreError
from upbeat.workflows import Schedule

AGAIN = timedelta(days=1)  # how long the next owner has
LATER = timedelta(minutes=5)  # when a row that failed has its turn again

log = structlog.get_logger()


def tick(parts: Parts, now: datetime) -> int:
    """Act on every row that is due by `now`; give how many."""
    with parts.store.reading() as conn:
        rows = due.now_due(conn, now)
    if not rows:
        return 0
    parts.people.freshen()
    for row in rows:
        try:
            _ACTS[row.kind](parts, row, now)
        except StoreError:
            raise
        except UpbeatError as error:  # it holds up no other row, and has its turn again
            log.warning("what is due could not be done", kind=row.kind, key=row.key, why=str(error))
            with parts.store.writing() as conn:
                due.put(conn, row.kind, row.key, now + LATER, row.body)
    return len(rows)


def schedule(parts: Parts, now: datetime) -> None:
    """Give every scheduled workflow and every job its next time, and forget schedules that are none any more."""
    scheduled = {name: flow.every for name, flow in parts.versions.current.items() if flow.every is not None}
    with parts.store.writing() as conn:
        for name in due.keys(conn, due.Kind.SWEEP):
            if name not in scheduled:
                due.drop(conn, due.Kind.SWEEP, name)
        for name, every in scheduled.items():
            _put(conn, due.Kind.SWEEP, name, every, parts, now)
        for job in parts.jobs:
            _put(conn, due.Kind.JOB, job.name, job.every, parts, now)


def _put(conn: Connection, kind: due.Kind, key: str, every: Schedule, parts: Parts, now: datetime) -> None:
    """Set the next time of what comes again, unless it stands already."""
    text = {"every": every.text}
    if due.body_of(conn, kind, key) != text:
        due.put(conn, kind, key, every.next_after(now, parts.zone), text)


def _sweep(parts: Parts, row: Due, now: datetime) -> None:
    workflow = parts.versions.current.get(row.key)
    if workflow is not None and workflow.every is not None:
        mode = parts.versions.modes()[row.key]
        if mode is not Mode.PAUSED:
            sweep(parts, workflow, mode, now)
        with parts.store.writing() as conn:
            due.put(conn, row.kind, row.key, workflow.every.next_after(now, parts.zone), row.body)


def _escalate(parts: Parts, row: Due, now: datetime) -> None:
    """Pass an overdue review up, day by day.

    It goes to the person whom the item's outcome names, then to its owner's manager, and from the top to the
    workflow's owner.
    """
    with parts.store.writing() as conn:
        review = find(conn, row.key)
        if review.state is not Answered.OPEN:
            due.drop(conn, row.kind, row.key)
            return
        work = next(iter(load(conn, ids=[review.item_id])), None)  # none where it is a matter of the house
        to = row.body.get("to", review.owner)
        if to == review.owner:
            to = parts.people.manager(review.owner) or _answers_for(parts, review)
        moved = escalate(conn, parts.ledger, review, to, AGAIN, now)
        due.put(conn, row.kind, row.key, moved.due_at)
        if work is not None and work.review_id == review.id and work.state is not State.DONE:
            save(conn, [replace(work, owner=to, due_at=moved.due_at)])


def _answers_for(parts: Parts, review: Review) -> str:
    """Give who has a question when nobody stands above whom it was put to."""
    if review.version:
        return parts.versions.get(review.workflow, review.version).owner
    current = parts.versions.current.get(review.workflow)
    return review.owner if current is None else current.owner


def _do_job(parts: Parts, row: Due, now: datetime) -> None:
    """Do a job of the house, and note its next time first: one that fails is done again then, and holds up nothing."""
    job = next((one for one in parts.jobs if one.name == row.key), None)
    with parts.store.writing() as conn:
        if job is None:
            due.drop(conn, row.kind, row.key)
        else:
            due.put(conn, row.kind, row.key, job.every.next_after(now, parts.zone), row.body)
    if job is not None:
        do(job, parts.store, parts.ledger, now)


def _outcome_is_due(parts: Parts, row: Due, now: datetime) -> None:
    """The wait of an outcome is over: the item becomes a question to the person that the outcome names."""
    with parts.store.writing() as conn:
        due.drop(conn, row.kind, row.key)
        found = load(conn, ids=[row.key])
        if not found or found[0].state is not State.WAITING or found[0].review_id:  # an answer has just come
            return
        [work] = found
        ask = about(work.progress.record or {}, f"{work.item.workflow} {work.detail}, and the time is over")
        hold = Hold(OVERDUE, ask, row.body["to"], now + AGAIN, ("done",), (work.progress.reason,))
        review = open_hold(conn, parts.ledger, work.item, OVERDUE, hold, now)
        due.put(conn, due.Kind.REVIEW, review.id, review.due_at)
        save(conn, [replace(work, owner=review.owner, due_at=review.due_at, review_id=review.id)])


_ACTS = {
    due.Kind.SWEEP: _sweep,
    due.Kind.REVIEW: _escalate,
    due.Kind.OUTCOME: _outcome_is_due,
    due.Kind.JOB: _do_job,
}
