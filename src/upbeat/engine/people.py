"""The org's users and queues, read over the reading connection and kept for a minute."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from threading import RLock

from upbeat.base import Clock
from upbeat.domain import Record
from upbeat.intake import Query
from upbeat.salesforce import Rejected, on_account
from upbeat.workflows import Person

FRESH = timedelta(minutes=1)
_USERS = "SELECT Id, Username, Name, Email, IsActive, ManagerId{more} FROM User"
_MORE = (  # what is known of people where the reading identity may see it, all of it or the first of them
    ", TimeZoneSidKey, UserType, UserRoleId, Profile.PermissionsApiUserOnly",
    ", TimeZoneSidKey, UserType, UserRoleId",
    "",
)
_INTERNAL = "Standard"
_ROLES = "SELECT Id, ParentRoleId FROM UserRole"
_QUEUES = "SELECT Id, Name, DeveloperName FROM Group WHERE Type = 'Queue'"


class People:
    """Who is who in the org: found by username, email address or id, without minding case."""

    def __init__(self, query: Query, clock: Clock) -> None:
        """Read nothing yet."""
        self._query = query
        self._clock = clock
        self._reading = RLock()  # the console asks from several threads
        self._read_at: datetime | None = None
        self._less = 0  # of what is known beside the names
        self._by_key: dict[str, Person] = {}
        self._by_username: dict[str, Person] = {}
        self._queues: dict[str, str] = {}
        self._queue_names: tuple[str, ...] = ()
        self._names: dict[str, str] = {}
        self._colleagues: frozenset[str] = frozenset()
        self._roles: tuple[datetime, Mapping[str, str]] | None = None  # the role above each, and when that was read

    def find(self, key: str) -> Person | None:
        """Give the user of this username, email address or id, or None."""
        self._refresh()
        return self._by_key.get(key.casefold())

    def active(self, key: str) -> Person | None:
        """Give the active user of this username, email address or id, or None."""
        found = self.find(key)
        return found if found is not None and found.active else None

    def all(self) -> Mapping[str, Person]:
        """Give every user by username, as the checks take them."""
        self._refresh()
        return self._by_username

    def colleagues(self) -> frozenset[str]:
        """Give the addresses of the active users of the house itself, in small letters: a notice goes to no others."""
        self._refresh()
        return self._colleagues

    def names(self) -> Mapping[str, str]:
        """Give the names of users and queues by their ids, as people know them."""
        self._refresh()
        return self._names

    def queues(self) -> Collection[str]:
        """Give the names of every queue, as people and as developers call it."""
        self._refresh()
        return self._queue_names

    def holder_id(self, name: str) -> str | None:
        """Give the id of the user or the queue of this name, or None."""
        self._refresh()
        person = self._by_key.get(name.casefold())
        return self._queues.get(name.casefold()) if person is None else person.user_id

    def manager(self, username: str) -> str | None:
        """Give the username of the nearest active manager above this user, or None at the top."""
        return next(iter(self.above(username)), None)

    def above(self, username: str) -> list[str]:
        """Give the active people above a user, the nearest first; whoever left is passed over."""
        found, seen = list[str](), set[str]()
        person = self.find(username)
        while person is not None and person.user_id not in seen:
            seen.add(person.user_id)
            person = self.find(person.manager_id)
            if person is not None and person.active and person.user_id not in seen:
                found.append(person.username)
        return found

    def below(self, username: str) -> list[str]:
        """Give everybody below a user, by who manages whom and by the role hierarchy, those who have left as well.

        An org that does not show its roles is gone by managers alone.
        """
        person = self.find(username)
        if person is None:
            return []
        above_role, managed, in_role = self._above_role(), defaultdict[str, list[Person]](list), set[str]()
        for one in self._by_username.values():
            managed[one.manager_id].append(one)
        if person.role_id:
            in_role = {role for role in above_role if person.role_id in _line(role, above_role)}
        found = {one.user_id: one for one in self._by_username.values() if one.role_id in in_role}
        waiting = [person, *found.values()]
        while waiting:
            for one in managed[waiting.pop().user_id]:
                if one.user_id not in found:
                    found[one.user_id] = one
                    waiting.append(one)
        found.pop(person.user_id, None)  # where people manage each other
        return sorted(one.username for one in found.values())

    def freshen(self) -> None:
        """Read now what would be read soon: before a transaction, so that none waits for the org."""
        self._refresh(FRESH / 2)

    def read_anew(self) -> None:
        """Read now, whatever is known: the org has said that it is otherwise."""
        self._read_at = None
        self._refresh()

    def _refresh(self, within: timedelta = FRESH) -> None:
        with self._reading:
            now = self._clock.now()
            if self._read_at is None or now - self._read_at >= within:
                with on_account(""):  # every workflow needs them
                    self._read(now)

    def _read(self, now: datetime) -> None:
        people = [
            Person(
                username=row["Username"],
                user_id=row["Id"],
                name=row["Name"],
                email=row["Email"] or "",
                active=row["IsActive"],
                manager_id=row["ManagerId"] or "",
                time_zone=row.get("TimeZoneSidKey") or "",
                internal=row.get("UserType", _INTERNAL) == _INTERNAL,
                integration=_is_integration(row),
                role_id=row.get("UserRoleId") or "",
            )
            for row in self._users()
        ]
        self._colleagues = frozenset(
            one.email.strip().casefold() for one in people if one.email and one.active and one.internal
        )
        self._by_username = {one.username: one for one in people}
        by_email = {one.email.casefold(): one for one in people if one.email and one.active}
        by_name = {key.casefold(): one for one in people for key in (one.username, one.user_id)}
        self._by_key = {**by_email, **by_name}
        queues = self._query(_QUEUES, {})
        self._queues = {
            name.casefold(): row["Id"]
            for row in queues
            for name in (row["DeveloperName"], row["Name"], row["Id"])
            if name
        }
        self._queue_names = tuple(name for row in queues for name in (row["Name"], row["DeveloperName"]) if name)
        self._names = {one.user_id: one.name for one in people} | {row["Id"]: row["Name"] for row in queues}
        self._read_at = now

    def _above_role(self) -> Mapping[str, str]:
        """Give the role above each role, by id; empty at the top. They change rarely, and few ask."""
        now = self._clock.now()
        if self._roles is None or now - self._roles[0] >= FRESH:
            try:
                rows = self._query(_ROLES, {})
            except Rejected:
                rows = ()
            self._roles = now, {row["Id"]: row["ParentRoleId"] or "" for row in rows}
        return self._roles[1]

    def _users(self) -> Sequence[Record]:
        """Read the users, with what the identity may not see left out from then on."""
        try:
            return self._query(_USERS.format(more=_MORE[self._less]), {})
        except Rejected:
            if not _MORE[self._less]:
                raise
            self._less += 1
            return self._users()


def _line(role: str, above: Mapping[str, str]) -> list[str]:
    """Give the roles above a role, the nearest first."""
    found = list[str]()
    while (role := above.get(role, "")) and role not in found:
        found.append(role)
    return found


def _is_integration(row: Record) -> bool:
    profile: Record | None = row.get("Profile")
    return profile is not None and profile["PermissionsApiUserOnly"] is True
