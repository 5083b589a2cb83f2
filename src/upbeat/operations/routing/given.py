"""Why this person: what pools gave to whom lately, each with what decided; the rest is on the run's own page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, select

from upbeat.base import decode
from upbeat.domain import Mode
from upbeat.engine import ItemState, Progress
from upbeat.operations.house import House
from upbeat.operations.routing.asked import Asked, pools_of
from upbeat.operations.tracing.scope import EVERYTHING, Scope, holders, runs_of
from upbeat.store import tables

MOST: Final = 50
_ENDED: Final = (ItemState.DONE, ItemState.WAITING, ItemState.DEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One record that a pool was asked about: who has it, or would have it in monitor, by which rule, and why.

    `owner` is a username, empty where a person is asked; `waits_for` is whom it waits for then.
    """

    run: str
    object: str
    record_id: str
    name: str
    pool: str
    workflow: str
    monitor: bool
    owner: str
    rule: str
    reason: str
    waits_for: str
    at: datetime


def given(house: House, pool: str = "", scope: Scope = EVERYTHING, most: int = MOST) -> list[Given]:
    """Give what pools decided last, or one pool, in a scope, the newest first.

    Raises Refused where no workflow asks such a pool, SalesforceError where the scope cannot be told.
    """
    mine = runs_of(scope, holders(house, scope))
    with house.store.reading() as conn:
        found = [each for one in pools_of(house, pool) for each in _by(conn, one, mine, most)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _by(conn: Connection, asked: Asked, within: ColumnElement[bool], most: int) -> Iterator[Given]:
    """Give what one workflow's runs came to last; its index gives them in this order."""
    items = tables.items
    mine = (items.c.workflow == asked[0].name) & items.c.state.in_(_ENDED)
    newest = select(items).where(mine, within).order_by(items.c.created_at.desc(), items.c.seq.desc()).limit(most)
    yield from (found for row in conn.execute(newest) if (found := _given(row, asked)) is not None)


def _given(row: Any, asked: Asked) -> Given | None:
    _, step, pool = asked
    progress = decode(row.data, Progress)
    result = progress.results.get(step.name)
    if result is None:  # its condition did not hold, or it never came there
        return None
    record = progress.record or {}
    return Given(
        run=row.id,
        object=row.object,
        record_id=row.record_id,
        name=", ".join(str(record[one]) for one in ("Name", "Company") if record.get(one)) or row.record_id,
        pool=pool.name,
        workflow=row.workflow,
        monitor=row.mode == Mode.MONITOR,
        owner=str(result.get("owner") or ""),
        rule=str(result.get("rule") or ""),
        reason=str(result.get("reason") or ""),
        waits_for=row.owner if row.state == ItemState.WAITING else "",
        at=row.ended_at or row.created_at,
    )
