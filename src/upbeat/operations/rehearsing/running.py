"""A test run: the line over the chosen records, and what came of each in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from upbeat.base import shown
from upbeat.domain import Decision, Proposal, Tier, Verb, Verdict
from upbeat.engine import Rehearsed
from upbeat.engine import rehearse as run_line
from upbeat.operations.house import House
from upbeat.operations.rehearsing.choosing import choose
from upbeat.operations.rehearsing.drafts import draft_of
from upbeat.operations.rehearsing.scratch import parts_of
from upbeat.schema import Schema

Names = Mapping[str, str]  # of people and queues, by id


@dataclass(frozen=True, slots=True)
class Value:
    """A field that would change, as a person reads it; `label` is what the org calls it."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class WouldDo:
    """One thing that it would have done: `tier` is what that takes, `why` the rule's words, `reasons` the workflow's.

    `blocked` is whether policy forbids it.
    """

    step: str
    does: str
    values: tuple[Value, ...]
    tier: Tier
    blocked: bool
    why: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a step found, as later steps read it: `$Step.<step>.<name>`."""

    step: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Tested:
    """One record. `why` says why it fired, or why not; `stuck` why it could not go on, empty where it could."""

    record_id: str
    name: str
    fired: bool
    outcome: str
    why: str
    stuck: str
    facts: tuple[tuple[str, str], ...]
    found: tuple[Found, ...]
    would: tuple[WouldDo, ...]
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a workflow would have done with records. `chosen` says how they were chosen.

    `step` is the one it was tested up to, empty for all of it. `written` counts what was written or sent, as counted
    afterwards: it is zero. `notes` are what a reader should know of the records as they were seen.
    """

    workflow: str
    object: str
    step: str
    at: datetime
    chosen: str
    records: tuple[Tested, ...]
    written: int
    notes: tuple[str, ...]

    @property
    def fired(self) -> int:
        """How many of the records it fired on."""
        return sum(one.fired for one in self.records)


def rehearse(house: House, name: str, *, text: str = "", step: str = "", ids: Sequence[str] = ()) -> Rehearsal:
    """Test a workflow on records: those of `ids`, else the newest that its condition may hold for, and others.

    `text` is a draft of its file in place of the file; `step` the last step to go, or `trigger` for the condition
    alone. Raises DefinitionError with every problem of what is tested, Refused where it cannot be tested so, and
    SalesforceError.
    """
    draft = draft_of(house, name, text, step)
    flow, schema = draft.flow, draft.catalogue.schema
    chosen = choose(house, flow, schema.object(flow.object), ids)
    with parts_of(house, draft, list(chosen.names)) as parts:
        came = run_line(parts, flow, chosen.events)
    people = house.get_people().names()
    return Rehearsal(
        workflow=flow.name,
        object=flow.object,
        step=step,
        at=house.clock.now(),
        chosen=chosen.how,
        records=tuple(_tested(one, chosen.names[one.event.record_id], people, schema) for one in came.records),
        written=came.left,
        notes=chosen.notes,
    )


def _tested(one: Rehearsed, name: str, people: Names, schema: Schema) -> Tested:
    return Tested(
        record_id=one.event.record_id,
        name=name,
        fired=one.fired,
        outcome=one.outcome,
        why=one.reason if one.fired else one.detail,
        stuck=one.detail if one.stuck else "",
        facts=tuple(one.facts),
        found=tuple(_found(one, people)),
        would=tuple(_would(change, decision, people, schema) for change, decision in one.changes),
        asked=tuple(people.get(person, person) for person in one.asked.values()),
    )


def _found(one: Rehearsed, people: Names) -> Iterator[Found]:
    for step, gives in one.results.items():
        yield from (Found(step, name, shown(value, people)) for name, value in gives.items() if value not in (None, ""))


def _would(change: Proposal, decision: Decision, people: Names, schema: Schema) -> WouldDo:
    values = (
        Value(name, _label(schema, change.object, name), shown(change.before.get(name), people), shown(value, people))
        for name, value in change.after.items()
    )
    return WouldDo(
        step=change.step,
        does="send a message" if change.verb is Verb.SEND else f"{change.verb} {change.object}",
        values=tuple(values),
        tier=decision.tier,
        blocked=decision.verdict is Verdict.BLOCK,
        why=decision.why,
        reasons=change.reasons,
    )


def _label(schema: Schema, target: str, name: str) -> str:
    known = schema.has(target) and schema.object(target).has(name)
    return schema.field(target, name).label or name if known else name
