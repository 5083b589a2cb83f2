"""The last phase of a batch: an item with all its steps behind it comes to an outcome, or stands with a person."""

from sqlalchemy import Connection

from upbeat.domain import Mode
from upbeat.engine import due
from upbeat.engine.items import Progress, State, Work, close, load
from upbeat.engine.judging import fired_by, outcome_of, sight
from upbeat.engine.parts import MISFIRE, Parts, Sheet
from upbeat.engine.recorded import Judged
from upbeat.engine.settling import GIVEN_ON, LEFT_ALONE
from upbeat.engine.stuck import stick, try_again
from upbeat.formula import FormulaError
from upbeat.review import Review, find, then_to, withdraw
from upbeat.review import State as Answered
from upbeat.workflows import Outcome, Workflow

ROLLED_BACK = "rolled back"
ESCALATED = "escalated"


def finish(parts: Parts, batch_id: str, workflow: Workflow) -> int:
    """End the items of a batch that are through, and close it; give how many items moved."""
    sheet = Sheet()
    with parts.store.writing() as conn:
        for work in load(conn, batch_id=batch_id, state=State.RUNNING):
            if work.step < len(workflow.steps):
                try_again(parts, conn, sheet, work, workflow.owner, "no step of its batch moved it")
            elif work.progress.is_apart:
                sheet.end(work, _apart(work.progress), work.progress.reason, parts.clock.now())
            else:
                _judge(parts, conn, sheet, work, workflow)
        moved = sheet.flush(conn, parts.ledger)
        close(conn, batch_id)
    return moved


def _apart(progress: Progress) -> str:
    """Name the outcome of an item with one step of its own."""
    if progress.reroute is None:
        return ROLLED_BACK if progress.undo else ESCALATED
    return LEFT_ALONE if progress.results[progress.reroute.step]["left_alone"] else GIVEN_ON


def _judge(parts: Parts, conn: Connection, sheet: Sheet, work: Work, workflow: Workflow) -> None:
    """Bring one item to the first declared outcome that holds."""
    now, progress = parts.clock.now(), work.progress
    try:
        outcome = outcome_of(workflow, sight(work.item, workflow, fired_by(progress), progress.results, now))
    except FormulaError as error:
        stick(parts, conn, sheet, work, workflow.owner, f"its outcome cannot be told: {error.what}")
        return
    if outcome is None:
        stick(parts, conn, sheet, work, workflow.owner, "no declared outcome holds")
    elif outcome.due is None or work.mode is Mode.MONITOR:  # monitor asks nobody: it would have waited
        _take_back_question(parts, conn, work, outcome)
        fresh = None if progress.read_at == progress.kept_at else progress.record
        judged = Judged(opened=parts.opened, now=now, record=fresh, results=progress.results)
        sheet.end(work, outcome.name, "", now, on=judged)  # why it fired stands in the item already
    else:
        _wait(parts, conn, sheet, work, outcome, _owner(outcome, work, workflow, parts))


def _wait(parts: Parts, conn: Connection, sheet: Sheet, work: Work, outcome: Outcome, then: str) -> None:
    """Let an item stand: with the person whose answer is open and by their due time, else with `then` by its own.

    `then` is who is asked, or asked instead, when the time is over.
    """
    owner, at = then, parts.clock.now() + (outcome.due or MISFIRE)
    question = _question(conn, work)
    if question is None:
        due.put(conn, due.Kind.OUTCOME, work.item.id, at, {"to": then})
    else:
        owner, at = question.owner, question.due_at
        then_to(conn, question, then)
    sheet.move(work, state=State.WAITING, owner=owner, due_at=at, detail=f"waits in outcome {outcome.name}")


def _take_back_question(parts: Parts, conn: Connection, work: Work, outcome: Outcome) -> None:
    """Close an open question of an item that needs no answer any more."""
    question = _question(conn, work)
    if question is not None:
        withdraw(conn, parts.ledger, question, f"the run came to {outcome.name}", parts.clock.now())


def _question(conn: Connection, work: Work) -> Review | None:
    found = find(conn, work.review_id) if work.review_id else None
    return found if found is not None and found.state is Answered.OPEN else None


def _owner(outcome: Outcome, work: Work, workflow: Workflow, parts: Parts) -> str:
    """Give the active person that the outcome's `to` names, else the workflow's owner."""
    to = outcome.to
    if not isinstance(to, str) and to is not None:
        seen = sight(work.item, workflow, fired_by(work.progress), work.progress.results, parts.clock.now())
        to = str(seen.value(to) or "")
    person = parts.people.active(to or "")
    return workflow.owner if person is None else person.username
