"""A record that somebody was given goes on to somebody else: by the same pool, and to none who had it before. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from upbeat.domain import Record
from upbeat.routing.assign import assign
from upbeat.routing.assignment import Assignment, Rule
from upbeat.routing.known import Known
from upbeat.routing.roster import Roster
from upbeat.routing.state import PoolState, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Reroute:
    """That a record goes on: `owner_id` is the user or the queue that has it, `holders` the usernames of who had it.

    `step` is the step of the workflow that asks the pool, `why` it goes on. Where `ask` says why the pool does not
    choose, a person does. `credited` is as much of its owner's turn as is theirs again.
    """

    promise: str
    step: str
    owner_id: str
    holders: tuple[str, ...]
    why: str
    ask: str = ""
    credited: Turn | None = None


def stays(record: Record, roster: Roster, reroute: Reroute) -> bool:
    """Whether a record stays with whoever has it: the pool does not take from them, nor is it going on from them."""
    return record["OwnerId"] not in {*roster.takes_from, reroute.owner_id}


def pass_on(
    record: Record, roster: Roster, state: PoolState, now: datetime, known: Known, reroute: Reroute
) -> Assignment:
    """Decide who takes a record next. Whoever took it meanwhile keeps it."""
    if stays(record, roster, reroute):
        return assign(record, roster, state, now, known)
    if reroute.ask:
        return _ask(roster, reroute)
    free = {**record, "OwnerId": min(roster.takes_from, default=record["OwnerId"])}
    found = assign(free, roster, state, now, replace(known, holders=frozenset(reroute.holders)))
    return found._replace(notes=(*found.notes, reroute.why))


def _ask(roster: Roster, reroute: Reroute) -> Assignment:
    waits, had = roster.pool.otherwise, set(reroute.holders)
    some = sorted((one.user for one in roster.available), key=lambda user: user in had)  # who is new comes first
    return Assignment(
        rule=Rule.HOLDING,
        notes=(reroute.ask, reroute.why),
        ask=f"{waits.title}: {reroute.ask}",
        holder=waits.owner,
        due=waits.due,
        choices=tuple(some),
    )
