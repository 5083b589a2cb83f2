"""Promises as rows: read, kept as they stand, and told in the ledger."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, or_, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, encode
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.routing import Promised, Stage
from upbeat.store import tables

_CHUNK: Final = 500  # ids in one lookup: well below SQLite's limit on variables
_NAMES: Final = tuple(one.name for one in fields(Promised))
_WITH_OWNER: Final = tuple(one for one in Stage if one.is_kept_by_owner)
_TOLD: Final = ("pool", "owner", "holders", "stage", "rule", "born_at", "given_at", "breaks_at", "due_at", "detail")


def promised(conn: Connection, where: ColumnElement[bool], most: int | None = None) -> list[Promised]:
    """Give promises, those that are due first ahead."""
    table = tables.promises
    rows = select(table).where(where).order_by(table.c.due_at, table.c.given_at, table.c.id).limit(most)
    return [_of_row(row) for row in conn.execute(rows)]


def about(conn: Connection, record_ids: Sequence[str]) -> list[Promised]:
    """Give every promise about some records, those that are over among them, oldest first."""
    table, found = tables.promises, list[Promised]()
    for start in range(0, len(record_ids), _CHUNK):
        found += promised(conn, table.c.record_id.in_(record_ids[start : start + _CHUNK]))
    return sorted(found, key=lambda one: one.given_at)


def is_due(now: datetime) -> ColumnElement[bool]:
    """Select the promises whose owner is to be reminded, or whose time is over."""
    table = tables.promises.c
    to_remind = table.reminded_at.is_(None) & (table.remind_at <= now)
    return table.stage.in_(_WITH_OWNER) & or_(to_remind, table.due_at <= now)


def is_with(owners: Collection[str]) -> ColumnElement[bool]:
    """Select the promises that some people have to keep, by their usernames."""
    table = tables.promises.c
    return table.stage.in_(_WITH_OWNER) & table.due_at.is_not(None) & table.owner.in_(owners)


def owners(conn: Connection) -> list[str]:
    """Give the usernames of all who have a promise to keep."""
    table = tables.promises.c
    mine = table.stage.in_(_WITH_OWNER) & table.due_at.is_not(None)
    return list(conn.scalars(select(table.owner).where(mine).distinct()))


def is_open() -> ColumnElement[bool]:
    """Select the promises that are not over."""
    return tables.promises.c.stage.not_in([one for one in Stage if one.is_over])


def keep(conn: Connection, some: Sequence[Promised]) -> None:
    """Write promises as they stand now."""
    if some:
        statement = insert(tables.promises)
        changes = {name: statement.excluded[name] for name in _NAMES if name != "id"}
        conn.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_=changes), [_row_of(one) for one in some]
        )


def enter(
    conn: Connection,
    ledger: Ledger,
    told: Sequence[tuple[Kind, Promised, Mapping[str, Any]]],
    actor: str = "upbeat",
) -> None:
    """Say in the ledger what became of promises, each with what else there is to say."""
    if told:
        ledger.append(conn, [_entry(kind, one, more, actor) for kind, one, more in told])


def said_of(one: Promised) -> dict[str, Any]:
    """Give what the ledger keeps of a promise, as a part of an entry's payload."""
    return {name: value for name in _TOLD if (value := getattr(one, name)) not in (None, "")}


def _entry(kind: Kind, one: Promised, more: Mapping[str, Any], actor: str) -> Entry:
    return Entry(
        kind=kind,
        actor=actor,
        payload={"promise": one.id, **said_of(one), **more},
        item_id=one.item_id,
        workflow=one.workflow,
        record_id=one.record_id,
    )


def _row_of(one: Promised) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _NAMES} | {"holders": encode(one.holders)}


def _of_row(row: Any) -> Promised:
    said: dict[str, Any] = {name: getattr(row, name) for name in _NAMES}
    said |= {"holders": decode(row.holders, tuple[str, ...]), "stage": Stage(row.stage)}
    return Promised(**said)
