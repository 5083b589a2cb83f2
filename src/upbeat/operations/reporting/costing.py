"""What a month of work took: completed work items are the unit, and everything else stands beside them.

What is measured and what is worked out is said of each figure. API calls are counted where they are sent, for the
workflow whose batch or schedule sends them; what all of them need (looking for changes, the org's people, the nightly
comparison) is shared. A person's minutes are decisions times what the policy says that one takes: how long somebody
looks at a question is not known, only how long it waited.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from upbeat.base import decode
from upbeat.engine import OVERRIDDEN, RECORD_GONE, STILL_TRUE, zone_of
from upbeat.ledger import Kind
from upbeat.operations.house import House, Refused
from upbeat.store import tables
from upbeat.store.calls import usage_of
from upbeat.triggers import NOT_MET, PRIOR_UNKNOWN, UNREADABLE
from upbeat.workflows import Cost as Ceilings
from upbeat.workflows import FileKind

NOT_WORK = frozenset({NOT_MET, PRIOR_UNKNOWN, UNREADABLE, STILL_TRUE, OVERRIDDEN, RECORD_GONE})
_DECIDED = (Kind.PERSON_DECIDED, Kind.EDITED)


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many work items of a workflow were completed with an outcome, in a mode."""

    outcome: str
    mode: str
    items: int


@dataclass(frozen=True, slots=True)
class WorkflowCost:
    """One workflow's month.

    `looked_at` are runs whose condition did not fire, which are no work items. `calls` are API calls of its own.
    `decisions` are people's answers and signatures, `minutes` those times the minutes of one, `waited` the median
    seconds from asking to the answer, None without any. `spend` is what models took, in US dollars.
    """

    workflow: str
    items: int
    outcomes: tuple[OutcomeCount, ...]
    looked_at: int
    calls: int
    decisions: int
    minutes: float
    waited: float | None
    spend: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """A month. `shared_calls` belong to no workflow alone; `until` is its end, or now while it goes on.

    `expected` is what the items come to by the end of the month at the pace so far, `laid_out_for` and `most_calls` are
    the policy's ceilings (0 is none), `decision` is what it says that one takes. `agents` are the models that agents
    use, by agent. `over` says which ceilings are passed.
    """

    month: str
    since: datetime
    until: datetime
    items: int
    expected: int
    laid_out_for: int
    most_calls: int
    decision: timedelta
    workflows: tuple[WorkflowCost, ...]
    calls: int
    shared_calls: int
    decisions: int
    minutes: float
    spend: Decimal
    agents: Mapping[str, str]
    over: tuple[str, ...]


def cost(house: House, month: str = "") -> Cost:
    """Give what a month took, by default the one that runs. Raises Refused where it is none, or is to come."""
    with house.store.reading() as conn:
        return cost_of(house, conn, _first(month, house.clock.now(), zone_of(conn)))


def cost_of(house: House, conn: Connection, first: date) -> Cost:
    """Give what the month took that begins on a day."""
    zone, now = zone_of(conn), house.clock.now()
    following = (first + timedelta(days=31)).replace(day=1)
    since, end = (datetime.combine(day, time(), zone) for day in (first, following))
    until = min(end, now)
    ceilings = house.policy.cost
    ended, calls = _ended(conn, since, end), usage_of(conn, first, following - timedelta(days=1))
    decisions, waits = _decisions(house, conn, since, end), _waits(conn, since, end)
    one = ceilings.decision.total_seconds() / 60
    names = sorted({*ended, *decisions, *calls} - {""})
    workflows = tuple(
        _workflow(name, ended.get(name, Counter()), calls.get(name, 0), decisions[name], one, waits.get(name, []))
        for name in names
    )
    items, every = sum(flow.items for flow in workflows), sum(calls.values())
    part = (until - since) / (end - since)
    return Cost(
        month=f"{first:%Y-%m}",
        since=since,
        until=until,
        items=items,
        expected=round(items / part) if part > 0 else 0,
        laid_out_for=ceilings.items,
        most_calls=ceilings.calls,
        decision=ceilings.decision,
        workflows=workflows,
        calls=every,
        shared_calls=calls.get("", 0),
        decisions=decisions.total(),
        minutes=decisions.total() * one,
        spend=Decimal(0),
        agents=_agents(conn),
        over=tuple(_over(ceilings, items, every)),
    )


def _first(month: str, now: datetime, zone: ZoneInfo) -> date:
    this = now.astimezone(zone).date().replace(day=1)
    try:
        first = date.fromisoformat(f"{month}-01") if month else this
    except ValueError:
        raise Refused(f"{month!r} is no month", fix="Write a year and a month, such as 2026-11.") from None
    if first > this:
        raise Refused(f"the month {month} is to come", fix=f"This month is {this:%Y-%m}.")
    return first


def _ended(conn: Connection, since: datetime, until: datetime) -> dict[str, Counter[tuple[str, str]]]:
    """Give how many runs ended, by workflow, then outcome and mode."""
    table, found = tables.items, dict[str, Counter[tuple[str, str]]]()
    by = (table.c.workflow, table.c.outcome, table.c.mode)
    within = (table.c.ended_at >= since, table.c.ended_at < until)
    for workflow, outcome, mode, count in conn.execute(select(*by, func.count()).where(*within).group_by(*by)):
        found.setdefault(workflow, Counter())[outcome, mode] += count
    return found


def _decisions(house: House, conn: Connection, since: datetime, until: datetime) -> Counter[str]:
    return Counter(one.workflow for one in house.ledger.between(conn, since, until, _DECIDED))


def _waits(conn: Connection, since: datetime, until: datetime) -> dict[str, list[float]]:
    """Give the seconds that questions waited for their answer, by workflow."""
    table, found = tables.reviews, dict[str, list[float]]()
    mine = select(table.c.workflow, table.c.created_at, table.c.decided_at).where(
        table.c.decided_at >= since, table.c.decided_at < until, table.c.decided_by.contains("@")
    )
    for row in conn.execute(mine):
        found.setdefault(row.workflow, []).append((row.decided_at - row.created_at).total_seconds())
    return found


def _workflow(
    name: str, ended: Counter[tuple[str, str]], calls: int, decisions: int, one: float, waits: list[float]
) -> WorkflowCost:
    outcomes = [OutcomeCount(*key, count) for key, count in sorted(ended.items()) if key[0] not in NOT_WORK]
    items = sum(each.items for each in outcomes)
    return WorkflowCost(
        workflow=name,
        items=items,
        outcomes=tuple(outcomes),
        looked_at=ended.total() - items,
        calls=calls,
        decisions=decisions,
        minutes=decisions * one,
        waited=median(waits) if waits else None,
        spend=Decimal(0),
    )


def _agents(conn: Connection) -> dict[str, str]:
    """Give the model of each published agent: `none` computes by rules and spends nothing."""
    table = tables.versions
    rows = conn.execute(select(table).where(table.c.kind == FileKind.AGENT).order_by(table.c.number))
    return {row.name: decode(row.text).get("model", "none") for row in rows if row.text}


def _over(ceilings: Ceilings, items: int, calls: int) -> list[str]:
    found = list[str]()
    if ceilings.items and items > ceilings.items:
        found.append(f"{items:,} work items, and the month is laid out for {ceilings.items:,}")
    if ceilings.calls and calls > ceilings.calls:
        found.append(f"{calls:,} API calls, and the month's ceiling is {ceilings.calls:,}")
    return found
