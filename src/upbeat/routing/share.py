"""Fair share: who among the people that could take a record takes it.

Each record adds one to what its candidates are owed together, split by their weights: that is each one's `due`. Taking
a record adds one to `assigned`. Among those who are owed something, the record goes to whoever's next one falls due
first. Where the candidates are the same each time, nobody is ever a whole record away from their due: this is the
quota method of apportionment (Balinski and Young, 1975), one seat at a time.

Somebody who could not take a record (away, at the cap, in another territory) is owed nothing of it. So who joins or
returns begins where they stand, with no arrears to be flooded by, and an account's own owner costs no one a turn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from upbeat.workflows import Member

_NOTHING = 1e-9  # of a record: what sums of fractions may be wrong by


class Place(NamedTuple):
    """How one member stands, in records: owed so far, taken so far, and taken on the last day that any was.

    A tuple, because each record makes one anew for each candidate.
    """

    due: float = 0.0
    assigned: int = 0
    day: str = ""  # ISO date, empty before the first
    today: int = 0

    def on(self, day: date) -> int:
        """Give how many were taken on that day."""
        return self.today if self.day == day.isoformat() else 0


_START = Place()


@dataclass(frozen=True, slots=True)
class PoolState:
    """Where every member of a pool stands, by username. One who is not in it has taken nothing yet."""

    places: Mapping[str, Place] = field(default_factory=dict[str, Place])

    def of(self, user: str) -> Place:
        """Give a member's place."""
        return self.places.get(user, _START)


def pick(candidates: Sequence[Member], state: PoolState, day: date) -> tuple[Member, PoolState]:
    """Choose one of the candidates, at least one, and give where everybody stands then. Ties go by their order."""
    whole = sum(one.weight for one in candidates)
    places = dict(state.places)
    chosen, first = candidates[0], (True, float("inf"))
    for one in candidates:
        place = places.get(one.user, _START)
        due = place.due + one.weight / whole
        places[one.user] = Place(due, place.assigned, place.day, place.today)
        owed = due - place.assigned
        turn = (owed <= _NOTHING, (1 - owed) / one.weight)  # until the next falls due, were every record like this one
        if turn < first:
            chosen, first = one, turn
    place = places[chosen.user]
    places[chosen.user] = Place(place.due, place.assigned + 1, day.isoformat(), place.on(day) + 1)
    return chosen, PoolState(places)
