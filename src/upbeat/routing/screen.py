"""Who could take a record, and of everybody else the reason why not.

What is asked is asked of all members at once, each condition one set of them. A screen keeps what it saw, so it tells
the same after the pool has moved on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, cast

from upbeat.formula import FormulaError
from upbeat.routing.roster import Roster
from upbeat.routing.share import pick
from upbeat.routing.state import PoolState, Turn
from upbeat.routing.territory import NOWHERE
from upbeat.routing.view import View
from upbeat.workflows import Criterion, Member, Pool

Passed = tuple[str, str]  # a username, and why this person was passed over

_NOBODY = frozenset[str]()
_ELSEWHERE = "elsewhere"
_KINDS: Mapping[str, Criterion | None] = {  # what may speak against a member, the weightiest first; what is relaxed
    "not active": None,
    "had it before": None,
    _ELSEWHERE: Criterion.TERRITORY,
    "without the language": Criterion.LANGUAGE,
    "without the skill": Criterion.SKILLS,
    "away": None,
    "out of hours": Criterion.HOURS,
    "at a cap": None,
    "at capacity": Criterion.CAPACITY,
}
_SERVES = list(_KINDS).index(_ELSEWHERE)


class Asked(NamedTuple):
    """What a record asks of who takes it: its territory's number, the skills and the language; and what it weighs."""

    units: float
    territory: int = NOWHERE
    skills: tuple[str, ...] = ()
    language: str = ""


class Stake(NamedTuple):
    """One of those among whom a record was shared: how they stood in units, what they were owed with it counted."""

    user: str  # username
    weight: float
    owed: float
    taken: float  # in turn, ever
    load: float  # open work, and what was given since


class UntoldError(Exception):
    """What a record asks cannot be told: `what` of it, and why."""

    def __init__(self, what: str, why: str) -> None:
        """Keep both apart."""
        super().__init__(what, why)
        self.what = what
        self.why = why


def weigh(seen: View, pool: Pool) -> float:
    """Give what a record weighs in units. Raises UntoldError where that cannot be told."""
    if pool.units is None:
        return 1.0
    try:
        units = float(cast("Decimal | None", pool.units.evaluate(seen.record, None, seen.given, now=seen.now)) or 0)
    except FormulaError as error:
        raise UntoldError("weight", error.what) from error
    if not 0 < units < float("inf"):
        raise UntoldError("weight", f"{pool.units.canonical} is {units:g}, and a record weighs more than nothing")
    return units


def ask(seen: View, roster: Roster, units: float) -> Asked:
    """Find what a record of this weight asks. Raises UntoldError where a formula has no answer."""
    pool, what, (record, _, given, now) = roster.pool, "territory", seen
    try:
        territory = roster.territories.locate(seen)
        if not pool.skills and pool.language is None:
            return Asked(units, territory)
        what = "needs"
        skills = tuple(one.name for one in pool.skills if one.when.evaluate(record, None, given, now=now) is True)
        spoken = None if pool.language is None else pool.language.evaluate(record, None, given, now=now)
    except FormulaError as error:
        raise UntoldError(what, error.what) from error
    return Asked(units, territory, skills, str(spoken).strip() if spoken else "")


