"""What else runs in the org when the records are saved that a workflow writes."""

from collections.abc import Iterable
from dataclasses import dataclass

from upbeat.foundation import Answer, Question
from upbeat.foundation.automation import Automation, Inventory, read_automations
from upbeat.operations.auditing.asking import answered, held
from upbeat.salesforce import Reader, SalesforceError
from upbeat.schema import Schema
from upbeat.workflows import Workflow


@dataclass(frozen=True, slots=True)
class Fires:
    """One active automation on an object that a workflow writes.

    `names` are those of the fields written that its formula, code or metadata names, `sets` those that it gives values
    to. `on` says in words when it runs; `unseen` why what it does could not be read, or nothing.
    """

    kind: str
    name: str
    object: str
    on: str
    names: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    unseen: str = ""


@dataclass(frozen=True, slots=True)
class NotTold:
    """A kind of automation that the org does not tell this user about, and why."""

    kind: str
    why: str


def what_fires(reader: Reader, flow: Workflow) -> tuple[tuple[Fires, ...], tuple[NotTold, ...]]:
    """Ask what else runs on each object that a workflow writes, with the fields that it writes there."""
    written: dict[str, set[str]] = {}
    for target, name in (pair for step in flow.steps for pair in step.writes):
        written.setdefault(target, set()).add(name)
    if not written:
        return (), ()
    found = inventory(reader, sorted(written))
    fires = [fires_on(one, written[target]) for target in sorted(written) for one in found.of(target)]
    return tuple(fires), tuple(dict.fromkeys(NotTold(str(one.kind), one.why) for one in found.unread))


def inventory(reader: Reader, targets: Iterable[str]) -> Inventory:
    """Read what fires on objects. What the org does not tell is named in it, with the reason."""

    def ask(question: Question) -> Answer:
        try:
            return answered(reader, question, Schema({}))
        except SalesforceError as error:
            return Answer(denied=error.what)

    return held(read_automations(tuple(targets)), ask)


def fires_on(one: Automation, fields: Iterable[str]) -> Fires:
    """Narrow an automation to the fields that are asked about."""
    sets = {each.field.casefold() for each in one.own_sets}
    known = {name.rpartition(".")[2].casefold() for name in one.reads} | sets
    asked = sorted(fields)
    return Fires(
        kind=str(one.kind),
        name=one.name,
        object=one.object,
        on=one.on,
        names=tuple(name for name in asked if name.casefold() in known),
        sets=tuple(name for name in asked if name.casefold() in sets),
        unseen=one.unseen,
    )
