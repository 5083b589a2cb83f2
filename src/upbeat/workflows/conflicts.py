"""What workflows do to one another: the same field written twice, one that starts another, a circle of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from upbeat.domain import Change, Effect, Tier
from upbeat.formula import partial
from upbeat.formula.excluding import impossible
from upbeat.workflows.policy import Policy
from upbeat.workflows.workflow import Step, Workflow

_CREATES = frozenset({Effect.CREATE, Effect.CREATE_TASK, Effect.LOG})
_TELLS = frozenset({Effect.CREATE_TASK, Effect.NOTICE, Effect.MESSAGE})


class Clash(StrEnum):
    """How two workflows meet."""

    SAME_FIELD = "writes the same field"
    STARTS = "starts on what it writes"
    READS = "looks at what it writes"
    CIRCLE = "starts it again"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A workflow that meets others: `others` are their names, in the order of a circle, `about` fields or objects."""

    clash: Clash
    others: tuple[str, ...]
    about: tuple[str, ...]


def conflicts(flow: Workflow, others: Iterable[Workflow]) -> list[Conflict]:
    """Give where a workflow meets these others, or itself."""
    rest = [one for one in others if one.name != flow.name]
    found: list[Conflict] = []
    for one in rest:
        shared = _updates(flow) & _updates(one)
        if shared and not apart(flow, one):
            found.append(Conflict(Clash.SAME_FIELD, (one.name,), _texts(shared)))
        if started := _started(flow, one):
            found.append(Conflict(Clash.STARTS, (one.name,), started))
        elif read := _read(flow, one):
            found.append(Conflict(Clash.READS, (one.name,), read))
    circle = _circle(flow, [flow, *rest])
    return (
        [*found, Conflict(Clash.CIRCLE, circle, _started(flow, _named(circle[0], [flow, *rest])))] if circle else found
    )


def apart(flow: Workflow, other: Workflow) -> bool:
    """Whether no record has both start: each starts on new ones alone, and their conditions exclude each other."""
    new = frozenset({Change.CREATED})
    same = flow.object == other.object and flow.starts == other.starts == new
    return same and impossible(partial.read(flow.when.text), partial.read(other.when.text))


def interrupts(flow: Workflow, policy: Policy) -> bool:
    """Whether a workflow that is live can interrupt a person or block a save.

    It does where it gives somebody a task or a message, asks a question, or suggests what a person must release. What
    captures, fills in or routes by itself is silent, though a doubt of it may reach a person.
    """
    return any(step.effects & _TELLS or policy.tier(step.effects, step.tier) is not Tier.AUTO for step in flow.steps)


def _updates(flow: Workflow) -> set[tuple[str, str]]:
    return {pair for step in flow.steps for pair in step.changes}


def _creates(step: Step) -> bool:
    return bool(step.effects & _CREATES)


def _started(flow: Workflow, other: Workflow) -> tuple[str, ...]:
    """Give what a workflow writes that has another one start."""
    fields = {(name, field) for name, field in _updates(flow) if name == other.object and field in other.watched}
    created = {name for step in flow.steps if _creates(step) for name, _ in step.writes}
    new = {other.object} if Change.CREATED in other.starts and other.object in created else set[str]()
    return (*_texts(fields), *(f"a new {name}" for name in sorted(new)))


def _read(flow: Workflow, other: Workflow) -> tuple[str, ...]:
    """Give what a workflow writes that the condition of another one reads when it looks by itself."""
    return _texts(
        (name, field) for name, field in _updates(flow) if name == other.object and field in other.when.fields
    )


def _circle(flow: Workflow, every: list[Workflow]) -> tuple[str, ...]:
    """Give the shortest way on which a workflow has itself start again, ending in its own name; empty for none."""
    ways: list[tuple[str, ...]] = [(flow.name,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        here = _named(way[-1], every)
        for one in every:
            if not _started(here, one):
                continue
            if one.name == flow.name:
                return (*way[1:], flow.name)
            if one.name not in seen:
                seen.add(one.name)
                ways.append((*way, one.name))
    return ()


def _named(name: str, every: list[Workflow]) -> Workflow:
    return next(one for one in every if one.name == name)


def _texts(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(".".join(pair) for pair in pairs))
