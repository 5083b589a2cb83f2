"""Leads that a pool gives to three people, with a promise: what the scenarios about it share."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from upbeat.ledger import Kind
from upbeat.store import tables
from upbeat.testing import House

ROUTE = "route-inbound-leads"
LENA, OWEN, BEN, PRIYA = (f"{one}@acme.example" for one in ("lena.vogel", "owen.hughes", "ben.foster", "priya.shah"))
POOL = """\
pool: inbound
title: Leads for three people
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
hours:
  office: {zone: Europe/London, open: [weekdays 09:00-17:00]}
members:
  - {user: lena.vogel@acme.example}
  - {user: owen.hughes@acme.example}
  - {user: ben.foster@acme.example}
promise: {touch_within: 2 hours, by: office, remind_after: 1 hour}
otherwise: {hold: Nobody has touched it, owner: priya.shah@acme.example, due: 1 day}
"""


def until(house: House, hour: int, days: int = 0, minute: int = 0) -> datetime:
    """Play up to a time, so many days on, by the hour on its own day; give the moment."""
    there = (house.clock.now() + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    while (left := there - house.clock.now()) > timedelta():
        house.play(left % timedelta(hours=1) or (left if days else timedelta(hours=1)))
    return there


def monday(house: House) -> None:
    """Play up to the next Monday at ten."""
    until(house, 10, days=7 - house.clock.now().weekday())


def arrives(house: House, **values: Any) -> str:
    """Let a lead come in, and be given to somebody; give its id."""
    said = {"LastName": "Huber", "Company": "Talwerk", "OwnerId": house.ids["New Leads"], **values}
    made = house.create("Lead", **said)
    house.play()
    return made


def promise(house: House, record: str) -> Any:
    """Give the row of the promise about a record."""
    with house.space.store.reading() as conn:
        return conn.execute(select(tables.promises).where(tables.promises.c.record_id == record)).one()


def told(house: House, record: str) -> list[tuple[str, str]]:
    """Give who was told what kind of thing of a record, oldest first."""
    table = tables.notices
    with house.space.store.reading() as conn:
        rows = conn.execute(select(table.c.to, table.c.kind).where(table.c.record_id == record).order_by(table.c.seq))
        return [(row.to, row.kind) for row in rows]


def kinds(house: House, record: str) -> Sequence[Kind]:
    """Give what the ledger says became of the promise about a record."""
    found = [one for run in house.runs(record) for one in run.told if one.kind.startswith("routing:promise")]
    return [one.kind for one in sorted(found, key=lambda one: one.at)]
