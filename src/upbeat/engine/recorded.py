"""What decisions stood on, as the ledger keeps it: enough to decide each of them again, and nothing that follows.

A condition's `Seen` stands in the entry that says what came of it, a step's `Given` in the entry of its run, and an
outcome's `Judged` in the entry of the item's end. Each names the entry of the engine that decided, which has the org's
catalogue, the time zone and the version of our code. What has its default is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from upbeat.base import digest
from upbeat.conversation import Link
from upbeat.conversation.calibrating import Calibration
from upbeat.domain import Proposal, Record, Verb
from upbeat.engine.mutes import Mute
from upbeat.engine.standing import Stand
from upbeat.gate import DEAL_FIELDS, Facts
from upbeat.routing import Absence, Found, Known, Place, Reroute, Turn
from upbeat.steps import Answer, Beside, Enriched, Result
from upbeat.workflows import Person

Said = dict[str, Any]  # a part of an entry's payload
Results = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a condition was decided on: the record as read, its signals, the time, and since when it held before.

    Where it is looked at `again` after it fired, the event's own values count no more. `mute` is the override whose
    facts are still the same.
    """

    opened: str
    now: datetime
    record: Record
    signals: Record = field(default_factory=dict[str, Any])
    again: bool = False
    stand: Stand | None = None
    mute: Mute | None = None


@dataclass(frozen=True, slots=True)
class RosterRead:
    """Whom a pool had: users by the usernames that it gives its members, and the ids of those it takes from."""

    pool: str
    people: Mapping[str, Person]
    takes_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BusyRead:
    """What the org said of a pool's members: when they are out of office, and their open work in units."""

    pool: str
    absences: Mapping[str, tuple[Absence, ...]] = field(default_factory=dict[str, tuple[Absence, ...]])
    open_work: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Stood:
    """Where the members of a pool stood, of a `shadow` or in earnest, and what they got since their work was read."""

    pool: str
    shadow: bool
    places: Mapping[str, Place]
    load: Mapping[str, float]


class Move(NamedTuple):
    """A turn that was taken, or that was given `back`, as another one took its place."""

    turn: Turn
    back: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """How a pool moved on from the entry `stood`, after so many moves before."""

    pool: str
    stood: str
    before: int
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What an assignment rested on: the entries that have the pool's people, their work and where they stood.

    `found` is what the org has of the record, by which its account is chosen; `known` has the rest.
    It was `moves` moves after `stood`; `since` is the one from which on their open work is known. In monitor mode the
    pool is a `shadow` of the router in place. `account` is the one of several that a person chose, empty for none of
    them.
    """

    pool: str
    roster: str
    stood: str
    moves: int = 0
    busy: str = ""
    since: int = 0
    known: Known = field(default_factory=Known)
    found: Found = field(default_factory=Found)
    account: str | None = None
    shadow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a step was run on, beside what its item fired on.

    `record` is the record as read, None where it is the one that was recorded before. `people` and `managers` are what
    the org said of those whom the step asked about, `enriched` what its source said, and `beside` what the org had
    beside the record. Of a rollback, `undo` are the written proposals with the ids of their records, and `reason` why
    it was asked for. A `reroute`, which fired on nothing, has its reason and its signals here. `link` is what a
    captured conversation was of; the conversation itself stands in the store, until it is erased. `calibration` is
    what reviewers' decisions said of such values at that moment, and `console` where people open the console.
    """

    opened: str
    now: datetime
    record: Record | None = None
    beside: Beside = field(default_factory=Beside)
    results: Results = field(default_factory=dict[str, dict[str, Any]])
    answer: Answer | None = None
    people: Mapping[str, Person | None] = field(default_factory=dict[str, Person | None])
    managers: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    share: Share | None = None
    escalates: bool = False
    undo: tuple[tuple[Proposal, str], ...] = ()
    reason: str = ""
    enriched: Enriched | None = None
    reroute: Reroute | None = None
    signals: Record = field(default_factory=dict[str, Any])
    link: Link | None = None
    calibration: Calibration = field(default_factory=Calibration)
    console: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What an outcome was found on: what the steps gave, the time, and the record where it was read anew."""

    opened: str
    now: datetime
    record: Record | None = None
    results: Results = field(default_factory=dict[str, dict[str, Any]])


def said_of(result: Result) -> Said:
    """Give what came of a step, as the ledger keeps it: its proposals by digest, for each is told when decided."""
    said: Said = {"gives": result.gives, "proposals": [digest(one) for one in result.proposals]}
    if result.hold is not None:
        said |= {"hold": result.hold, "waits": result.waits}
    return said


def stood_on(on: Seen | Judged | None) -> Said:
    """Give what an item's end was decided on, as a part of its entry; nothing where no rule decided it."""
    match on:
        case Seen():
            return {"seen": compact(on)}
        case Judged():
            return {"judged": compact(on)}
        case None:
            return {}


def told(
    facts: Facts, proposals: Sequence[Proposal], held: Record | None, opened: str, policies: tuple[str, ...] = ()
) -> Said:
    """Give what the gate was told of a step's proposals, as the ledger keeps it.

    Not the catalogue, which has its entry; of colleagues only those whom a message names; and not a deal that is the
    very record which the ledger holds, `held`; `stands` has of a deal what `apply` compares before a later write.
    `policies` are the two versions of which the stricter was to hold, today's first.
    """
    said = compact(facts) | {"opened": opened}
    del said["schema"]
    said |= {} if facts.deal is None else {"stands": {name: facts.deal.get(name) for name in ("Id", *DEAL_FIELDS)}}
    said |= {"policies": policies} if policies else {}
    if held is not None and facts.deal is held:
        del said["deal"]
    if facts.colleagues:
        named = [str(value).casefold() for one in proposals if one.verb is Verb.SEND for value in one.after.values()]
        said["colleagues"] = sorted(one for one in facts.colleagues if any(one in value for value in named))
    return said


def compact(one: Any) -> dict[str, Any]:
    """Give a dataclass as its fields by name, without those that have their default."""
    pairs = ((name, getattr(one, name), default) for name, default in _defaults(one.__class__))
    return {name: value for name, value, default in pairs if value != default}


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (one.name, one.default_factory() if one.default_factory is not MISSING else one.default) for one in fields(kind)
    )
