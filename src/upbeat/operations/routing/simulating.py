"""A pool as its file says it now, simulated on the records that came: who would have got what, and what differs.

It reads and writes nothing. What it cannot know of the past it says in its notes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from upbeat.base.files import DefinitionError
from upbeat.domain import Record
from upbeat.engine import Directory, Ground, find, out_of_office
from upbeat.formula import FormulaError
from upbeat.operations.house import House, Refused
from upbeat.operations.routing.lives import Life, lives
from upbeat.operations.routing.sheets import written_pool
from upbeat.operations.routing.simulated import Came, Differs, Side, as_of, counted, differing, play, side
from upbeat.routing import Assignment, Found, Roster
from upbeat.timeline import moment
from upbeat.workflows import Pool, Work, compile_pool, load

_BATCH = 500  # records that are matched at a time, and between two words of how far it is
_NEITHER = Found()

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Past:
    """Which records: created from `since` until `until`, and of those the ones that fit a condition in SOQL."""

    since: datetime
    until: datetime
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSimulation:
    """One pool over the records of a time, beside what it is compared with.

    `own` are records that whoever had them first had made for themselves: no pool is asked of those. `why` counts the
    differing by why, `rules` all by the rule that would have decided, `relaxed` what was left out as nobody fitted.
    `queries` are those that the pool asked of the org, to match records and to read calendars.
    """

    pool: str
    title: str
    records: int
    own: int
    why: Mapping[str, int]
    rules: Mapping[str, int]
    relaxed: Mapping[str, int]
    held: int
    would: Side
    had: Side
    differs: tuple[Differs, ...]
    queries: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """Pools over past records, beside what happened, or beside the same pools `as_published`."""

    past: Past
    as_published: bool
    pools: tuple[PoolSimulation, ...]


@dataclass(frozen=True, slots=True)
class _Played:
    roster: Roster
    came: Sequence[Came]
    made: Mapping[str, Assignment]
    own: int
    queries: int


def simulate_pools(
    house: House, past: Past, name: str = "", *, as_published: bool = False, say: Say = lambda _: None
) -> Simulation:
    """Lay past records before the pools of the files; beside what is published, without a name, those that are.

    Raises Refused where there is no such pool, or it is not published and that is asked for; DefinitionError where a
    file is wrong; SalesforceError where the org does not answer.
    """
    pools = [
        (pool, _published(house, pool.name) if as_published else None)
        for pool in _changed(house, name)
        if name or not as_published or pool.name in _all_published(house)
    ]
    if not pools:
        raise Refused("no pool of the files is published", fix="Compare them with what happened: leave --against out.")
    found = tuple(_simulate(house, pool, other, past, say) for pool, other in pools)
    return Simulation(past, as_published, found)


def _changed(house: House, name: str) -> list[Pool]:
    """Give the pools as the files have them."""
    catalogue = house.versions.catalogue
    if name:
        return [compile_pool(written_pool(house.folder, name), catalogue)]
    files = load(house.folder)
    if wrong := [one for file, some in files.unread.items() if file.startswith("routing/") for one in some]:
        raise DefinitionError(wrong)
    if not files.pools:
        raise Refused("there is no pool", fix="Write one into routing/: `upbeat templates` lists some.")
    return [compile_pool(one, catalogue) for one in files.pools.values()]


def _all_published(house: House) -> Mapping[str, Pool]:
    return {name: pool for flow in house.versions.current.values() for name, pool in flow.pools.items()}


def _published(house: House, name: str) -> Pool:
    if (found := _all_published(house).get(name)) is not None:
        return found
    raise Refused(
        f"no published workflow uses the pool {name}",
        fix="Compare it with what happened: leave --against out. Or publish it: `upbeat publish`.",
    )


def _simulate(house: House, pool: Pool, published: Pool | None, past: Past, say: Say) -> PoolSimulation:
    say(f"{pool.name}: reading what happened")
    roster = _roster(house, pool, past)
    told = lives(house, pool, roster.takes_from, past.since, past.until)
    own = {one.record_id for one in told.records if _is_own(one)}
    changed = _played(house, roster, own, past, say)
    if published is not None:
        other = _played(house, _roster(house, published, past), own, past, say)
        had = {key: one.user_id for key, one in other.made.items()}
    else:
        had = {one.record_id: one.had[0].owner for one in told.records if one.had}
    people = house.get_people()
    names = {**people.names(), **{one.user_id: one.username for one in people.all().values()}}
    made = changed.made
    differs = differing(changed.came, made, had, names, roster)
    return PoolSimulation(
        pool=pool.name,
        title=pool.title,
        records=len(changed.came),
        own=changed.own,
        why=counted(one.why for one in differs),
        rules=counted(str(one.rule) for one in made.values()),
        relaxed=counted(str(each) for one in made.values() for each in one.relaxed),
        held=sum(one.held for one in made.values()),
        would=side(changed.came, {key: one.user_id for key, one in made.items()}, roster),
        had=side(changed.came, had, roster),
        differs=differs,
        queries=changed.queries,
        notes=tuple(_notes(pool, changed, told.unseen if published is None else "")),
    )


def _is_own(one: Life) -> bool:
    """Whether a record was made by whoever had it first, and theirs from the beginning."""
    return bool(one.had) and one.had[0].since == one.born_at and one.had[0].by == one.had[0].owner


def _roster(house: House, pool: Pool, past: Past) -> Roster:
    """Give a pool with its people, and with who was out of office then."""
    people, zone = house.get_people(), house.get_zone()
    takes_from = frozenset(key for name in pool.takes_from if (key := people.holder_id(name)))
    if not takes_from:
        names = ", ".join(pool.takes_from) or "nobody"
        fix = "Name a queue or a user of the org in 'takes_from'."
        raise Refused(f"the pool {pool.name} takes from {names}, whom the org does not have", fix=fix)
    there = {one.user: who for one in pool.members if (who := people.find(one.user)) is not None}
    absences = {}
    if pool.out_of_office:
        zones = {one.user_id: ZoneInfo(one.time_zone) if one.time_zone else zone for one in there.values()}
        away = out_of_office(house.query, zones, past.since, past.until - past.since)
        absences = {name: away.get(one.user_id, ()) for name, one in there.items()}
    return Roster(pool, there, takes_from, absences, zone=zone)


def _played(house: House, roster: Roster, own: set[str], past: Past, say: Say) -> _Played:
    """Read the records with what the org has of each, and lay them before a pool."""
    pool, count = roster.pool, 0

    def query(text: str, binds: Mapping[str, Any]) -> Sequence[Record]:
        nonlocal count
        count += 1
        return house.query(text, binds)

    work = next((one for one in pool.work if one.object == pool.object), None)
    of_work = () if work is None else (*sorted(work.when.fields), "LastModifiedDate")
    fields = ", ".join(dict.fromkeys(("Id", "CreatedDate", *pool.fields, *of_work)))
    which = f"CreatedDate >= :since AND CreatedDate < :until{f' AND ({past.where})' if past.where else ''}"
    text = f"SELECT {fields} FROM {pool.object} WHERE {which} ORDER BY CreatedDate, Id"  # noqa: S608  only read
    every = house.query(text, {"since": past.since, "until": past.until})
    rows = [row for row in every if row["Id"] not in own]
    ground = Ground(query, house.get_schema(), Directory(query, house.clock, house.get_schema))
    came = list[Came]()
    for start in range(0, len(rows), _BATCH):
        say(f"{pool.name}: {start:,} of {len(rows):,} records matched")
        some = rows[start : start + _BATCH]
        found = find(ground, pool, some, past.until)
        for row in some:
            at = moment(row["CreatedDate"])
            units, done_at = _open_work(row, work, past.until)
            came.append(Came(row, at, as_of(at, found.get(row["Id"], _NEITHER)), units, done_at))
    say(f"{pool.name}: {len(rows):,} records assigned anew")
    return _Played(roster, came, play(came, roster), len(every) - len(rows), count)


def _open_work(row: Record, work: Work | None, now: datetime) -> tuple[float, datetime | None]:
    """Give what a record counts as open work, and when it was done: its last change, where it is open no more."""
    if work is None:
        return 0.0, None
    try:
        is_open = work.when.evaluate(row, now=now) is True
    except FormulaError:
        is_open = False
    return work.units, None if is_open else moment(row["LastModifiedDate"])


def _notes(pool: Pool, played: _Played, unseen: str) -> Iterator[str]:
    """Say what a simulation cannot know."""
    yield (
        "Records, accounts, people and their owners count as they are now; accounts and contacts that came later than "
        "a record, and leads that were converted since, are left out. Shares begin with nothing taken."
    )
    if any(one.capacity is not None for one in pool.members):
        if any(one.object == pool.object for one in pool.work):
            yield (
                "Capacities are filled by the simulated records alone, each until it was changed last in fact if it is "
                "open no more: what was open before, or of other objects, is not known."
            )
        else:
            yield "Capacities are left out: how much was open with whom then is not known."
    if pool.given:
        yield f"What a step finds ({', '.join(f'$Routing.{name}' for name in pool.given)}) is blank."
    if unseen:
        yield f"Not seen: {unseen}."
    yield from sorted({f"Not seen: {one.found.lacks}." for one in played.came if one.found.lacks})
    for one in pool.members:
        if one.user not in {each.user for each in played.roster.available}:
            yield f"{one.user} is no active user, and gets nothing."
