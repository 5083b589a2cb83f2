"""What a step asks about people and pools: answered from the org as it is, and noted to be answered so again."""

from collections.abc import Mapping
from dataclasses import replace

from upbeat.conversation import Captured, Conversation
from upbeat.domain import Mode, Record
from upbeat.engine.desk import Desk
from upbeat.engine.people import People
from upbeat.engine.recorded import Given, Share
from upbeat.routing import Assignment, Known, Request, Reroute, Turn
from upbeat.workflows import Person


class Witness:
    """Answers one run of one step, and notes each answer."""

    def __init__(
        self,
        people: People,
        desk: Desk,
        captured: Mapping[str, Captured],
        mode: Mode,
        reroute: Reroute | None = None,
    ) -> None:
        """Ask these people, and this desk as it assigns in a mode, or gives a record to somebody else.

        `captured` are the conversations of the step's items, by key.
        """
        self._people = people
        self._desk = desk
        self._captured = captured
        self._mode = mode
        self._reroute = reroute
        self._found: dict[str, Person | None] = {}
        self._managers: dict[str, str | None] = {}
        self._share: Share | None = None
        self.turn: Turn | None = None
        """The turn that was taken, where a pool was asked and gave one."""

    def find(self, key: str) -> Person | None:
        """Give the user of this username, email address or id, or None."""
        found = self._found[key] = self._people.find(key)
        return found

    def manager(self, username: str) -> str | None:
        """Give the username of an active manager above this user, or None at the top."""
        found = self._managers[username] = self._people.manager(username)
        return found

    def assign(self, _pool: str, record: Record, request: Request, /) -> Assignment:
        """Give who takes the record."""
        self._share = self._desk.share(self._mode, record, request)
        found = self._desk.assign(self._mode, record, request, self._reroute)
        self.turn = found.turn
        return found

    def is_taken(self, _pool: str, record: Record, /) -> bool:
        """Whether somebody has the record already whom the pool does not take from."""
        self._share = self._share or self._desk.share(self._mode, record, Request())
        return self._desk.is_taken(record, self._reroute)

    def known(self, _pool: str, record: Record, /) -> Known:
        """Give what is known of a record beside its fields."""
        self._share = self._share or self._desk.share(self._mode, record, Request())
        return self._desk.known(self._mode, record)

    def conversation(self, key: str, /) -> Conversation:
        """Give a conversation that was captured."""
        return self._captured[key].conversation

    def noted(self, given: Given) -> Given:
        """Give what a step was run on, with the answers that it was given."""
        return replace(given, people=self._found, managers=self._managers, share=self._share)
