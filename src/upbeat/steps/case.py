"""What a step's function is given, and what it may give back: data, proposals, a question to a person.

A function is pure: everything it may look at stands in the `Case`, everything it wants stands in its `Result`.
It never sees the gate or the writer; a proposal is only a suggestion until the line has carried it there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from upbeat.base import digest, short
from upbeat.conversation import Captured
from upbeat.conversation.attendance import Attendance
from upbeat.conversation.calibrating import Calibration
from upbeat.domain import Hold, Item, Proposal, Record, Snapshot, Tier, Verb
from upbeat.formula import Explanation, Formula
from upbeat.llm import Question
from upbeat.matching import Considered
from upbeat.routing import Assignment, Known, Request
from upbeat.steps.enriched import Enriched
from upbeat.workflows import FunctionSpec, Person

_MEND, _REPORT = "Fix it, or tell", "Is this wrong? Tell"


def is_how_to_object(reason: str) -> bool:
    """Whether a reason is no reason, but says where one objects: a page that has that itself leaves it out."""
    return reason.startswith((_MEND, _REPORT))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said to a hold: the move they chose, in whose name, and their words."""

    choice: str
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the org has beside an item's record, for a function that looks: `records` by object, the item's own too.

    `shown` are the fields, by object, that people may set: what a merge or a conversion shows whole. `settable` are
    those of them that a merge may take from one record to another: not what must be unique. `accounts` are those that
    a lead may belong to, and `asked` the records of which a merge or a conversion is suggested already. `lacks` says
    what was not looked through: what was not found may be there.
    """

    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict[str, tuple[Record, ...]])
    shown: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    settable: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    accounts: tuple[Considered, ...] = ()
    attendance: Attendance | None = None
    asked: tuple[str, ...] = ()
    lacks: str = ""

    def of(self, name: str, record_id: str) -> Record | None:
        """Give a record whole, or None where it is gone or was not looked for."""
        return next((one for one in self.records.get(name, ()) if one["Id"] == record_id), None)

    def snapshot(self, name: str, record: Record) -> Snapshot:
        """Give a record as a proposal shows it."""
        return Snapshot(name, record["Id"], {field: record[field] for field in self.shown[name] if field in record})


@dataclass(frozen=True, slots=True)
class Case:
    """One item at one step. `args` are the step's values with their merge fields filled in.

    `assign` asks the named routing pool for an owner; `is_taken` says whether somebody has the record whom that pool
    does not take from; `known` gives what is known of the record beside its fields, such as its account; `person` finds
    an active or former user by username or id; `explain` gives what a condition among the arguments comes to, and why:
    it is asked when it is needed, as one that fails may not matter. `enriched` is what the step's source said, and
    `beside` what the org has of the objects that the function looks at. `captured` is the conversation that the item
    was started by, None where none was; `calibration` what reviewers' decisions say of values that are read of it.
    `console` is where people open the console, empty where that is not known.
    """

    item: Item
    step: str
    agent: str
    use: str  # the function's own name
    tier: Tier
    record: Record
    reasons: tuple[str, ...]  # why the trigger fired, weightiest first
    args: Mapping[str, Any]
    now: datetime
    owner: str  # of the step, else of the workflow, username: who gets what nobody else can take
    person: Callable[[str], Person | None]
    assign: Callable[[str, Record, Request], Assignment]
    is_taken: Callable[[str, Record], bool]
    known: Callable[[str, Record], Known]
    explain: Callable[[Formula], Explanation]
    answer: Answer | None = None
    before: Mapping[str, Any] = field(default_factory=dict[str, Any])
    enriched: Enriched | None = None
    beside: Beside = field(default_factory=Beside)
    captured: Captured | None = None
    calibration: Calibration = field(default_factory=Calibration)
    console: str = ""

    @property
    def how_to_object(self) -> str:
        """Say to whoever sees the flag where they mend it or report that it is wrong, and to whom."""
        if self.console:
            return f"{_MEND} {self.owner} that it is wrong: {self.console}/me/flags/{short(self.item.id)}"
        return f"{_REPORT} {self.owner}: upbeat misfire {short(self.item.id)}"

    def propose(
        self,
        verb: Verb,
        target: str,
        record_id: str,
        before: Record,
        after: Record,
        reasons: tuple[str, ...],
        records: tuple[Snapshot, ...] = (),
    ) -> Proposal:
        """Make this step's proposal: its id is the digest of what it would do for this item, so it is made once."""
        group = f"{self.item.id}:{self.step}"
        reached = [one.record_id for one in records]
        return Proposal(
            id=digest([group, verb, target, record_id, after, *reached]),
            item_id=self.item.id,
            workflow=self.item.workflow,
            version=self.item.version,
            step=self.step,
            agent=self.agent,
            verb=verb,
            object=target,
            record_id=record_id,
            before=before,
            after=after,
            reasons=reasons,
            group=group,
            raise_to=self.tier,
            use=self.use,
            records=records,
        )

    def hold(
        self, kind: str, ask: str, owner: str, due: timedelta, choices: tuple[str, ...], reasons: tuple[str, ...]
    ) -> Hold:
        """Make a question to a person; an owner who is unknown or no longer active leaves it to the workflow's."""
        person = self.person(owner)
        if person is None or not person.active:
            reasons = (*reasons, f"{owner or 'nobody'} is not an active user, so the workflow's owner is asked")
            owner = self.owner
        else:
            owner = person.username
        return Hold(kind=kind, ask=ask, owner=owner, due=self.now + due, choices=choices, reasons=reasons)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a step: values for later steps (`$Step.<step>.<key>`), proposals, or a question to a person.

    With a `hold`, the function is run again when the person has answered, with `Case.answer` set; where it `waits`,
    the steps after it wait too, else the run goes on and only its outcome stays open.
    """

    gives: Mapping[str, Any] = field(default_factory=dict[str, Any])
    proposals: tuple[Proposal, ...] = ()
    hold: Hold | None = None
    waits: bool = False


Inquires = Callable[[Mapping[str, Any], Captured | None], Question[Any] | None]
"""What a function asks of its agent's model, by its arguments and the conversation; nothing where there is no text."""


@dataclass(frozen=True, slots=True)
class Function:
    """One entry of the library: what the checks know of it, and the pure function itself."""

    spec: FunctionSpec
    run: Callable[[Case], Result]
    inquires: Inquires | None = None  # where its spec has a task for a model


def to_json(value: Any) -> Any:
    """Give a formula's value as REST JSON has it: dates and times as texts, whole numbers as integers."""
    match value:
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        case date() | time():
            return value.isoformat()
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case str():
            return value.strip() or None  # Salesforce trims texts, and keeps an empty one as no value
        case _:
            return value


def rounded(value: float, digits: int) -> Any:
    """Give a measured number with so many digits after the point, as REST JSON and formulas have it."""
    return to_json(Decimal(str(round(value, digits))))
