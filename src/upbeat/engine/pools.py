"""What the engine knows of pools between two batches: whom each has, who is away, how much is open with whom.

The org is asked before a transaction, never in one. What it says of calendars and of open work counts for FRESH; what
is assigned meanwhile is added to that by routing itself.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
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


_WORKFLOWS: Final = 8  # of one pool whose rosters are kept: each compiles the pool by itself


@dataclass(frozen=True, slots=True)
class Read:
    """A pool with its people, and what the org's calendars and records said of them, None where the pool asks not."""

    roster: Roster
    people: RosterRead
    busy: BusyRead | None


@dataclass(frozen=True, slots=True)
class _Last:
    """What was read of a pool last, and what of its definition it was asked by."""

    asks: object
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
        self._last: dict[str, _Last] = {}
        self._rosters: dict[str, list[Read]] = {}  # by pool, one for each workflow that compiled it
        self.chains = Chains()

    def read(self, pool: Pool) -> Read:
        """Give a pool as it is now: the same one for as long as nothing has changed. Raises SalesforceError.

        What was read for one workflow counts for every other that asks a pool of this name the same of its members.
        """
        now, last, asks = self._clock.now(), self._last.get(pool.name), _asks(pool)
        found = ((one.user, self._people.find(one.user)) for one in pool.members)
        members = {user: person for user, person in found if person is not None}
        takes_from = frozenset(filter(None, map(self._people.holder_id, pool.takes_from)))
        said = RosterRead(pool.name, members, tuple(sorted(takes_from)))
        if last is None or last.asks != asks or (last.busy is not None and now - last.read_at >= FRESH):
            last = _Last(asks, said if last is None else last.people, self._busy(pool, members, now), now)
        last = last if last.people == said else replace(last, people=said)  # the same, which the ledger may have
        self._last[pool.name] = last
        rosters = self._rosters.get(pool.name, [])
        for one in rosters:
            if one.roster.pool is pool and one.people is last.people and one.busy is last.busy:
                return one
        known = last.busy or BusyRead(pool.name)
        roster = Roster(pool, members, takes_from, known.absences, known.open_work, self._zone)
        read = Read(roster, last.people, last.busy)
        self._rosters[pool.name] = [read, *(one for one in rosters if one.roster.pool is not pool)][:_WORKFLOWS]
        return read

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


def _asks(pool: Pool) -> object:
    """Give what of a pool's definition its calendars and its open work are asked by."""
    minds = [one.user for one in pool.members if one.capacity is not None]
    work = [(one.object, one.when.text, one.units) for one in pool.work] if minds else []
    return [one.user for one in pool.members], bool(minds), work, pool.out_of_office
