"""Who is told how much, and what comes of it: the alerts of each person, and what still waits to be told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, case, exists, func, select

from upbeat.base import UpbeatError
from upbeat.channels import Way
from upbeat.notices import Notice, State
from upbeat.notices.hours import hours
from upbeat.notices.rows import notice_of
from upbeat.operations.house import House
from upbeat.store import tables

FEW: Final = 20  # notices that did not go out yet, of all that there are
_UNSENT: Final = (State.WAITING, State.HELD, State.SENDING, State.FAILED)


@dataclass(frozen=True, slots=True)
class Reader:
    """One person's notices: by mail, in digests, held for one, waiting, and not to be delivered.

    `asks` counts those that could be answered, `acted_on` those that this person answered. `left_today` is what the
    budget still has, None where the org does not say what day it is for them.
    """

    person: str
    sent: int
    digested: int
    held: int
    waiting: int
    failed: int
    asks: int
    acted_on: int
    left_today: int | None = None

    @property
    def action_rate(self) -> float | None:
        """The share of what could be answered that they answered, None where nothing could."""
        return self.acted_on / self.asks if self.asks else None


@dataclass(frozen=True, slots=True)
class Alerts:
    """Everybody who was told something since a moment, and what did not go out.

    `told_by` is how they are told, the first way first.
    """

    since: datetime
    told_by: tuple[Way, ...]
    per_day: int
    people: tuple[Reader, ...]
    unsent: tuple[Notice, ...]


def alerts(house: House, *, person: str = "", over: timedelta = timedelta(days=30)) -> Alerts:
    """Give the alerts of everybody, or of one person, over so much time; what has not gone out counts however old."""
    since = house.clock.now() - over
    with house.store.reading() as conn:
        readers, unsent = _readers(conn, person, since), _unsent(conn, person)
        told = {one.person: _told_today(house, conn, one.person) for one in readers}
    per_day = house.policy.alerts.per_day
    shown = (
        one if (count := told[one.person]) is None else replace(one, left_today=max(per_day - count, 0))
        for one in readers
    )
    return Alerts(since, house.told_by, per_day, tuple(shown), tuple(unsent))


def _readers(conn: Connection, person: str, since: datetime) -> Sequence[Reader]:
    table, reviews = tables.notices, tables.reviews
    about = (reviews.c.id == table.c.review_id) | and_(table.c.item_id != "", reviews.c.item_id == table.c.item_id)
    reached = table.c.state.in_([State.SENT, State.DIGESTED])
    answerable = reached & exists().where(about)
    by_them = reached & exists().where(about, reviews.c.decided_by == table.c.to)
    states = {
        "sent": table.c.state == State.SENT,
        "digested": table.c.state == State.DIGESTED,
        "held": table.c.state == State.HELD,
        "waiting": table.c.state.in_([State.WAITING, State.SENDING]),
        "failed": table.c.state == State.FAILED,
        "asks": answerable,
        "acted_on": by_them,
    }
    counts = [func.sum(case((one, 1), else_=0)).label(name) for name, one in states.items()]
    wanted = select(table.c.to, *counts).where(table.c.state.in_(_UNSENT) | (table.c.created_at >= since))
    if person:
        wanted = wanted.where(table.c.to == person)
    rows = conn.execute(wanted.group_by(table.c.to).order_by(table.c.to))
    return [Reader(row.to, *(getattr(row, name) for name in states)) for row in rows]


def _unsent(conn: Connection, person: str) -> list[Notice]:
    table = tables.notices
    wanted = select(table).where(table.c.state.in_(_UNSENT)).order_by(table.c.seq.desc()).limit(FEW)
    if person:
        wanted = wanted.where(table.c.to == person)
    return [notice_of(row) for row in conn.execute(wanted)]


def _told_today(house: House, conn: Connection, username: str) -> int | None:
    """Give how many of a person's alerts of today went out by themselves; None where the org cannot be asked."""
    try:
        found = house.get_people().find(username)
        zone = ZoneInfo(found.time_zone) if found is not None and found.time_zone else house.get_zone()
    except UpbeatError:
        return None
    table, began = tables.notices, hours(house.policy.alerts, zone).day_began(house.clock.now())
    mine = (table.c.to == username) & (table.c.sent_at >= began) & ~table.c.urgent & (table.c.state == State.SENT)
    return conn.scalar(select(func.count()).where(mine)) or 0
