"""A pool's turns: where its members stand, kept in the store, and in the ledger how they came to stand there.

The ledger has now and then where everybody stands, and from there on every move by itself: some 80 bytes a record,
however many members there are. So an assignment is decided again from where the pool stood then: the last whole
standing, and the moves that were made since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, digest, encode
from upbeat.domain import Mode
from upbeat.engine.recorded import BusyRead, Move, Moved, Stood
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.routing import Place, PoolState, Roster, Turn
from upbeat.store import tables
from upbeat.workflows import Member

_END = datetime.max.replace(tzinfo=UTC)
LONG = 1_000  # moves after which everybody's standing is written down anew: what one replay goes through at most


@dataclass(frozen=True, slots=True)
class Chain:
    """Where the ledger's account of a pool stands in one mode.

    `stood` is the entry that it goes on from, `moves` how many came after it, and `at` the digest of where everybody
    stands now. `members` are those who moved: a move means the same as long as they are. `busy` is what was known of
    their work from move `since` on, and `load` what they got after.
    """

    stood: str
    at: str
    members: tuple[Member, ...]
    moves: int = 0
    busy: BusyRead | None = None
    since: int = 0
    load: Mapping[str, float] = field(default_factory=dict[str, float])


class Chains:
    """What of a pool the ledger has: its account by mode, and what was read of people. A new engine begins anew."""

    def __init__(self) -> None:
        """Begin with none."""
        self.by_pool: dict[tuple[str, Mode], Chain] = {}
        self.written: dict[tuple[Kind, str], tuple[object, str]] = {}  # by kind and pool: what, and in which entry


class Standing:
    """One pool in one mode within one transaction: where it stands, and how it moves on."""

    def __init__(
        self, conn: Connection, ledger: Ledger, chains: Chains, mode: Mode, roster: Roster, busy: BusyRead | None
    ) -> None:
        """Read where everybody stands; where the ledger's account does not lead there, write it down whole."""
        self._pool, self._mode, self._busy, self._chains = roster.pool.name, mode, busy, chains
        self._moves = list[Move]()
        self.state = PoolState(roster, read_places(conn, self._pool, mode))
        self._before = self.state.places
        last, at = chains.by_pool.get((self._pool, mode)), digest(self._before)
        still = last is not None and last.busy is busy  # what was given meanwhile comes on top of the same open work
        load: Mapping[str, float] = last.load if last is not None and still else {}
        members = roster.pool.members
        if last is None or last.at != at or last.members != members or last.moves >= LONG:
            said = Stood(self._pool, mode is Mode.MONITOR, self._before, load)
            [entry] = ledger.append(conn, [Entry(Kind.STOOD, "upbeat", said)])
            last = Chain(entry, at, members)
        elif not still:
            last = replace(last, since=last.moves)
        self._chain = replace(last, busy=busy, load=load)
        bear(self.state, load)

    @property
    def place(self) -> tuple[str, int, int]:
        """Where the next assignment stands: after which entry, how many moves on, and since which of them the work."""
        return self._chain.stood, self._chain.moves + len(self._moves), self._chain.since

    def move(self, turn: Turn | None, *, back: bool = False) -> None:
        """Move on by a turn that was taken, or is given back."""
        if turn is not None:
            self._moves.append(Move(turn, back))
            make(self.state, self._moves[-1])

    def save(self, conn: Connection, ledger: Ledger) -> None:
        """Keep where those who moved stand now, and say in the ledger how they came there."""
        if not self._moves:
            return
        said = Moved(self._pool, self._chain.stood, self._chain.moves, tuple(self._moves))
        ledger.append(conn, [Entry(Kind.MOVED, "upbeat", said)])
        after = self.state.places
        write_places(conn, self._pool, self._mode, {
            user: place for user, place in after.items() if place != self._before[user]
        })  # fmt: skip
        moves, load = self._chain.moves + len(self._moves), given(self.state)
        self._chain = replace(self._chain, at=digest(after), moves=moves, load=load)

    def keep(self) -> None:
        """Go on from here in the next transaction: this one is committed."""
        self._chains.by_pool[self._pool, self._mode] = self._chain


def make(state: PoolState, move: Move) -> None:
    """Move a pool on by one move."""
    if move.back:
        state.give_back(move.turn)
    else:
        state.take(move.turn)


def account(conn: Connection, ledger: Ledger, entry: str, most: int) -> tuple[Stood, list[Move]]:
    """Give where the ledger has a pool whole, and the first `most` moves that go on from there. Raises LedgerError.

    Another engine may write the pool down anew in between, and this account go on after it: each move names its own.
    """
    first, moves = ledger.read(conn, entry), list[Move]()
    stood = decode(encode(first.payload), Stood)
    for one in ledger.between(conn, first.at, _END, {Kind.MOVED}) if most else ():
        said: Mapping[str, Any] = one.payload or {}
        if said.get("stood") == entry:
            moves += decode(encode(said), Moved).moves
        if len(moves) >= most:
            break
    return stood, moves[:most]


def as_it_stood(stood: Stood, roster: Roster, moves: Sequence[Move], since: int) -> PoolState:
    """Give where a pool stood after these moves, the open work of its members known since one of them."""
    state = PoolState(roster, stood.places)
    for move in moves[:since]:
        make(state, move)
    state = PoolState(roster, state.places)
    if not since:
        bear(state, stood.load)
    for move in moves[since:]:
        make(state, move)
    return state


def bear(state: PoolState, load: Mapping[str, float]) -> None:
    """Let members carry what they were given since their open work was read, in units by username."""
    if load:
        state.load = np.array([load.get(one.user, 0.0) for one in state.roster.pool.members])


def given(state: PoolState) -> Mapping[str, float]:
    """Give what members carry so."""
    each = zip(state.roster.pool.members, state.load.tolist(), strict=True)
    return {one.user: units for one, units in each if units}


def read_places(conn: Connection, pool: str, mode: Mode) -> dict[str, Place]:
    """Give where the members of a pool stand, by username; who is not among them has taken nothing yet."""
    table = tables.pools
    rows = conn.execute(select(table.c.member, table.c.place).where(table.c.pool == pool, table.c.mode == mode))
    return {row.member: decode(row.place, Place) for row in rows}


def write_places(conn: Connection, pool: str, mode: Mode, places: Mapping[str, Place]) -> None:
    """Keep where these members stand."""
    if places:
        rows = [{"pool": pool, "mode": mode, "member": one, "place": encode(place)} for one, place in places.items()]
        statement = insert(tables.pools)
        changes = {"place": statement.excluded.place}
        conn.execute(statement.on_conflict_do_update(index_elements=["pool", "mode", "member"], set_=changes), rows)
