"""Where every member of a pool stands: what they are owed, what they took lately against their caps, and their load.

`take` moves a state on by one assignment, and nothing else does. What moves it is a `Turn`: small, and enough to move a
state that was kept from before by as much again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from upbeat.routing.caps import Tally
from upbeat.routing.roster import Roster, Vector


class Turn(NamedTuple):
    """One assignment as far as it moves its pool: who took how many units when, and among whom they were shared.

    `among` is the set of all who could have taken it, in hexadecimal, the pool's first member the lowest bit. Empty,
    it was nobody's turn: the record was the taker's already, as its account's owner's is, and no one is owed anything.
    """

    user: str  # username
    units: float
    at: datetime
    among: str = ""


class Place(NamedTuple):
    """How one member stands, in units: owed beyond what was taken in turn (below zero, ahead), and taken in turn.

    `calendar` are counts against caps by the calendar: the seconds of the span, its number since the first Monday of
    1970, and the records taken in it. `lately` are records against rolling caps: a second since 1970, and how many.
    """

    owed: float = 0.0
    taken: float = 0.0
    calendar: tuple[tuple[int, int, int], ...] = ()
    lately: tuple[tuple[int, int], ...] = ()


_START = Place()
_DAY = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


class PoolState:
    """Where a pool stands. Vectors are replaced and never changed, so that whoever has one keeps what they saw."""

    def __init__(self, roster: Roster, places: Mapping[str, Place] | None = None) -> None:
        """Begin where the members stand by username; who is not named has taken nothing yet."""
        kept = [(places or {}).get(one.user, _START) for one in roster.pool.members]
        self.roster = roster
        self.owed: Vector = np.array([one.owed for one in kept])
        self.taken: Vector = np.array([one.taken for one in kept])
        self.load: Vector = np.zeros(len(kept))  # given since the roster was read, beside the open work that it knows
        self.capped: Mapping[int, str] = {}  # who is at a cap, and which, as of the moment last asked for
        self._tallies = [
            Tally(member.caps, member.hours.zone if member.hours else roster.zone, place.calendar, place.lately)
            for member, place in zip(roster.pool.members, kept, strict=True)
        ]
        self._mask = 0
        self._since = self._until = _NEVER
        self._room = dict[float, int]()

    @property
    def places(self) -> dict[str, Place]:
        """Where the members stand, by username, as a store keeps it."""
        each = zip(self.roster.pool.members, self.owed.tolist(), self.taken.tolist(), self._tallies, strict=True)
        return {one.user: Place(owed, taken, *tally.kept) for one, owed, taken, tally in each}

    def at_cap(self, now: datetime) -> int:
        """Give who has reached a cap at an aware moment; `capped` then says which."""
        if not self._since <= now < self._until:
            numbers = (
                list(self.capped) if self._since <= now else range(len(self._tallies))
            )  # time frees, and fills none
            self.capped, self._mask, self._since, self._until = {}, 0, now, now + _DAY
            for number in numbers:
                self._look(number, now)
        return self._mask

    def with_room(self, units: float) -> int:
        """Give who has room for so many units more within their capacity."""
        spare = self.roster.spare
        if spare is None:
            return self.roster.everyone
        found = self._room.get(units)
        if found is None:
            fits = np.packbits(spare - self.load >= units, bitorder="little")
            found = self._room[units] = int.from_bytes(fits.tobytes(), "little")
        return found

    def take(self, turn: Turn | None) -> None:
        """Move on by one assignment; None, where nobody took anything, moves nothing."""
        if turn is None:
            return
        self._share(turn, 1)
        number = self.roster.places.get(turn.user)
        if number is None:
            return
        if self.roster.spare is not None:
            self._bear(number, turn.units)
        tally = self._tallies[number]
        if tally.caps:
            tally.add(turn.at)
            if self._since <= turn.at < self._until:
                self._look(number, turn.at)
            else:
                self._since = _NEVER

    def give_back(self, turn: Turn) -> None:
        """Take an assignment back, as where its record was returned: the turn is its taker's again, and nobody else's.

        Their caps keep counting it: it was put before them.
        """
        self._share(turn, -1)
        number = self.roster.places.get(turn.user)
        if number is not None and self.roster.spare is not None:
            self._bear(number, -turn.units)

    def _share(self, turn: Turn, sign: int) -> None:
        number = self.roster.places.get(turn.user)
        if not turn.among:
            return
        group, units = self.roster.group(int(turn.among, 16)), sign * turn.units
        self.owed = self.owed + (group.step if units == 1 else group.step * units)
        if number is not None:
            self.owed[number] -= units
            self.taken = self.taken.copy()
            self.taken[number] += units

    def _bear(self, number: int, units: float) -> None:
        self.load = self.load.copy()
        self.load[number] += units
        self._room = {}

    def _look(self, number: int, now: datetime) -> None:
        found = self._tallies[number].reached(now)
        if found is not None:
            self.capped = {**self.capped, number: found[0]}
            self._mask |= 1 << number
            self._until = min(self._until, found[1])
