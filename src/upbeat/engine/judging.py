"""What the line decides by itself, as pure functions: the same for the engine and for a replay from the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

from upbeat.conversation import Captured, Conversation
from upbeat.domain import Change, Fact, Firing, Hold, Item, Record
from upbeat.engine import standing
from upbeat.engine.captured import key_of
from upbeat.engine.items import Progress
from upbeat.engine.model_words import marked, run
from upbeat.engine.mutes import OVERRIDDEN
from upbeat.engine.parts import MISFIRE, STILL
from upbeat.engine.recorded import Given, Results, Seen
from upbeat.engine.undo import reversal
from upbeat.formula import Text
from upbeat.routing import Assignment, Known, Request
from upbeat.steps import FUNCTIONS, Case, Result, within_contract
from upbeat.triggers import Doubtful, Quiet, Sight, evaluate, scope_values
from upbeat.workflows import Outcome, Person, Step, Workflow


def look_at(item: Item, workflow: Workflow, seen: Seen) -> Firing | Quiet | Doubtful:
    """Decide whether an item fires.

    One that a person overrode is quiet as `overridden`, one whose condition fired before and goes on holding as
    `still true`.
    """
    shown = _as_now(item) if seen.again else item
    found = evaluate(shown, workflow, seen.record, seen.signals, seen.now)
    if not isinstance(found, Firing):
        return found
    if seen.mute is not None:
        return Quiet(OVERRIDDEN, f"{seen.mute.by} overrode it: {seen.mute.reason}", found.facts)
    if not lasts(item, workflow, seen):
        return found
    again = standing.fires_again(workflow, seen.stand, seen.now)
    return found if again else Quiet(standing.STILL_TRUE, found.reason, found.facts)


def lasts(item: Item, workflow: Workflow, seen: Seen) -> bool:
    """Whether what fires goes on holding; a condition on the change itself, with PRIORVALUE, is met anew each time."""
    return item.event.change is Change.UPDATED and not seen.again and not workflow.when.prior


def escalates(item: Item, workflow: Workflow, seen: Seen) -> bool:
    """Whether an item that fires only tells somebody's manager that its condition still holds."""
    still = workflow.if_still_true
    goes_up = still is not None and still.then == "escalate"
    return goes_up and seen.stand is not None and lasts(item, workflow, seen)


class Asked(Protocol):
    """Whom a step asks about people and pools."""

    def find(self, key: str) -> Person | None:
        """Give the user of this username, email address or id."""
        ...

    def manager(self, username: str) -> str | None:
        """Give the active manager above a user."""
        ...

    def assign(self, pool: str, record: Record, request: Request, /) -> Assignment:
        """Give who takes a record."""
        ...

    def is_taken(self, pool: str, record: Record, /) -> bool:
        """Whether somebody has the record whom the pool does not take from."""
        ...

    def known(self, pool: str, record: Record, /) -> Known:
        """Give what is known of a record beside its fields: its account, its contact, its doubles."""
        ...

    def conversation(self, key: str, /) -> Conversation:
        """Give a conversation that was captured."""
        ...


@dataclass(frozen=True, slots=True)
class Fired:
    """What an item fired on, as its steps and outcomes see it; `record` is as read last."""

    record: Record
    signals: Record
    reason: str
    facts: tuple[Fact, ...]


def fired_by(progress: Progress) -> Fired:
    """Give what an item that has come so far fired on."""
    return Fired(progress.record or {}, progress.signals, progress.reason, progress.facts)


def run_step(
    item: Item, workflow: Workflow, step: Step, fired: Fired, given: Given, asked: Asked, zone: ZoneInfo
) -> Result:
    """Run a step's function for one item, or what stands in place of it. Raises UpbeatError where it has no value."""
    if given.undo:
        return reversal(item, given.reason, given.undo)
    if given.escalates:
        return _escalation(workflow, fired, given, asked)
    seen = sight(item, workflow, fired, given.results, given.now)
    args = _arguments(step, seen) if given.reroute is None else fill_in(step.values, seen)  # which it was asked for
    if args is None:
        return Result(dict.fromkeys(step.gives))  # skipped: later formulas find blanks
    case = Case(
        item=item,
        step=step.name,
        agent=step.agent,
        use=step.use,
        tier=step.tier,
        record=seen.record,
        reasons=_reasons(fired),
        args=args,
        now=given.now.astimezone(zone),  # days are the org's
        owner=step.owner,
        person=asked.find,
        assign=asked.assign,
        is_taken=asked.is_taken,
        known=asked.known,
        explain=seen.explain,
        answer=given.answer,
        before=given.results.get(step.name, {}),
        enriched=given.enriched,
        beside=given.beside,
        captured=None if given.link is None else Captured(asked.conversation(key_of(item.event)), given.link),
        calibration=given.calibration,
        console=given.console,
    )
    result = within_contract(workflow.agents[step.agent], step.use, run(FUNCTIONS[step.use], case, step))
    return marked(result, workflow, step, given.results, given.now)


def arguments(
    item: Item, workflow: Workflow, step: Step, fired: Fired, results: Results, now: datetime
) -> Mapping[str, Any] | None:
    """Give a step's arguments with their merge fields filled in, None where it is skipped. Raises FormulaError."""
    return _arguments(step, sight(item, workflow, fired, results, now))


def _arguments(step: Step, seen: Sight) -> Mapping[str, Any] | None:
    skipped = step.when is not None and seen.value(step.when) is not True
    return None if skipped else fill_in(step.values, seen)


def outcome_of(workflow: Workflow, seen: Sight) -> Outcome | None:
    """Give the first declared outcome that holds. Raises FormulaError where one cannot be told."""
    return next((one for one in workflow.outcomes if one.when is None or seen.value(one.when) is True), None)


def sight(item: Item, workflow: Workflow, fired: Fired, results: Results, now: datetime) -> Sight:
    """Give what an item's formulas see at this point of its way."""
    prior = {name: item.event.before.get(name) for name in item.event.known}
    return Sight(fired.record, prior, scope_values(workflow, fired.signals, results), now)


def _as_now(item: Item) -> Item:
    """Give the item with nothing but the prior values of its event: all other fields are seen as read."""
    return replace(item, event=replace(item.event, after={}))


def _escalation(workflow: Workflow, fired: Fired, given: Given, asked: Asked) -> Result:
    """Tell the manager of the record's owner, else of the workflow's, that the condition still holds."""
    owner = asked.find(fired.record.get("OwnerId") or "")
    above = asked.manager(owner.username if owner is not None else workflow.owner) or workflow.owner
    ask = f"still so: {workflow.title}"
    return Result(hold=Hold(STILL, ask, above, given.now + MISFIRE, ("seen",), (fired.reason,)))


def _reasons(fired: Fired) -> tuple[str, ...]:
    """Give why an item fired: in words, and the values that those do not name."""
    facts = (f"{fact.name} is {fact.value}" for fact in fired.facts)
    return (fired.reason, *(one for one in facts if one not in fired.reason))


def fill_in(value: Any, seen: Sight) -> Any:
    """Fill in the merge fields of a step's values, however deep they stand."""
    if isinstance(value, Text):
        return seen.value(value)
    if isinstance(value, Mapping):
        return {name: fill_in(one, seen) for name, one in cast("Mapping[str, Any]", value).items()}
    return value
