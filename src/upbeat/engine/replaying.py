"""A run decided again from what the ledger holds of it: nothing is asked of the org, of a model or of a person.

Every decision stands in an entry with what it was decided on. It is decided again by the very functions that the
engine calls, and what comes of it is compared with what was recorded, as canonical JSON. What people and the org
answered is taken as it was recorded.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import Any, Protocol, cast, get_type_hints
from zoneinfo import ZoneInfo

from upbeat.base import UpbeatError, decode, digest, encode
from upbeat.conversation import Conversation
from upbeat.domain import Decision, Event, Fact, Firing, Item, Proposal, Record
from upbeat.engine.desk import choose
from upbeat.engine.judging import Fired, escalates, look_at, outcome_of, run_step, sight
from upbeat.engine.recorded import Given, Judged, Said, Seen, Share, said_of
from upbeat.engine.undo import STEP
from upbeat.gate import Facts, decide_again, decide_group
from upbeat.ledger import Kind, Stored
from upbeat.routing import Assignment, Known, PoolState, Request, Roster, is_taken, stays
from upbeat.schema import Schema
from upbeat.workflows import Person, Policy, Workflow


class Verdict(StrEnum):
    """What came of deciding something again."""

    SAME = "same"
    DIFFERENT = "different"
    ERASED = "erased"  # what it was decided on was forgotten
    UNKNOWN = "not recorded"  # something that it was decided on is in no entry


class UnknownError(UpbeatError):
    """Something that a decision was made on is not there any more, or never was."""


@dataclass(frozen=True, slots=True)
class Redone:
    """One decision made again: what it was, where it stands, and how what came of it differs from what was recorded.

    `recorded` and `again` are digests of canonical JSON. `differences` read `decision.tier: auto → approval`. `erased`
    names the entry that says who erased what it stood on.
    """

    what: str
    at: datetime
    entry: str
    verdict: Verdict
    recorded: str
    again: str
    differences: tuple[str, ...] = ()
    erased: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What an engine said as it opened: the version of our code, the time zone, the org's catalogue."""

    code: str
    zone: ZoneInfo
    schema: Schema


@dataclass(frozen=True, slots=True)
class Routed:
    """How a pool decided a record, with all that it found of its members; `share` is what that rested on."""

    found: Assignment
    share: Share
    roster: Roster


class Ground(Protocol):
    """Where a replay finds what entries name. Each raises UnknownError where there is no such thing."""

    def opening(self, entry: str) -> Opening:
        """Give what the engine said that wrote this entry as it opened."""
        ...

    def workflow(self, name: str, version: str, opening: str) -> Workflow:
        """Give a version of a workflow, compiled as that engine compiled it."""
        ...

    def policy(self, version: str) -> Policy:
        """Give the policy of this digest."""
        ...

    def roster(self, share: Share, workflow: Workflow, zone: ZoneInfo) -> Roster:
        """Give a pool with the people it had, and what was known of them."""
        ...

    def state(self, share: Share, roster: Roster) -> PoolState:
        """Give where a pool stood."""
        ...

    def conversation(self, key: str, reading: int) -> Conversation:
        """Give a conversation as it was read for the so-many-th time."""
        ...


_Pair = tuple[str, Any, Any]  # what was decided; what was recorded of it; what comes of it now


