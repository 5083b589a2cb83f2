"""A record that is put back to where its pool takes from after its promise was over: it goes on to somebody new.

While it is promised, that is seen when something is due of it. Afterwards nothing is: so the pool's queues are asked
now and then what changed in them, one query a pool, for as long as a promise of it is open or was so lately.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from upbeat.engine import due, promises
from upbeat.engine.due import Due
from upbeat.engine.items import rerouted
from upbeat.engine.keeping.moving import handover_of, live_flows, start, step_of
from upbeat.engine.keeping.touches import Stands, read
from upbeat.engine.parts import Parts
from upbeat.ledger import Kind
from upbeat.routing import Promised
from upbeat.routing.promised import TAKEN_BACK, put_back
from upbeat.salesforce import on_account
from upbeat.store import tables
from upbeat.store.control import stopped
from upbeat.timeline import moment
from upbeat.workflows import Pool, Step, Workflow

EVERY: Final = timedelta(minutes=10)  # a query a pool: 144 a day
FOR: Final = timedelta(days=30)  # after its end: whoever puts back what is older changes a record that nobody waits for
_OVERLAP: Final = timedelta(minutes=5)  # for what the org commits late


def watch(conn: Connection, workflow: str, pool: str, now: datetime) -> None:
    """Have what a pool gave be looked for in its queues from now on."""
    key = f"{workflow}:{pool}"
    if due.body_of(conn, due.Kind.PUT_BACK, key) is None:
        body = {"workflow": workflow, "pool": pool, "since": now.isoformat()}
        due.put(conn, due.Kind.PUT_BACK, key, now + EVERY, body)


def look_for_put_back(parts: Parts, row: Due, now: datetime) -> None:
    """Give on what was put back since the last look. While nothing may be written, it is looked for again later."""
    workflow, name = row.body["workflow"], row.body["pool"]
    table = tables.promises.c
    lately = (table.workflow == workflow) & (table.pool == name) & (promises.is_open() | (table.ended_at > now - FOR))
    with parts.store.reading() as conn:
        flow = None if stopped(conn) is not None else live_flows(conn, parts.versions).get(workflow)
        ends = not promises.promised(conn, lately, 1)
    if ends:
        with parts.store.writing() as conn:
            due.drop(conn, row.kind, row.key)
        return
    asked = None if flow is None else step_of(flow, name)
    since = row.body["since"]
    if flow is not None and asked is not None:
        with on_account(workflow):
            _give_on(parts, flow, *asked, datetime.fromisoformat(since), now)
        since = now.isoformat()
    with parts.store.writing() as conn:
        due.put(conn, row.kind, row.key, now + EVERY, {**row.body, "since": since})


def _give_on(parts: Parts, flow: Workflow, step: Step, pool: Pool, since: datetime, now: datetime) -> None:
    queues = [key for one in pool.takes_from if (key := parts.people.holder_id(one))]
    if not queues:
        return
    asks = f"SELECT Id FROM {pool.object} WHERE OwnerId IN :queues AND LastModifiedDate >= :since"  # noqa: S608
    ids = [one["Id"] for one in parts.query(asks, {"queues": queues, "since": since - _OVERLAP})]
    with parts.store.reading() as conn:
        some = _over(conn, flow, pool, ids, now)
    stands = read(parts.query, parts.schema.object(pool.object), some, None) if some else {}
    names = parts.people.names()
    with parts.store.writing() as conn:
        for one in _over(conn, flow, pool, [one.record_id for one in some], now):
            row = stands.get(one.record_id)
            if row is None or not _is_put_back(one, row, queues):
                continue
            holder = str(row.row["OwnerId"])
            why = f"it was put back to {names.get(holder, holder)}"
            run = start(conn, parts.ledger, flow, step, handover_of(one), owner_id=holder, why=why, now=now)
            again = put_back(one, row.status, run, why)
            promises.keep(conn, [again])
            promises.enter(conn, parts.ledger, [(Kind.RETURNED, again, {})])


def _over(conn: Connection, flow: Workflow, pool: Pool, ids: Sequence[str], now: datetime) -> list[Promised]:
    """Give what was promised last of records of which nothing is promised any more, and nobody is looked for."""
    last = {one.record_id: one for one in promises.about(conn, ids) if one.pool == pool.name}
    busy = rerouted(conn, flow.name, list(last)) if last else set[str]()
    return [
        one
        for one in last.values()
        if one.stage.is_over and one.ended_at is not None and one.ended_at > now - FOR
        if one.workflow == flow.name and one.detail != TAKEN_BACK and one.record_id not in busy
    ]


def _is_put_back(one: Promised, stands: Stands, queues: Sequence[str]) -> bool:
    """Whether a record came to a queue after its promise was over, and still needs somebody."""
    came = moment(stands.row["LastModifiedDate"])
    return stands.row["OwnerId"] in queues and not stands.over and one.ended_at is not None and came >= one.ended_at
