"""The runs as a list: filtered, newest first, a page at a time, however many there are.

A page is found in an index alone and read afterwards. Each workflow's newest are looked at in the order of its index;
what only few runs have in common is looked up by those few instead.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, false, func, literal, or_, select, tuple_, union
from sqlalchemy.sql import Select

from upbeat.domain import Mode
from upbeat.engine import ItemState
from upbeat.operations.house import House, Refused
from upbeat.operations.reporting.working import MAIL, System
from upbeat.operations.tracing.scope import EVERYTHING, Scope, holders, runs_of
from upbeat.operations.written import NOWHERE, Written, step_at, workflow_names, written_steps
from upbeat.store import tables
from upbeat.store.moments import Moment

PAGE: Final = 50
STANDING: Final = tuple(one for one in ItemState if one is not ItemState.DONE)
_WITH_PEOPLE: Final = (ItemState.WAITING, ItemState.DEAD)
_IN_THE_ENGINE: Final = (ItemState.READY, ItemState.RUNNING, ItemState.RETRY)
_FEW: Final = 2_000  # what is looked up one by one; of more, the newest are looked through
_RECENT: Final = 2_000  # runs from which a list of outcomes is made

T = TypeVar("T", ItemState, Mode, System)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsWanted:
    """What somebody wants to see of the runs; what is left empty is not asked.

    `state`, `mode` and `system` are the words of ItemState, Mode and System. A run is of an `agent` or a `step` where
    it stands before that one's step or has it behind it. `since` and `until` are when it came in. `after` is the number
    of the last run of the page before.
    """

    state: str = ""
    outcome: str = ""
    workflow: str = ""
    mode: str = ""
    agent: str = ""
    step: str = ""
    system: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: int = 0
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list. `step` and `agent` are where it stands, empty once it has ended.

    `owner` has it until `due_at`, where it has no outcome yet; `review` is what it waits for, empty where for nobody.
    """

    number: int
    run: str
    workflow: str
    mode: str
    object: str
    record_id: str
    name: str
    state: str
    outcome: str
    detail: str
    step: str
    agent: str
    owner: str
    due_at: datetime | None
    review: str
    came_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunPage:
    """One page; `after` asks for the next, 0 where there is none.

    `standing` counts the runs without an outcome by state, in everybody's scope alone; the rest is there to choose
    from.
    """

    lines: tuple[RunLine, ...]
    after: int
    standing: Mapping[str, int]
    workflows: tuple[str, ...]
    agents: tuple[str, ...]
    outcomes: tuple[str, ...]


def list_runs(house: House, wanted: RunsWanted | None = None, scope: Scope = EVERYTHING) -> RunPage:
    """Give one page of the runs in a scope. Raises Refused for a word that none is called by, and SalesforceError."""
    wanted = wanted or RunsWanted()
    owners = holders(house, scope)
    with house.store.reading() as conn:
        written = written_steps(conn)
        looking = _Looking(conn, wanted, scope, owners, written)
        found = looking.seqs()
        return RunPage(
            lines=tuple(lines_of(conn, found[: wanted.limit], written)),
            after=found[wanted.limit - 1] if len(found) > wanted.limit else 0,
            standing=_standing(conn) if scope.people is None else {},
            workflows=looking.workflows,
            agents=tuple(sorted({one.agent for steps in written.values() for one in steps})),
            outcomes=_outcomes(conn),
        )


def published_workflows(house: House) -> tuple[str, ...]:
    """Give every workflow that may have runs, by name."""
    with house.store.reading() as conn:
        return workflow_names(conn)


