"""The routing desk of one batch: rosters and accounts read from the org, shares read from and kept in the store.

Shares move in the transaction that decides, so a batch that is repeated after a crash assigns the same people again.
What monitor mode would have assigned is counted by itself: nobody took it, and it fills nobody's cap.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, encode
from upbeat.domain import Mode, Record
from upbeat.engine.parts import Parts
from upbeat.engine.recorded import RosterRead, Share
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.routing import (
    Accounts,
    Assignment,
    Calendar,
    Known,
    Lately,
    Place,
    PoolState,
    Roster,
    assign,
    queries,
    shadow,
)
from upbeat.store import tables
from upbeat.workflows import MatchBy, Pool, Step, Workflow


class Desk:
    """Assigns the records of one step of one batch, one after the other."""

    def __init__(self, parts: Parts, workflow: Workflow, step: Step, records: Sequence[Record], now: datetime) -> None:
        """Read from the org what the step's pool needs of it; a step without a pool needs nothing."""
        self._now = now
        named = step.values.get("pool")
        self._pools = [workflow.pools[named]] if isinstance(named, str) and named in workflow.pools else []
        self._rosters = {one.name: _roster(parts, one) for one in self._pools}
        self._accounts = {one.name: _accounts(parts, one, records) for one in self._pools}
        self._states: dict[tuple[str, Mode], PoolState] = {}
        self._entries: dict[str, str] = {}  # of the ledger, by pool: whom it had

    def open(self, conn: Connection, ledger: Ledger) -> None:
        """Read where every pool stands, inside the transaction that will decide, and note whom it has."""
        modes = (Mode.LIVE, Mode.MONITOR)
        self._states = {
            (name, mode): PoolState(roster, _read(conn, _row_name(name, mode)))
            for name, roster in self._rosters.items()
            for mode in modes
        }
        said = [RosterRead(name, one.people, tuple(sorted(one.takes_from))) for name, one in self._rosters.items()]
        entries = [Entry(Kind.ROSTER, "upbeat", one) for one in said]
        self._entries = dict(zip(self._rosters, ledger.append(conn, entries), strict=True)) if entries else {}

    def share(self, mode: Mode, pool: str, record: Record) -> Share:
        """Give what an assignment of this record rests on, as the ledger keeps it."""
        roster, state = self._rosters[pool], self._states[pool, mode]
        places = state.places
        accounts = self._accounts[pool].of(record, ways(roster.pool))
        entry, is_shadow = self._entries[pool], mode is Mode.MONITOR
        return Share(pool=pool, roster=entry, places=places, accounts=accounts, shadow=is_shadow)

    def assign(self, mode: Mode, pool: str, record: Record) -> Assignment:
        """Give who takes the record, or in monitor mode would take it, and remember it for the next one."""
        roster = self._rosters[pool]
        matches = self._accounts[pool].of(record, ways(roster.pool))
        choose = shadow if mode is Mode.MONITOR else assign
        state = self._states[pool, mode]
        found = choose(record, roster, state, self._now, Known(accounts=matches))
        state.take(found.turn)
        return found

    def is_taken(self, pool: str, record: Record) -> bool:
        """Whether somebody has the record already whom the pool does not take from."""
        return is_taken(self._rosters[pool], record)

    def save(self, conn: Connection) -> None:
        """Keep where every pool stands now."""
        rows = [
            {
                "pool": _row_name(pool, mode),
                "member": member,
                "owed": place.owed,
                "taken": place.taken,
                "calendar": encode(place.calendar),
                "lately": encode(place.lately),
            }
            for (pool, mode), state in self._states.items()
            for member, place in state.places.items()
        ]
        if rows:
            statement = insert(tables.pools)
            changes = {name: statement.excluded[name] for name in ("owed", "taken", "calendar", "lately")}
            conn.execute(statement.on_conflict_do_update(index_elements=["pool", "member"], set_=changes), rows)


def is_taken(roster: Roster, record: Record) -> bool:
    """Whether somebody has a record whom a pool does not take from."""
    return record["OwnerId"] not in roster.takes_from


def ways(pool: Pool) -> tuple[MatchBy, ...]:
    """Give what may tell which account a record belongs to."""
    return pool.match.by if pool.match else ()


def _row_name(pool: str, mode: Mode) -> str:
    return pool if mode is Mode.LIVE else f"{pool} ({mode})"


def _roster(parts: Parts, pool: Pool) -> Roster:
    found = {one.user: parts.people.find(one.user) for one in pool.members}
    people = {user: person for user, person in found.items() if person is not None}
    ids = (parts.people.holder_id(name) for name in pool.takes_from)
    return Roster(pool, people, frozenset(one for one in ids if one), zone=parts.zone)


def _accounts(parts: Parts, pool: Pool, records: Sequence[Record]) -> Accounts:
    asked = queries(records, ways(pool)) if ways(pool) else []
    return Accounts(row for text, binds in asked for row in parts.query(text, binds))


def _read(conn: Connection, pool: str) -> dict[str, Place]:
    rows = conn.execute(select(tables.pools).where(tables.pools.c.pool == pool))
    return {row.member: _place(row) for row in rows}


def _place(row: Row[Any]) -> Place:
    calendar, lately = decode(row.calendar, Calendar), decode(row.lately, Lately)
    return Place(row.owed, row.taken, calendar, lately)
