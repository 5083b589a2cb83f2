"""Beside what monitor would have done, what the org's own router, its flows and its people then did: a shadow run.

For a change of a field the first change that somebody else made of it after our run counts, as field history tells;
where the org does not track the field, the record as it is now, and the report says so. For a task it is the first
task that somebody else made about the record. What the router in place had assigned before we looked is compared with
whom our pool would have chosen.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from upbeat.base import shown
from upbeat.domain import Proposal, Record, Verb
from upbeat.engine import People
from upbeat.operations.promoting.history import Changes, alike, changes_of, tasks_about
from upbeat.operations.promoting.monitor import Run
from upbeat.operations.promoting.shadow import Decided, Shadow, shadow
from upbeat.salesforce import Reader, SalesforceError
from upbeat.timeline import moment
from upbeat.workflows import Workflow

_EXAMPLES = 3
_DIFFERENCES = 10
_OWNER = "OwnerId"


class Verdict(StrEnum):
    """How what was done compares with what would have been."""

    SAME = "same"
    DIFFERENT = "different"
    NOTHING = "nothing done"
    UNKNOWN = "cannot be compared"


@dataclass(frozen=True, slots=True)
class Then:
    """What others then did in place of one suggested change; `why` says what ours rested on."""

    run: str
    record_id: str
    verdict: Verdict
    why: str
    ours: str
    theirs: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """The cases that differ for one reason: what ours rested on, and who did otherwise."""

    why: str
    by: str
    count: int
    examples: tuple[Then, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The shadow run: how many of what would have been done others did alike, otherwise, or not at all.

    `unknown` counts what cannot be compared by the reason; `sources` says where the org was asked, and what of it had
    to be taken from the record as it is now. `routing` lays the workflow's pool beside the router in place.
    """

    same: int = 0
    different: int = 0
    nothing: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict[str, int])
    differences: tuple[Difference, ...] = ()
    sources: tuple[str, ...] = ()
    routing: Shadow | None = None


def beside(reader: Reader, flow: Workflow, runs: Sequence[Run], people: People, decided: Decided) -> Beside:
    """Compare what these runs of a workflow would have done with what the org says was done.

    `decided` tells how pools decided in runs, by their ids.
    """
    asked = _Asked(reader, flow, runs)
    found = [then for run in runs for then in _of(run, asked, people)]
    counts = Counter(one.verdict for one in found)
    unknown = Counter(one.theirs for one in found if one.verdict is Verdict.UNKNOWN)
    return Beside(
        same=counts[Verdict.SAME],
        different=counts[Verdict.DIFFERENT],
        nothing=counts[Verdict.NOTHING],
        unknown=dict(unknown.most_common()),
        differences=tuple(_differences(found)),
        sources=tuple(sorted(asked.sources)),
        routing=shadow(flow, runs, asked.changes.get(flow.object), people, decided),
    )


def _differences(found: Sequence[Then]) -> list[Difference]:
    groups: dict[tuple[str, str], list[Then]] = defaultdict(list)
    for one in found:
        if one.verdict is Verdict.DIFFERENT:
            groups[one.why, one.by].append(one)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [Difference(*key, len(some), tuple(some[:_EXAMPLES])) for key, some in ordered[:_DIFFERENCES]]


class _Asked:
    """What the org was asked, once for all runs."""

    def __init__(self, reader: Reader, flow: Workflow, runs: Sequence[Run]) -> None:
        self.sources: set[str] = set()
        self.changes: dict[str, Changes] = {}
        self.tasks: Mapping[str, Sequence[Record]] | None = {}
        self.flow = flow
        ids: dict[str, list[str]] = defaultdict(list)
        names: dict[str, set[str]] = defaultdict(set)
        for run in runs:
            for one, _ in run.changes:
                if one.verb is Verb.UPDATE:
                    ids[one.object].append(one.record_id)
                    names[one.object].update(one.after)
            if waiting := {name for step in run.asked for name in self.fields_of(step)}:
                ids[flow.object].append(run.record_id)
                names[flow.object].update(waiting)
        for target, some in ids.items():
            self.changes[target] = changes_of(reader, target, some, sorted(names[target]))
            self.sources.update(self.changes[target].sources)
        about = [run.record_id for run in runs if any(_is_task(one) for one, _ in run.changes)]
        if about:
            try:
                self.tasks = tasks_about(reader, about)
                self.sources.add("Task")
            except SalesforceError as error:
                self.tasks = None
                self.sources.add(f"Task cannot be read ({error.what})")

    def fields_of(self, step: str) -> tuple[str, ...]:
        """Give the fields of the record that a step writes once a person has answered."""
        mine = (one.writes for one in self.flow.steps if one.name == step)
        return tuple(sorted(name for writes in mine for target, name in writes if target == self.flow.object))


