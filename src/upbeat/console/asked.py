"""Who asks for a page or an action, and where they stand."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from upbeat.base import UpbeatError
from upbeat.console.permissions import Permission
from upbeat.console.told import person
from upbeat.operations import House


class NotSignedInError(UpbeatError):
    """Nobody is signed in."""


class NotAllowedError(UpbeatError):
    """Somebody is signed in, and may not do what they ask for."""


class MissingError(UpbeatError):
    """There is no such page or record, or it is not for whoever asks: they are told the same."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: an active user of the org.

    `team` are the usernames of the people below them, they themselves first; what is put to one of these is theirs to
    see, and with `everybody` what is put to anybody. `token` is whether a program asks with a person's token: it never
    decides an approval. `dev` is whether they were let in without being asked who they are, on a local org alone.
    """

    username: str
    name: str
    permissions: frozenset[Permission]
    team: tuple[str, ...]
    everybody: bool = False
    token: bool = False
    dev: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether they may do something."""
        return permission in self.permissions

    def sees(self, owner: str) -> bool:
        """Whether the work of this username is theirs to see. Where it is not, answer as if there were none."""
        return self.everybody or owner.casefold() in {one.casefold() for one in self.team}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of one person: what a page's function works with.

    `form_token` goes into each form, `nonce` beside each style that the page makes itself. `said` are the words of what
    was done just before, to be shown once. `org_away` is whether the org did not answer when it was last asked who they
    are: what it said before that holds.
    """

    house: House
    viewer: Viewer
    now: datetime
    zone: ZoneInfo
    path: str
    form_token: str
    nonce: str
    said: Collection[str] = field(default=())
    org_away: bool = False

    @property
    def is_program(self) -> bool:
        """Whether it is asked for as JSON: what is wrong is answered as a fault, and not shown on a page."""
        return self.path.startswith("/api/")

    def may(self, permission: Permission) -> bool:
        """Whether whoever asks may do something."""
        return self.viewer.may(permission)

    def called(self, username: str) -> str:
        """Give what people call a user; the username where nobody is known by it, or the org is away."""
        return username if self.org_away else person(self.house, username)

    @property
    def by(self) -> str:
        """The username in whose name it is done."""
        return self.viewer.username
