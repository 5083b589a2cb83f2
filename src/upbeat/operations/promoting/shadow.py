"""A pool beside the router in place: over the same records, what each did, where they differ, and why.

Why they differ is told by our own decision, made again from the ledger: somebody keeps the record by a rule; or their
choice is one whom we passed over, and the reason is the one that we had; or it was another's turn.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from upbeat.engine import People, Routed
from upbeat.operations.promoting.history import Changes, alike
from upbeat.operations.promoting.monitor import Run
from upbeat.routing import Rule
from upbeat.timeline import moment
from upbeat.workflows import Workflow

EXPLAINED = 200  # records that differ, the newest, whose decision is made again to say why: some 20 ms each
_CASES = 20
_OWNER = "OwnerId"
_WORDS = {  # what spoke against somebody, as one word of a table
    "elsewhere": "territory",
    "out of hours": "hours",
    "at a cap": "cap",
    "at capacity": "capacity",
    "without the language": "language",
    "without the skill": "skills",
}

Decided = Callable[[Sequence[str]], Mapping[str, Routed]]  # ids of runs → how their pools decided


@dataclass(frozen=True, slots=True)
class Case:
    """One record: whom the router in place gave it, whom our pool would have, and in a word why they differ."""

    run: str
    record_id: str
    ours: str
    theirs: str
    rule: str
    why: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one person got of the same records: from the router in place, and from our pool."""

    person: str
    theirs: int
    ours: int


@dataclass(frozen=True, slots=True)
class Shadow:
    """Of the records that both had: how many went to the same person, and of the others, by a word, why not.

    `waiting` are those that nobody had given to anybody yet, `asked` those that we would have put before a person.
    `minutes` are the medians from the event to the owner, theirs and until we had decided; None where none is known.
    `unexplained` differ too, and were not looked into.
    """

    same: int = 0
    different: int = 0
    waiting: int = 0
    asked: int = 0
    why: Mapping[str, int] = field(default_factory=dict[str, int])
    unexplained: int = 0
    people: tuple[Tally, ...] = ()
    cases: tuple[Case, ...] = ()
    theirs_minutes: float | None = None
    ours_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    run: Run
    result: Mapping[str, Any]
    ours: str  # user id, empty where a person would have been asked
    theirs: str  # user or queue id, empty where nobody has it
    took: timedelta | None


def shadow(
    flow: Workflow, runs: Sequence[Run], changes: Changes | None, people: People, decided: Decided
) -> Shadow | None:
    """Lay our pool's decisions beside what became of the same records; None for a workflow that asks no pool."""
    steps = [one.name for one in flow.steps if "pool" in one.values]
    pairs = [pair for run in runs for step in steps if (pair := _pair(run, step, changes, people)) is not None]
    if not steps:
        return None
    both = [one for one in pairs if one.theirs]
    asked = [one for one in both if not one.ours]
    same = [one for one in both if one.ours and alike(one.ours, one.theirs)]
    differ = [one for one in both if one.ours and not alike(one.ours, one.theirs)]
    known = decided([one.run.id for one in differ[:EXPLAINED]])
    cases = [_case(one, known.get(one.run.id), people) for one in differ[:EXPLAINED]]
    return Shadow(
        same=len(same),
        different=len(differ),
        waiting=len(pairs) - len(both),
        asked=len(asked),
        why=dict(Counter(one.why for one in cases).most_common()),
        unexplained=len(differ) - len(cases),
        people=_tallies(same + differ, people.names()),
        cases=tuple(cases[:_CASES]),
        theirs_minutes=_minutes(one.took for one in both),
        ours_minutes=_minutes(one.run.at - one.run.event.at for one in pairs),
    )


def _pair(run: Run, step: str, changes: Changes | None, people: People) -> _Pair | None:
    result = run.results.get(step, {})
    if not result.get("rule"):
        return None
    had = str(run.record.get(_OWNER) or "")
    if result.get("left_alone") is True:
        ours = people.find(str(result.get("instead") or ""))
        return _Pair(run, result, "" if ours is None else ours.user_id, had, None)
    ours = people.find(str(result.get("owner") or ""))
    moved = None
    if changes is not None and changes.knows(run.record_id, _OWNER):
        moved = changes.first(run.record_id, _OWNER, run.at)
    theirs = "" if moved is None or alike(moved.value, had) else str(moved.value or "")
    took = moment(moved.at) - run.event.at if moved is not None and theirs and moved.at else None
    return _Pair(run, result, "" if ours is None else ours.user_id, theirs, took)


def _case(pair: _Pair, routed: Routed | None, people: People) -> Case:
    names, theirs = people.names(), people.find(pair.theirs)
    why, detail = _why(pair, routed, "" if theirs is None else theirs.username)
    ours, given = names.get(pair.ours, pair.ours), names.get(pair.theirs, pair.theirs)
    return Case(pair.run.id, pair.run.record_id, ours, given, str(pair.result["rule"]), why, detail)


def _why(pair: _Pair, routed: Routed | None, theirs: str) -> tuple[str, str]:
    """Give in a word, and in full, why our pool did not choose whom the other router chose."""
    rule = pair.result["rule"]
    if rule == Rule.LEFT_ALONE and routed is not None:
        rule = routed.found.instead_by
    if rule != Rule.FAIR_SHARE:
        return str(rule), str(pair.result.get("reason") or "")
    if routed is None or routed.found.screen is None:
        return "cannot be replayed", ""
    if theirs not in routed.roster.places:
        return "not in the pool", f"{theirs or 'a queue'} is no member of {routed.share.pool}"
    kind = routed.found.screen.kind_against(theirs)
    if not kind:
        return "share", "both could take it, and by fair share it was the other's turn"
    full = next((why for user, why in routed.found.screen.passed_over if user == theirs), kind)
    return _WORDS.get(kind, kind), full


def _tallies(pairs: Sequence[_Pair], names: Mapping[str, str]) -> tuple[Tally, ...]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in pairs:
        counts[names.get(one.theirs, one.theirs)][0] += 1
        counts[names.get(one.ours, one.ours)][1] += 1
    rows = (Tally(person, theirs, ours) for person, (theirs, ours) in counts.items())
    return tuple(sorted(rows, key=lambda one: (-one.theirs - one.ours, one.person)))


def _minutes(spans: Iterable[timedelta | None]) -> float | None:
    known = [one / timedelta(minutes=1) for one in spans if one is not None]
    return round(median(known), 1) if known else None
