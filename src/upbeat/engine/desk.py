"""The routing desk of one batch: what the pools of its step need, read from the org; turns, read and kept in the store.

Turns move in the transaction that decides, so a batch that is repeated after a crash assigns the same people again.
What monitor mode would have assigned is counted by itself: nobody took it, and it fills nobody's cap.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from upbeat.domain import Mode, Record
from upbeat.engine.finding import Ground, find
from upbeat.engine.last_owners import LastOwners, Trace, trace
from upbeat.engine.parts import Parts
from upbeat.engine.pools import Read
from upbeat.engine.recorded import Share
from upbeat.engine.turns import Standing
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.routing import (
    Assignment,
    Found,
    Had,
    Known,
    PoolState,
    Request,
    Reroute,
    Roster,
    Turn,
    assign,
    is_taken,
    pass_on,
    shadow,
    stays,
)
from upbeat.workflows import Keeper, Person, Pool, Step, Workflow

_NOTHING = Found()


def choose(
    record: Record,
    roster: Roster,
    state: PoolState,
    now: datetime,
    known: Known,
    *,
    beside: bool,
    reroute: Reroute | None = None,
) -> Assignment:
    """Give who takes a record, by what is known of it; `beside` the router in place, who would have had it besides.

    With a `reroute`, who takes it next.
    """
    if reroute is not None:
        found = pass_on(record, roster, state, now, known, reroute)
    else:
        found = (shadow if beside else assign)(record, roster, state, now, known)
    which = known.accounts if found.held and known.doubt and known.doubt in found.notes[:1] else ()
    account = account_of(known)
    contact = "" if known.contact is None else known.contact.record["Id"]
    return found._replace(account=account, contact=contact, candidates=which)


def account_of(known: Known) -> str:
    """Give the id of the account that a record belongs to, empty where it is none or a doubt which."""
    return known.accounts[0].account["Id"] if known.accounts and not known.doubt else ""


class Desk:
    """Assigns the records of one step of one batch, one after the other."""

    def __init__(self, parts: Parts, workflow: Workflow, step: Step, records: Sequence[Record], now: datetime) -> None:
        """Read from the org what the step's pool needs of it; a step without a pool needs nothing."""
        self._now = now.astimezone(parts.zone)
        self._chains = parts.pools.chains
        pool = workflow.pools.get(str(step.values.get("pool")))
        self._read: Read | None = None if pool is None else parts.pools.read(pool)
        self._strangers: Mapping[str, Person] = {} if self._read is None else self._no_members(parts, records)
        ground = Ground(parts.query, parts.schema, parts.directory)
        self._found: Mapping[str, Found] = {} if pool is None else find(ground, pool, records, now)
        self._traces: Mapping[str, Trace] = {} if pool is None else self._told_by(pool, records)
        self._last: dict[Mode, LastOwners] = {}
        self._owners = defaultdict[Mode, dict[str, Record]](dict)  # by record: whom this batch gave it
        self._standings: dict[Mode, Standing] = {}
        self._entries: dict[Kind, tuple[object, str]] = {}

    def open(self, conn: Connection, ledger: Ledger) -> None:
        """Assign inside this transaction."""
        self._conn, self._ledger = conn, ledger

    def share(self, mode: Mode, record: Record, request: Request) -> Share:
        """Give what an assignment of this record rests on, as the ledger keeps it."""
        read, standing = self._reading, self._standing(mode)
        pool = read.roster.pool.name
        stood, moves, since = standing.place
        return Share(
            pool=pool,
            roster=self._entry(Kind.ROSTER, read.people),
            busy="" if read.busy is None else self._entry(Kind.BUSY, read.busy),
            stood=stood,
            moves=moves,
            since=since,
            known=replace(self._besides(mode, record), facts=request.facts),
            found=self._found_of(mode, record),
            account=request.account,
            shadow=mode is Mode.MONITOR,
        )

    def assign(self, mode: Mode, record: Record, request: Request, reroute: Reroute | None = None) -> Assignment:
        """Give who takes the record, or in monitor mode would take it, and remember it for the next one."""
        roster, standing = self._reading.roster, self._standing(mode)
        known = request.known(self.known(mode, record))
        found = choose(record, roster, standing.state, self._now, known, beside=mode is Mode.MONITOR, reroute=reroute)
        standing.move(found.turn)
        if found.user_id:
            owner = {"Username": found.owner, "Name": found.owner, "IsActive": True}
            self._owners[mode][record["Id"]] = {"OwnerId": found.user_id, "Owner": owner}
            if record["Id"] in self._traces:
                self._last[mode].note(self._traces[record["Id"]], found.owner, self._now)
        return found

    def give_back(self, mode: Mode, turn: Turn) -> None:
        """Take a turn back that came to nothing: the record is assigned anew."""
        self._standing(mode).move(turn, back=True)

    def credit(self, mode: Mode, turn: Turn) -> Turn:
        """Let who was given a bad record have their turn again, as far as credits go; give how much of it."""
        standing = self._standing(mode)
        part = standing.state.creditable(turn)
        if part.units > 0:
            standing.move(part, back=True)
        return part

    def known(self, mode: Mode, record: Record) -> Known:
        """Give what is known of a record beside its fields."""
        return self._found_of(mode, record).known(self._reading.roster.pool.match, self._besides(mode, record))

    def is_taken(self, record: Record, reroute: Reroute | None = None) -> bool:
        """Whether somebody has the record already whom the pool does not take from."""
        roster = self._reading.roster
        if reroute is not None:
            return stays(record, roster, reroute)
        known = Known(owner=self._strangers.get(record["OwnerId"]))
        return is_taken(record, roster, self._found.get(record["Id"], _NOTHING).known(roster.pool.match, known))

    def save(self, conn: Connection, ledger: Ledger) -> None:
        """Keep where every pool stands now."""
        for one in self._standings.values():
            one.save(conn, ledger)

    def keep(self) -> None:
        """Remember for the next batch what this one wrote: its transaction is committed."""
        for one in self._standings.values():
            one.keep()
        if self._read is not None:
            pool = self._read.roster.pool.name
            self._chains.written.update(((kind, pool), entry) for kind, entry in self._entries.items())

    def _no_members(self, parts: Parts, records: Sequence[Record]) -> Mapping[str, Person]:
        """Give the users who have some of the records and are no members, by their ids."""
        owners = {str(one.get("OwnerId") or "") for one in records} - self._reading.roster.by_user_id.keys()
        found = (parts.people.find(one) for one in sorted(owners) if one)
        return {one.user_id: one for one in found if one is not None}

    def _besides(self, mode: Mode, record: Record) -> Known:
        return Known(last=self._last_of(mode, record), owner=self._strangers.get(record["OwnerId"]))

    def _told_by(self, pool: Pool, records: Sequence[Record]) -> Mapping[str, Trace]:
        """Give what tells each record's person and company again, where the pool keeps who had them last."""
        if not any(one.by is Keeper.LAST_OWNER for one in pool.keeps):
            return {}
        found = {one["Id"]: self._found.get(one["Id"], _NOTHING).known(pool.match) for one in records if one}
        return {one["Id"]: trace(one, pool.object, account_of(found[one["Id"]])) for one in records if one}

    def _last_of(self, mode: Mode, record: Record) -> tuple[Had, ...]:
        if record["Id"] not in self._traces:
            return ()
        if mode not in self._last:
            pool = self._reading.roster.pool.name
            self._last[mode] = LastOwners.read(self._conn, pool, self._traces.values())
        return self._last[mode].of(self._traces[record["Id"]])

    @property
    def _reading(self) -> Read:
        if self._read is None:
            raise AssertionError("the step has no pool to be asked")
        return self._read

    def _standing(self, mode: Mode) -> Standing:
        if mode not in self._standings:
            read = self._reading
            self._standings[mode] = Standing(self._conn, self._ledger, self._chains, mode, read.roster, read.busy)
        return self._standings[mode]

    def _entry(self, kind: Kind, said: object) -> str:
        """Give the entry that has something, which is written where the last one has something else."""
        last = self._entries.get(kind) or self._chains.written.get((kind, self._reading.roster.pool.name))
        if last is None or last[0] is not said:
            [entry] = self._ledger.append(self._conn, [Entry(kind, "upbeat", said)])
            last = said, entry
        self._entries[kind] = last
        return last[1]

    def _found_of(self, mode: Mode, record: Record) -> Found:
        """Give what the org has of a record, with whom this batch gave its doubles: one person goes to one owner."""
        return self._found.get(record["Id"], _NOTHING).with_owners(self._owners[mode])
