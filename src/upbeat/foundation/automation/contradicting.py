"""Validation rules that contradict each other: whatever a record holds, one of the two refuses to save it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from upbeat.formula.excluding import impossible, negated
from upbeat.formula.partial import Known, named, settle
from upbeat.formula.tree import Literal, Node
from upbeat.foundation.automation.stages import facts
from upbeat.foundation.automation.values import Automation, Inventory, Kind
from upbeat.foundation.deals import DEAL
from upbeat.schema import Stage

Met = Mapping[Automation, Node]
"""What must be so of a record that rules let pass, by rule: of those that can be met."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two rules of which no record meets both; a deal in none of these `stages`, or nowhere where they are empty."""

    object: str
    rules: tuple[Automation, Automation]
    fields: tuple[str, ...]
    stages: tuple[Stage, ...] = ()


def contradictions(inventory: Inventory, stages: Sequence[Stage]) -> Iterator[Contradiction]:
    """Give the pairs of rules that refuse every save, or every save of a deal that is in a stage.

    A rule that alone can be met by nothing is left out: it is meant to close something.
    """
    for target in inventory.objects:
        every = _met(inventory.of(target, Kind.VALIDATION_RULE), Known())
        active = [one for one in stages if one.active] if target == DEAL else []
        staged = {stage: _met(every, Known.of(facts(stage))) for stage in active}
        for one, other in combinations(every, 2):
            fields = _shared(every[one], every[other])
            if not fields:
                continue
            if impossible(every[one], every[other]):
                yield Contradiction(target, (one, other), fields)
                continue
            closed = tuple(
                stage
                for stage, met in staged.items()
                if one in met and other in met and impossible(met[one], met[other])
            )
            if closed:
                yield Contradiction(target, (one, other), fields, closed)


def _met(rules: Sequence[Automation] | Met, known: Known) -> dict[Automation, Node]:
    """Give what rules ask of a record of which some is known: of those that ask for something, and can be met."""
    trees = {one: tree for one in rules if (tree := one.condition()) is not None}
    found = {one: negated(settle(tree, known)) for one, tree in trees.items()}
    return {one: node for one, node in found.items() if not isinstance(node, Literal) and not impossible(node)}


def _shared(one: Node, other: Node) -> tuple[str, ...]:
    """Give the fields that both conditions name, as the first spells them."""
    theirs = {name.casefold() for name in named(other)}
    return tuple(dict.fromkeys(name for name in named(one) if name.casefold() in theirs))