class _Looking:
    """One search: where it looks, and what it asks of each run there."""

    def __init__(
        self, conn: Connection, wanted: RunsWanted, scope: Scope, owners: Sequence[str], written: Written
    ) -> None:
        self._conn = conn
        self._wanted = wanted
        self._scope = scope
        self._owners = owners
        self._written = written
        self._state = _word(ItemState, "state", wanted.state)
        self._mode = _word(Mode, "mode", wanted.mode)
        self._system = _word(System, "system", wanted.system)
        self.workflows = workflow_names(conn)

    def seqs(self) -> list[int]:
        """Give the numbers of a page's runs and of one more, newest first."""
        items, asked, most = tables.items.c, [*self._asked()], self._wanted.limit + 1
        found = [
            select(items.created_at, items.seq)
            .where(where, *asked)
            .order_by(items.created_at.desc(), items.seq.desc())
            .limit(most)
            .subquery()
            for where in self._sources()
        ]
        if not found:
            return []
        every = union(*(select(one.c.created_at, one.c.seq) for one in found)).subquery()
        newest = select(every.c.seq).order_by(every.c.created_at.desc(), every.c.seq.desc()).limit(most)
        return list(self._conn.scalars(newest))

    def _sources(self) -> Iterator[ColumnElement[bool]]:
        """Give the parts of the runs that are looked at, each in an order that an index has, or few."""
        items, people = tables.items.c, self._scope.people
        if people is not None and self._are_few(self._theirs()):
            yield items.record_id.in_(self._theirs())
            yield items.state.in_(_WITH_PEOPLE) & items.owner.in_(sorted(people))
        elif (states := self._states()) is not None:
            yield items.state.in_(states)
        elif self._system is not None and self._are_few(touched := self._touching()):
            yield items.id.in_(touched)
        else:
            yield from (items.workflow == one for one in self.workflows if one == (self._wanted.workflow or one))

    def _asked(self) -> Iterator[ColumnElement[bool]]:
        items, proposals, wanted = tables.items.c, tables.proposals.c, self._wanted
        yield from (
            items[name] == value
            for name, value in (("workflow", wanted.workflow), ("mode", self._mode), ("outcome", wanted.outcome))
            if value
        )
        if self._state is ItemState.DONE:  # which most are: an index by it would have them all sorted
            yield items.state.not_in(STANDING)
        if wanted.since is not None:
            yield items.created_at >= wanted.since
        if wanted.until is not None:
            yield items.created_at < wanted.until
        if wanted.after:
            yield _before(self._conn, wanted.after)
        if wanted.agent or wanted.step:
            yield self._came_to()
        if self._system in {System.SALESFORCE, System.MAIL}:
            yield select(proposals.id).where(proposals.item_id == items.id, self._is_of_system()).exists()
        if self._scope.people is not None:
            yield runs_of(self._scope, self._owners)

    def _states(self) -> tuple[ItemState, ...] | None:
        """Give the states to look in, where few runs have them."""
        within = {System.PEOPLE: _WITH_PEOPLE, System.ENGINE: _IN_THE_ENGINE}
        states = within.get(self._system) if self._system else None
        if self._state is not None and self._state is not ItemState.DONE:
            return tuple(one for one in states or STANDING if one is self._state)
        return states

    def _came_to(self) -> ColumnElement[bool]:
        """Select the runs that stand before such a step, or have it behind them."""
        items, wanted = tables.items.c, self._wanted
        going_on = items.state.in_(STANDING)
        return or_(
            false(),
            *(
                and_(
                    items.workflow == flow,
                    items.version == version,
                    or_(items.step > number, and_(items.step == number, going_on)),
                )
                for (flow, version), steps in self._written.items()
                for number, one in enumerate(steps)
                if one.agent == (wanted.agent or one.agent) and one.name == (wanted.step or one.name)
            ),
        )

    def _theirs(self) -> Select[Any]:
        names = tables.record_names.c
        return select(names.record_id).where(names.owner_id.in_(self._owners))

    def _touching(self) -> Select[Any]:
        return select(tables.proposals.c.item_id).where(self._is_of_system())

    def _is_of_system(self) -> ColumnElement[bool]:
        target = tables.proposals.c.object
        return target == MAIL if self._system is System.MAIL else or_(target < MAIL, target > MAIL)

    def _are_few(self, ids: Select[Any]) -> bool:
        some = ids.limit(_FEW + 1).subquery()
        return (self._conn.scalar(select(func.count()).select_from(some)) or 0) <= _FEW


def _word(kind: type[T], name: str, said: str) -> T | None:
    if not said:
        return None
    if said not in set(kind):
        raise Refused(f"no run has the {name} {said!r}", fix=f"There are: {', '.join(kind)}.")
    return kind(said)


def _before(conn: Connection, after: int) -> ColumnElement[bool]:
    """Select what came in before a run; nothing where there is no such run."""
    items = tables.items.c
    at = conn.scalar(select(items.created_at).where(items.seq == after))
    return false() if at is None else tuple_(items.created_at, items.seq) < tuple_(literal(at, Moment()), after)


def lines_of(conn: Connection, seqs: Sequence[int], written: Written | None = None) -> Iterator[RunLine]:
    """Give the runs of these numbers, in this order."""
    written = written_steps(conn) if written is None else written
    items, names = tables.items, tables.record_names
    kept = ("seq", "id", "workflow", "version", "mode", "object", "record_id", "state", "step", "outcome", "detail")
    more = ("owner", "due_at", "review_id", "created_at", "ended_at")
    columns = [items.c[name] for name in (*kept, *more)]
    mine = select(*columns, names.c.name).outerjoin(names, names.c.record_id == items.c.record_id)
    rows = {row.seq: row for row in conn.execute(mine.where(items.c.seq.in_(seqs)))}
    for row in (rows[seq] for seq in seqs):
        done = row.state == ItemState.DONE
        stands = NOWHERE if done else step_at(written, row.workflow, row.version, row.step)
        yield RunLine(
            number=row.seq,
            run=row.id,
            workflow=row.workflow,
            mode=row.mode,
            object=row.object,
            record_id=row.record_id,
            name=row.name or "",
            state=row.state,
            outcome=row.outcome or "",
            detail=row.detail,
            step=stands.name,
            agent=stands.agent,
            owner=row.owner or "",
            due_at=row.due_at,
            review=row.review_id or "",
            came_at=row.created_at,
            ended_at=row.ended_at,
        )


def _standing(conn: Connection) -> Mapping[str, int]:
    state = tables.items.c.state
    counted = select(state, func.count()).where(state.in_(STANDING)).group_by(state)
    found: dict[str, int] = {row[0]: row[1] for row in conn.execute(counted)}
    return {one: found[one] for one in STANDING if one in found}


def _outcomes(conn: Connection) -> tuple[str, ...]:
    items = tables.items.c
    recent = select(items.outcome).order_by(items.seq.desc()).limit(_RECENT).subquery()
    return tuple(sorted(filter(None, conn.scalars(select(recent.c.outcome).distinct()))))
