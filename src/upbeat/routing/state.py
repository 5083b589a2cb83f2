"""Where every member of a pool stands: what they are owed, what they took lately against their caps, and their load.

`take` moves a state on by one assignment, and nothing else does. What moves it is a `Turn`: small, and enough to move a
state that was kept from before by as much again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

import numpy as np

from upbeat.routing.caps import Reached, Tally
from upbeat.routing.roster import Roster, Vector
from upbeat.routing.share import NOTHING


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
AHEAD: Final = 2.0  # records: one is any member's own due at most, and one is what the last bad record owes them
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
        self._free_at = dict[int, datetime]()
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
            again = {n for n, until in self._free_at.items() if until <= now}  # time frees, and fills none
            for number in again if self._since <= now else range(len(self._tallies)):
                self._cap(number, self._tallies[number].reached(now))
            self._since, self._until = now, min(self._free_at.values(), default=_NEVER)
        return self._mask

    def caps(self, number: int, now: datetime) -> list[tuple[str, int, int]]:
        """Give a member's caps in the words of the file, each with what counts against it now, and the most."""
        return self._tallies[number].taken(now)

    def with_room(self, units: float) -> int:
        """Give who has room for so many units more within their capacity."""
        spare = self.roster.spare
        if spare is None:
            return self.roster.everyone
        found = self._room.get(units)
        if found is None:
            fits = np.packbits(spare - self.load + NOTHING >= units, bitorder="little")
            found = self._room[units] = int.from_bytes(fits.tobytes(), "little")
        return found

    def take(self, turn: Turn | None) -> None:
        """Move on by one assignment; None, where nobody took anything, moves nothing."""
        if turn is None:
            return
        number = self.roster.places.get(turn.user)
        if turn.among:
            self._share(turn.among, turn.units, number)
        if number is None:
            return
        self._bear(number, turn.units)
        tally = self._tallies[number]
        if tally.caps:
            reached = tally.add(turn.at)
            if not self._since <= turn.at < self._until:
                self._since = _NEVER
            elif reached is not None:
                self._cap(number, reached)
                self._until = min(self._until, reached[1])

    def give_back(self, turn: Turn) -> None:
        """Take an assignment back, as where its record was returned: the turn is its taker's again, and nobody else's.

        Their caps keep counting it: it was put before them.
        """
        number = self.roster.places.get(turn.user)
        if turn.among:
            self._share(turn.among, -turn.units, number)
        if number is not None:
            self._bear(number, -turn.units)

    def creditable(self, turn: Turn) -> Turn:
        """Give as much of a turn as its taker may have back for a bad record: it puts them no further than AHEAD."""
        number = self.roster.places.get(turn.user)
        if number is None or not turn.among:
            return turn
        gains = turn.units * (1 - float(self.roster.group_of(turn.among).step[number]))
        room = AHEAD * turn.units - float(self.owed[number])
        return turn if gains <= max(room, 0) else turn._replace(units=turn.units * max(room, 0) / gains)

    def ease(self, user: str, units: float) -> None:
        """Note that a member has so much less open, as where a record of theirs is done; nobody is owed less by it."""
        number = self.roster.places.get(user)
        if number is not None:
            self._bear(number, -units)

    def _share(self, among: str, units: float, number: int | None) -> None:
        """Let a record be owed to those who could take it, and be paid for by the one who does."""
        step = self.roster.group_of(among).step
        self.owed = self.owed + (step if units == 1 else step * units)
        if number is not None:
            self.owed[number] -= units
            self.taken = self.taken.copy()
            self.taken[number] += units

    def _bear(self, number: int, units: float) -> None:
        """Note that a member has so much more to do, and for what they have room then."""
        spare, bit = self.roster.spare, 1 << number
        if spare is None:
            return
        self.load = self.load.copy()
        self.load[number] += units
        room = spare[number] - self.load[number] + NOTHING
        for asked, found in self._room.items():
            self._room[asked] = found | bit if room >= asked else found & ~bit

    def _cap(self, number: int, reached: Reached | None) -> None:
        """Note that a member is at a cap, or at none any more."""
        capped = {other: text for other, text in self.capped.items() if other != number}
        self._mask &= ~(1 << number)
        self._free_at.pop(number, None)
        if reached is not None:
            capped[number], self._free_at[number] = reached
            self._mask |= 1 << number
        self.capped = capped
