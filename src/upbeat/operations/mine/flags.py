"""The flags of one person: what fired on their records, or was put to them, why, and what came of it.

A run is a flag where it told somebody what is wrong, or asks them: one that only writes, such as the routing of a lead,
is none. A flag stands open until a move is taken, somebody says that it is wrong or knows better, or its condition is
seen to hold no longer. What monitor mode saw is no flag: nobody is told of it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from upbeat.base import decode
from upbeat.domain import Fact, Mode
from upbeat.engine import Progress
from upbeat.operations.house import House, Refused
from upbeat.operations.owning.flags import concerned, find_flag, flow_of
from upbeat.operations.owning.misfires import MISFIRE
from upbeat.review import RELEASE, Review, State, of_items
from upbeat.steps import FUNCTIONS
from upbeat.store import tables
from upbeat.triggers import NOT_MET, PRIOR_UNKNOWN, UNREADABLE
from upbeat.workflows import Step, Workflow

LATELY: Final = timedelta(days=30)
_LOOKED_AT: Final = 200  # runs of one person's records, the newest first
_UNFIRED: Final = (NOT_MET, PRIOR_UNKNOWN, UNREADABLE)

_Run = tuple[Row[Any], Progress]


class Stands(StrEnum):
    """Where a flag stands."""

    ASKED = "asks you"  # a question about it is open
    TOLD = "open"  # it is there to be mended
    TAKEN = "answered"
    REPORTED = "reported as wrong"
    OVERRIDDEN = "overridden"
    PAST = "no longer so"  # the condition was seen to hold no more

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self in {Stands.ASKED, Stands.TOLD}


@dataclass(frozen=True, slots=True)
class Ask:
    """The open question that a flag carries: its moves, whose it is, and by when; `mine` where it is the reader's."""

    review: str
    title: str
    choices: tuple[str, ...]
    owner: str
    due_at: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """The move that somebody took, or the word with which they said no."""

    choice: str
    by: str
    at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Reported:
    """Somebody's word about the flag itself: that it is `kind` of wrong, or why they know better, where it is empty.

    `answer_by` is when its owner answers a report; `answer` what they said.
    """

    kind: str
    by: str
    at: datetime
    why: str
    answer_by: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. `reason` is why it fired in a sentence, `facts` the values that made it so, the weightiest first.

    `owner` answers for the workflow. `goes` is whether a schedule looks again, so that it goes by itself once mended.
    """

    run: str
    workflow: str
    title: str
    owner: str
    object: str
    record_id: str
    record: str
    reason: str
    facts: tuple[Fact, ...]
    at: datetime
    stands: Stands
    goes: bool
    ask: Ask | None
    taken: Taken | None
    reported: Reported | None


def my_flags(house: House, username: str) -> list[Flag]:
    """Give the flags of the last thirty days on a person's records, and those put to them, the newest first.

    Of several on one record by one workflow, the newest. Raises Refused where the org knows no such active user.
    """
    person, now = house.person(username), house.clock.now()
    names, items = tables.record_names.c, tables.items.c
    mine = select(names.record_id).where(names.owner_id == person.user_id)
    asked = select(tables.reviews.c.item_id).where(
        tables.reviews.c.state == State.OPEN, func.lower(tables.reviews.c.owner) == person.username.lower()
    )
    recent = (items.created_at > now - LATELY) & (items.mode == Mode.LIVE)
    telling = {one.name for one in house.versions.current.values() if any(_tells(each) for each in one.steps)}
    fired = items.outcome.is_(None) | items.outcome.not_in(_UNFIRED)
    with house.store.reading() as conn:
        found = _runs(conn, recent & fired & or_(items.record_id.in_(mine), items.id.in_(asked)))
        newest = {(row.workflow, row.record_id): row.id for row, _ in reversed(found)}
        kept = set(newest.values())
        flags = _flags(house, conn, [one for one in found if one[0].id in kept], person.username)
        return [one for one in flags if one.ask or one.taken or one.reported or one.workflow in telling]


def my_flag(house: House, key: str, username: str) -> Flag | None:
    """Give one flag by its run; None where there is none, or it does not concern this person."""
    person = house.person(username).username
    try:
        seen = find_flag(house, key)
    except Refused:
        return None
    if person.casefold() not in concerned(house, seen, flow_of(house, seen)):
        return None
    with house.store.reading() as conn:
        [flag] = _flags(house, conn, _runs(conn, tables.items.c.id == seen.run), person)
        return flag


def _tells(step: Step) -> bool:
    return FUNCTIONS[step.use].spec.flags


def _runs(conn: Connection, which: ColumnElement[bool]) -> list[_Run]:
    """Give the runs whose condition held, the newest first, with what each found out."""
    items, names = tables.items, tables.record_names
    rows = select(items, names.c.name).join(names, names.c.record_id == items.c.record_id, isouter=True)
    found = conn.execute(rows.where(which).order_by(items.c.seq.desc()).limit(_LOOKED_AT)).all()
    runs = ((row, decode(row.data, Progress)) for row in found)
    return [(row, said) for row, said in runs if said.reason and not said.undo]


def _flags(house: House, conn: Connection, runs: Sequence[_Run], username: str) -> list[Flag]:
    beside = _Beside(conn, [row for row, _ in runs], username)
    flows = house.versions.current
    return [_flag(flows.get(row.workflow), row, said, beside) for row, said in runs]


def _flag(flow: Workflow | None, row: Any, said: Progress, beside: "_Beside") -> Flag:
    ask, taken, reported = beside.ask(row.id), beside.taken(row.id), beside.reported(row)
    goes = flow is not None and flow.every is not None
    if ask is not None:
        stands = Stands.ASKED
    elif reported is not None:
        stands = Stands.REPORTED if reported.kind else Stands.OVERRIDDEN
    elif taken is not None:
        stands = Stands.TAKEN
    else:
        stands = Stands.PAST if goes and (row.workflow, row.record_id) not in beside.standing else Stands.TOLD
    return Flag(
        run=row.id,
        workflow=row.workflow,
        title=row.workflow if flow is None else flow.title,
        owner="" if flow is None else flow.owner,
        object=row.object,
        record_id=row.record_id,
        record=row.name or row.record_id,
        reason=said.reason,
        facts=said.facts,
        at=row.event_at,
        stands=stands,
        goes=goes,
        ask=ask,
        taken=taken,
        reported=reported,
    )


class _Beside:
    """What stands beside some runs: their questions, what people said of them, and which conditions still hold."""

    def __init__(self, conn: Connection, rows: Sequence[Any], username: str) -> None:
        runs, records = [row.id for row in rows], {row.record_id for row in rows}
        self._username = username.casefold()
        self._questions = defaultdict[str, list[Review]](list)
        self._misfires = defaultdict[str, list[Any]](list)
        for one in of_items(conn, runs):
            if one.kind not in {RELEASE, MISFIRE}:
                self._questions[one.item_id].append(one)
        misfires, mutes, standing = tables.misfires, tables.mutes, tables.standing.c
        for row in conn.execute(select(misfires).where(misfires.c.item_id.in_(runs)).order_by(misfires.c.at)):
            self._misfires[row.item_id].append(row)
        quiet = conn.execute(select(mutes).where(mutes.c.record_id.in_(records)))
        self._mutes = {(row.workflow, row.record_id): row for row in quiet}
        holds = conn.execute(select(standing.workflow, standing.record_id).where(standing.record_id.in_(records)))
        self.standing = {(row.workflow, row.record_id) for row in holds}
        keys = {row.review_id for some in self._misfires.values() for row in some}
        answers = conn.execute(select(tables.reviews).where(tables.reviews.c.id.in_(keys)))
        self._answers = {row.id: row for row in answers}

    def ask(self, run: str) -> Ask | None:
        """Give the open question of a run, this person's own before anybody else's."""
        found = [one for one in self._questions[run] if one.state is State.OPEN and one.body.choices]
        found.sort(key=lambda one: (one.owner.casefold() != self._username, one.due_at))
        if not found:
            return None
        one = found[0]
        return Ask(one.id, one.title, one.body.choices, one.owner, one.due_at, one.owner.casefold() == self._username)

    def taken(self, run: str) -> Taken | None:
        """Give what was answered last."""
        closed = [one for one in self._questions[run] if one.state in {State.ANSWERED, State.REJECTED}]
        if not closed:
            return None
        last = closed[-1]
        return Taken(last.choice or str(last.state), last.decided_by, last.decided_at, last.note)

    def reported(self, row: Any) -> Reported | None:
        """Give what somebody said of the flag itself: the word that keeps it quiet, else the first report."""
        mute = self._mutes.get((row.workflow, row.record_id))
        if mute is not None:
            return Reported("", mute.by, mute.at, mute.reason)
        if not self._misfires[row.id]:
            return None
        first = self._misfires[row.id][0]
        found = self._answers.get(first.review_id)
        said = () if found is None or found.state == State.OPEN else (found.choice or found.state, found.note)
        return Reported(first.kind, first.by, first.at, first.why, first.answer_by, ": ".join(filter(None, said)))
