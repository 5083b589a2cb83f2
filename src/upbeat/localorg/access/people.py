"""Who logs in: users by their username, their passwords, and which apps they may use."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from upbeat.base import Clock
from upbeat.localorg.access.apps import ConnectedApp
from upbeat.localorg.access.secrets import is_password, password_digest
from upbeat.localorg.problems import OrgError
from upbeat.localorg.rights.reading import held_by
from upbeat.localorg.storage import Storage

_TABLES: Final = 'CREATE TABLE IF NOT EXISTS "_passwords" (user_id TEXT PRIMARY KEY, digest TEXT NOT NULL)'
_SHORTEST: Final = 8  # characters, Salesforce's own default
_ATTEMPTS: Final = 10  # wrong passwords before a lock-out, and its length: Salesforce's own defaults
_LOCKED: Final = timedelta(minutes=15)
_NOBODY: Final = password_digest("")  # what a name without a password is held against, so that the time tells nothing


@dataclass(frozen=True, slots=True)
class Person:
    """A user, as far as logging in goes."""

    id: str
    username: str
    active: bool


class People:
    """The org's users and their passwords, which are kept as scrypt digests."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        """Keep passwords in this storage."""
        self._storage = storage
        self._clock = clock
        self._failed: dict[str, tuple[int, datetime]] = {}
        storage.execute(_TABLES)

    def find(self, username: str) -> Person | None:
        """Give the user of a username, however its letters are cased."""
        found = self._storage.find("User", "Username", [username], ["Id", "Username", "IsActive"])
        return _person(found[0]) if found else None

    def by_id(self, user_id: str) -> Person | None:
        """Give the user of an id."""
        found = self._storage.fetch("User", [user_id], ["Id", "Username", "IsActive"])
        return _person(found[user_id]) if user_id in found else None

    def set_password(self, username: str, password: str) -> None:
        """Let a person log in with this password from now on. Raises OrgError for no such user, or too short a one."""
        person = self.find(username)
        if person is None:
            raise OrgError(f"there is no user {username}", fix="Create the user first.")
        if len(password) < _SHORTEST:
            raise OrgError("the password is too short", fix=f"Use {_SHORTEST} characters or more.")
        with self._storage.transaction():
            row = (person.id, password_digest(password))
            self._storage.execute('INSERT OR REPLACE INTO "_passwords" VALUES (?, ?)', row)
        self._failed.pop(person.id, None)

    def enter(self, username: str, password: str) -> Person | None:
        """Give the active user whose password this is, or None. Ten wrong ones lock a user out for 15 minutes."""
        person = self.find(username)
        key = person.id if person else ""
        kept = self._storage.execute('SELECT digest FROM "_passwords" WHERE user_id=?', (key,))
        right = is_password(kept[0][0] if kept else _NOBODY, password) and bool(kept)
        failed, since = self._failed.get(key, (0, self._clock.now()))
        if failed >= _ATTEMPTS and self._clock.now() < since + _LOCKED:
            return None
        if person is None or not right:
            if key:
                self._failed[key] = (failed % _ATTEMPTS + 1, self._clock.now())
            return None
        self._failed.pop(key, None)
        return person if person.active else None

    def is_approved(self, person: Person, app: ConnectedApp) -> bool:
        """Whether an admin has approved this user for the app: by the profile, or by a permission set."""
        (row,) = self._storage.fetch("User", [person.id], ["ProfileId"]).values()
        held = self._storage.fetch("PermissionSet", held_by(self._storage, person.id), ["Name", "IsOwnedByProfile"])
        names = {one["Name"] for one in held.values() if not one["IsOwnedByProfile"]}
        names |= {one["Name"] for one in self._storage.fetch("Profile", [str(row["ProfileId"])], ["Name"]).values()}
        return not names.isdisjoint(app.approved)


def _person(row: dict[str, Any]) -> Person:
    return Person(str(row["Id"]), str(row["Username"]), bool(row["IsActive"]))
