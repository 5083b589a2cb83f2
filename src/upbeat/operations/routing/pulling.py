"""Next, please: a member of a pool takes the best of what waits for a person there, within the pool's quota."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from upbeat import review
from upbeat.base import decode
from upbeat.engine import Foresight, Progress, live_flows, rank_of, step_of, turn
from upbeat.operations.house import House, Refused
from upbeat.operations.routing.reassigning import eyes_of
from upbeat.review import Review, State
from upbeat.routing import Rule
from upbeat.store import tables
from upbeat.workflows import Pool, Pull, Step, Workflow

NOTE = "next, please"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What somebody took, and the `run` that gives it to them; how many more they may take, and when that grows."""

    run: str
    record_id: str
    name: str
    pool: str
    owner: str
    left: int
    until: datetime


@dataclass(frozen=True, slots=True)
class _Waits:
    """A record that waits, with the question about it and what its pool sorts it by."""

    question: Review
    place: tuple[bool, float, int]
    name: str


def next_please(house: House, name: str, by: str) -> Pulled:
    """Take the record whose turn it is among those that wait in a pool, in a member's name.

    It answers the question who has it, so it goes through the gate like every answer. What waits for another reason
    than that nobody could take it is left to whoever was asked. The pool's own screen says what a member may have: none
    that they had before; who asks is there, so their hours are free. Raises Refused where nothing waits, and beyond the
    quota; SalesforceError.
    """
    person = house.person(by).username
    pool, pull, asked = _pool(house, name)
    steps = {workflow: step.name for workflow, (_, step) in asked.items()}
    member = next((one.user for one in pool.members if one.user.casefold() == person.casefold()), "")
    if not member:
        raise Refused(f"{person} is no member of the pool {name}", fix=f"{pool.owner} tunes it.")
    now = house.clock.now()
    with house.store.reading() as conn:  # the org is asked before the transaction, never in it
        waiting, against = _waiting(house, conn, pool, steps, person, now), dict[str, tuple[str, ...]]()
        for flow, step in asked.values():
            runs = {
                one.question.record_id: one.question.item_id for one in waiting if one.question.workflow == flow.name
            }
            if runs:
                against |= Foresight.begin(eyes_of(house), conn, flow, step, pool).against(conn, runs, member)
    with house.store.writing() as conn:
        before = _pulled(conn, steps, person, now, pull)
        if len(before) >= pull.most:
            free = before[0] + pull.span
            what = f"{person} has taken {len(before)} within {pull.span}, which is the quota"
            raise Refused(what, fix=f"The next one is free at {free:%d %b %H:%M} UTC.")
        still = _waiting(house, conn, pool, steps, person, now)
        mine = [one for one in still if against.get(one.question.record_id) == ()]
        if not mine:
            why = next((said for one in still if (said := against.get(one.question.record_id))), ())
            fix = f"Of the first that waits: {', '.join(why)}." if why else "Ask again later."
            raise Refused(f"nothing waits in the pool {name} that {person} could take", fix=fix)
        best = min(mine, key=lambda one: one.place)
        review.answer(conn, house.ledger, best.question, person, person, NOTE, now)
    first = [*before, now][0]
    left = pull.most - len(before) - 1
    return Pulled(best.question.item_id, best.question.record_id, best.name, name, person, left, first + pull.span)


def _pool(house: House, name: str) -> tuple[Pool, Pull, dict[str, tuple[Workflow, Step]]]:
    """Give the pool as it runs live, its quota, and by which step each workflow asks it."""
    with house.store.reading() as conn:
        flows = live_flows(conn, house.versions)
    asked = {flow.name: (flow, *found) for flow in flows.values() if (found := step_of(flow, name)) is not None}
    if not asked:
        raise Refused(f"no live workflow asks a pool {name}", fix="`upbeat register` shows what is live.")
    pool = next(iter(asked.values()))[2]
    if pool.pull is None:
        fix = f"Add 'pull: {{most: 10, every: 1 day}}' to routing/{name}.yaml."
        raise Refused(f"nobody takes records from the pool {name} by themselves", fix=fix)
    return pool, pool.pull, {workflow: (flow, step) for workflow, (flow, step, _) in asked.items()}


def _pulled(conn: Connection, steps: dict[str, str], person: str, now: datetime, pull: Pull) -> list[datetime]:
    """Give when somebody took records from a pool within its span, oldest first."""
    table = tables.reviews.c
    mine = (table.decided_by == person) & (table.choice == person) & (table.note == NOTE)
    since = (table.kind == Rule.HOLDING) & (table.decided_at > now - pull.span) & table.workflow.in_(steps)
    rows = conn.execute(select(table.decided_at, table.workflow, table.group).where(mine, since))
    return sorted(row.decided_at for row in rows if row.group.endswith(f":{steps[row.workflow]}"))


def _waiting(
    house: House, conn: Connection, pool: Pool, steps: dict[str, str], person: str, now: datetime
) -> list[_Waits]:
    """Give what waits in a pool because nobody could take it, and this person may now."""
    people = house.get_people()
    everybody = {one.user for one in pool.members if people.active(one.user) is not None}
    table, items = tables.reviews.c, tables.items.c
    here = (table.kind == Rule.HOLDING) & (table.state == State.OPEN) & table.workflow.in_(steps)
    wanted = select(table.id, table.workflow, table.group, items.seq, items.event_at, items.data)
    found = list[_Waits]()
    for row in conn.execute(wanted.join(tables.items, items.id == table.item_id).where(here)):
        asked = review.find(conn, row.id)
        mine = row.group.endswith(f":{steps[row.workflow]}") and person in everybody
        run = decode(row.data, Progress)
        bad = run.reroute is not None and run.reroute.credited is not None  # returned as one that nobody should have
        if mine and not bad and everybody <= set(asked.body.choices):
            record: dict[str, Any] = run.record or {}
            place = turn(rank_of(pool, record, now), row.event_at, row.seq, now, pool.overtakes_for)
            name = ", ".join(str(record[one]) for one in ("Name", "Company") if record.get(one))
            found.append(_Waits(asked, place, name or asked.record_id))
    return found
