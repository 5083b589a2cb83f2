"""A workflow as a graph, made from its ordered steps, with what is where now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from upbeat.base import UpbeatError
from upbeat.engine import ItemState
from upbeat.operations.building.drafts import Values
from upbeat.operations.house import House
from upbeat.store import tables
from upbeat.workflows.form import is_list, is_mapping

DAYS: Final = 7  # that runs are counted over


@dataclass(frozen=True, slots=True)
class FlowNode:
    """One node: what it is called, the part of the form behind it, and how many runs are there, None where unknown."""

    kind: str  # trigger, step, outcome
    part: str
    name: str
    says: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Flow:
    """The nodes from top to bottom; outcomes stand side by side. Counts are of runs that began since `since`."""

    nodes: tuple[FlowNode, ...]
    since: datetime


def flow(house: House, name: str, values: Values) -> Flow:
    """Give a workflow's graph; counts are of the last days, by the steps of the version that each run is on."""
    since = house.clock.now() - timedelta(days=DAYS)
    runs, at, ended = _counts(house, name, since)
    trigger = _mapping(values.get("trigger"))
    start = str(trigger.get("every") or trigger.get("start") or "not said when")
    nodes = [FlowNode("trigger", "trigger", str(trigger.get("object") or "No object yet"), start, runs)]
    for one in _listed(values.get("steps")):
        step = str(one.get("step", ""))
        nodes.append(FlowNode("step", step, step, str(one.get("use", "")), at.get(step, 0)))
    for outcome, one in _mapping(values.get("outcomes")).items():
        due = _mapping(one).get("due")
        nodes.append(
            FlowNode("outcome", "outcomes", outcome, f"after {due}" if due else "when it holds", ended.get(outcome, 0))
        )
    return Flow(tuple(nodes), since)


def _counts(house: House, name: str, since: datetime) -> tuple[int, Mapping[str, int], Mapping[str, int]]:
    """Count the runs that began since then: all, those that stand at a step, by its name, and ends, by outcome."""
    items = tables.items.c
    by = (items.version, items.state, items.step, items.outcome)
    mine = (
        select(*by, func.count().label("number")).where(items.workflow == name, items.created_at >= since).group_by(*by)
    )
    with house.store.reading() as conn:
        rows = conn.execute(mine).all()
    at: dict[str, int] = {}
    ended: dict[str, int] = {}
    for row in rows:
        if row.outcome is not None:
            ended[row.outcome] = ended.get(row.outcome, 0) + row.number
        elif row.state != ItemState.DONE:
            names = _step_names(house, name, row.version)
            behind: int = row.step
            step = names[behind] if behind < len(names) else ""
            at[step] = at.get(step, 0) + row.number
    return sum(row.number for row in rows), at, ended


def _step_names(house: House, name: str, version: str) -> tuple[str, ...]:
    try:
        return tuple(one.name for one in house.versions.get(name, version).steps)
    except UpbeatError:  # it compiles no more: nobody can say which step that was
        return ()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if is_mapping(value) else {}


def _listed(value: Any) -> list[Mapping[str, Any]]:
    entries: list[Any] = value if is_list(value) else []
    return [one for one in entries if is_mapping(one)]
