"""A step's second half: hand the cleared proposals to `apply`, and move the items by what became of their writes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select

from upbeat.apply import Outcome
from upbeat.apply import State as Stage
from upbeat.base import UpbeatError, decode
from upbeat.domain import Decision, Effect, Proposal, Verb
from upbeat.engine.again import look_again, withdraw_proposals
from upbeat.engine.items import Progress, State, Work, load
from upbeat.engine.keeping.giving import note_given
from upbeat.engine.looking import to_be_read
from upbeat.engine.naming import note_written
from upbeat.engine.parts import Parts, Sheet, after
from upbeat.engine.queueing import queue
from upbeat.engine.settling import NOT_LIVE
from upbeat.engine.stuck import stick, try_again
from upbeat.engine.undo import CONFLICT, STEP
from upbeat.gate import Clearance, clear
from upbeat.ledger import Kind
from upbeat.store import tables
from upbeat.workflows import Step, Workflow

Cleared = tuple[Proposal, Clearance]

_UNDER_WAY = (  # the last four: we died before their items moved
    Stage.CLEARED, Stage.SENDING, Stage.WRITTEN, Stage.FAILED, Stage.STALE, Stage.BLOCKED,
)  # fmt: skip


def send(parts: Parts, batch_id: str, workflow: Workflow, index: int) -> int:
    """Send what step `index` of a batch cleared; give how many items moved."""
    with parts.store.reading() as conn:
        works = [one for one in load(conn, batch_id=batch_id, state=State.RUNNING) if one.step == index]
        rows = _under_way(conn, [one.item.id for one in works], workflow.steps[index].name)
    if not rows:
        return 0
    cleared = [(decode(row.body, Proposal), clear(decode(row.decision, Decision), row.decision_entry)) for row in rows]
    notices = [one for one, clearance in cleared if clearance.decision.effects == (Effect.NOTICE,)]
    by_item: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in _carry_out(parts, [one for one in cleared if one[0] not in notices]):
        by_item[outcome.proposal.item_id].append(outcome)
    left = _left_meanwhile(parts, workflow.steps[index], [one for some in by_item.values() for one in some])
    sheet = Sheet()
    with parts.store.writing() as conn:
        for outcome in queue(parts, conn, notices):
            by_item[outcome.proposal.item_id].append(outcome)
        for work in works:
            if work.item.id in left:
                sheet.note(work, Kind.OUTDATED, {"note": left[work.item.id]})
                look_again(conn, sheet, work, _unwritten(by_item[work.item.id]), left[work.item.id])
            elif work.item.id in by_item:
                _move(parts, conn, sheet, work, by_item[work.item.id], workflow)
        note_given(parts, conn, workflow, workflow.steps[index], sheet.works, by_item)
        note_written(conn, [one for some in by_item.values() for one in some])
        return sheet.flush(conn, parts.ledger)


def _left_meanwhile(parts: Parts, step: Step, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Say by item who was chosen from a pool, and was no active user any more when the org was to write it.

    The pool then chooses anew, among those who are left. What is taken back can go to nobody else, so it is a person's.
    """
    failed = [
        one
        for one in outcomes
        if one.state is Stage.FAILED and "OwnerId" in one.proposal.after and not one.proposal.undoes
    ]
    if "pool" not in step.values or not failed:
        return {}
    parts.people.read_anew()
    names = parts.people.names()
    owners = {one.proposal.item_id: str(one.proposal.after["OwnerId"]) for one in failed}
    left = {item: owner for item, owner in owners.items() if parts.people.active(owner) is None}
    return {item: f"{names.get(owner, owner)} is not an active user any more" for item, owner in left.items()}


def _carry_out(parts: Parts, cleared: Sequence[Cleared]) -> Sequence[Outcome]:
    """Hand what is cleared to whoever carries it out: writes to the applier, messages to the sender."""
    messages = [one for one in cleared if one[0].verb is Verb.SEND]
    writes = [one for one in cleared if one[0].verb is not Verb.SEND]
    if messages and parts.sender is None:
        raise UpbeatError(
            "a message is cleared, and neither mail nor Slack is set up", fix="Run `upbeat mail connect`."
        )
    if writes and parts.applier is None:
        raise UpbeatError(
            "a write is cleared, and there is no writing connection", fix="Run `upbeat org connect --writing`."
        )
    sent = parts.sender.send(messages) if messages and parts.sender is not None else []
    written = parts.applier.apply(writes) if writes and parts.applier is not None else []
    return [*sent, *written]


def _move(
    parts: Parts, conn: Connection, sheet: Sheet, work: Work, outcomes: Sequence[Outcome], workflow: Workflow
) -> None:
    now = parts.clock.now()
    worst = max(outcomes, key=_badness)
    if worst.retry and worst.is_try:
        try_again(parts, conn, sheet, work, workflow.owner, worst.why)
    elif worst.retry:
        sheet.retry(work, worst.why, now)
    elif worst.state in {Stage.WRITTEN, Stage.QUEUED}:
        written = [one.proposal for one in outcomes if one.state is Stage.WRITTEN]
        seen = replace(work, progress=to_be_read(work, written, workflow, parts.schema))
        sheet.move(seen, step=after(work, workflow), attempts=0, progress=_with_ids(seen, outcomes))
    elif worst.state is Stage.BLOCKED:
        sheet.end(work, NOT_LIVE, worst.why, now)
    elif worst.state is Stage.STALE and work.progress.undo:
        withdraw_proposals(conn, _unwritten(outcomes))
        sheet.end(work, CONFLICT, worst.why, now)
    elif worst.state is Stage.STALE:  # what it rested on has changed: look again, and propose this step anew
        look_again(conn, sheet, work, _unwritten(outcomes), worst.why)
    else:
        stick(parts, conn, sheet, work, workflow.owner, worst.why)


def _unwritten(outcomes: Sequence[Outcome]) -> list[Proposal]:
    return [one.proposal for one in outcomes if one.state is not Stage.WRITTEN]


def _badness(outcome: Outcome) -> int:
    order = (Stage.WRITTEN, Stage.QUEUED, Stage.STALE, Stage.CLEARED, Stage.SENDING, Stage.BLOCKED, Stage.FAILED)
    return order.index(outcome.state)


def _with_ids(work: Work, outcomes: Sequence[Outcome]) -> Progress:
    """Let later steps see the id of the record that a step created."""
    created = [one for one in outcomes if one.proposal.verb is Verb.CREATE]
    if not created:
        return work.progress
    step = created[0].proposal.step
    found = {**work.progress.results.get(step, {}), "id": created[0].record_id}
    return replace(work.progress, results={**work.progress.results, step: found})


def _under_way(conn: Connection, item_ids: Sequence[str], step: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Give what this step cleared for these items, sent or not: apply tells what became of what was sent before."""
    table = tables.proposals
    wanted = select(table.c.body, table.c.decision, table.c.decision_entry)
    of_step = table.c.item_id.in_(item_ids) & table.c.step.in_([step, STEP])
    return conn.execute(wanted.where(of_step, table.c.state.in_(_UNDER_WAY)).order_by(table.c.seq)).all()
