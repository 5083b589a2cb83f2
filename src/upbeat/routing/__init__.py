"""Who takes a record: the account's owner, else a territory's members by fair share, else a person decides. Pure.

`assign(record, roster, state, now, matches)` gives an `Assignment` with its reasons and the pool's next state. The
engine reads the accounts that `queries` asks for, once for a batch, and finds each record's in `Accounts`.
"""

from upbeat.routing.assign import Assignment, Rule, assign, shadow
from upbeat.routing.hours import NeverOpenError, is_open, worked, working_time
from upbeat.routing.known import Double, Had, Known
from upbeat.routing.roster import Passed, Roster
from upbeat.routing.share import Place, PoolState
from upbeat.routing.sticky import Accounts, Match, queries

__all__ = [
    "Accounts",
    "Assignment",
    "Double",
    "Had",
    "Known",
    "Match",
    "NeverOpenError",
    "Passed",
    "Place",
    "PoolState",
    "Roster",
    "Rule",
    "assign",
    "is_open",
    "queries",
    "shadow",
    "worked",
    "working_time",
]
