"""An item and its record → did the condition hold, and which values made it so.

Fields that the event carried are seen as the event left them, all others as read now (design, section 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upbeat.domain import Change, Fact, Firing, Item, Record
from upbeat.formula import Explanation, Formula, FormulaError, Text, UnknownPrior
from upbeat.workflows import Workflow


@dataclass(frozen=True, slots=True)
class Quiet:
    """An item that does not fire: the outcome it ends in, and why, with the values that said so."""

    outcome: str
    why: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubtful:
    """An item whose condition holds, and of whose record nothing is known for sure: it is a person's (law 11)."""

    outcome: str
    why: str


PERSON_ACCOUNT = "person account"
IS_PERSON = "IsPersonAccount"  # a field of Account and Contact in orgs that have person accounts, and in no other
NOT_MET = "condition not met"
PRIOR_UNKNOWN = "prior value unknown"
UNREADABLE = "condition could not be evaluated"


def evaluate(
    item: Item, workflow: Workflow, record: Record, signals: Record, now: datetime
) -> Firing | Quiet | Doubtful:
    """Decide one item of a workflow; `record` is as read now, with the workflow's fields.

    An unknown prior value never fires: the item ends as such and is reported. A person account is an account and a
    contact in one, of which no workflow knows yet which it means: it fires nothing, and is a person's to look at.
    """
    event = item.event
    view = {**record, **{name: value for name, value in event.after.items() if name in record}}
    prior = {name: event.before.get(name) for name in event.known}
    try:
        said = workflow.when.explain(
            view,
            prior if event.change is Change.UPDATED else None,
            scope_values(workflow, signals),
            now=now,
            new=event.change is Change.CREATED,
        )
    except UnknownPrior as unknown:
        return Quiet(PRIOR_UNKNOWN, unknown.what)
    except FormulaError as wrong:
        return Quiet(UNREADABLE, wrong.what)
    facts = tuple(Fact(name, value) for name, value in said.facts)
    if said.value is not True:
        return Quiet(NOT_MET, said.words, facts)
    if record.get(IS_PERSON) is True:
        what = f"{event.object} {event.record_id} is a person account, which workflows do not handle yet"
        return Doubtful(PERSON_ACCOUNT, f"{what}; the condition held: {said.words}")
    return Firing(item=item, record=view, signals=signals, reason=said.words, facts=facts)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the formulas and texts of one item's steps see: the record as read, prior values, globals, the time."""

    record: Record
    prior: Record
    scope: Mapping[str, Any]
    now: datetime

    def value(self, one: Formula | Text) -> Any:
        """Give the value of a formula, or of a text with its merge fields filled in."""
        if isinstance(one, Text):
            return one.render(self.record, self.prior, self.scope, now=self.now)
        return one.evaluate(self.record, self.prior, self.scope, now=self.now)

    def explain(self, one: Formula) -> Explanation:
        """Give the value of a formula, with why in words."""
        return one.explain(self.record, self.prior, self.scope, now=self.now)


def scope_values(workflow: Workflow, signals: Record, results: Record | None = None) -> Mapping[str, Any]:
    """Give the globals that a workflow's formulas and texts may name, as the formula room takes them."""
    return {"$Threshold": workflow.thresholds, "$Signal": signals, "$Step": results or {}}
