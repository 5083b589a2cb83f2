"""What the validation rules of Opportunity ask for at each stage, read from their conditions.

A deal's move is played through: its stage before and after are known, and what follows from them (closed, won); what a
rule then demands is what it enforces on that move.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from upbeat.formula.demands import Demand, demands
from upbeat.formula.partial import Known, Plain, compared, named, settle
from upbeat.formula.tree import Node
from upbeat.foundation.automation.values import Automation
from upbeat.schema import Stage

STAGE: Final = "StageName"
_OF_STAGE: Final = frozenset(
    {"stagename", "isclosed", "iswon", "forecastcategory", "forecastcategoryname", "probability"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One demand of one rule."""

    rule: Automation
    demand: Demand


@dataclass(frozen=True)
class StageRules:
    """The active rules of Opportunity that can be read, and the stages in their order.

    `offered` are the stages that each record type offers, where there are several: then each is a way of its own.
    """

    stages: tuple[Stage, ...]
    rules: tuple[Automation, ...]
    offered: tuple[frozenset[str], ...] = ()
    _moves: dict[tuple[Stage | None, Stage], tuple[Asked, ...]] = field(
        default_factory=dict[tuple[Stage | None, Stage], tuple[Asked, ...]], repr=False, compare=False
    )

    @cached_property
    def read(self) -> tuple[tuple[Automation, Node], ...]:
        """The rules with their conditions, of those that can be read."""
        return tuple((one, tree) for one in self.rules if (tree := one.condition()) is not None)

    @cached_property
    def staged(self) -> tuple[tuple[Automation, Node], ...]:
        """The rules that test the stage, or what follows from it."""
        return tuple((one, tree) for one, tree in self.read if _OF_STAGE & {name.casefold() for name in named(tree)})

    @cached_property
    def path(self) -> tuple[Stage, ...]:
        """The active stages that a deal goes through to be won, in their order."""
        active = sorted((one for one in self.stages if one.active), key=lambda one: one.order)
        return tuple(one for one in active if not one.closed or one.won)

    @cached_property
    def losses(self) -> tuple[Stage, ...]:
        """The active stages in which a deal is lost."""
        return tuple(one for one in self.stages if one.active and one.closed and not one.won)

    @cached_property
    def ways(self) -> tuple[tuple[Stage, ...], ...]:
        """The ways that deals go through the stages: one by each record type, each once."""
        found = (tuple(one for one in self.path if one.name in some) for some in self.offered)
        return tuple(dict.fromkeys(one for one in found if one)) or (self.path,)

    def after(self, stage: Stage) -> tuple[Stage, ...]:
        """Give the stages that come after one, on any way that it is on."""
        return tuple(
            one for one in self.path if one.order > stage.order and any({one, stage} <= {*way} for way in self.ways)
        )

    def nexts(self, stage: Stage) -> tuple[Stage, ...]:
        """Give the stages that come just after one: one on each way that it is on, each once."""
        found = (next((one for one in way if one.order > stage.order), None) for way in self.ways if stage in way)
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def before(self, stage: Stage) -> Stage | None:
        """Give the stage of the way that comes just before one."""
        ways = [way for way in self.ways if stage in way] or [self.path]
        return next((one for way in ways for one in reversed(way) if one.order < stage.order), None)

    def asked(self, start: Stage | None, end: Stage) -> tuple[Asked, ...]:
        """Give what the rules ask for when a deal moves from one stage to another, or is made in it."""
        if (start, end) not in self._moves:
            known = moved(start, end)
            self._moves[start, end] = tuple(
                Asked(rule, demand) for rule, tree in self.read for demand in demands(settle(tree, known))
            )
        return self._moves[start, end]

    def demanding(self, name: str, start: Stage | None, end: Stage) -> tuple[Asked, ...]:
        """Give what asks for a field to be filled on such a move, alone or as one of several."""
        return tuple(one for one in self.asked(start, end) if _has(one.demand.filled, name))

    def forbidding(self, name: str, start: Stage | None, end: Stage) -> tuple[Asked, ...]:
        """Give what asks for a field to be blank on such a move, whatever else is so."""
        return tuple(
            one
            for one in self.asked(start, end)
            if _has(one.demand.blank, name) and not one.demand.unless and len(one.demand.blank | one.demand.filled) == 1
        )

    def anywhere(self, name: str) -> tuple[tuple[Stage, Asked], ...]:
        """Give each stage on the way at which a field is asked for, with what asks."""
        return tuple((end, one) for end in self.path for one in self.demanding(name, self.before(end), end))

    def at_a_loss(self, name: str) -> tuple[tuple[Stage, Asked], ...]:
        """Give each stage of a loss at which a field is asked for, with what asks; a deal may come there from any."""
        last = next((one for one in reversed(self.path) if not one.closed), None)
        return tuple((end, one) for end in self.losses for one in self.demanding(name, last, end))

    def gates(self, end: Stage) -> tuple[Automation, ...]:
        """Give the rules that ask for something when a deal comes to this stage, and not of every deal."""
        staged = {rule for rule, _ in self.staged}
        first = self.path[0] if self.path else end
        everywhere = set(self.asked(None, first)) if end != first else set[Asked]()
        asked = (one for one in self.asked(self.before(end), end) if one.rule in staged and one not in everywhere)
        return tuple(dict.fromkeys(one.rule for one in asked))

    def guards(self, end: Stage) -> tuple[Automation, ...]:
        """Give the rules that guard a stage: its gates, and those that ask every deal for a field."""
        filled = (one.rule for one in self.asked(self.before(end), end) if one.demand.filled)
        return tuple(dict.fromkeys([*self.gates(end), *filled]))

    def unknown(self) -> Iterator[tuple[Automation, str, Stage | None, bool]]:
        """Give each stage that a rule names and the org has not, or not any more, with the stage that is meant.

        The last says whether the rule never holds for that: every stage that it names is unknown or inactive.
        """
        by_name = {one.name: one for one in self.stages}
        by_fold = {one.name.casefold(): one for one in self.stages}
        for rule, tree in self.staged:
            names = [name for name in dict.fromkeys(compared(tree, STAGE)) if name]
            dead = [name for name in names if name not in by_name or not by_name[name].active]
            for name in dead:
                yield rule, name, by_name.get(name) or by_fold.get(name.casefold()), len(dead) == len(names)


def moved(start: Stage | None, end: Stage) -> Known:
    """Give what is known of a deal that moves to a stage, or is made there: then what was before is what is."""
    return Known.of(facts(end), facts(start or end), new=start is None)


def facts(stage: Stage) -> dict[str, Plain]:
    """Give what is so of a deal that is in a stage."""
    return {STAGE: stage.name, "IsClosed": stage.closed, "IsWon": stage.won}


def _has(names: frozenset[str], field: str) -> bool:
    return field.casefold() in {name.casefold() for name in names}
