"""tick(now): everything that is due happens, and each row moves to its next time or goes."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from upbeat.base import UpbeatError
from upbeat.domain import Hold, Mode
from upbeat.engine import due
from upbeat.engine.answers import OVERDUE, hand_over
from upbeat.engine.asking import next_asked
from upbeat.engine.due import Due
from upbeat.engine.items import State, load, save
from upbeat.engine.jobs import do
from upbeat.engine.keeping.put_back import look_for_put_back
from upbeat.engine.keeping.ticking import keep_promises
from upbeat.engine.parts import Parts
from upbeat.engine.sweeping import sweep
from upbeat.engine.wording import about
from upbeat.review import OwnerQueue, escalate, expire, find, is_overdue, open_hold, overdue
from upbeat.salesforce import on_account
from upbeat.store import StoreError
from upbeat.workflows import Schedule

LATER = timedelta(minutes=5)  # when a row that failed has its turn again

log = structlog.get_logger()


def tick(parts: Parts, now: datetime) -> int:
    """Act on every row that is due by `now`; give how many."""
    with parts.store.reading() as conn:
        rows, reviews = due.now_due(conn, now), overdue(conn, now)
    kept = keep_promises(parts, now)
    if not rows and not reviews:
        return kept
    parts.people.freshen()
    for review_id in reviews:
        _pass_on(parts, review_id, now)
    for row in rows:
        try:
            _ACTS[row.kind](parts, row, now)
        except StoreError:
            raise
        except UpbeatError as error:  # it holds up no other row, and has its turn again
            log.warning("what is due could not be done", kind=row.kind, key=row.key, why=str(error))
            with parts.store.writing() as conn:
                due.put(conn, row.kind, row.key, now + LATER, row.body)
    return len(rows) + len(reviews) + kept


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
            with on_account(workflow.name):
                sweep(parts, workflow, mode, now)
        with parts.store.writing() as conn:
            due.put(conn, row.kind, row.key, workflow.every.next_after(now, parts.zone), row.body)


def _pass_on(parts: Parts, review_id: str, now: datetime) -> None:
    """Pass an overdue question on by the policy, or give it up where its whole time is over. Neither is an answer."""
    with parts.store.writing() as conn:
        review = find(conn, review_id)
        if not is_overdue(review, now):  # somebody has just answered
            return
        if review.expires_at is not None and review.expires_at <= now:
            expire(conn, parts.ledger, review, now)
            return
        to = next_asked(review, parts.people, parts.versions)
        within = parts.versions.policy.queue.escalate_within
        hand_over(conn, escalate(conn, parts.ledger, review, to, within, now))


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
        hold = Hold(
            OVERDUE,
            ask,
            row.body["to"],
            now + parts.versions.policy.queue.escalate_within,
            ("done",),
            (work.progress.reason,),
        )
        review = open_hold(conn, parts.ledger, work.item, OVERDUE, hold, now, queue=OwnerQueue.EXCEPTIONS)
        save(conn, [replace(work, owner=review.owner, due_at=review.due_at, review_id=review.id)])


_ACTS = {
    due.Kind.SWEEP: _sweep,
    due.Kind.OUTCOME: _outcome_is_due,
    due.Kind.JOB: _do_job,
    due.Kind.PUT_BACK: look_for_put_back,
}
