"""Who has room: each member of a pool with their open work, their caps, their hours, and where they stand in turn."""

from dataclasses import dataclass
from datetime import datetime

from upbeat.domain import Mode
from upbeat.engine import Pools
from upbeat.engine.turns import read_places
from upbeat.operations.house import House
from upbeat.operations.routing.asked import pools_of
from upbeat.routing import PoolState, Roster
from upbeat.workflows import Member, Pool, Workflow


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap in the words of the pool's file, and how many records count against it now, of the most."""

    says: str
    taken: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One member of a pool, now.

    `open_units` is their open work, None where the pool does not look; `capacity` the most, None without a limit.
    `because` says why they can be given nothing now, empty where they can. `owed` is what they are owed beyond their
    turns, in units, below zero where they are ahead; `taken` what they took in turn.
    """

    user: str  # username
    name: str
    weight: float
    open_units: float | None
    capacity: float | None
    caps: tuple[Cap, ...]
    because: str
    owed: float
    taken: float
    territories: tuple[str, ...]
    skills: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PoolRoom:
    """A pool with its members. In `mode` monitor, turns and caps count what would have been given."""

    pool: str
    title: str
    workflow: str
    mode: Mode
    owner: str  # username: who tunes it
    territories: tuple[str, ...]
    members: tuple[Room, ...]


def room(house: House, pool: str = "") -> tuple[PoolRoom, ...]:
    """Give who has room in each pool, or in the one named.

    Raises Refused where no workflow asks such a pool, and SalesforceError where the org does not answer.
    """
    asked = pools_of(house, pool)
    read = Pools(house.get_reader().query, house.get_people(), house.clock, house.get_zone())
    rosters = [read.read(one).roster for _, _, one in asked]  # the org is asked before the store
    with house.store.reading() as conn:
        found: list[PoolRoom] = []
        for (flow, _, one), roster in zip(asked, rosters, strict=True):
            mode = Mode.LIVE if house.versions.mode(conn, flow) is Mode.LIVE else Mode.MONITOR
            state = PoolState(roster, read_places(conn, one.name, mode))
            found.append(_of(flow, one, mode, roster, state, house.clock.now()))
    return tuple(found)


def _of(flow: Workflow, pool: Pool, mode: Mode, roster: Roster, state: PoolState, now: datetime) -> PoolRoom:
    return PoolRoom(
        pool=pool.name,
        title=pool.title,
        workflow=flow.name,
        mode=mode,
        owner=pool.owner,
        territories=tuple(one.name for one in pool.territories),
        members=tuple(_member(number, one, roster, state, now) for number, one in enumerate(pool.members)),
    )


def _member(number: int, one: Member, roster: Roster, state: PoolState, now: datetime) -> Room:
    person, minds = roster.people.get(one.user), one.capacity is not None
    place = state.places[one.user]
    return Room(
        user=one.user,
        name=one.user if person is None else person.name,
        weight=one.weight,
        open_units=roster.open_work.get(one.user, 0.0) if minds else None,
        capacity=one.capacity,
        caps=tuple(Cap(*each) for each in state.caps(number, now)),
        because=_because(number, roster, state, now),
        owed=place.owed,
        taken=place.taken,
        territories=one.territories,
        skills=one.skills,
        languages=one.languages,
    )


def _because(number: int, roster: Roster, state: PoolState, now: datetime) -> str:
    """Say why somebody can be given nothing now, what lasts longest first."""
    bit = 1 << number
    if not roster.active & bit:
        return "is no active user"
    if away := roster.attendance.why_away(number, now):
        return away
    if state.at_cap(now) & bit:
        return f"has reached the cap of {state.capped[number]}"
    if not state.with_room(1.0) & bit:
        return "has no room for more open work"
    return "" if roster.attendance.at(now).in_hours & bit else roster.attendance.why_closed(number, now)
