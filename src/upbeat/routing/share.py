"""Fair share: who among the people that could take a record takes it.

Each unit of a record adds one to what its group is owed together, split by their weights. Taking it costs the taker as
much. Among those who are owed something, it goes to whoever's next unit would fall due first. Where the group is the
same each time and every record weighs one, nobody is ever a whole record away from their share: the quota method of
apportionment (Balinski and Young, 1975), one seat at a time, which is Tijdeman's answer to the chairman assignment
problem (1980).

Who could not take a record (away, at a cap, in another territory) is owed nothing of it. So who joins or returns begins
where they stand, with no arrears to be flooded by, and an account's own owner costs no one a turn.
"""

import numpy as np

from upbeat.routing.roster import Group, Vector

NOTHING = 1e-9  # of a unit: what sums of fractions may be wrong by
_NEVER = np.inf


def pick(group: Group, owed: Vector, units: float = 1.0) -> tuple[int, Vector]:
    """Choose a member of a group for a record; give their number and what everybody is owed with the record counted.

    `turns` says how many such records go by until a member's next one falls due.
    """
    due = owed + (group.step if units == 1 else group.step * units)
    turns = (group.first if units == 1 else group.first * units) - due * group.pace
    np.putmask(turns, due <= NOTHING, _NEVER)
    number = int(turns.argmin())
    if turns[number] == _NEVER:  # nobody is owed anything, as after records that only some of them could take
        number = int((group.first - due * group.pace).argmin())
    return number, due
