"""The weekly packet: what changed, what slipped, what people said no to, what was written, what is due (rule 6).

It is made once for each week that is over and kept as it was shown, so that what somebody signs is what they saw.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from upbeat.apply import State as Stage
from upbeat.base import decode
from upbeat.domain import HOUSE, Decision, Mode
from upbeat.engine import is_loose
from upbeat.ledger import Kind, Stored
from upbeat.operations.house import House
from upbeat.operations.owning.trigger_reviews import looked_at
from upbeat.operations.reporting.costing import cost_of
from upbeat.operations.reporting.weeks import Week
from upbeat.review import State
from upbeat.store import tables

PACKET = "packet"  # the kind of its sign-off
SIGN_WITHIN = timedelta(days=7)
AHEAD = timedelta(days=14)  # so far ahead a trigger's review is announced


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened or stands: `key` is what a command takes, a run, a review or an entry."""

    at: datetime
    what: str
    by: str
    why: str
    workflow: str
    record_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Written:
    """How many writes of a workflow went out at a tier."""

    workflow: str
    tier: str
    count: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How many runs of a workflow came to an outcome, in a mode."""

    workflow: str
    mode: str
    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class Delta:
    """A figure of the week beside the one of the week before."""

    name: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Packet:
    """One week. `unsigned` names the earlier weeks whose packets nobody has signed in time."""

    week: str
    since: datetime
    until: datetime
    made_at: datetime
    deltas: tuple[Delta, ...]
    changed: tuple[Told, ...]
    slipped: tuple[Told, ...]
    overridden: tuple[Told, ...]
    rejected: tuple[Told, ...]
    misfires: tuple[Told, ...]
    written: tuple[Written, ...]
    ended: tuple[Ended, ...]
    reconciled: tuple[Told, ...]
    alarms: tuple[Told, ...]
    reviews_due: tuple[Told, ...]
    unsigned: tuple[str, ...]


_CHANGES: Mapping[Kind, str] = {
    Kind.PUBLISHED: "published",
    Kind.REVERTED: "reverted to an earlier version",
    Kind.PROMOTED: "taken live",
    Kind.DEMOTED: "taken back",
    Kind.STOPPED: "all writes stopped",
    Kind.RESUMED: "writes go on",
    Kind.CONNECTED: "connected to the org",
    Kind.DISCONNECTED: "disconnected from the org",
    Kind.ROLLBACK_ASKED: "a rollback asked for",
    Kind.ERASED: "payloads erased",
    Kind.EXPORTED: "ledger exported",
    Kind.AUDITED: "foundation audited",
    Kind.ATTESTED: "attested",
    Kind.UNATTESTED: "attestation taken back",
}
_ALARMS: Mapping[Kind, str] = {Kind.INCIDENT: "incident", Kind.JOB_FAILED: "a job of the house failed"}
_MISFIRES: Mapping[Kind, str] = {Kind.MISFIRED: "reported as wrong", Kind.MISFIRE_ANSWERED: "answered"}
_OVERRIDDEN: Mapping[Kind, str] = {Kind.OVERRIDDEN: "overridden"}
_RECONCILED: Mapping[Kind, str] = {Kind.RECONCILED: "compared with the org"}
_REASONS = ("why", "note", "reason", "done", "says")  # under one of these names an entry says why
_SUBJECTS = ("kind", "name", "job", "item")  # and under these, what it is about
_COUNTED: Mapping[str, Kind] = {
    "runs begun": Kind.ITEM_ACCEPTED,
    "conditions that held": Kind.FIRED,
    "changes written": Kind.WROTE,
    "writes refused by the org": Kind.FAILED,
    "put before a person": Kind.HELD,
    "decisions of people": Kind.PERSON_DECIDED,
    "passed on, as the time was over": Kind.ESCALATED,
    "given up, as nobody decided": Kind.EXPIRED,
    "runs that got stuck": Kind.DEAD,
    "flags overridden": Kind.OVERRIDDEN,
    "flags reported as wrong": Kind.MISFIRED,
}


def make(house: House, conn: Connection, week: Week) -> Packet:
    """Give the packet of a week, as things stand at this moment."""
    ledger, now = house.ledger, house.clock.now()
    since, until = week.since, week.until

    def told(kinds: Mapping[Kind, str]) -> tuple[Told, ...]:
        found = ledger.between(conn, since, until, list(kinds))
        return tuple(_entry(one, kinds[one.kind]) for one in found)

    counts = ledger.counts(conn, since, until)
    before = ledger.counts(conn, week.before.since, since)
    return Packet(
        week=week.name,
        since=since,
        until=until,
        made_at=now,
        deltas=tuple(Delta(name, counts.get(kind, 0), before.get(kind, 0)) for name, kind in _COUNTED.items()),
        changed=told(_CHANGES),
        slipped=(
            *_passed_on(list(ledger.between(conn, since, until, [Kind.ESCALATED]))),
            *_overdue(conn, now),
            *_loose(conn, now),
            *_decided(conn, State.EXPIRED, since, until),
        ),
        overridden=told(_OVERRIDDEN),
        rejected=_decided(conn, State.REJECTED, since, until),
        misfires=told(_MISFIRES),
        written=_written(conn, since, until),
        ended=_ended(conn, since, until),
        reconciled=told(_RECONCILED),
        alarms=(*told(_ALARMS), *_over(house, conn, week)),
        reviews_due=_reviews_due(house, conn, now),
        unsigned=unsigned(conn, made_before=until),
    )


def _over(house: House, conn: Connection, week: Week) -> Iterator[Told]:
    """Tell of the ceilings that the month passed in which the week ended."""
    last = week.until - timedelta(days=1)
    for words in cost_of(house, conn, last.date().replace(day=1)).over:
        yield Told(last, "over the month's ceiling", HOUSE, words, "", "", "cost")


def unsigned(conn: Connection, made_before: datetime) -> tuple[str, ...]:
    """Give the weeks whose packets were made before a moment and that nobody has signed, oldest first."""
    table = tables.signoffs
    late = select(table.c.key).where(table.c.kind == PACKET, table.c.at.is_(None), table.c.made_at < made_before)
    return tuple(conn.scalars(late.order_by(table.c.key)))


def _entry(one: Stored, what: str) -> Told:
    said: Mapping[str, Any] = one.payload or {}
    why = next((str(said[name]) for name in _REASONS if said.get(name)), "")
    about = " ".join(
        str(said[name]) for name in ("kind", "name", "job", "item") if said.get(name) and said[name] != why
    )
    number = f" version {said['number']}" if "number" in said else ""
    subject = f"{about}{number}: {what}" if about or number else what
    key = one.item_id or one.id
    return Told(one.at, subject, one.actor, why if one.payload else "erased", one.workflow, one.record_id, key)


def _passed_on(entries: Sequence[Stored]) -> Iterator[Told]:
    """Tell once of each run whose question went to the next person, with whom it is now."""
    newest = {one.item_id or one.id: one for one in entries}
    times = Counter(one.item_id or one.id for one in entries)
    for key, one in newest.items():
        said: Mapping[str, Any] = one.payload or {}
        what = f"overdue, and passed on {times[key]} time{'s' if times[key] > 1 else ''}"
        why = f"nobody has decided; it is with {said['to']} now" if said else "erased"
        yield Told(one.at, what, one.actor, why, one.workflow, one.record_id, key)


def _review(row: Any, what: str, at: datetime, why: str) -> Told:
    return Told(at, f"{what}: {row.title}", row.owner, why, row.workflow, row.record_id, row.id)


def _overdue(conn: Connection, now: datetime) -> Iterator[Told]:
    table = tables.reviews
    rows = conn.execute(select(table).where(table.c.state == State.OPEN, table.c.due_at < now).order_by(table.c.due_at))
    return (_review(row, f"{row.kind}, overdue", row.due_at, "nobody has decided") for row in rows)


def _loose(conn: Connection, now: datetime) -> Iterator[Told]:
    table = tables.items
    rows = conn.execute(select(table).where(is_loose(now)).order_by(table.c.seq))
    for row in rows:
        at = row.due_at or row.created_at
        yield Told(at, "loose: no outcome yet", row.owner or "nobody", row.detail, row.workflow, row.record_id, row.id)


def _decided(conn: Connection, state: State, since: datetime, until: datetime) -> tuple[Told, ...]:
    table = tables.reviews
    rows = conn.execute(
        select(table)
        .where(table.c.state == state, *_within(table.c.decided_at, since, until))
        .order_by(table.c.decided_at)
    )
    return tuple(
        Told(row.decided_at, f"{state}: {row.title}", row.decided_by, row.note, row.workflow, row.record_id, row.id)
        for row in rows
    )


def _written(conn: Connection, since: datetime, until: datetime) -> tuple[Written, ...]:
    table, counts = tables.proposals, Counter[tuple[str, str]]()
    mine = select(table.c.workflow, table.c.decision).where(table.c.state == Stage.WRITTEN)
    for row in conn.execute(mine.where(*_within(table.c.written_at, since, until))):
        counts[row.workflow, decode(row.decision, Decision).tier] += 1
    return tuple(Written(workflow, tier, count) for (workflow, tier), count in sorted(counts.items()))


def _ended(conn: Connection, since: datetime, until: datetime) -> tuple[Ended, ...]:
    table = tables.items
    by = (table.c.workflow, table.c.mode, table.c.outcome)
    rows = conn.execute(select(*by, func.count()).where(*_within(table.c.ended_at, since, until)).group_by(*by))
    return tuple(sorted((Ended(*row) for row in rows), key=lambda one: (one.workflow, one.mode, one.outcome)))


def _reviews_due(house: House, conn: Connection, now: datetime) -> tuple[Told, ...]:
    """Give the live workflows whose review is due soon, or overdue."""
    every, given = house.policy.triggers.review_every, tables.modes
    found: list[Told] = []
    for row in conn.execute(select(given).where(given.c.mode == Mode.LIVE)):
        due = looked_at(conn, row.workflow, row.at) + every
        if due <= now + AHEAD:
            what = "review overdue" if due < now else "review due"
            found.append(Told(due, what, "", f"each {every.days} days", row.workflow, "", row.workflow))
    return tuple(sorted(found, key=lambda one: one.at))


def _within(column: Any, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= since, column < until
