"""What the engine knows of pools between two batches: whom each has, who is away, how much is open with whom.

The org is asked before a transaction, never in one. What it says of calendars and of open work counts for FRESH; what
is assigned meanwhile is added to that by routing itself.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from upbeat.base import Clock
from upbeat.engine.open_work import open_work
from upbeat.engine.out_of_office import out_of_office
from upbeat.engine.people import People
from upbeat.engine.recorded import BusyRead, RosterRead
from upbeat.engine.turns import Chains
from upbeat.intake import Query
from upbeat.routing import Absence, Roster
from upbeat.workflows import Person, Pool

FRESH = timedelta(minutes=2)
"""For how long calendars and open work count as read.

Who leaves without notice is given records for as long at most, and who has closed some is given none for as long.
"""


@dataclass(frozen=True, slots=True)
class Read:
    """A pool with its people, and what the org's calendars and records said of them, None where the pool asks not."""

    roster: Roster
    people: RosterRead
    busy: BusyRead | None
    read_at: datetime


class Pools:
    """Rosters as they were read last, and where each pool's account of its turns stands."""

    def __init__(self, query: Query, people: People, clock: Clock, zone: ZoneInfo) -> None:
        """Read nothing yet; `zone` is the org's."""
        self._query = query
        self._people = people
        self._clock = clock
        self._zone = zone
        self._read: dict[str, Read] = {}
        self.chains = Chains()

    def read(self, pool: Pool, others: Collection[str] = ()) -> Read:
        """Give a pool as it is now: the same one for as long as nothing has changed.

        `others` are the ids of people who are no members, and are asked about. Raises SalesforceError.
        """
        now, last = self._clock.now(), self._read.get(pool.name)
        same = last is not None and last.roster.pool is pool
        members = {one.user: person for one in pool.members if (person := self._people.find(one.user)) is not None}
        asked = [last.roster.people] if last is not None and same else []
        keys = (*(one.user_id for some in asked for one in some.values()), *others)
        found = (self._people.find(key) for key in keys)
        people = {one.username: one for one in found if one is not None} | members
        ids = (self._people.holder_id(name) for name in pool.takes_from)
        takes_from = frozenset(one for one in ids if one)
        if last is not None and same and (last.busy is None or now - last.read_at < FRESH):
            if (last.roster.people, last.roster.takes_from) == (people, takes_from):
                return last
            busy, read_at = last.busy, last.read_at
        else:
            busy, read_at = self._busy(pool, members, now), now
        known, said = busy or BusyRead(pool.name), RosterRead(pool.name, people, tuple(sorted(takes_from)))
        roster = Roster(pool, people, takes_from, known.absences, known.open_work, self._zone)
        if last is not None and last.people == said:
            said = last.people  # which the ledger may have already
        self._read[pool.name] = Read(roster, said, busy, read_at)
        return self._read[pool.name]

    def _busy(self, pool: Pool, members: Mapping[str, Person], now: datetime) -> BusyRead | None:
        """Ask the org who is away, and how much is open with whom, as far as the pool minds."""
        minds_work = any(one.capacity is not None for one in pool.members)
        if not (pool.out_of_office or minds_work):
            return None
        users = {one.user_id: username for username, one in members.items()}
        away: Mapping[str, tuple[Absence, ...]] = {}
        if pool.out_of_office:
            zones = {one.user_id: self._zone_of(one) for one in members.values()}
            away = out_of_office(self._query, zones, now, FRESH)
        units = defaultdict[str, float](float)
        for work in pool.work if minds_work else ():
            counts = open_work(self._query, work.object, work.when, list(users), now)
            for key, count in counts.items():
                units[users[key]] += count * work.units
        return BusyRead(pool.name, {users[key]: some for key, some in away.items()}, units)

    def _zone_of(self, person: Person) -> ZoneInfo:
        return ZoneInfo(person.time_zone) if person.time_zone else self._zone
