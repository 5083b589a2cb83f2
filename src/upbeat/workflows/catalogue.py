"""What definitions are checked against and is not in any file: the functions that steps call, the org's people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from upbeat.domain import Verb
from upbeat.formula import Type
from upbeat.schema import Schema
from upbeat.timeline import Computed, Signal
from upbeat.workflows.columns import Column
from upbeat.workflows.model_settings import Task

Args = Mapping[str, Any]  # a compiled step's arguments by parameter name, as `Step.values` holds them


class Kind(StrEnum):
    """What a parameter takes, and so how a step's argument is read."""

    TEXT = "text"  # text with merge fields
    USER = "user"  # text that gives a user id, a username or an email address
    RECIPIENT = "recipient"  # text that gives users as above, or mail addresses of others, parted by commas
    NUMBER = "number"  # a number, or a text that gives one
    DURATION = "duration"  # "2 days", a timedelta once compiled
    CHOICES = "choices"  # a list of texts
    FIELDS = "fields"  # field → text with merge fields, or a plain value
    POOL = "pool"  # the name of a routing pool
    PROVIDER = "provider"  # the name of a source in enrichment/; the source itself once compiled
    METHODOLOGY = "methodology"  # the name of a file in methodologies/; its Questions once compiled
    FINDINGS = "findings"  # field → the name of what is found in talk; the fields by those names once compiled
    FILLS = "fills"  # field → the name of a fact that the call's source gives; a Fill once compiled
    TEXTS = "texts"  # name → text with merge fields, or a plain value
    ROWS = "rows"  # a list of rows, as the parameter's columns say; a tuple of mappings once compiled


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument that a function takes."""

    kind: Kind
    required: bool = True
    of: str = ""  # the object whose fields it names, where that is not the record's own
    columns: Mapping[str, Column] = field(default_factory=dict[str, Column])  # of the rows, where it takes rows


def _nothing(_args: Args, _object: str) -> frozenset[Any]:
    return frozenset()


def _leaves(_args: Args) -> bool:
    return False


def _nothing_more(_args: Args) -> Mapping[str, Type]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """What a step function promises, as far as checks and the register need it.

    `writes(args, object)` gives the (object, field) pairs that a call may write, `changes(args, object)` those of them
    that it may write to a record that exists, where they are fewer, and `reads(args, object)` the record paths it reads
    beyond those in its texts; all see the compiled arguments. `gives` types what later formulas
    find under `$Step.<step>.`, and `gives_of(args)` what depends on the arguments. `beside(args, object)` names the
    objects of which it reads whole records beside the item's own. `objects` are those whose records it is called on,
    any where it names none. A call has at least one of the parameters in `one_of`, and each in `needs` only beside the
    one it names. `sends` names the parameters whose texts leave the machine, unless it `stays(args)`; those in
    `to_model` do where the step's agent has a model, which reads them: `task` is what it is asked to do.
    One that `flags` tells a person what is wrong with a record, and how they object.
    """

    name: str
    does: str
    parameters: Mapping[str, Parameter]
    one_of: tuple[str, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict[str, str])
    verbs: frozenset[Verb] = frozenset()
    writes: Callable[[Args, str], frozenset[tuple[str, str]]] = _nothing
    changes: Callable[[Args, str], frozenset[tuple[str, str]]] | None = None
    reads: Callable[[Args, str], frozenset[str]] = _nothing
    objects: tuple[str, ...] = ()
    beside: Callable[[Args, str], frozenset[str]] = _nothing
    sends: tuple[str, ...] = ()
    stays: Callable[[Args], bool] = _leaves
    to_model: tuple[str, ...] = ()
    task: Task | None = None
    gives: Mapping[str, Type] = field(default_factory=dict[str, Type])
    gives_of: Callable[[Args], Mapping[str, Type]] = _nothing_more
    asks_person: bool = False
    flags: bool = False

    def changed(self, args: Args, target: str) -> frozenset[tuple[str, str]]:
        """Give the (object, field) pairs that a call may write to records that exist."""
        if self.verbs <= {Verb.CREATE}:
            return frozenset()
        return self.writes(args, target) if self.changes is None else self.changes(args, target)


@dataclass(frozen=True, slots=True)
class Person:
    """A Salesforce user, as far as owning and being assigned goes; an `integration` is no person, and owns nothing."""

    username: str
    user_id: str
    name: str
    email: str = ""
    active: bool = True
    manager_id: str = ""
    time_zone: str = ""  # empty where the reading identity may not see it
    internal: bool = True  # a colleague, and not a customer or a partner with a login
    integration: bool = False
    role_id: str = ""  # of the role hierarchy


@dataclass(frozen=True)
class Catalogue:
    """What definitions are read against: the org's objects and time zone, the functions and the signals by name."""

    schema: Schema
    functions: Mapping[str, FunctionSpec]
    signals: Mapping[str, Signal | Computed]
    time_zone: str
