"""A pool with its people, as the org has them: the definition's names found, and each member a bit of a mask.

A set of members is an int: bit `n` stands for the pool's member `n`, so that a hundred conditions over two hundred
people are a hundred ands.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from upbeat.routing.attendance import Attendance
from upbeat.routing.territory import Territories
from upbeat.workflows import Member, Person, Pool

Vector = NDArray[np.float64]  # a number for each member, in the pool's order


class Absence(NamedTuple):
    """A time that somebody is not there, as the org's calendars have it: aware, the end outside it."""

    begins: datetime
    ends: datetime
    why: str = "out of office"


@dataclass(frozen=True)
class Group:
    """Members who share a record, by their weights.

    `step` is what each is owed of one unit, nothing outside the group; `pace` how many units go by until a member is
    owed one, and `first` the same for who is owed nothing yet: never outside the group, ties by the pool's order.
    """

    key: str  # its set in hexadecimal, as a ledger keeps it
    step: Vector
    pace: Vector
    first: Vector


_MOST_GROUPS = 4_000  # that are remembered: 20 MB for 200 members
_TIE = 1e-9  # of a unit: what decides between equals, above what sums of fractions may be wrong by


@dataclass(frozen=True)
class Roster:
    """A pool as it can be asked. `people` holds the org's users by the usernames that the pool gives its members.

    `takes_from` are the ids of the queues and users whose records count as not yet assigned. `absences` and
    `open_work`, in units, are what the org's calendars and records say of people, by username. `zone` is the org's: the
    calendar of who has no hours.
    """

    pool: Pool
    people: Mapping[str, Person]
    takes_from: frozenset[str]
    absences: Mapping[str, Sequence[Absence]] = field(default_factory=dict[str, Sequence[Absence]])
    open_work: Mapping[str, float] = field(default_factory=dict[str, float])
    zone: tzinfo = UTC

    @cached_property
    def available(self) -> tuple[Member, ...]:
        """The members who are active users of the org, in the pool's order."""
        return tuple(one for _, one in self.members(self.active))

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Whom a person may choose: the usernames of who is available."""
        return tuple(one.user for one in self.available)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The numbers of the members, by username."""
        return {one.user: number for number, one in enumerate(self.pool.members)}

    @cached_property
    def by_user_id(self) -> Mapping[str, Person]:
        """The people by their user ids."""
        return {one.user_id: one for one in self.people.values()}

    @cached_property
    def everyone(self) -> int:
        """All members."""
        return (1 << len(self.pool.members)) - 1

    @cached_property
    def active(self) -> int:
        """The members who are active users."""
        return self._where(one.user in self.people and self.people[one.user].active for one in self.pool.members)

    @cached_property
    def serving(self) -> Sequence[int]:
        """Who serves each territory, in the pool's order, and at the end who serves records of none."""
        named = [frozenset(one.territories) for one in self.pool.members]
        serving = [self._where(not one or each.name in one for one in named) for each in self.pool.territories]
        return (*serving, self._where(not one for one in named))

    @cached_property
    def territories(self) -> Territories:
        """The pool's territories, to be found by what a record says."""
        return Territories(self.pool)

    @cached_property
    def attendance(self) -> Attendance:
        """Who is at work when."""
        return Attendance(self.pool.members, self.absences, self.zone)

    @cached_property
    def spare(self) -> Vector | None:
        """The units that each member has room for beside the org's open work; None where nobody has a capacity."""
        if all(one.capacity is None for one in self.pool.members):
            return None
        most = (float("inf") if one.capacity is None else one.capacity for one in self.pool.members)
        open_work = (self.open_work.get(one.user, 0.0) for one in self.pool.members)
        return np.array([limit - load for limit, load in zip(most, open_work, strict=True)])

    def having(self, skills: Iterable[str]) -> int:
        """Give who has all of these skills."""
        found = self.everyone
        for one in skills:
            found &= self._skilled.get(one.casefold(), 0)
        return found

    def speaking(self, language: str) -> int:
        """Give who speaks a language; everyone where none is asked for."""
        return self._speaking.get(language.casefold(), 0) if language else self.everyone

    def of(self, usernames: Iterable[str]) -> int:
        """Give those of these people who are members."""
        found = 0
        for one in usernames:
            if one in self.places:
                found |= 1 << self.places[one]
        return found

    def group(self, mask: int) -> Group:
        """Give the members of a set as people who share."""
        found = self._groups.get(mask)
        if found is None:
            if len(self._groups) >= _MOST_GROUPS:
                self._groups.clear()
                self._by_key.clear()
            inside = np.array([mask >> number & 1 for number in range(len(self.pool.members))], dtype=bool)
            step = np.where(inside, self._weights, 0.0)
            whole = float(step.sum())
            step /= whole or 1.0
            pace = whole / self._weights
            first = np.where(inside, pace + np.arange(len(inside)) * _TIE, np.inf)
            found = self._groups[mask] = Group(f"{mask:x}", step, pace, first)
            self._by_key[found.key] = found
        return found

    def group_of(self, key: str) -> Group:
        """Give the group of a key; of one from before the pool had fewer members, those that are left."""
        return self._by_key.get(key) or self.group(int(key, 16) & self.everyone)

    def members(self, mask: int) -> Iterable[tuple[int, Member]]:
        """Give the members of a set with their numbers."""
        while mask:
            number = (mask & -mask).bit_length() - 1
            yield number, self.pool.members[number]
            mask &= mask - 1

    @cached_property
    def _weights(self) -> Vector:
        return np.array([one.weight for one in self.pool.members], dtype=float)

    @cached_property
    def _groups(self) -> dict[int, Group]:
        return {}

    @cached_property
    def _by_key(self) -> dict[str, Group]:
        return {}

    @cached_property
    def _skilled(self) -> Mapping[str, int]:
        return self._by_word(one.skills for one in self.pool.members)

    @cached_property
    def _speaking(self) -> Mapping[str, int]:
        return self._by_word(one.languages for one in self.pool.members)

    def _by_word(self, words: Iterable[Sequence[str]]) -> Mapping[str, int]:
        found = dict[str, int]()
        for number, of_one in enumerate(words):
            for word in of_one:
                found[word.casefold()] = found.get(word.casefold(), 0) | 1 << number
        return found

    @staticmethod
    def _where(each: Iterable[bool]) -> int:
        return sum(1 << number for number, one in enumerate(each) if one)
