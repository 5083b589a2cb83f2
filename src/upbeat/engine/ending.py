"""The last phase of a batch: an item with all its steps behind it comes to an outcome, or stands with a person."""

from upbeat.domain import Mode
from upbeat.engine import due
from upbeat.engine.items import State, Work, close, load
from upbeat.engine.parts import Parts, Sheet, sight
from upbeat.engine.stuck import stick, try_again
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
                continue
            if work.progress.undo or work.progress.escalates:
                name = ROLLED_BACK if work.progress.undo else ESCALATED
                sheet.end(work, name, work.progress.reason, parts.clock.now())
                continue
            outcome = next((one for one in workflow.outcomes if _holds(one, work, workflow, parts)), None)
            if outcome is None:
                stick(parts, conn, sheet, work, workflow.owner, "no declared outcome holds")
            elif outcome.due is None or work.mode is Mode.MONITOR:  # monitor asks nobody: it would have waited
                sheet.end(work, outcome.name, work.progress.reason, parts.clock.now())
            else:
                owner = _owner(outcome, work, workflow, parts)
                at = parts.clock.now() + outcome.due
                due.put(conn, due.Kind.OUTCOME, work.item.id, at, {"to": owner})
                sheet.move(work, state=State.WAITING, owner=owner, due_at=at, detail=f"waits in outcome {outcome.name}")
        moved = sheet.flush(conn, parts.ledger)
        close(conn, batch_id)
    return moved


def _holds(outcome: Outcome, work: Work, workflow: Workflow, parts: Parts) -> bool:
    if outcome.when is None:
        return True
    return sight(work, workflow, parts.clock.now()).value(outcome.when) is True


def _owner(outcome: Outcome, work: Work, workflow: Workflow, parts: Parts) -> str:
    """Give who an item stands with while it waits: the person it was asked of, or the outcome's `to`, or the owner."""
    to = outcome.to
    if not isinstance(to, str) and to is not None:
        to = str(sight(work, workflow, parts.clock.now()).value(to) or "")
    person = parts.people.find(to or "")
    return person.username if person is not None and person.active else workflow.owner
