"""How work is handled across every step, agent and system: live counts by state, from the store alone.

A system is where work stands: with Upbeat's engine, with people, on its way to Salesforce or by mail.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, select

from upbeat.engine import ItemState
from upbeat.operations.house import House
from upbeat.operations.written import step_at, written_steps
from upbeat.review import State
from upbeat.store import tables

MAIL = "Email"  # the object of a proposal that is a message


class System(StrEnum):
    """Where work stands."""

    ENGINE = "engine"
    PEOPLE = "people"
    SALESFORCE = "salesforce"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, order=True)
class WorkCount:
    """How much work of one step stands in one state; `step` and `agent` are empty where it is between steps."""

    workflow: str
    step: str
    agent: str
    system: System
    state: str
    count: int


def work(
    house: House, *, step: str = "", agent: str = "", system: System | None = None, state: str = ""
) -> list[WorkCount]:
    """Count all work by workflow, step, agent, system and state; of one step, agent, system or state where named."""
    with house.store.reading() as conn:
        agents = _agents(conn)
        counts = _items(conn) + _reviews(conn) + _proposals(conn)
    found = [
        WorkCount(flow, name, agents.get((flow, name), ""), where, stands, count)
        for (flow, name, where, stands), count in counts.items()
    ]
    return sorted(
        one
        for one in found
        if one.step == (step or one.step)
        and one.agent == (agent or one.agent)
        and one.system == (system or one.system)
        and one.state == (state or one.state)
    )


_Key = tuple[str, str, System, str]


def _agents(conn: Connection) -> dict[tuple[str, str], str]:
    """Give who does each step, by workflow and step, in the newest version that has it."""
    return {(flow, one.name): one.agent for (flow, _), steps in written_steps(conn).items() for one in steps}


def _items(conn: Connection) -> Counter[_Key]:
    table, counts = tables.items, Counter[_Key]()
    steps = written_steps(conn)
    by = (table.c.workflow, table.c.version, table.c.step, table.c.state)
    for flow, version, number, state, count in conn.execute(select(*by, func.count()).group_by(*by)):
        name = "" if state == ItemState.DONE else step_at(steps, flow, version, number).name
        counts[flow, name, System.ENGINE, state] += count
    return counts


def _reviews(conn: Connection) -> Counter[_Key]:
    table, counts = tables.reviews, Counter[_Key]()
    unsettled = table.c.state.in_([State.OPEN, State.APPROVED])
    for row in conn.execute(select(table.c.workflow, table.c.group, table.c.kind, table.c.item_id).where(unsettled)):
        step = row.group.rpartition(":")[2] if row.item_id else ""
        counts[row.workflow, step, System.PEOPLE, row.kind] += 1
    return counts


def _proposals(conn: Connection) -> Counter[_Key]:
    table, counts = tables.proposals, Counter[_Key]()
    by = (table.c.workflow, table.c.step, table.c.object, table.c.state)
    for flow, step, target, state, count in conn.execute(select(*by, func.count()).group_by(*by)):
        counts[flow, step, System.MAIL if target == MAIL else System.SALESFORCE, state] += count
    return counts
