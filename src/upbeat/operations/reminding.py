"""Reminders: what is still open shortly before it is due is told once more to whoever has it."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from upbeat import review
from upbeat.notices import Kind
from upbeat.operations.house import House
from upbeat.store import tables

SOON: Final = timedelta(hours=4)  # before a question is due; one that was opened later than that needs no reminder


def remind(house: House, now: datetime) -> None:
    """Have everybody told of what is due soon and still with them, once; what is put off is left alone."""
    table = tables.reviews
    soon = (table.c.state == review.State.OPEN) & (table.c.due_at > now) & (table.c.due_at <= now + SOON)
    rested = table.c.snoozed_until.is_(None) | (table.c.snoozed_until <= now)
    with house.store.writing() as conn:
        for key in conn.scalars(select(table.c.id).where(soon, rested, table.c.created_at <= now - SOON)).all():
            review.tell_of(conn, review.find(conn, key), Kind.DUE_SOON, "It is still open, and with you.", now)