class Replayer:
    """Decides one run again, entry by entry in the order of the ledger."""

    def __init__(self, ground: Ground) -> None:
        """Find on this ground whatever the entries name."""
        self._ground = ground
        self._acts: Mapping[Kind, Callable[[Sequence[Stored]], Iterator[_Pair]]] = {
            Kind.ITEM_ACCEPTED: self._accepted,
            Kind.FIRED: self._looked,
            Kind.DEAD: self._looked,
            Kind.RAN: self._ran,
            Kind.DECIDED: self._decided,
            Kind.ENDED: self._looked,
        }
        self._item: Item | None = None
        self._fired = Fired({}, {}, "", ())
        self._proposals: Mapping[str, Proposal] = {}  # by digest, as the ledger has them
        self.assigned: dict[str, Routed] = {}
        """What came of each pool that a step asked, by the entry of its run."""

    def replay(self, entries: Sequence[Stored]) -> Iterator[Redone]:
        """Give each decision of a run, made again."""
        told = [one for one in entries if one.kind is Kind.DECIDED and one.payload is not None]
        found = (decode(encode(one.payload["proposal"]), Proposal) for one in told)
        self._proposals = {digest(one): one for one in found}
        for _, same in groupby(entries, _one_decision):
            yield from self._redo(list(same))

    def _redo(self, entries: Sequence[Stored]) -> Iterator[Redone]:
        first = entries[0]
        act = self._acts.get(first.kind)
        if act is None:
            return
        if any(one.payload is None for one in entries):
            yield Redone(_NAMES[first.kind], first.at, first.id, Verdict.ERASED, "", "", erased=first.erased)
            return
        try:
            for what, recorded, again in act(entries):
                yield _compared(what, first, recorded, again)
        except UnknownError as error:
            yield Redone(_NAMES[first.kind], first.at, first.id, Verdict.UNKNOWN, "", "", (error.what,))
        except Exception as error:  # noqa: BLE001  what was written by nobody of ours may be anything
            words = f"cannot be decided on what is recorded: {type(error).__name__}: {error}"
            yield Redone(_NAMES[first.kind], first.at, first.id, Verdict.DIFFERENT, "", "", (words,))

    def _accepted(self, entries: Sequence[Stored]) -> Iterator[_Pair]:
        [entry] = entries
        self._item = Item(entry.item_id, entry.workflow, entry.version, decode(encode(entry.payload), Event))
        yield from ()

    def _looked(self, entries: Sequence[Stored]) -> Iterator[_Pair]:
        """Evaluate the condition again: of an item that fired, that did not, or that was put before a person."""
        [entry] = entries
        said = entry.payload
        if "seen" not in said:
            yield from self._ended(entry) if entry.kind is Kind.ENDED else ()
            return
        seen = decode(encode(said["seen"]), Seen)
        item, flow = self._flow(entry, seen.opened)
        found = look_at(item, flow, seen)
        if entry.kind is Kind.FIRED:  # its steps went on from what is recorded
            self._fired = Fired(
                seen.record, seen.signals, said["reason"], decode(encode(said["facts"]), tuple[Fact, ...])
            )
        if isinstance(found, Firing):
            again: Said = {"reason": found.reason, "facts": found.facts, "escalates": escalates(item, flow, seen)}
        elif entry.kind is Kind.DEAD:
            again = {"why": found.why}
        else:
            again = {"outcome": found.outcome, "detail": found.why, "facts": getattr(found, "facts", ())}
        yield "condition", {name: value for name, value in said.items() if name != "seen"}, again

    def _ran(self, entries: Sequence[Stored]) -> Iterator[_Pair]:
        """Run a step's function again on what it was given, with the answers that it got."""
        [entry] = entries
        said = entry.payload
        given = decode(encode(said["given"]), Given)
        item, flow = self._flow(entry, given.opened)
        if given.record is not None:
            self._fired = Fired(given.record, self._fired.signals, self._fired.reason, self._fired.facts)
        if given.reroute is not None:  # which fired on nothing
            self._fired = Fired(self._fired.record, given.signals, given.reason, ())
        step = next((one for one in flow.steps if one.name == said["step"]), None)
        if step is None:
            raise UnknownError(f"the version has no step {said['step']}")
        zone = self._ground.opening(given.opened).zone
        recalled = _Recalled(given, self._ground, flow, zone)
        recorded = {name: said[name] for name in ("gives", "proposals", "hold", "waits", "error") if name in said}
        try:
            result = run_step(item, flow, step, self._fired, given, recalled, zone)
        except UnknownError:
            raise
        except UpbeatError as error:
            yield f"step {step.name}", recorded, {"error": error.what}
            return
        if recalled.routed is not None:
            self.assigned[entry.id] = recalled.routed
        again = said_of(result)
        if recorded.get("proposals") != again["proposals"]:  # said by what they would do, and not by their digests
            before = recorded.get("proposals", ())
            recorded = {**recorded, "proposals": [self._proposals.get(one, one) for one in before]}
            again = {**again, "proposals": result.proposals}
        yield f"step {step.name}", recorded, again

    def _decided(self, entries: Sequence[Stored]) -> Iterator[_Pair]:
        """Have the gate decide a step's proposals again, on the facts and by the policy of then."""
        first = entries[0].payload
        told = first["told"]
        proposals = [decode(encode(one.payload["proposal"]), Proposal) for one in entries]
        decisions = [decode(encode(one.payload["decision"]), Decision) for one in entries]
        opening = self._ground.opening(told["opened"])
        given = {name: decode(encode(told[name]), kind) for name, kind in _facts().items() if name in told}
        if "deal" not in given and self._item is not None and self._item.event.object == "Opportunity":
            given["deal"] = self._fired.record
        facts = Facts(schema=opening.schema, **given)
        group = [(one, facts) for one in proposals]
        policies = [self._ground.policy(one) for one in told.get("policies", [decisions[0].policy])]
        again = decide_group(group, policies[0]) if len(policies) == 1 else decide_again(group, *policies)
        step = "the rollback" if proposals[0].step == STEP else f"step {proposals[0].step}"
        yield f"decision on {step}", decisions, again

    def _ended(self, entry: Stored) -> Iterator[_Pair]:
        """Find the outcome again, where rules found it: what people and the org decided is taken as it is."""
        said = entry.payload
        if "judged" in said:
            judged = decode(encode(said["judged"]), Judged)
            item, flow = self._flow(entry, judged.opened)
            record = self._fired.record if judged.record is None else judged.record
            fired = Fired(record, self._fired.signals, self._fired.reason, self._fired.facts)
            found = outcome_of(flow, sight(item, flow, fired, judged.results, judged.now))
            yield "outcome", {"outcome": said["outcome"]}, {"outcome": "" if found is None else found.name}

    def _flow(self, entry: Stored, opened: str) -> tuple[Item, Workflow]:
        if self._item is None:
            raise UnknownError("the event that it began with is not in the ledger")
        return self._item, self._ground.workflow(entry.workflow, entry.version, opened)


