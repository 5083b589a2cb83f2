"""Who takes a record: whoever keeps it, else somebody who fits by fair share, else a person decides. Pure.

`assign(record, roster, state, now, known)` gives an `Assignment` with its reasons; `state.take(found.turn)` moves the
pool on by it. `worked` says when so much working time has passed.
"""

from upbeat.routing.assign import against, assign, shadow
from upbeat.routing.assignment import Assignment, Rule
from upbeat.routing.caps import Calendar, Lately
from upbeat.routing.finding import Found
from upbeat.routing.hours import NeverOpenError, holiday, is_open, worked, working_time
from upbeat.routing.keeping import is_taken
from upbeat.routing.known import Double, Had, Known, Match
from upbeat.routing.promised import Act, Promised, PromiseError, Stage
from upbeat.routing.request import Request
from upbeat.routing.reroute import Reroute, pass_on, stays
from upbeat.routing.roster import Absence, Roster
from upbeat.routing.screen import Passed, Stake
from upbeat.routing.state import Place, PoolState, Turn
from upbeat.routing.territory import NOWHERE, Territories
from upbeat.routing.view import View, view

__all__ = [
    "NOWHERE",
    "Absence",
    "Act",
    "Assignment",
    "Calendar",
    "Double",
    "Found",
    "Had",
    "Known",
    "Lately",
    "Match",
    "NeverOpenError",
    "Passed",
    "Place",
    "PoolState",
    "PromiseError",
    "Promised",
    "Request",
    "Reroute",
    "Roster",
    "Rule",
    "Stage",
    "Stake",
    "Territories",
    "Turn",
    "View",
    "against",
    "assign",
    "holiday",
    "is_open",
    "is_taken",
    "pass_on",
    "shadow",
    "stays",
    "view",
    "worked",
    "working_time",
]
