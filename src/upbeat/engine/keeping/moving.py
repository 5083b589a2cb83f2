"""A record goes on to somebody else as a run of its workflow: by the step that asks the pool, through gate and line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import structlog
from sqlalchemy import Connection, select

from upbeat.base import UpbeatError, encode
from upbeat.domain import Change, Event, Mode
from upbeat.engine.items import Progress, load
from upbeat.engine.versions import Versions
from upbeat.intake import Taker, accept, item_id
from upbeat.ledger import Ledger
from upbeat.routing import Promised, Reroute
from upbeat.salesforce import SalesforceError
from upbeat.steps import CHOSEN_ACCOUNT
from upbeat.store import tables
from upbeat.workflows import Pool, Step, Workflow

REROUTE: Final = "reroute:"  # how the change begins that gives a record to somebody else

log = structlog.get_logger()


class Handover(NamedTuple):
    """On what a record goes on, and to whom it does not: `holders` are the usernames of who had it, its owner last.

    `promise` is what was promised of it, and `item_id` the run whose findings count, each empty where there is none.
    """

    object: str
    record_id: str
    holders: tuple[str, ...]
    promise: str = ""
    item_id: str = ""


def handover_of(one: Promised) -> Handover:
    """Give on what a promised record goes on."""
    return Handover(one.object, one.record_id, one.holders, one.id, one.item_id)


def live_flows(conn: Connection, versions: Versions) -> dict[str, Workflow]:
    """Give the version of each workflow that people have live, by name: what is promised goes on by that one."""
    table, found = tables.modes, dict[str, Workflow]()
    for row in conn.execute(select(table.c.workflow, table.c.version).where(table.c.mode == Mode.LIVE)):
        try:
            found[row.workflow] = versions.get(row.workflow, row.version)
        except SalesforceError:
            raise
        except UpbeatError as error:  # its runs are stuck, and people hear of it there
            log.warning("what is promised waits: its version compiles no more", workflow=row.workflow, why=error.what)
    return found


def step_of(flow: Workflow, pool: str) -> tuple[Step, Pool] | None:
    """Give the step by which a workflow asks a pool, and the pool as it is now; None where it asks it no more."""
    step = next((one for one in flow.steps if one.values.get("pool") == pool), None)
    return None if step is None else (step, flow.pools[pool])


def start(
    conn: Connection,
    ledger: Ledger,
    flow: Workflow,
    step: Step,
    one: Handover,
    *,
    owner_id: str,
    why: str,
    now: datetime,
    ask: str = "",
    credit: bool = False,
    actor: str = "upbeat",
) -> str:
    """Put a record on the line to somebody else, on what its first run found; give the run's id.

    `owner_id` is the user or the queue that has it. Where `ask` says why the pool does not choose, a person does.
    With `credit` the turn that its owner had with it is theirs again.
    """
    org_id = conn.scalar(select(tables.meta.c.value).where(tables.meta.c.key == "org_id")) or ""
    key = f"{REROUTE}{(one.promise or one.record_id)[:16]}:{now.isoformat()}"
    event = Event(org_id, one.object, one.record_id, Change.ASKED, key, now)
    given = next((work.progress for work in load(conn, ids=[one.item_id])), Progress())
    reroute = Reroute(promise=one.promise, step=step.name, owner_id=owner_id, holders=one.holders, why=why, ask=ask)
    turns = {name: turn for name, turn in given.turns.items() if credit and name == step.name}
    progress = Progress(
        reason=why, signals=given.signals, results=earlier(flow, step, given), turns=turns, reroute=reroute
    )
    taker = Taker(flow.name, flow.version, flow.owner, Mode.LIVE)
    accept(conn, ledger, [(event, taker)], now, actor=actor, data=encode(progress))
    return item_id(event, flow.name)


def earlier(flow: Workflow, step: Step, given: Progress) -> dict[str, dict[str, Any]]:
    """Give what a run found before the step that asks the pool, with the account that a person chose there.

    What it has not found is blank, as where a step is skipped.
    """
    before = flow.steps[: flow.steps.index(step)]
    blank: Mapping[str, dict[str, Any]] = {one.name: dict.fromkeys(one.gives) for one in before}
    found = {name: gives for name, gives in given.results.items() if name != step.name}
    mine = {name: value for name, value in given.results.get(step.name, {}).items() if name == CHOSEN_ACCOUNT}
    return {**blank, **found, **({step.name: mine} if mine else {})}