def _is_task(one: Proposal) -> bool:
    return one.verb is Verb.CREATE and one.object == "Task"


def _of(run: Run, asked: _Asked, people: People) -> Iterator[Then]:
    for one, _ in run.changes:
        said = _Saying(run, one, people.names())
        if one.verb is Verb.UPDATE:
            yield _update(said, asked.changes[one.object])
        elif _is_task(one):
            yield _task(said, asked.tasks)
        else:
            yield said.then(Verdict.UNKNOWN, f"what others did in place of “{one.verb} {one.object}” is not looked for")
    for step, person in run.asked.items():
        if fields := asked.fields_of(step):
            yield _held(run, step, person, fields, asked.changes[asked.flow.object], people.names())
    for step, result in run.results.items():
        if result.get("left_alone") is True:
            yield _left_alone(run, step, result, people)


@dataclass(frozen=True, slots=True)
class _Saying:
    """One suggested change, and how the report speaks of it."""

    run: Run
    one: Proposal
    names: Mapping[str, str]

    def then(self, verdict: Verdict, theirs: str = "", by: str = "", at: str = "") -> Then:
        rule = self.run.results.get(self.one.step, {}).get("rule")  # of a pool
        why = str(rule or f"step {self.one.step}")
        return Then(self.run.id, self.run.record_id, verdict, why, self.shown(self.one.after), theirs, by, at)

    def shown(self, values: Record) -> str:
        return ", ".join(f"{name} {shown(value, self.names)}" for name, value in values.items())


def _update(said: _Saying, changes: Changes) -> Then:
    """Compare each field: the same where all of them became ours, nothing where none was moved."""
    one, moved = said.one, dict[str, Any]()
    by = at = ""
    for name, value in one.after.items():
        if not changes.knows(one.record_id, name):
            return said.then(Verdict.UNKNOWN, f"{one.object}.{name} cannot be read, or the record is gone")
        found = changes.first(one.record_id, name, said.run.at)
        if found is not None and (not alike(found.value, one.before.get(name)) or alike(found.value, value)):
            moved[name] = found.value
            by, at = by or said.names.get(found.by, found.by), at or found.at
    if not moved:
        return said.then(Verdict.NOTHING)
    whole = all(name in moved and alike(moved[name], value) for name, value in one.after.items())
    return said.then(Verdict.SAME if whole else Verdict.DIFFERENT, said.shown(moved), by or "somebody", at)


def _task(said: _Saying, tasks: Mapping[str, Sequence[Record]] | None) -> Then:
    if tasks is None:
        return said.then(Verdict.UNKNOWN, "Task cannot be read")
    since = said.run.at.replace(microsecond=0)
    found = next((one for one in tasks.get(said.run.record_id, ()) if moment(one["CreatedDate"]) >= since), None)
    if found is None:
        return said.then(Verdict.NOTHING)
    verdict = Verdict.SAME if alike(found["OwnerId"], said.one.after.get("OwnerId")) else Verdict.DIFFERENT
    theirs = f"task “{found['Subject']}” for {said.names.get(found['OwnerId'], found['OwnerId'])}"
    return said.then(verdict, theirs, said.names.get(found["CreatedById"], found["CreatedById"]), found["CreatedDate"])


def _held(run: Run, step: str, person: str, fields: Sequence[str], changes: Changes, names: Mapping[str, str]) -> Then:
    """Compare what we would have put before a person with what others did to it by themselves."""
    why, ours = f"step {step} would have asked a person", f"ask {person}"
    for name in fields:
        if not changes.knows(run.record_id, name):
            return Then(run.id, run.record_id, Verdict.UNKNOWN, why, ours, f"{name} cannot be read, or it is gone")
        found = changes.first(run.record_id, name, run.at)
        if found is not None and not alike(found.value, run.record.get(name)):
            theirs = f"{name} {names.get(str(found.value), found.value)}"
            by = names.get(found.by, found.by) or "somebody"
            return Then(run.id, run.record_id, Verdict.DIFFERENT, why, ours, theirs, by, found.at)
    return Then(run.id, run.record_id, Verdict.NOTHING, why, ours)


def _left_alone(run: Run, step: str, result: Mapping[str, Any], people: People) -> Then:
    """Compare whom the router in place had given the record before we looked with whom our pool would have chosen."""
    ours, owner = people.find(str(result.get("instead") or "")), str(run.record.get("OwnerId") or "")
    theirs, why = f"OwnerId {people.names().get(owner, owner)}", f"step {step}, assigned before we looked"
    if ours is None:
        return Then(run.id, run.record_id, Verdict.UNKNOWN, why, "", "our pool would have put it before a person")
    verdict = Verdict.SAME if ours.user_id == owner else Verdict.DIFFERENT
    return Then(run.id, run.record_id, verdict, why, f"OwnerId {ours.name}", theirs, "the router in place")
