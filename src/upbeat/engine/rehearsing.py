"""A workflow run on records with nothing written: the line itself, in monitor mode, over a store that is thrown away.

Every phase is the one that runs live. What could write is not there: the parts have no applier and no sender, and the
store that they do have is theirs alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from upbeat.apply import State as Stage
from upbeat.base import decode
from upbeat.domain import Decision, Event, Mode, Proposal, Record
from upbeat.engine.items import BATCH, State, load, take
from upbeat.engine.line import Line
from upbeat.engine.parts import Parts
from upbeat.intake import Taker, accept, item_id
from upbeat.ledger import Kind
from upbeat.store import tables
from upbeat.workflows import Workflow

_CODE = "rehearsal"  # in place of a version of our code: no engine ever finds these batches
_LEAVES = (Kind.INTENDED, Kind.WROTE, Kind.ADOPTED, Kind.SENT)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What became of one record: `reason` and `facts` are why it fired, `detail` why it did not or could not go on.

    `record` is as it was read, with what monitor mode would have written, empty where it did not fire. `results` holds
    what each step found, `asked` whom it would have asked, and `changes` what it would have done, each as decided.
    """

    event: Event
    fired: bool
    stuck: bool
    outcome: str
    detail: str
    reason: str
    facts: Sequence[tuple[str, str]]
    record: Record
    results: Record
    asked: Record
    changes: tuple[tuple[Proposal, Decision], ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All of them, in the order of their events. `left` counts what left for the org or a person: it is zero."""

    records: tuple[Rehearsed, ...]
    left: int


def rehearse(parts: Parts, workflow: Workflow, events: Sequence[Event]) -> Rehearsal:
    """Run a workflow on events, at most a batch of them. Raises AssertionError for parts that could write or send."""
    if parts.applier is not None or parts.sender is not None:
        raise AssertionError("a rehearsal has nothing that writes or sends")
    now = parts.clock.now()
    taker = Taker(workflow.name, workflow.version, workflow.owner, Mode.MONITOR)
    with parts.store.writing() as conn:
        accept(conn, parts.ledger, [(event, taker) for event in events], now, actor="rehearsal")
        batch = take(conn, _CODE, now, size=BATCH)
    if batch is not None:
        for _, phase in Line(parts).phases(batch):
            phase()
    return _came_of(parts, workflow, events)


def _came_of(parts: Parts, workflow: Workflow, events: Sequence[Event]) -> Rehearsal:
    ids = [item_id(event, workflow.name) for event in events]
    table, entries = tables.proposals, tables.ledger_entries
    changes: dict[str, list[tuple[Proposal, Decision]]] = {one: [] for one in ids}
    with parts.store.reading() as conn:
        works = {one.item.id: one for one in load(conn, ids=ids)}
        rows = conn.execute(select(table.c.item_id, table.c.body, table.c.decision).order_by(table.c.seq))
        for row in rows:
            changes[row.item_id].append((decode(row.body, Proposal), decode(row.decision, Decision)))
        left = conn.scalar(select(func.count()).where(entries.c.kind.in_(_LEAVES))) or 0
        beyond = (Stage.OBSERVED, Stage.BLOCKED)
        left += conn.scalar(select(func.count()).select_from(table).where(table.c.state.not_in(beyond))) or 0
    found = list[Rehearsed]()
    for one in ids:
        work = works[one]
        progress = work.progress
        found.append(
            Rehearsed(
                event=work.item.event,
                fired=bool(progress.reason),
                stuck=work.state is not State.DONE,
                outcome=work.outcome or "",
                detail=work.detail,
                reason=progress.reason,
                facts=[(fact.name, fact.value) for fact in progress.facts],
                record=progress.record or {},
                results=progress.results,
                asked=progress.would_ask,
                changes=tuple(changes[one]),
            )
        )
    return Rehearsal(tuple(found), left)
