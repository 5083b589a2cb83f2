"""What the audit looks at in our own house: misfires and their answers, packets, and what the gate says when asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, select

from upbeat.foundation import HouseFacts, PacketAt
from upbeat.operations.auditing.asking_the_gate import ask_floor, ask_suggested
from upbeat.operations.house import House
from upbeat.review import State
from upbeat.store import tables
from upbeat.workflows import Person, Workflow

_PACKET: Final = "packet"


def own_house(house: House, conn: Connection, flows: Sequence[Workflow], people: Mapping[str, Person]) -> HouseFacts:
    """Gather it: from the store, and from the gate. Asks nothing of the org but for its schema."""
    answered, misfires = _misfires(house, conn)
    found = HouseFacts(answered=answered, misfires=misfires, packets=tuple(_packets(conn)))
    if not flows:
        return found
    policy, schema, now = house.policy, house.get_schema(), house.clock.now()
    stakes = ask_suggested(policy, schema, now, flows, people.values())
    return replace(found, floor=ask_floor(policy, schema, now), stakes=tuple(stakes))


def _misfires(house: House, conn: Connection) -> tuple[int, int]:
    """Count the misfires of policy's time that were answered in theirs, and all whose time is over or answered."""
    table, reviews, now = tables.misfires, tables.reviews, house.clock.now()
    since = now - house.policy.misfires.over
    rows = conn.execute(
        select(table.c.review_id, table.c.answer_by, reviews.c.state, reviews.c.decided_at)
        .join(reviews, reviews.c.id == table.c.review_id)
        .where(table.c.at > since)
    )
    due = {row.review_id: row for row in rows if row.state != State.OPEN or row.answer_by <= now}
    in_time = (row.decided_at is not None and row.decided_at <= row.answer_by for row in due.values())
    return sum(in_time), len(due)


def _packets(conn: Connection) -> Iterator[PacketAt]:
    table = tables.signoffs
    for row in conn.execute(select(table).where(table.c.kind == _PACKET).order_by(table.c.key)):
        yield PacketAt(row.key, row.made_at, row.by, row.at)
