"""What a version did in monitor: what it would have changed, for whom, by outcome, and how people judged samples."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from upbeat.apply import State as Stage
from upbeat.base import decode, digest, shown
from upbeat.domain import Decision, Event, Mode, Proposal, Record, Tier, Verb
from upbeat.engine import Progress
from upbeat.operations.house import House
from upbeat.operations.promoting.judging import Judged, judgements
from upbeat.store import tables
from upbeat.triggers import NOT_MET, PRIOR_UNKNOWN, UNREADABLE
from upbeat.workflows import Workflow

MOST = 2_000  # runs that are looked at one by one, the newest; the counts are of all
_EXAMPLES = 5
_SAMPLES = 5  # runs that a person is asked to judge
_QUIET = (NOT_MET, PRIOR_UNKNOWN, UNREADABLE)


@dataclass(frozen=True, slots=True)
class Run:
    """One run in monitor with what it would have done; `asked` names by step whom it would have asked."""

    id: str
    record_id: str
    event: Event
    at: datetime
    outcome: str
    reason: str
    record: Record
    results: Mapping[str, Mapping[str, Any]]
    asked: Mapping[str, str]
    changes: tuple[tuple[Proposal, Tier], ...]

    @property
    def acts(self) -> bool:
        """Whether it would have changed something, or asked somebody."""
        return bool(self.changes or self.asked)


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of thing that it would have done, and how often: `update Lead OwnerId`, to be released by whom."""

    step: str
    does: str
    tier: Tier
    times: int
    records: int


@dataclass(frozen=True, slots=True)
class Example:
    """One run to look at: `upbeat explain` tells it whole, `upbeat judge` says whether it was right."""

    run: str
    record_id: str
    name: str
    at: datetime
    why: str
    would: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True)
class Monitor:
    """What monitor mode showed of one version.

    `outcomes` counts all its runs, `fired` those whose condition held, on `records` different records. `people` counts
    by username or name for whom the newest `looked_at` runs would have done something. `to_judge` are runs drawn at
    random, alike for everybody who asks, that nobody has judged, and `samples` are the same to look at.
    """

    since: datetime | None
    until: datetime
    runs: int
    fired: int
    records: int
    looked_at: int
    outcomes: Mapping[str, int]
    actions: tuple[Action, ...]
    people: Mapping[str, int]
    examples: tuple[Example, ...]
    to_judge: tuple[str, ...]
    samples: tuple[Example, ...]
    judged: Judged


def watch(house: House, conn: Connection, flow: Workflow, since: datetime | None, runs: Sequence[Run]) -> Monitor:
    """Sum up what a version did in monitor; `runs` are the newest that fired, as `fired` gives them."""
    outcomes = _outcomes(conn, flow)
    records = _records(conn, flow)
    names, judged = house.get_people().names(), judgements(house, conn, flow)
    acting = [one for one in runs if one.acts]
    to_judge = _sample(acting, judged.runs)
    drawn = {one.id: one for one in acting if one.id in to_judge}
    return Monitor(
        since=since,
        until=house.clock.now(),
        runs=sum(outcomes.values()),
        fired=sum(count for outcome, count in outcomes.items() if outcome not in _QUIET),
        records=records,
        looked_at=len(runs),
        outcomes=outcomes,
        actions=_actions(acting),
        people=_people(acting, names),
        examples=tuple(_example(one, names) for one in acting[:_EXAMPLES]),
        to_judge=to_judge,
        samples=tuple(_example(drawn[one], names) for one in to_judge),
        judged=judged,
    )


def fired(conn: Connection, flow: Workflow) -> list[Run]:
    """Give the newest runs of a version in monitor whose condition held, at most MOST of them, newest first."""
    items, table = tables.items, tables.proposals
    rows = conn.execute(
        select(items)
        .where(*_of(flow), func.coalesce(items.c.outcome, "").not_in(_QUIET))
        .order_by(items.c.seq.desc())
        .limit(MOST)
    ).all()
    changes: dict[str, list[tuple[Proposal, Tier]]] = {}
    for start in range(0, len(rows), 500):
        ids = [row.id for row in rows[start : start + 500]]
        mine = select(table.c.item_id, table.c.body, table.c.decision).where(table.c.item_id.in_(ids))
        for row in conn.execute(mine.where(table.c.state == Stage.OBSERVED).order_by(table.c.seq)):
            tier = decode(row.decision, Decision).tier
            changes.setdefault(row.item_id, []).append((decode(row.body, Proposal), tier))
    return [_run(row, tuple(changes.get(row.id, ()))) for row in rows]


