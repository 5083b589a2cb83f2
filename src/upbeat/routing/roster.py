"""A pool with its people: the definition's names, found in the org."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from upbeat.workflows import Member, Person, Pool

Passed = tuple[str, str]  # a username, and why this person was passed over


@dataclass(frozen=True)
class Roster:
    """A pool as it can be asked. `people` holds the org's users by the usernames that the pool gives its members.

    `takes_from` are the ids of the queues and users whose records count as not yet assigned.
    """

    pool: Pool
    people: Mapping[str, Person]
    takes_from: frozenset[str]

    @cached_property
    def available(self) -> tuple[Member, ...]:
        """The members who are active users of the org, in the pool's order."""
        return tuple(one for one in self.pool.members if not self._why_not(one))

    @cached_property
    def by_user_id(self) -> Mapping[str, Member]:
        """The available members by their user ids."""
        return {self.people[one.user].user_id: one for one in self.available}

    def serving(self, territory: str) -> tuple[tuple[Member, ...], tuple[Passed, ...]]:
        """Give who takes records of a territory, or with an empty name those of none; and who does not, and why."""
        return self._serving[territory]

    @cached_property
    def _serving(self) -> Mapping[str, tuple[tuple[Member, ...], tuple[Passed, ...]]]:
        return {name: self._split(name) for name in ("", *(one.name for one in self.pool.territories))}

    def _split(self, territory: str) -> tuple[tuple[Member, ...], tuple[Passed, ...]]:
        serving, passed = list[Member](), list[Passed]()
        for one in self.pool.members:
            why = self._why_not(one)
            if not why and one.territories and territory not in one.territories:
                why = f"serves {', '.join(one.territories)}"
            if why:
                passed.append((one.user, why))
            else:
                serving.append(one)
        return tuple(serving), tuple(passed)

    def _why_not(self, member: Member) -> str:
        person = self.people.get(member.user)
        if person is None:
            return "is no user of this org"
        return "" if person.active else "is not active"