class _Recalled:
    """Answers a step as it was answered then."""

    def __init__(self, given: Given, ground: Ground, flow: Workflow, zone: ZoneInfo) -> None:
        self._given = given
        self._ground = ground
        self._flow = flow
        self._zone = zone
        self.routed: Routed | None = None

    def find(self, key: str) -> Person | None:
        if key not in self._given.people:
            raise UnknownError(f"it asks who {key!r} is, which was not asked then")
        return self._given.people[key]

    def manager(self, username: str) -> str | None:
        if username not in self._given.managers:
            raise UnknownError(f"it asks for the manager of {username}, which was not asked then")
        return self._given.managers[username]

    def assign(self, pool: str, record: Record, request: Request, /) -> Assignment:
        share = self._share(pool)
        roster, now = self._roster(share), self._given.now.astimezone(self._zone)
        state = self._ground.state(share, roster)
        known = request.known(share.found.known(roster.pool.match, share.known))
        found = choose(record, roster, state, now, known, beside=share.shadow, reroute=self._given.reroute)
        self.routed = Routed(found, share, roster)
        return found

    def is_taken(self, pool: str, record: Record, /) -> bool:
        share = self._share(pool)
        roster = self._roster(share)
        if self._given.reroute is not None:
            return stays(record, roster, self._given.reroute)
        return is_taken(record, roster, share.found.known(roster.pool.match, share.known))

    def known(self, pool: str, record: Record, /) -> Known:  # noqa: ARG002  of the item's own record
        share = self._share(pool)
        return share.found.known(self._roster(share).pool.match, share.known)

    def conversation(self, key: str, /) -> Conversation:
        link = self._given.link
        return self._ground.conversation(key, 1 if link is None else link.reading)

    def _roster(self, share: Share) -> Roster:
        return self._ground.roster(share, self._flow, self._zone)

    def _share(self, pool: str) -> Share:
        share = self._given.share
        if share is None or share.pool != pool:
            raise UnknownError(f"it asks the pool {pool}, which was not asked then")
        return share


@cache
def _facts() -> Mapping[str, Any]:
    """Give the types of what the gate is told, by name."""
    return {name: kind for name, kind in get_type_hints(Facts).items() if name != "schema"}


def _one_decision(entry: Stored) -> tuple[Any, ...]:
    """Tell entries that belong together, a group's decisions of one moment, from all others."""
    if entry.kind is not Kind.DECIDED or entry.payload is None:
        return (entry.seq,)
    return (entry.payload["proposal"]["group"], encode(entry.payload.get("told")))


def _compared(what: str, entry: Stored, recorded: Any, again: Any) -> Redone:
    then, now = decode(encode(recorded)), decode(encode(again))
    digests = (digest(then), digest(now))
    if digests[0] == digests[1]:
        return Redone(what, entry.at, entry.id, Verdict.SAME, *digests)
    return Redone(what, entry.at, entry.id, Verdict.DIFFERENT, *digests, tuple(differences(then, now)))


def differences(then: Any, now: Any, place: str = "") -> Iterator[str]:
    """Give in words where two JSON values differ: `0.decision.tier: auto → approval`."""
    if isinstance(then, dict) and isinstance(now, dict):
        one, other = cast("Said", then), cast("Said", now)
        for name in dict.fromkeys([*one, *other]):
            yield from differences(one.get(name), other.get(name), f"{place}.{name}" if place else name)
    elif isinstance(then, list) and isinstance(now, list):
        first, second = cast("list[Any]", then), cast("list[Any]", now)
        for number in range(max(len(first), len(second))):
            left, right = (some[number] if number < len(some) else None for some in (first, second))
            yield from differences(left, right, f"{place}.{number}" if place else str(number))
    elif digest(then) != digest(now):
        yield f"{place}: {_shown(then)} → {_shown(now)}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else value if isinstance(value, str) else encode(value)


_NAMES = {
    Kind.ITEM_ACCEPTED: "event",
    Kind.FIRED: "condition",
    Kind.DEAD: "condition",
    Kind.RAN: "step",
    Kind.DECIDED: "decision",
    Kind.ENDED: "outcome",
}
