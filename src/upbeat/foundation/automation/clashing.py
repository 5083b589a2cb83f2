"""Where automations are in each other's way: only where what they do and when is certain."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Final

from upbeat.formula.excluding import impossible
from upbeat.formula.partial import Known, Plain, implied, outcome
from upbeat.formula.tree import Literal
from upbeat.foundation.automation.values import SAVES, Automation, Event, Inventory, Kind, Moment, Setting, in_order
from upbeat.schema import Field, FieldType, Schema, SchemaError

_NUMBERS: Final = frozenset({FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY})
_ON_ASKING: Final = frozenset({Kind.ASSIGNMENT_RULE})  # they run where a save asks for them alone


@dataclass(frozen=True, slots=True)
class Clash:
    """Automations that give one field of the same record different values in the same save, in their order."""

    object: str
    field: str
    automations: tuple[Automation, ...]
    events: tuple[Event, ...]

    @property
    def ordered(self) -> bool:
        """Whether it is certain which value stays: two of one moment have an order only where they state one."""
        last, before = self.automations[-1], self.automations[-2]
        same = max(last.moments) == max(before.moments)
        return not same or (last.order is not None and before.order is not None and last.order != before.order)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A validation rule that refuses what an automation sets, whenever it does."""

    automation: Automation
    rule: Automation
    settings: tuple[Setting, ...]


def clashes(inventory: Inventory) -> Iterator[Clash]:
    """Give each field that several automations set on one event, unless they set the same or exclude each other."""
    writers: dict[tuple[str, str], list[tuple[Automation, Setting]]] = {}
    for one in inventory.automations:
        for setting in one.own_sets if one.kind not in _ON_ASKING else ():
            writers.setdefault((setting.object, setting.field.casefold()), []).append((one, setting))
    for some in writers.values():
        found: dict[Automation, None] = {}
        events: dict[Event, None] = {}
        for (one, first), (other, second) in combinations(some, 2):
            shared = one.events & other.events & SAVES
            alike = first.value is not None and first.value == second.value
            if one is not other and shared and not alike and not exclude(one, other):
                found |= {one: None, other: None}
                events |= dict.fromkeys(event for event in Event if event in shared)
        if found:
            setting = some[0][1]
            yield Clash(setting.object, setting.field, in_order(found), tuple(events))


def exclude(one: Automation, other: Automation) -> bool:
    """Whether the conditions of two automations can never both be true of a record."""
    mine, theirs = one.condition(), other.condition()
    return mine is not None and theirs is not None and impossible(mine, theirs)


def refusals(inventory: Inventory, schema: Schema) -> Iterator[Refusal]:
    """Give the validation rules that refuse what a flow, process or trigger sets, whatever else the record holds.

    What a workflow rule's field update sets is not held against validation rules again (Apex Developer Guide, order of
    execution), and what comes in before they do is a save of its own.
    """
    for one in inventory.automations:
        if one.kind in {Kind.WORKFLOW_RULE, *_ON_ASKING}:
            continue
        by_object: dict[str, list[Setting]] = {}
        for setting in one.sets:
            by_object.setdefault(setting.object, []).append(setting)
        for target, settings in by_object.items():
            known = _known(one, target, settings, schema)
            for rule in inventory.of(target, Kind.VALIDATION_RULE) if known.values else ():
                tree = rule.condition()
                if tree is not None and not isinstance(tree, Literal) and outcome(tree, known) is True:
                    if outcome(tree, Known(_before(one, target, settings))) is True:
                        continue  # it refuses such a record whatever is set
                    yield Refusal(one, rule, tuple(settings))


def _known(one: Automation, target: str, settings: Iterable[Setting], schema: Schema) -> Known:
    """Give what is certain of a record when it is saved with what an automation sets."""
    values: dict[str, Plain] = {}
    several: set[str] = set()
    for setting in settings:
        key = setting.field.casefold()
        if key in values or setting.value is None:
            several.add(key)
        else:
            values[key] = plain(schema, target, setting)
    return Known(
        {**_before(one, target, settings), **{key: value for key, value in values.items() if key not in several}}
    )


def _before(one: Automation, target: str, settings: Iterable[Setting]) -> dict[str, Plain]:
    """Give what an automation's condition says of the fields that it does not set."""
    tree = one.condition()
    if tree is None or target != one.object:
        return {}
    changed = {setting.field.casefold() for setting in settings}
    return {key: value for key, value in implied(tree).items() if key not in changed}


def plain(schema: Schema, target: str, setting: Setting) -> Plain:
    """Give a literal as a value of its field."""
    text = setting.value or ""
    kind = _type(schema, target, setting.field)
    if kind is FieldType.BOOLEAN:
        return text.casefold() in {"true", "1"}
    if kind in _NUMBERS:
        try:
            return Decimal(text)
        except InvalidOperation:
            return text
    return text


def _type(schema: Schema, target: str, name: str) -> FieldType | None:
    found = field_of(schema, target, name)
    return None if found is None else found.type


def field_of(schema: Schema, target: str, name: str) -> Field | None:
    """Give a field, None where the reading user does not see it."""
    try:
        return schema.object(target).field(name)
    except SchemaError:
        return None


def circles(inventory: Inventory) -> Iterator[tuple[Automation, ...]]:
    """Give the automations of which each one's work is bound to start the next, and the last one's the first.

    Certain is a start where the next one runs on every update of the object, or on a change of a field that is set.
    """
    able = [one for one in inventory.automations if one.sets and _starts_by_record(one)]
    edges: Mapping[Automation, tuple[Automation, ...]] = {
        one: tuple(other for other in able if other is not one and _starts(one, other)) for one in able
    }
    seen: set[frozenset[Automation]] = set()
    for first in able:
        for path in _ways(first, edges, (first,)):
            if frozenset(path) not in seen:
                seen.add(frozenset(path))
                yield path
            if len(seen) == _MOST_CIRCLES:
                return


_LONGEST: Final = 3  # automations in one circle; a longer one holds no news for whoever must break it
_MOST_CIRCLES: Final = 20  # where all start each other, to see more of them helps nobody


def _ways(
    first: Automation, edges: Mapping[Automation, Sequence[Automation]], path: tuple[Automation, ...]
) -> Iterator[tuple[Automation, ...]]:
    for then in edges[path[-1]]:
        if then is first:
            yield path
        elif then not in path and len(path) < _LONGEST:
            yield from _ways(first, edges, (*path, then))


def _starts_by_record(one: Automation) -> bool:
    return bool(one.object) and Moment.NOT_OF_A_SAVE not in one.moments and one.kind is not Kind.ASSIGNMENT_RULE


def _starts(one: Automation, then: Automation) -> bool:
    """Whether what one sets is bound to start the next: a save of another object's record, by a flow after the save."""
    set_there = {setting.field.casefold() for setting in one.sets if setting.object == then.object}
    if not set_there or then.object == one.object or Event.UPDATE not in then.events:
        return False  # of the same record a save runs each of them once (recursive saves skip them)
    if not then.when:
        return then.whole
    return any(name.casefold() in set_there for name in then.reacts)
