"""Who a user is, where records are shared: the user, those below in the role hierarchy, and the groups of them all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

_EVERYBODY: Final = "Organization"
_OF_ROLE: Final = "Role"
_OF_ROLE_AND_BELOW: Final = frozenset({"RoleAndSubordinates", "RoleAndSubordinatesInternal"})


@dataclass(frozen=True, slots=True)
class Group:
    """A public group, a queue, or the group that stands for a role: `role` is its id then.

    `bosses` says that those above a member, in the role hierarchy, have what the member has through the group.
    """

    kind: str = "Regular"
    role: str = ""
    bosses: bool = True


@dataclass(frozen=True)
class People:
    """An org's users and groups, by id.

    `role_of` maps users to their roles, `above` roles to the role above them, `groups` their ids to the groups, and
    `members` are pairs of a group and a member, which is a user or another group.
    """

    role_of: Mapping[str, str] = field(default_factory=dict[str, str])
    above: Mapping[str, str] = field(default_factory=dict[str, str])
    groups: Mapping[str, Group] = field(default_factory=dict[str, Group])
    members: Iterable[tuple[str, str]] = ()

    def principals(self, user: str) -> frozenset[str]:
        """Give the ids that records are shared with where this user has access: what is theirs is the user's."""
        found = {user, *self._groups_of(user)}
        mine = self.role_of.get(user, "")
        for other, role in self.role_of.items():
            if mine and mine in self._superiors(role):
                found.add(other)
                found.update(one for one in self._groups_of(other) if self.groups[one].bosses)
        return frozenset(found)

    def _superiors(self, role: str) -> list[str]:
        """Give the roles above a role, nearest first; a circle of roles is gone round once."""
        found = list[str]()
        here = self.above.get(role, "")
        while here and here not in found:
            found.append(here)
            here = self.above.get(here, "")
        return found

    def _groups_of(self, user: str) -> set[str]:
        """Give the groups that a user is a member of, through other groups too."""
        role = self.role_of.get(user, "")
        roles = {role, *self._superiors(role)} if role else set[str]()
        found, waiting = set[str](), [user]
        for key, group in self.groups.items():
            mine = (group.kind == _OF_ROLE and group.role == role != "") or group.kind == _EVERYBODY
            if mine or (group.kind in _OF_ROLE_AND_BELOW and group.role in roles):
                found.add(key)
                waiting.append(key)
        while waiting:
            for key in self._containing[waiting.pop()]:
                if key not in found and key in self.groups:
                    found.add(key)
                    waiting.append(key)
        return found

    @cached_property
    def _containing(self) -> Mapping[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for group, member in self.members:
            found[member].append(group)
        return found
