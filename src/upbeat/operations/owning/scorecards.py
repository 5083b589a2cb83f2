"""The scorecard of a trigger: what it fired on, what people made of it, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from upbeat.apply import State as Stage
from upbeat.base import Rate
from upbeat.domain import Mode
from upbeat.ledger import Kind
from upbeat.operations.house import House
from upbeat.operations.owning import figures
from upbeat.operations.owning.figures import End, Flag, Reader, Times
from upbeat.operations.owning.firing import Fire, fired_since
from upbeat.operations.owning.gathering import Gathering, overridden
from upbeat.operations.owning.misfires import misfired
from upbeat.store import tables
from upbeat.workflows import Workflow

_CHUNK = 500
SINCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reported:
    """Runs that people reported as wrong, and what their owner found. `late` were not answered in time."""

    runs: int
    upheld: int
    as_meant: int
    unanswered: int
    late: int


@dataclass(frozen=True, slots=True)
class Measure:
    """The figure that a workflow should move, and what is known of it before and after it went live.

    `before` and `after` are flags a week, None for less than a day; the product measures no figure of the name
    that the file gives.
    """

    metric: str
    live_since: datetime | None
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One trigger over one time.

    `fires` counts runs by mode; `suggested`, `written` and `would_have_been` the runs that suggested a change, wrote
    one, or would have done so in monitor. `flags` is what people were shown, `waiting` what still has time. `precision`
    is of the runs that somebody judged. `rejected_with` are people's own words beside their reasons, the newest first.
    `notes` say what could not be found out.
    """

    workflow: str
    title: str
    owner: str
    mode: Mode
    since: datetime
    until: datetime
    fires: Mapping[str, int]
    suggested: int
    written: int
    would_have_been: int
    flags: int
    waiting: int
    action_rate: Rate
    precision: Rate
    overridden: int
    rejected: Mapping[str, int]
    rejected_with: tuple[str, ...]
    misfires: Reported
    took: Times
    expired: int
    escalated: int
    readers: tuple[Reader, ...]
    measure: Measure
    notes: tuple[str, ...]


def scorecards(house: House, name: str = "", since: datetime | None = None) -> list[Scorecard]:
    """Give the scorecard of each workflow that runs, or of the one named, from `since` until now, 30 days unless told.

    Raises Refused where there is no such workflow.
    """
    wanted = [house.workflow(name)] if name else list(house.versions.current.values())
    begin = since or house.clock.now() - SINCE
    modes = house.versions.modes()
    with house.store.reading() as conn:
        return [_scorecard(house, conn, flow, modes[flow.name], begin) for flow in wanted]


def flags_of(house: House, conn: Connection, flow: Workflow, since: datetime) -> list[Flag]:
    """Give what people were shown of a workflow's flags since then."""
    return Gathering(house, conn, flow, fired_since(conn, flow.name, since, mode=Mode.LIVE)).flags()


def _scorecard(house: House, conn: Connection, flow: Workflow, mode: Mode, since: datetime) -> Scorecard:
    now, fires = house.clock.now(), fired_since(conn, flow.name, since)
    runs = [one.run for one in fires]
    gathering = Gathering(house, conn, flow, fires)
    flags = gathering.flags()
    reported, overrides = misfired(conn, flow.name, since), overridden(house, conn, flow.name, runs)
    wrong = frozenset(run for run, upheld in reported.items() if upheld) | overrides.keys()
    stages = _stages(conn, runs)
    return Scorecard(
        workflow=flow.name,
        title=flow.title,
        owner=flow.owner,
        mode=mode,
        since=since,
        until=now,
        fires={str(one): sum(fire.mode is one for fire in fires) for one in (Mode.LIVE, Mode.MONITOR)},
        suggested=len(stages),
        written=sum(Stage.WRITTEN in one for one in stages.values()),
        would_have_been=sum(Stage.OBSERVED in one for one in stages.values()),
        flags=len(flags),
        waiting=sum(one.end is End.OPEN and one.due_at > now for one in flags),
        action_rate=figures.action_rate(flags, now),
        precision=figures.precision(flags, wrong),
        overridden=len(overrides),
        rejected=figures.rejections(flags),
        rejected_with=figures.words(flags),
        misfires=_reported(conn, flow.name, since, reported, now),
        took=figures.took(flags),
        expired=sum(one.end is End.EXPIRED for one in flags),
        escalated=_escalated(conn, flow.name, since),
        readers=figures.readers(flags, now),
        measure=_measure(conn, flow, fires, since, now),
        notes=tuple(gathering.notes),
    )


def _stages(conn: Connection, runs: Sequence[str]) -> dict[str, set[str]]:
    """Give where the suggested changes of each run stand, of those that suggested any."""
    table, found = tables.proposals, dict[str, set[str]]()
    for start in range(0, len(runs), _CHUNK):
        mine = table.c.item_id.in_(runs[start : start + _CHUNK])
        for row in conn.execute(select(table.c.item_id, table.c.state).where(mine)):
            found.setdefault(row.item_id, set()).add(row.state)
    return found


def _reported(
    conn: Connection, workflow: str, since: datetime, reported: Mapping[str, bool | None], now: datetime
) -> Reported:
    table, reviews = tables.misfires, tables.reviews
    answered = func.coalesce(reviews.c.decided_at, now)
    late = (
        select(func.count(table.c.item_id.distinct()))
        .join(reviews, reviews.c.id == table.c.review_id)
        .where(table.c.workflow == workflow, table.c.at > since, table.c.answer_by < answered)
    )
    said = list(reported.values())
    return Reported(len(said), said.count(True), said.count(False), said.count(None), conn.scalar(late) or 0)


def _escalated(conn: Connection, workflow: str, since: datetime) -> int:
    entries = tables.ledger_entries
    passed = (entries.c.kind == Kind.ESCALATED) & (entries.c.workflow == workflow) & (entries.c.at > since)
    return conn.scalar(select(func.count()).where(passed, entries.c.item_id != "")) or 0


def _measure(conn: Connection, flow: Workflow, fires: Sequence[Fire], since: datetime, now: datetime) -> Measure:
    """Give flags a week before the workflow went live and after; None where that is less than a day."""
    row = conn.execute(select(tables.modes).where(tables.modes.c.workflow == flow.name)).first()
    live_since = row.at if row is not None and row.mode == Mode.LIVE else None
    before_until = live_since or now
    first = conn.scalar(select(func.min(tables.items.c.created_at)).where(tables.items.c.workflow == flow.name))
    began = max(since, first) if first is not None else before_until
    before = _weekly([one.at for one in fires if one.at < before_until], began, before_until)
    after = None if live_since is None else _weekly([one.at for one in fires if one.at >= live_since], live_since, now)
    return Measure(flow.metric, live_since, before, after)


def _weekly(at: Sequence[datetime], begin: datetime, end: datetime) -> float | None:
    """Give flags a week; None for less than a day, of which no week can be told."""
    return len(at) / ((end - begin) / timedelta(weeks=1)) if end - begin >= timedelta(days=1) else None