def _run(row: Any, changes: tuple[tuple[Proposal, Tier], ...]) -> Run:
    progress = decode(row.data, Progress)
    return Run(
        id=row.id,
        record_id=row.record_id,
        event=decode(row.event, Event),
        at=row.created_at,
        outcome=row.outcome or "under way",
        reason=progress.reason,
        record=progress.record or {},
        results=progress.results,
        asked=progress.would_ask,
        changes=changes,
    )


def _of(flow: Workflow) -> tuple[Any, ...]:
    items = tables.items
    return items.c.workflow == flow.name, items.c.version == flow.version, items.c.mode == Mode.MONITOR


def _outcomes(conn: Connection, flow: Workflow) -> dict[str, int]:
    items = tables.items
    counted = select(items.c.outcome, func.count()).where(*_of(flow)).group_by(items.c.outcome)
    return {outcome or "under way": count for outcome, count in conn.execute(counted)}


def _records(conn: Connection, flow: Workflow) -> int:
    items = tables.items
    held = func.coalesce(items.c.outcome, "").not_in(_QUIET)
    return conn.scalar(select(func.count(items.c.record_id.distinct())).where(*_of(flow), held)) or 0


def _actions(runs: Sequence[Run]) -> tuple[Action, ...]:
    times: Counter[tuple[str, str, Tier]] = Counter()
    records: dict[tuple[str, str, Tier], set[str]] = {}
    for run in runs:
        for key in _kinds(run):
            times[key] += 1
            records.setdefault(key, set()).add(run.record_id)
    return tuple(Action(*key, count, len(records[key])) for key, count in times.most_common())


def _kinds(run: Run) -> Iterable[tuple[str, str, Tier]]:
    for one, tier in run.changes:
        fields = f" {', '.join(sorted(one.after))}" if one.verb is Verb.UPDATE else ""
        yield one.step, f"{one.verb} {one.object}{fields}", tier
    for step in run.asked:
        yield step, "ask a person", Tier.AUTO


def _people(runs: Sequence[Run], names: Mapping[str, str]) -> dict[str, int]:
    """Count for whom: who would have got the record or the task, been asked, or owns the record that changes."""
    counts = Counter(one for run in runs for one in _whom(run, names))
    return dict(counts.most_common())


def _whom(run: Run, names: Mapping[str, str]) -> set[str]:
    keys = {reached(one) or str(run.record.get("OwnerId") or "") for one, _ in run.changes}
    return {names.get(key, key) for key in keys if key} | set(run.asked.values())


def reached(one: Proposal) -> str:
    """Give whom a change gives something, by id or address: the record, the task, the message; empty for nobody."""
    return str(one.after.get("To" if one.verb is Verb.SEND else "OwnerId") or "")


def _example(run: Run, names: Mapping[str, str]) -> Example:
    would = (*(_would(one, names) for one, _ in run.changes), *(f"ask {person}" for person in run.asked.values()))
    said = (str(run.results.get(step, {}).get("reason") or "") for step in run.asked)
    why = next((one for one in (*(one.reasons[0] for one, _ in run.changes), *said) if one), run.reason)
    name = str(run.record.get("Name") or run.record.get("Company") or run.record_id)
    return Example(run.id, run.record_id, name, run.at, why, would, ", ".join(sorted(_whom(run, names))))


def _would(one: Proposal, names: Mapping[str, str]) -> str:
    if one.verb is Verb.UPDATE:
        return ", ".join(
            f"{name} {shown(one.before.get(name), names)} → {shown(value, names)}" for name, value in one.after.items()
        )
    called, to = one.after.get("Subject") or one.after.get("Name"), reached(one)
    return f"{one.verb} {one.object}{f' “{called}”' if called else ''}{f' for {names.get(to, to)}' if to else ''}"


def _sample(runs: Sequence[Run], judged: Sequence[str]) -> tuple[str, ...]:
    """Draw runs by the digest of their ids: any of them is as likely, and everybody is given the same."""
    left = sorted((one.id for one in runs if one.id not in judged), key=digest)
    return tuple(left[:_SAMPLES])
