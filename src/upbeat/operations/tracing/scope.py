"""Whose records and runs somebody sees: their own, those of whom they lead, or all; and what people are called."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, select, true

from upbeat.operations.house import DisconnectedError, House
from upbeat.salesforce import SalesforceError
from upbeat.store import tables


@dataclass(frozen=True, slots=True)
class Scope:
    """The usernames whose records are seen; None for everybody's."""

    people: frozenset[str] | None = None


EVERYTHING: Final = Scope()


def holders(house: House, scope: Scope) -> list[str]:
    """Give the user ids of a scope's people, as the org has them; none for everybody. Raises SalesforceError."""
    people = house.get_people() if scope.people else None
    return sorted(found.user_id for one in scope.people or () if people and (found := people.find(one)) is not None)


def sees_record(house: House, conn: Connection, scope: Scope, record_id: str) -> bool:
    """Whether a record is in a scope: it belongs to one of these people as the line last saw it, or they were asked.

    Raises SalesforceError.
    """
    if scope.people is None:
        return True
    names, asked = tables.record_names.c, tables.reviews.c
    theirs = select(names.record_id).where(names.record_id == record_id, names.owner_id.in_(holders(house, scope)))
    put_to = select(asked.id).where(asked.record_id == record_id, asked.owner.in_(sorted(scope.people)))
    return any(conn.execute(one.limit(1)).first() is not None for one in (theirs, put_to))


def took_part(scope: Scope, user_ids: Sequence[str]) -> ColumnElement[bool]:
    """Select the conversations in which one of a scope's people took part, by their user ids as `holders` has them."""
    if scope.people is None:
        return true()
    of = tables.conversation_records.c
    return tables.conversations.c.key.in_(select(of.key).where(of.record_id.in_(user_ids)))


def names_of_records(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Give what records are called, as far as the line has read them."""
    names = tables.record_names.c
    rows = conn.execute(select(names.record_id, names.name).where(names.record_id.in_(set(ids)), names.name != ""))
    return {row.record_id: row.name for row in rows}


def people_by_id(house: House) -> Mapping[str, str]:
    """Give the names of people and queues by their ids; none where the org does not say."""
    try:
        return house.get_people().names()
    except (SalesforceError, DisconnectedError):
        return {}
