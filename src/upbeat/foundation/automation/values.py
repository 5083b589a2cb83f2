"""What fires in an org when one of its records is saved, as values."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from upbeat.formula import FormulaError
from upbeat.formula.partial import read
from upbeat.formula.tree import Node


class Kind(StrEnum):
    """What an automation is."""

    VALIDATION_RULE = "validation rule"
    FLOW = "flow"
    PROCESS = "process"
    TRIGGER = "Apex trigger"
    WORKFLOW_RULE = "workflow rule"
    ASSIGNMENT_RULE = "assignment rule"
    DUPLICATE_RULE = "duplicate rule"


class Moment(IntEnum):
    """When it runs in the save of a record, in Salesforce's order; what is below BEFORE_FLOW is not of a save.

    Source: Apex Developer Guide, "Triggers and Order of Execution". What a save alone does (loading the record, its own
    checks, roll-ups, sharing, the commit) has no automation of an admin's and is left out.
    """

    NOT_OF_A_SAVE = 0
    BEFORE_FLOW = 3
    BEFORE_TRIGGER = 4
    VALIDATION = 5
    DUPLICATES = 6
    AFTER_TRIGGER = 8
    ASSIGNMENT = 9
    WORKFLOW = 11
    PROCESS = 13
    AFTER_FLOW = 14
    AFTER_COMMIT = 20

    @property
    def words(self) -> str:
        """What people call it."""
        return _WORDS[self]


_WORDS: Final = {
    Moment.NOT_OF_A_SAVE: "not by a save",
    Moment.BEFORE_FLOW: "flows before the save",
    Moment.BEFORE_TRIGGER: "before triggers",
    Moment.VALIDATION: "validation rules",
    Moment.DUPLICATES: "duplicate rules",
    Moment.AFTER_TRIGGER: "after triggers",
    Moment.ASSIGNMENT: "assignment rules",
    Moment.WORKFLOW: "workflow rules",
    Moment.PROCESS: "processes",
    Moment.AFTER_FLOW: "flows after the save",
    Moment.AFTER_COMMIT: "after the commit",
}


class Event(StrEnum):
    """What happens to the record."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNDELETE = "undelete"


SAVES: Final = frozenset({Event.CREATE, Event.UPDATE})


@dataclass(frozen=True, slots=True)
class Setting:
    """A field that an automation gives a value to; `value` is None where the value is worked out."""

    object: str
    field: str
    value: str | None = None

    @property
    def path(self) -> str:
        """The object and the field, as people write them."""
        return f"{self.object}.{self.field}"


@dataclass(frozen=True, slots=True)
class Automation:
    """One active automation.

    It is on records of `object` (empty for a flow that no record starts), at `moments` of the save. `when` is its
    condition as a formula, empty where it always runs, and `whole` whether that is all of it. `reacts` are the fields
    whose change starts it; empty, every save does. `reads` are the fields of the record that its condition, code or
    metadata names, `sets` those that it gives values to, of whatever object. `unseen` says why what it does could not
    be read, or nothing. `package` is the namespace of the managed package that brought it. `refuses` says that it
    is a flow which ends saves with an error of its own.
    """

    kind: Kind
    name: str
    object: str
    moments: tuple[Moment, ...]
    events: frozenset[Event] = SAVES
    id: str = ""
    order: int | None = None
    when: str = ""
    whole: bool = True
    reacts: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    sets: tuple[Setting, ...] = ()
    description: str = ""
    package: str = ""
    changed_by: str = ""
    unseen: str = ""
    refuses: bool = False

    @property
    def key(self) -> str:
        """What people call it, with its kind: `flow Route_Leads`."""
        return f"{self.kind} {self.name}"

    @property
    def own_sets(self) -> tuple[Setting, ...]:
        """What it sets of the record that started it."""
        return tuple(one for one in self.sets if self.object and one.object == self.object)

    @property
    def on(self) -> str:
        """When it runs, in words."""
        if self.kind is Kind.ASSIGNMENT_RULE:
            return "saves that ask for it, as the web form's do"
        if Moment.NOT_OF_A_SAVE in self.moments:
            return "a schedule, a person or another automation"
        if self.kind in {Kind.VALIDATION_RULE, Kind.DUPLICATE_RULE}:
            return "every save"
        insert = "insert" if self.kind is Kind.TRIGGER else Event.CREATE  # as Apex says it
        events = " or ".join(insert if one is Event.CREATE else one for one in Event if one in self.events)
        before = any(one <= Moment.BEFORE_TRIGGER for one in self.moments)
        after = any(one > Moment.BEFORE_TRIGGER for one in self.moments)
        sides = " and ".join(word for word, is_so in (("before", before), ("after", after)) if is_so)
        return f"{sides} {events}"

    def may_refuse(self, event: Event) -> bool:
        """Whether it may end a save with an error: by its own word, or because what it does is not seen."""
        return event in self.events and (self.kind is Kind.TRIGGER or self.refuses or bool(self.unseen))

    def condition(self) -> Node | None:
        """Give its condition as a tree; None where it has none, or none that can be read."""
        if not self.when:
            return None
        try:
            return read(self.when)
        except FormulaError:
            return None


@dataclass(frozen=True, slots=True)
class Unread:
    """What of the automations the org did not tell, and why; `count` of them where that is known."""

    kind: Kind
    why: str
    object: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inventory:
    """What fires on records of some objects, what is switched off there, and what could not be read.

    `elsewhere` are the automations of other objects, of which their row alone was read.
    """

    objects: tuple[str, ...]
    automations: tuple[Automation, ...] = ()
    elsewhere: tuple[Automation, ...] = ()
    off: tuple[tuple[Kind, str, str], ...] = ()
    unread: tuple[Unread, ...] = ()

    def of(self, target: str, *kinds: Kind) -> tuple[Automation, ...]:
        """Give those on records of an object, in the order in which a save runs them; of all kinds, or of these."""
        found = (one for one in self.automations if one.object == target and (not kinds or one.kind in kinds))
        return in_order(found)

    def denied(self, *kinds: Kind) -> tuple[Unread, ...]:
        """Give what of these kinds was not told."""
        return tuple(one for one in self.unread if one.kind in kinds)


def in_order(automations: Iterable[Automation]) -> tuple[Automation, ...]:
    """Sort automations as a save runs them; two of one moment by their stated order, then by name."""
    return tuple(sorted(automations, key=lambda one: (min(one.moments), one.order or 1_000, one.name.casefold())))
