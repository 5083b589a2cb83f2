"""Which writes are to be taken back: those of one run, or all that fit a pattern."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, func, select

from upbeat.apply import State as Stage
from upbeat.apply import same
from upbeat.base import decode
from upbeat.domain import Event, Proposal
from upbeat.engine import UNDO_STEP, ItemState, Progress, takes_back
from upbeat.store import tables

T = TypeVar("T")

PAGE = 200  # records at once: one query of their present values


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What writes have in common: only those are chosen of which everything said is true.

    `version` is a workflow version's digest or how it begins; `value` what was written to `field`, as text, None for
    whatever it was. `since` and `until` are when it was written.
    """

    workflow: str = ""
    version: str = ""
    step: str = ""
    object: str = ""
    field: str = ""
    value: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def words(self) -> str:
        """What is said, for people and for the ledger."""
        said = [("workflow", self.workflow), ("version", self.version), ("step", self.step), ("object", self.object)]
        said += [("field", self.field), ("value", "" if self.value is None else f"“{self.value}”")]
        said += [("since", _shown(self.since)), ("until", _shown(self.until))]
        return ", ".join(f"{name} {value}" for name, value in said if value)

    def selects(self) -> ColumnElement[bool]:
        """Select the rows of proposals that may fit, and all that do."""
        table = tables.proposals.c
        where = (table.state == Stage.WRITTEN) & (table.step != UNDO_STEP)
        for column, value in ((table.workflow, self.workflow), (table.step, self.step), (table.object, self.object)):
            where &= column == value if value else True  # pyright: ignore[reportOperatorIssue]
        if self.since is not None:
            where &= table.written_at >= self.since
        if self.until is not None:
            where &= table.written_at < self.until
        if self.version:
            where &= tables.items.c.version.startswith(self.version, autoescape=True)
        return where & table.body.icontains(f'"{self.field}"', autoescape=True) if self.field else where

    def fits(self, proposal: Proposal) -> bool:
        """Whether a proposal wrote what is said, to the field that is said."""
        if not self.field:
            return True
        wrote = {name.casefold(): value for name, value in proposal.after.items()}
        name = self.field.casefold()
        return name in wrote and (self.value is None or _is(wrote[name], self.value))


@dataclass(frozen=True, slots=True)
class Written:
    """One write: what was proposed, the record it went to or made, and when."""

    proposal: Proposal
    record_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Together:
    """All chosen writes of the runs of one record, newest first: they are taken back as one.

    `event` is that of the newest run, whose workflow `version` carries the rollback.
    """

    workflow: str
    version: str
    event: Event
    writes: tuple[Written, ...]


@dataclass(slots=True)
class Known:
    """What our store knows of a page of records beside the chosen writes, by the id of the record written to."""

    undone: set[str] = field(default_factory=set[str])  # ids of proposals that were taken back
    asked: set[str] = field(default_factory=set[str])  # and of those that are being taken back
    others: dict[str, list[Written]] = field(default_factory=lambda: defaultdict[str, list[Written]](list))


def records(conn: Connection, where: ColumnElement[bool]) -> list[str]:
    """Give the ids of the records whose runs have a write that `where` selects, the last written first."""
    items, proposals = tables.items, tables.proposals
    newest = func.max(proposals.c.seq)
    found = select(items.c.record_id).join(proposals, proposals.c.item_id == items.c.id)
    return list(conn.scalars(found.where(where).group_by(items.c.record_id).order_by(newest.desc())))


def together(conn: Connection, where: ColumnElement[bool], page: Sequence[str], pattern: Pattern) -> list[Together]:
    """Give what is chosen of the runs of these records, in their order."""
    items, proposals = tables.items, tables.proposals
    rows = conn.execute(
        select(
            items.c.workflow,
            items.c.version,
            items.c.event,
            items.c.record_id.label("of"),
            proposals.c.body,
            proposals.c.record_id,
            proposals.c.written_at,
        )
        .join(proposals, proposals.c.item_id == items.c.id)
        .where(where, items.c.record_id.in_(page))
        .order_by(proposals.c.written_at.desc(), proposals.c.seq.desc())
    )
    newest: dict[str, Any] = {}
    writes: dict[str, list[Written]] = defaultdict(list)
    for row in rows:
        one = Written(decode(row.body, Proposal), row.record_id, row.written_at)
        if pattern.fits(one.proposal):
            newest.setdefault(row.of, row)
            writes[row.of].append(one)
    return [
        Together(newest[of].workflow, newest[of].version, decode(newest[of].event, Event), tuple(writes[of]))
        for of in page
        if of in writes
    ]


def known(conn: Connection, page: Sequence[str], chosen: Sequence[Written]) -> Known:
    """Read what else we wrote to the chosen records, and what of it was taken back or is being so."""
    table, found = tables.proposals, Known()
    mine = {one.proposal.id for one in chosen}
    undoing: dict[str, tuple[str, ...]] = {}
    targets = list(dict.fromkeys(one.record_id for one in chosen))
    for some in pages(targets):
        rows = conn.execute(
            select(table.c.body, table.c.record_id, table.c.state, table.c.written_at)
            .where(table.c.record_id.in_(some))
            .where(table.c.state.in_([Stage.WRITTEN, Stage.HELD, Stage.CLEARED, Stage.SENDING]))
        )
        for row in rows:
            proposal = decode(row.body, Proposal)
            if row.state != Stage.WRITTEN:
                found.asked.update(proposal.undoes)
                continue
            undoing[proposal.id] = proposal.undoes
            if proposal.id not in mine:
                found.others[row.record_id].append(Written(proposal, row.record_id, row.written_at))
    found.undone = _undone(undoing)
    items = tables.items
    for data in conn.scalars(
        select(items.c.data).where(items.c.record_id.in_(page), items.c.state != ItemState.DONE, takes_back())
    ):
        found.asked.update(decode(data, Progress).undo)
    found.asked -= found.undone
    return found


def pages(some: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a sequence into pages."""
    return (some[start : start + PAGE] for start in range(0, len(some), PAGE))


def _undone(undoing: dict[str, tuple[str, ...]]) -> set[str]:
    """Give the ids that stand taken back: by a write that was not taken back itself."""
    by: dict[str, list[str]] = defaultdict(list)
    for undo, undone in undoing.items():
        for one in undone:
            by[one].append(undo)

    def stands_back(one: str) -> bool:
        return any(not stands_back(undo) for undo in by.get(one, ()))

    return {one for one in by if stands_back(one)}


def _is(value: Any, text: str) -> bool:
    """Whether a value is what somebody typed: `true`, `90000`, `Stalled`, or nothing at all for a blank."""
    if value is None or isinstance(value, bool):
        return text.strip().casefold() == ("" if value is None else str(value).casefold())
    return same(str(value), text)


def _shown(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M %Z}"
