"""The flags of a workflow from what stands in the store, and from the org what became of its tasks.

A flag is acted on when the person released or answered it, when its task is done, or when its condition, one that
lasts, has ended to hold. A flag without a due time of its own has as long as the workflow's last outcome gives it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, select

from upbeat.apply import State as Stage
from upbeat.base import decode
from upbeat.domain import Change, Proposal, Verb
from upbeat.engine import LIMIT, STUCK, Progress
from upbeat.ledger import Kind
from upbeat.notices import Kind as About
from upbeat.operations.house import House
from upbeat.operations.owning.figures import End, Flag
from upbeat.operations.owning.firing import Fire
from upbeat.review import State
from upbeat.salesforce import SalesforceError
from upbeat.store import tables
from upbeat.workflows import Workflow

_CHUNK = 200
_NO_FLAG = (STUCK, LIMIT)  # what an owner is asked about the workflow itself
_ENDS = {
    State.OPEN: End.OPEN,
    State.REJECTED: End.REJECTED,
    State.EXPIRED: End.EXPIRED,
    State.OUTDATED: End.TAKEN_BACK,
    State.WITHDRAWN: End.TAKEN_BACK,
}
_IS_WRITTEN = tables.proposals.c.state == Stage.WRITTEN
AWAY = "The org could not be asked which tasks are done: they count as open."


class Gathering:
    """The flags of one workflow's fires. `notes` say what could not be found out."""

    def __init__(self, house: House, conn: Connection, flow: Workflow, fires: Sequence[Fire]) -> None:
        """Take the fires whose flags are wanted."""
        self._house = house
        self._conn = conn
        self._flow = flow
        self._fires = {one.run: one for one in fires}
        self._patience = flow.outcomes[-1].due or timedelta(0)
        self._overridden = overridden(house, conn, flow.name, self._fires)
        self.notes: list[str] = []

    def flags(self) -> list[Flag]:
        """Give every flag, oldest first."""
        found = list(chain(self._asked(), self._passed_on(), self._tasks(), self._alerts()))
        shown = {one.run for one in found}
        found += self._on_records(self._fires.keys() - shown)
        over = self._over()
        ended = (self._ended(one, over) for one in found)
        return sorted(ended, key=lambda one: (one.shown_at, one.run, one.person))

    def _ended(self, flag: Flag, over: Collection[str]) -> Flag:
        """Give a flag that is still open as acted on where its condition is over; an override stands above that."""
        if flag.end in {End.OPEN, End.TAKEN_BACK} and flag.run in self._overridden:
            at, reason = self._overridden[flag.run]
            return replace(flag, end=End.OVERRIDDEN, at=at, said=reason)
        if flag.end is End.OPEN and self._fires[flag.run].record_id in over:
            return replace(flag, end=End.ACTED)
        return flag

    def _asked(self) -> Iterator[Flag]:
        """Questions and suggested changes, with whoever decided them, else whoever has them."""
        table = tables.reviews
        for row in self._rows(select(table).where(table.c.kind.not_in(_NO_FLAG)), table.c.item_id):
            end = _ENDS.get(State(row.state), End.ACTED)
            person = row.decided_by if end in {End.ACTED, End.REJECTED} else row.owner
            yield Flag(row.item_id, person, row.created_at, row.due_at, end, row.decided_at, row.note)

    def _passed_on(self) -> Iterator[Flag]:
        """Whoever had a question before it was escalated, and left it until its time was over."""
        entries, reviews = tables.ledger_entries, tables.reviews
        passed = select(entries.c.id, entries.c.item_id, entries.c.at).where(entries.c.kind == Kind.ESCALATED)
        rows = list(self._rows(passed, entries.c.item_id))
        said = self._house.ledger.read_all(self._conn, [row.id for row in rows])
        asked = {row.item_id: row.created_at for row in self._rows(select(reviews), reviews.c.item_id)}
        for row in rows:
            payload: Mapping[str, Any] | None = said[row.id].payload  # None where it was erased
            if row.item_id in asked and payload is not None:
                yield Flag(row.item_id, payload["from"], asked[row.item_id], row.at)

    def _tasks(self) -> Iterator[Flag]:
        table = tables.proposals
        wanted = select(table).where(table.c.object == "Task", _IS_WRITTEN)
        written = [(row, decode(row.body, Proposal)) for row in self._rows(wanted, table.c.item_id)]
        made = [(row, one) for row, one in written if one.verb is Verb.CREATE]
        done = self._done([row.record_id for row, _ in made])
        for row, one in made:
            state = done.get(row.record_id, None) if done is not None else (False, None)
            person = self._name(str(one.after.get("OwnerId") or ""))
            due = _end_of_day(one.after.get("ActivityDate"), row.written_at + self._patience)
            if state is None:
                yield Flag(row.item_id, person, row.written_at, due, End.TAKEN_BACK, row.written_at)
            else:
                closed, at = state
                yield Flag(row.item_id, person, row.written_at, due, End.ACTED if closed else End.OPEN, at)

    def _done(self, ids: Sequence[str]) -> Mapping[str, tuple[bool, datetime | None]] | None:
        """Ask the org which tasks are closed, and when they were changed last; None where it does not answer."""
        found: dict[str, tuple[bool, datetime | None]] = {}
        try:
            for start in range(0, len(ids), _CHUNK):
                query = "SELECT Id, IsClosed, LastModifiedDate FROM Task WHERE Id IN :ids"
                for row in self._house.query(query, {"ids": list(ids[start : start + _CHUNK])}):
                    closed = bool(row["IsClosed"])
                    found[row["Id"]] = closed, datetime.fromisoformat(row["LastModifiedDate"]) if closed else None
        except SalesforceError:
            self.notes.append(AWAY)
            return None
        return found

    def _alerts(self) -> Iterator[Flag]:
        """What a step told somebody by message."""
        table = tables.notices
        wanted = select(table).where(table.c.kind == About.ALERT)
        for row in self._rows(wanted, table.c.item_id):
            due = row.due_at or row.created_at + self._patience
            yield Flag(row.item_id, row.to, row.created_at, due)

    def _on_records(self, runs: Collection[str]) -> Iterator[Flag]:
        """What stands in fields alone, where it lasts: whoever owns the record sees it there."""
        if not self._lasts:
            return
        table, items = tables.proposals, tables.items
        written = select(table.c.item_id, table.c.written_at, items.c.data).join(items, items.c.id == table.c.item_id)
        rows = {row.item_id: row for row in self._rows(written.where(_IS_WRITTEN), table.c.item_id, runs)}
        for run, row in rows.items():
            record = decode(row.data, Progress).record or {}
            owner = self._name(str(record.get("OwnerId") or ""))
            yield Flag(run, owner, row.written_at, row.written_at + self._patience)

    def _over(self) -> set[str]:
        """Give the records for which a condition that lasts has ended to hold."""
        if not self._lasts:
            return set()
        table = tables.standing
        stands = set(self._conn.scalars(select(table.c.record_id).where(table.c.workflow == self._flow.name)))
        return {one.record_id for one in self._fires.values()} - stands

    @property
    def _lasts(self) -> bool:
        """Whether the condition is one that goes on holding, and whose end is seen."""
        by_update = self._flow.starts == frozenset({Change.UPDATED}) and not self._flow.when.prior
        return self._flow.every is not None or by_update

    def _name(self, user_id: str) -> str:
        try:
            person = self._house.get_people().find(user_id)
        except SalesforceError:
            return user_id
        return user_id if person is None else person.username

    def _rows(
        self, wanted: Select[*tuple[Any, ...]], column: Column[Any], runs: Iterable[str] | None = None
    ) -> Iterator[Row[Any]]:
        ids = list(self._fires if runs is None else runs)
        for start in range(0, len(ids), _CHUNK):
            yield from self._conn.execute(wanted.where(column.in_(ids[start : start + _CHUNK])))


def overridden(house: House, conn: Connection, workflow: str, runs: Collection[str]) -> dict[str, tuple[datetime, str]]:
    """Give which of these runs people overrode: when, and why."""
    entries = tables.ledger_entries
    wanted = select(entries.c.id).where(entries.c.kind == Kind.OVERRIDDEN, entries.c.workflow == workflow)
    said = house.ledger.read_all(conn, list(conn.scalars(wanted)))
    mine = [one for one in said.values() if one.item_id in runs]
    return {one.item_id: (one.at, "" if one.payload is None else one.payload["reason"]) for one in mine}


def _end_of_day(date: object, otherwise: datetime) -> datetime:
    """Give when the day of a task's due date is over."""
    if not isinstance(date, str) or not date:
        return otherwise
    return datetime.combine(datetime.fromisoformat(date).date(), time.max, tzinfo=UTC)
