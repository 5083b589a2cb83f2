"""Whose records and runs somebody sees: their own, those of whom they lead, or all; and what people are called."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, or_, select, true

from upbeat.operations.house import DisconnectedError, House
from upbeat.salesforce import SalesforceError
from upbeat.store import tables


@dataclass(frozen=True, slots=True)
class Scope:
    """The usernames whose records are seen; None for everybody's."""

    people: frozenset[str] | None = None


EVERYTHING: Final = Scope()
_AT_ONCE: Final = 500  # ids in one lookup: well below SQLite's limit on variables


def holders(house: House, scope: Scope) -> list[str]:
    """Give the user ids of a scope's people, as the org has them; none for everybody. Raises SalesforceError."""
    people = house.get_people() if scope.people else None
    return sorted(found.user_id for one in scope.people or () if people and (found := people.find(one)) is not None)


def sees_record(house: House, conn: Connection, scope: Scope, record_id: str) -> bool:
    """Whether a record is in a scope: it belongs to one of these people as the line last saw it, or they were asked.

    Raises SalesforceError.
    """
    return record_id in records_within(house, conn, scope, {record_id})


def records_within(house: House, conn: Connection, scope: Scope, ids: Collection[str]) -> frozenset[str]:
    """Give those of these records that are in a scope, as `sees_record` says it. Raises SalesforceError."""
    if scope.people is None:
        return frozenset(ids)
    names, asked = tables.record_names.c, tables.reviews.c
    theirs = select(names.record_id).where(names.owner_id.in_(holders(house, scope)))
    put_to = select(asked.record_id).where(asked.owner.in_(sorted(scope.people)))
    found, every = set[str](), sorted(ids)
    for some in (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE)):
        found.update(conn.scalars(theirs.where(names.record_id.in_(some))))
        found.update(conn.scalars(put_to.where(asked.record_id.in_(some))))
    return frozenset(found)


def runs_within(house: House, conn: Connection, scope: Scope, ids: Collection[str]) -> frozenset[str]:
    """Give those of these runs that are in a scope: of its records, or with its people. Raises SalesforceError."""
    if scope.people is None:
        return frozenset(ids)
    items, every = tables.items.c, sorted(ids)
    rows = [
        row
        for start in range(0, len(every), _AT_ONCE)
        for row in conn.execute(
            select(items.id, items.record_id, items.owner).where(items.id.in_(every[start : start + _AT_ONCE]))
        )
    ]
    records = records_within(house, conn, scope, {row.record_id for row in rows})
    return frozenset(row.id for row in rows if row.owner in scope.people or row.record_id in records)


def within(house: House, scope: Scope, *, runs: Collection[str] = (), records: Collection[str] = ()) -> frozenset[str]:
    """Give those of these runs and records that are in a scope, as their pages have it. Raises SalesforceError."""
    with house.store.reading() as conn:
        return runs_within(house, conn, scope, runs) | records_within(house, conn, scope, records)


def runs_of(scope: Scope, user_ids: Sequence[str]) -> ColumnElement[bool]:
    """Select the runs of a scope, by its people's user ids as `holders` has them."""
    if scope.people is None:
        return true()
    items, names = tables.items.c, tables.record_names.c
    theirs = select(names.record_id).where(names.owner_id.in_(user_ids), names.record_id == items.record_id)
    return or_(theirs.exists(), items.owner.in_(sorted(scope.people)))


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


def record_names(house: House, ids: Iterable[str]) -> dict[str, str]:
    """Give what records are called, as far as our store knows it."""
    with house.store.reading() as conn:
        return names_of_records(conn, ids)


def people_by_id(house: House) -> Mapping[str, str]:
    """Give the names of people and queues by their ids; none where the org does not say."""
    try:
        return house.get_people().names()
    except (SalesforceError, DisconnectedError):
        return {}
