"""Who goes first where many wait: what a pool ranks highest, of a window that reaches beyond one batch.

A rank needs the record, so the fields that it reads are read ahead, for the AHEAD oldest of those that wait: in a
steady backlog that is one query a batch. Where no more wait than a batch takes, nothing is read, and the batch itself
is put in order.

Nobody is overtaken for ever: who has waited longer since the event than the pool's `overtakes_for` goes before whatever
came later, oldest first. So an item waits that long at most, and then as long as the older ones take.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from sqlalchemy import bindparam, update

from upbeat.base import UpbeatError
from upbeat.domain import Record
from upbeat.engine.items import AHEAD, Waiting, Work, first_in_line
from upbeat.engine.parts import Parts
from upbeat.formula import FormulaError
from upbeat.salesforce import SalesforceError, on_account
from upbeat.store import tables
from upbeat.workflows import Pool, Step, Workflow

log = structlog.get_logger()

_IDS = 200  # in one query: a longer address is refused
_LAST = -1e300  # the rank of what cannot be ranked: it waits for those that can, as long as they may overtake


def ranking_pool(workflow: Workflow) -> Pool | None:
    """Give the first pool of a workflow, in the order of its steps, that ranks records."""
    named = (str(step.values.get("pool")) for step in workflow.steps)
    pools = (workflow.pools[name] for name in named if name in workflow.pools)
    return next((one for one in pools if one.rank is not None), None)


class Ranking:
    """Puts what waits in the order of its turn; made anew for each batch."""

    def __init__(self, parts: Parts, now: datetime) -> None:
        """Read nothing yet."""
        self._parts = parts
        self._now = now
        self.counts = any(ranking_pool(one) for one in parts.versions.current.values())
        """Whether anything is ranked here at all."""

    def look_ahead(self, paused: Iterable[str], size: int) -> None:
        """Rank what waits, where more does than a batch takes: read what its pool's formula reads, and keep the ranks.

        An org that does not answer holds nobody up: what is not ranked goes by its age.
        """
        with self._parts.store.reading() as conn:
            waiting = first_in_line(conn, paused, AHEAD)
        unranked = [one for one in waiting if one.rank is None]
        if len(waiting) <= size or not unranked:
            return
        pool = self._pool(waiting)
        if pool is None or pool.rank is None:
            return
        try:
            with on_account(waiting[0].workflow):
                rows = _read(self._parts, pool.object, sorted(pool.rank.fields), unranked)
        except SalesforceError as error:
            log.warning("what waits cannot be ranked", workflow=waiting[0].workflow, why=str(error))
            return
        ranks = [{"key": one.seq, "rank": _ranked(pool, rows.get(one.record_id), self._now)} for one in unranked]
        items = tables.items
        with self._parts.store.writing() as conn:
            conn.execute(update(items).where(items.c.seq == bindparam("key")).values(rank=bindparam("rank")), ranks)

    def in_turn(self, waiting: Sequence[Waiting]) -> Sequence[Waiting]:
        """Give items of one version in the order of their turn."""
        pool = self._pool(waiting)
        return waiting if pool is None else in_turn(waiting, self._now, pool.overtakes_for)

    def _pool(self, waiting: Sequence[Waiting]) -> Pool | None:
        try:
            return ranking_pool(self._parts.versions.get(waiting[0].workflow, waiting[0].version))
        except UpbeatError:  # the version compiles no more: the line says so of each of its items
            return None


def in_order(works: Sequence[Work], workflow: Workflow, step: Step, now: datetime) -> Sequence[Work]:
    """Put a batch in the order in which a step's pool gives its items to people."""
    pool = workflow.pools.get(str(step.values.get("pool")))
    if pool is None or pool.rank is None:
        return works

    def mine(one: Work) -> tuple[bool, float, int]:
        rank = rank_of(pool, one.progress.record or {}, now)
        return turn(rank, one.item.event.at, one.seq, now, pool.overtakes_for)

    return sorted(works, key=mine)


def in_turn(waiting: Iterable[Waiting], now: datetime, overtakes_for: timedelta) -> list[Waiting]:
    """Put items in the order of their turn: who has waited long enough by age, then the others by rank and age."""
    return sorted(waiting, key=lambda one: turn(one.rank, one.event_at, one.seq, now, overtakes_for))


def turn(
    rank: float | None, event_at: datetime, seq: int, now: datetime, overtakes_for: timedelta
) -> tuple[bool, float, int]:
    """Give what sorts an item among others: the oldest first of those that may be overtaken no more."""
    if now - event_at > overtakes_for:
        return False, 0.0, seq
    return True, -(_LAST if rank is None else rank), seq


def rank_of(pool: Pool, record: Record, now: datetime) -> float | None:
    """Give how high a pool ranks a record; None where it does not say."""
    try:
        found = None if pool.rank is None else pool.rank.evaluate(record, now=now)
    except FormulaError:
        return None
    return float(found) if isinstance(found, Decimal) else None


def _ranked(pool: Pool, record: Record | None, now: datetime) -> float:
    found = None if record is None else rank_of(pool, record, now)
    return _LAST if found is None else found


def _read(parts: Parts, target: str, fields: Sequence[str], wanted: Sequence[Waiting]) -> Mapping[str, Record]:
    names, found = ", ".join(dict.fromkeys(["Id", *fields])), dict[str, Record]()
    for start in range(0, len(wanted), _IDS):
        ids = [one.record_id for one in wanted[start : start + _IDS]]
        rows = parts.query(f"SELECT {names} FROM {target} WHERE Id IN :ids", {"ids": ids})  # noqa: S608  from the schema
        found.update((row["Id"], row) for row in rows)
    return found
