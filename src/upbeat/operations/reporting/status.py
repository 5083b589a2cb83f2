"""How it stands: the counts, the watchdog of law 2, the ledger's proof."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from upbeat.apply import State as Stage
from upbeat.domain import Mode
from upbeat.engine import is_loose, promises, published
from upbeat.foundation import Audit
from upbeat.foundation import Status as Stands
from upbeat.ledger import Verification
from upbeat.operations.auditing import keeping
from upbeat.operations.house import House
from upbeat.operations.owning.answering import Answering, answering
from upbeat.operations.reporting.packet import SIGN_WITHIN
from upbeat.operations.reporting.packet import unsigned as unsigned_packets
from upbeat.review import State
from upbeat.store import tables
from upbeat.store.calls import Calls, kept_calls
from upbeat.store.connection import Disconnection, disconnection
from upbeat.store.control import Stop, stopped


@dataclass(frozen=True, slots=True)
class Loose:
    """An item that law 2 forbids: it has no outcome, and no owner with a due time that has not passed."""

    run: str
    workflow: str
    record_id: str
    state: str
    owner: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Promises:
    """What a pool has promised and nobody has touched yet: how much, and how much of it is broken."""

    open: int
    broken: int


@dataclass(frozen=True, slots=True)
class Status:
    """Live counts. `items` counts by workflow, mode and outcome, or state where there is no outcome yet.

    `unsigned` names the weeks whose packets nobody has signed in time. `calls` are the org's API calls as the engine
    saw them last, None before it has. `answering` is what people said of flags and what nobody answers for. `audited`
    is when the foundation was last, and `unsound` names the live workflows that rest on what failed then. `promises`
    are by pool.
    """

    items: dict[str, dict[str, int]]
    modes: dict[str, Mode]
    writes: int
    observed: int
    waiting: int
    overdue: int
    loose: tuple[Loose, ...]
    sealed: int
    unsealed: int
    unsigned: tuple[str, ...]
    stopped: Stop | None
    disconnected: Disconnection | None
    calls: Calls | None
    answering: Answering
    audited: datetime | None
    unsound: tuple[str, ...]
    promises: Mapping[str, Promises]


def status(house: House) -> Status:
    """Count what is where."""
    items, proposals, now = tables.items, tables.proposals, house.clock.now()
    with house.store.reading() as conn:
        counts: dict[str, Counter[str]] = {}
        by = (items.c.workflow, items.c.mode, items.c.state, items.c.outcome)
        for workflow, mode, state, outcome, number in conn.execute(select(*by, func.count()).group_by(*by)):
            counts.setdefault(f"{workflow} ({mode})", Counter())[outcome or state] += number
        by_stage = select(proposals.c.state, func.count().label("number")).group_by(proposals.c.state)
        stages: dict[str, int] = {row.state: row.number for row in conn.execute(by_stage)}
        open_reviews = select(func.count()).where(tables.reviews.c.state == State.OPEN)
        entries = tables.ledger_entries
        modes, audit = published.modes(conn), keeping.last_kept(conn)
        unsealed = conn.scalar(select(func.count()).where(entries.c.position.is_(None))) or 0
        return Status(
            items={name: dict(found) for name, found in sorted(counts.items())},
            modes=modes,
            writes=stages.get(Stage.WRITTEN, 0),
            observed=stages.get(Stage.OBSERVED, 0),
            waiting=conn.scalar(open_reviews) or 0,
            overdue=conn.scalar(open_reviews.where(tables.reviews.c.due_at < now)) or 0,
            loose=tuple(
                Loose(row.id, row.workflow, row.record_id, row.state, row.owner, row.due_at)
                for row in conn.execute(select(items).where(is_loose(now)).order_by(items.c.seq).limit(100))
            ),
            sealed=(conn.scalar(select(func.max(entries.c.position))) or 0),
            unsealed=unsealed,
            unsigned=unsigned_packets(conn, now - SIGN_WITHIN),
            stopped=stopped(conn),
            disconnected=disconnection(conn),
            calls=kept_calls(conn),
            answering=answering(conn, now),
            audited=None if audit is None else audit.at,
            unsound=() if audit is None else tuple(unsound(audit, modes)),
            promises=_promises(conn, now),
        )


def _promises(conn: Connection, now: datetime) -> Mapping[str, Promises]:
    table = tables.promises.c
    broken = func.sum(case((table.breaks_at <= now, 1), else_=0))
    open_ones = promises.is_open() & table.breaks_at.is_not(None)
    rows = conn.execute(select(table.pool, func.count(), broken).where(open_ones).group_by(table.pool))
    return {pool: Promises(count, late) for pool, count, late in rows}


def unsound(audit: Audit, modes: Mapping[str, Mode]) -> Iterator[str]:
    """Name the live workflows that rest on what failed in an audit, each with what that is."""
    for one in audit.readiness:
        failing = sorted({each.item for each in one.data if each.status is Stands.FAILS and not each.despite})
        if failing and modes.get(one.workflow) is Mode.LIVE:
            yield f"{one.workflow} rests on {', '.join(failing)}"


def verify(house: House, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Verification:
    """Recompute the ledger from its first entry to its last."""
    return house.ledger.verify(house.store, house.anchor, progress=progress)
