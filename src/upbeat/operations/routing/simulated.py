"""Records that came, laid before a pool again: whom it would have given each, and how that differs. Pure.

Each is assigned at the moment it was created, in the order in which they came, as `assign` does it for the line. Turns
begin with none taken, and what the pool gives is known to the records after: a double goes to whoever has the first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush

from upbeat.base import Rate, rate
from upbeat.domain import Record
from upbeat.engine import LastOwners, account_of, trace
from upbeat.operations.owning.figures import Times, times
from upbeat.operations.routing.lives import Had, Life
from upbeat.operations.routing.measures import Load, between, evenness, loads
from upbeat.routing import Assignment, Found, Known, NeverOpenError, PoolState, Roster, Rule, assign, worked
from upbeat.timeline import moment
from upbeat.workflows import Keeper

_SPEAKS = {"elsewhere": "serves another territory"}  # of what spoke against a member; the rest says itself


@dataclass(frozen=True, slots=True)
class Came:
    """A record as it came to the pool: its fields, when, and what the org has of it.

    `open_units` is what it counts as open work with whoever has it, until it was done in fact, None where it is not.
    """

    record: Record
    at: datetime
    found: Found = field(default_factory=Found)
    open_units: float = 0.0
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Differs:
    """A record that goes elsewhere: who `had` it, who `would` have it, by name, both empty for nobody, and why."""

    record_id: str
    came_at: datetime
    had: str
    would: str
    why: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """How records were given, one way, measured by the weights, hours and promise of the changed pool.

    `others` went to people who are no members of it, `nobody` has the rest. `to_work` is from a record's creation until
    the hours of whoever has it are open, as the promise counts time; `in_time` how many of those lie within the
    promise, nothing where it makes none.
    """

    loads: tuple[Load, ...]
    evenness: float | None
    others: int
    nobody: int
    to_work: Times
    in_time: Rate


def as_of(at: datetime, found: Found) -> Found:
    """Leave out what came later than a record, as the account and the contact that a lead was converted to."""

    def was_there(row: Record) -> bool:
        return moment(row["CreatedDate"]) <= at if row.get("CreatedDate") else True

    contact = found.contact if found.contact is not None and was_there(found.contact.record) else None
    accounts = tuple(one for one in found.accounts if was_there(one.record))
    return replace(
        found, accounts=accounts, contact=contact, doubles=tuple(one for one in found.doubles if was_there(one.record))
    )


def play(some: Iterable[Came], roster: Roster) -> dict[str, Assignment]:
    """Give by record id what a pool makes of records, in their order. Its `takes_from` must name somebody."""
    pool, state, last = roster.pool, PoolState(roster), LastOwners()
    remembers = any(one.by is Keeper.LAST_OWNER for one in pool.keeps)
    free = {"OwnerId": min(roster.takes_from)}
    made, owners = dict[str, Assignment](), dict[str, Record]()
    ending = list[tuple[datetime, str, float]]()  # a heap: when whose open work ends, and how much
    for one in some:
        while ending and ending[0][0] <= one.at:
            state.ease(*heappop(ending)[1:])
        key, now = one.record["Id"], one.at.astimezone(roster.zone)
        known = one.found.with_owners(owners).known(pool.match)
        trail = trace(one.record, pool.object, account_of(known))
        if remembers:
            known = one.found.with_owners(owners).known(pool.match, Known(last=last.of(trail)))
        made[key] = found = assign({**one.record, **free}, roster, state, now, known)
        if found.turn is not None:
            state.take(found.turn)
            state.ease(found.turn.user, found.turn.units - one.open_units)
            if one.done_at is not None:
                heappush(ending, (one.done_at, found.turn.user, one.open_units))
        owners[key] = free
        if found.user_id:
            owner = {"Username": found.owner, "Name": found.owner, "IsActive": True}
            owners[key] = {"OwnerId": found.user_id, "Owner": owner}
            last.note(trail, found.owner, now)
    return made


def why(found: Assignment, had: str, roster: Roster) -> str:
    """Say in a few words why a record does not go to the person of this username, empty for nobody."""
    if found.held:
        return "held for a person"
    if not had:
        return "nobody had it"
    if found.screen is None or found.rule is not Rule.FAIR_SHARE:
        return f"goes to the {found.rule}"
    if had not in roster.places:
        return "who had it is no member"
    kind = found.screen.kind_against(had)
    return f"who had it: {_SPEAKS.get(kind, kind)}" if kind else "somebody else's turn"


def differing(
    some: Sequence[Came],
    made: Mapping[str, Assignment],
    had: Mapping[str, str],
    names: Mapping[str, str],
    roster: Roster,
) -> tuple[Differs, ...]:
    """Give the records that go elsewhere; `had` has by record id the ids of who had them, `names` the usernames."""
    found = list[Differs]()
    for one in some:
        key = one.record["Id"]
        would, before = made[key], had.get(key, "")
        if would.user_id != before:
            name = names.get(before, before)
            reasons = would.reasons or would.notes
            found.append(Differs(key, one.at, name, would.owner, why(would, name, roster), reasons))
    return tuple(found)


def side(some: Sequence[Came], given: Mapping[str, str], roster: Roster) -> Side:
    """Measure one way of giving records; `given` has by record id the id of who has it first."""
    pool, users = roster.pool, {name: one.user_id for name, one in roster.people.items()}
    members = {users[one.user]: one for one in pool.members if one.user in users}
    lives = [Life(record_id=key, born_at=at, had=(Had(owner, at, ""),)) for key, at, owner in _given(some, given)]
    each = loads(lives, pool.members, users)
    hours = pool.promise.by if pool.promise else None
    waits, never = list[timedelta](), 0
    for _, at, owner in _given(some, given):
        if owner in members:
            try:
                waits.append(between(hours, at, worked(members[owner].hours, at, timedelta())))
            except NeverOpenError:
                never += 1
    within = None if pool.promise is None else pool.promise.touch_within
    kept = rate(0, 0) if within is None else rate(sum(one <= within for one in waits), len(waits) + never)
    mine = sum(one.records for one in each)
    return Side(each, evenness(each), len(lives) - mine, len(some) - len(lives), times(waits), kept)


def counted(words: Iterable[str]) -> dict[str, int]:
    """Count words, the commonest first."""
    return dict(Counter(words).most_common())


def _given(some: Iterable[Came], given: Mapping[str, str]) -> Iterable[tuple[str, datetime, str]]:
    return ((key, one.at, owner) for one in some if (owner := given.get(key := one.record["Id"], "")))