class Screen:
    """One record before all members of its pool. `free` are those who could take it, as a set."""

    def __init__(
        self, seen: View, roster: Roster, state: PoolState, asked: Asked, holders: frozenset[str] = _NOBODY
    ) -> None:
        """Ask every condition. `holders` had this very record before, and never have it again."""
        self._seen, self._roster, self._asked, self._holders = seen, roster, asked, holders
        present = roster.attendance.at(seen.now)
        self._sets = (  # who meets each of _KINDS
            roster.active,
            ~roster.of(holders) if holders else -1,
            roster.serving[asked.territory],
            roster.speaking(asked.language) if asked.language else -1,
            roster.having(asked.skills) if asked.skills else -1,
            present.not_away,
            present.in_hours,
            ~state.at_cap(seen.now),
            state.with_room(asked.units),
        )
        self._capped, self._load, self._owed, self._taken = state.capped, state.load, state.owed, state.taken
        self.relaxed: tuple[Criterion, ...] = ()
        self.free = _all(self._sets)

    def relax(self, order: Sequence[Criterion]) -> None:
        """Where nobody is free, ask for less: one thing after the other in this order, until somebody is.

        What was left out in vain on the way is asked again, so that nothing is relaxed without need.
        """
        for count in range(1, len(order) + 1):
            if self._without(order[:count]):
                left = list(order[:count])
                for one in order[: count - 1]:
                    fewer = [other for other in left if other is not one]
                    left = fewer if self._without(fewer) else left
                self.relaxed, self.free = tuple(left), self._without(left)
                return

    def deal(self) -> Turn:
        """Share the record among those who are free, at least one: give whose turn it is."""
        group, units = self._roster.group(self.free), self._asked.units
        number, self._owed = pick(group, self._owed, units)
        return Turn(self._roster.pool.members[number].user, units, self._seen.now, group.key)

    @property
    def territory(self) -> str:
        """Give the name of the territory that the record lies in, empty where it lies in none."""
        return "" if self._asked.territory == NOWHERE else self._roster.pool.territories[self._asked.territory].name

    @property
    def nobody(self) -> str:
        """Say why nobody is free: `nobody who serves it is free: 2 out of hours, 1 at a cap`."""
        told, left = list[str](), self._roster.everyone & self._sets[_SERVES]
        for kind, fits in zip(_KINDS, self._sets, strict=True):
            if count := (left & ~fits).bit_count():
                told.append(f"{count} {kind}")
            left &= fits
        return f"nobody who serves it is free: {', '.join(told)}" if told else "nobody serves it"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Where the record lies, and what was relaxed for it."""
        relaxed = f"nobody fits, so it is shared regardless of {' and '.join(self.relaxed)}" if self.relaxed else ""
        where = self._roster.territories.describe(self._seen, self._asked.territory)
        return tuple(one for one in (relaxed, where) if one)

    def share(self, user: str) -> str:
        """Say how who could take it stood: `share 5 of 8: 19 assigned against 20.0 due`."""
        number = self._roster.places[user]
        weight, owed, taken = self._roster.pool.members[number].weight, self._owed[number], self._taken[number]
        whole = weight / self._roster.group(self.free).step[number]
        return f"share {weight:g} of {whole:g}: {taken:,g} assigned against {owed + taken:,.1f} due"

    @property
    def passed_over(self) -> tuple[Passed, ...]:
        """Everybody who could not take it, each with the weightiest reason; the same reasons together."""
        left, found = self._roster.everyone, list[Passed]()
        for (kind, criterion), fits in zip(_KINDS.items(), self._sets, strict=True):
            if criterion is None or criterion not in self.relaxed:
                words = self._words(kind)
                found += ((one.user, words(number, one)) for number, one in self._roster.members(left & ~fits))
                left &= fits
        return tuple(found)

    @property
    def stakes(self) -> tuple[Stake, ...]:
        """How those who could take it stood."""
        return tuple(self._stake(number, one) for number, one in self._roster.members(self.free))

    def _stake(self, number: int, one: Member) -> Stake:
        load = self._roster.open_work.get(one.user, 0.0) + float(self._load[number])
        return Stake(one.user, one.weight, float(self._owed[number]), float(self._taken[number]), load)

    def _without(self, relaxed: Sequence[Criterion]) -> int:
        each = zip(_KINDS.values(), self._sets, strict=True)
        return _all(fits for criterion, fits in each if criterion is None or criterion not in relaxed)

    def kind_against(self, user: str) -> str:
        """Give in a word what spoke against a member first, such as `out of hours`; empty for who could take it."""
        number = self._roster.places.get(user)
        each = () if number is None else zip(_KINDS.items(), self._sets, strict=True)
        return next(
            (kind for (kind, one), fits in each if one not in self.relaxed and not fits >> (number or 0) & 1), ""
        )

    def all_against(self, user: str) -> tuple[str, ...]:
        """Give in words all that speaks against a member but their hours, and what the pool relaxes."""
        number, free = self._roster.places[user], {Criterion.HOURS, *self._roster.pool.relax}
        member = self._roster.pool.members[number]
        each = zip(_KINDS.items(), self._sets, strict=True)
        return tuple(self._words(kind)(number, member) for (kind, one), fits in each
            if one not in free and not fits >> number & 1)  # fmt: skip

    def _words(self, kind: str) -> Callable[[int, Member], str]:
        """Give what says of a member that something speaks against them."""
        attendance, people, now = self._roster.attendance, self._roster.people, self._seen.now
        words: Mapping[str, Callable[[int, Member], str]] = {
            "not active": lambda _number, one: "is not active" if one.user in people else "is no user of this org",
            _ELSEWHERE: lambda _number, one: f"serves {', '.join(one.territories)}",
            "without the language": lambda _number, _one: f"does not speak {self._asked.language}",
            "without the skill": lambda number, _one: f"is not skilled in {', '.join(self._missing(number))}",
            "away": lambda number, _one: attendance.why_away(number, now),
            "out of hours": lambda number, _one: attendance.why_closed(number, now),
            "at a cap": lambda number, _one: at_cap(self._capped[number]),
            "at capacity": lambda number, one: at_capacity(one, self._stake(number, one).load),
        }
        return words.get(kind, lambda _number, _one: kind)

    def _missing(self, number: int) -> Iterable[str]:
        return (one for one in self._asked.skills if not self._roster.having((one,)) >> number & 1)


def _all(sets: Iterable[int]) -> int:
    found = -1
    for one in sets:
        found &= one
    return found


def busy(roster: Roster, state: PoolState, number: int, units: float, now: datetime) -> str:
    """Say why a member cannot take any record now; empty for who can."""
    present, member = roster.attendance.at(now), roster.pool.members[number]
    if not present.not_away >> number & 1:
        return roster.attendance.why_away(number, now)
    if not present.in_hours >> number & 1:
        return roster.attendance.why_closed(number, now)
    if state.at_cap(now) >> number & 1:
        return at_cap(state.capped[number])
    if not state.with_room(units) >> number & 1:
        return at_capacity(member, roster.open_work.get(member.user, 0.0) + float(state.load[number]))
    return ""


def at_cap(cap: str) -> str:
    """Say that somebody may take no more for now."""
    return f"is at the cap of {cap}"


def at_capacity(member: Member, load: float) -> str:
    """Say that somebody has no room for the record."""
    return f"has {load:g} units open, with a capacity of {member.capacity:g}"
