"""A promise is opened, or given on, where an owner was really written; what is rolled back is promised no more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from upbeat.apply import Outcome
from upbeat.apply import State as Sent
from upbeat.base import digest
from upbeat.domain import Record, Verb
from upbeat.engine import promises
from upbeat.engine.items import Work
from upbeat.engine.keeping.put_back import watch
from upbeat.engine.keeping.telling import ask_to_accept, leave_unsaid
from upbeat.engine.keeping.touches import status_of
from upbeat.engine.last_owners import trace
from upbeat.engine.parts import Parts
from upbeat.ledger import Kind
from upbeat.routing import Promised, Stage
from upbeat.routing.promised import TAKEN_BACK, end, give, give_on
from upbeat.timeline import moment
from upbeat.workflows import Pool, Step, Workflow


def note_given(
    parts: Parts,
    conn: Connection,
    workflow: Workflow,
    step: Step,
    works: Sequence[Work],
    outcomes: Mapping[str, Sequence[Outcome]],
) -> None:
    """Note, in the transaction that moves its items, to whom a step has given records.

    What was promised before goes on with its age; what another pool promised of who had it ends. A pool without a
    promise is remembered all the same: who had what.
    """
    written = [(one, owner) for one in works if (owner := _owner(one, outcomes.get(one.item.id, ())))]
    if not written:
        return
    before: dict[str, list[Promised]] = defaultdict(list)
    for one in promises.about(conn, [work.item.event.record_id for work, _ in written]):
        before[one.record_id].append(one)
    now, undone = parts.clock.now(), list[Promised]()
    given = list[tuple[Work, Promised]]()
    pool = workflow.pools.get(str(step.values.get("pool")))
    for work, owner_id in written:
        known, owner = before[work.item.event.record_id], parts.people.find(owner_id)
        to = owner_id if owner is None else owner.username
        undone += _undone(work, known, pool, "" if owner is None else to, now)
        if pool is not None and not work.progress.undo:
            given.append((work, _given(work, [one for one in known if one.pool == pool.name], pool, step, to, now)))
    promises.keep(conn, [*undone, *(one for _, one in given)])
    promises.enter(conn, parts.ledger, [(Kind.UNPROMISED, one, {}) for one in undone])
    for one in undone:
        leave_unsaid(conn, one, one.stage)
    if pool is not None and pool.promise is not None:
        watch(conn, workflow.name, pool.name, now)
        promises.enter(conn, parts.ledger, [(Kind.PROMISED, one, {}) for _, one in given])
        if pool.promise.accept:
            for work, one in given:
                ask_to_accept(conn, one, work.progress.record or {}, now)


def _undone(work: Work, known: Sequence[Promised], pool: Pool | None, to: str, now: datetime) -> list[Promised]:
    """End what was promised of who had a record: it is taken back, or a person has it by no choice of its pool.

    `to` is that person's username, empty where it is put into a queue: from there it goes on.
    """
    open_ones = [one for one in known if not one.stage.is_over]
    if work.progress.undo:
        return [end(one, TAKEN_BACK, now) for one in open_ones]
    others = (one for one in open_ones if to and one.owner != to and (pool is None or one.pool != pool.name))
    return [end(one, f"the workflow {work.item.workflow} gave it to {to}", now) for one in others]


def note_stays(parts: Parts, conn: Connection, workflow: Workflow, step: Step, work: Work) -> None:
    """Note that who has a record was chosen again: nothing is written, and they have the time that anybody else had."""
    pool = workflow.pools.get(str(step.values.get("pool")))
    said = work.progress.results.get(step.name, {})
    if pool is None or pool.promise is None:
        return
    known = promises.about(conn, [work.item.event.record_id])
    mine = [one for one in known if one.pool == pool.name and one.moving == work.item.id]
    if mine:
        given = _given(work, mine, pool, step, str(said["owner"]), parts.clock.now())
        promises.keep(conn, [given])
        promises.enter(conn, parts.ledger, [(Kind.PROMISED, given, {})])


def would_promise(work: Work, workflow: Workflow, step: Step, now: datetime) -> Mapping[str, object] | None:
    """Give what would be promised of a record that monitor mode would have given to somebody; None for nothing."""
    pool = workflow.pools.get(str(step.values.get("pool")))
    owner = str(work.progress.results.get(step.name, {}).get("owner") or "")
    if pool is None or pool.promise is None or not owner:
        return None
    return {**promises.said_of(_given(work, (), pool, step, owner, now)), "observed": True}


def _owner(work: Work, outcomes: Sequence[Outcome]) -> str:
    """Give the id of the owner that was written to the record of an item, empty where none was."""
    if not outcomes or any(one.state is not Sent.WRITTEN for one in outcomes):
        return ""
    mine = (one.proposal for one in outcomes if one.proposal.record_id == work.item.event.record_id)
    return next((str(one.after["OwnerId"]) for one in mine if one.verb is Verb.UPDATE and "OwnerId" in one.after), "")


def _given(work: Work, before: Sequence[Promised], pool: Pool, step: Step, to: str, now: datetime) -> Promised:
    item, rule = work.item, str(work.progress.results.get(step.name, {}).get("rule") or "")
    for one in before:
        if not one.stage.is_over:
            return replace(give_on(one, to, item.id, rule, now, pool.promise), workflow=item.workflow)
    record: Record = work.progress.record or {}
    turn, said = work.progress.turns.get(step.name), work.progress.results.get(step.name, {})
    person, company = trace(record, item.event.object, str(said.get("account") or ""))
    fresh = Promised(
        id=digest([pool.name, item.event.record_id, len(before)]),
        pool=pool.name,
        workflow=item.workflow,
        item_id=item.id,
        object=item.event.object,
        record_id=item.event.record_id,
        owner=to,
        holders=(to,),
        stage=Stage.OPEN,
        rule=rule,
        born_at=moment(record["CreatedDate"]) if record.get("CreatedDate") else item.event.at,
        given_at=now,
        status=status_of(record),
        units=1.0 if turn is None else turn.units,
        person=person,
        company=company,
    )
    return give(fresh, pool.promise)
