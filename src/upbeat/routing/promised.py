"""What becomes of a record after it was given to somebody, until it is touched. Pure.

    open ──reminder──▶ reminded ──its time is over──▶ overdue ──given on──▶ open
      │ └──────accept──────┴──▶ accepted ──give back──▶ returned ──given on──▶ open
      └──decline──▶ declined ──given on──▶ open          nobody new is left ──▶ escalated: a person is asked

At any point the owner touches it, a person passes it on by hand, or the record itself is over: then it has ended,
unless a person puts it back to where the pool takes from.

The clock is the record's own: it starts with the record's creation and never anew, so the moment at which the promise
breaks is the same whoever has the record. Each holder has a reminder, and from there on as long as the reminder of a
record that was given at once would leave. So a record that comes late is asked for at once, and nobody loses one that
they had no time to look at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from upbeat.base import UpbeatError
from upbeat.routing.hours import NeverOpenError, worked
from upbeat.workflows import Promise

TAKEN_BACK: Final = "it was taken back"  # why a promise has ended: its routing was rolled back


class PromiseError(UpbeatError):
    """A promise cannot be moved so: it has ended, or goes to somebody else this moment."""


class Stage(StrEnum):
    """Where a promise stands."""

    OPEN = "open"
    REMINDED = "reminded"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # these five are being carried on by a run: `moving`
    RETURNED = "returned"
    OVERDUE = "overdue"
    REASSIGNED = "reassigned"  # by a person, with others: who had it left, or serves its territory no more
    ESCALATED = "escalated"
    TOUCHED = "touched"  # these three are the end
    PASSED_ON = "passed on"  # by a person's hand: a manual fix
    ENDED = "ended"

    @property
    def is_kept_by_owner(self) -> bool:
        """Whether its owner has it, and nobody else is being looked for."""
        return self in {Stage.OPEN, Stage.REMINDED, Stage.ACCEPTED}

    @property
    def is_over(self) -> bool:
        """Whether nothing follows."""
        return self in {Stage.TOUCHED, Stage.PASSED_ON, Stage.ENDED}


class Act(StrEnum):
    """What is due of a promise."""

    REMIND = "remind"
    GIVE_ON = "give on"
    ASK = "ask"  # it went to as many people as it may: the pool's holding owner says who has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """One record that a pool gave to somebody. Moments are UTC.

    `holders` are the usernames of all who have had it, in order, the `owner` last. `breaks_at` is when the pool's
    promise is broken, None where the pool promises nothing; `remind_at` and `due_at` are the owner's own. `status` is
    the record's when it was given. `passes` counts how often its time was over and it went on, `moving` names the run
    that gives it to somebody else, and `units` is what it weighed in its owner's share.
    """

    id: str
    pool: str
    workflow: str
    item_id: str  # the run that gave it last
    object: str
    record_id: str
    owner: str
    holders: tuple[str, ...]
    stage: Stage
    rule: str
    born_at: datetime
    given_at: datetime
    breaks_at: datetime | None = None
    remind_at: datetime | None = None
    due_at: datetime | None = None
    reminded_at: datetime | None = None
    accepted_at: datetime | None = None
    touched_at: datetime | None = None
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    person: str = ""
    company: str = ""
    status: str = ""
    units: float = 1.0
    passes: int = 0
    moving: str = ""
    detail: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether its owner has accepted or touched it."""
        return self.accepted_at is not None or self.touched_at is not None


def give(one: Promised, terms: Promise | None) -> Promised:
    """Give a promise its owner's own times, as it is given to them at `given_at`."""
    fresh = replace(one, stage=Stage.OPEN, reminded_at=None, accepted_at=None, moving="", detail="")
    if terms is None:
        return replace(fresh, breaks_at=None, remind_at=None, due_at=None)
    try:
        return replace(fresh, **_times(terms, one.born_at, one.given_at))
    except NeverOpenError:  # hours that never open bound nothing: all time counts
        return replace(fresh, **_times(replace(terms, by=None), one.born_at, one.given_at))


def give_on(one: Promised, owner: str, item_id: str, rule: str, now: datetime, terms: Promise | None) -> Promised:
    """Give it to somebody else: its age stays, and whoever had it is remembered."""
    holders = (*(name for name in one.holders if name != owner), owner)
    return give(replace(one, owner=owner, holders=holders, item_id=item_id, rule=rule, given_at=now), terms)


def _times(terms: Promise, born_at: datetime, given_at: datetime) -> Mapping[str, datetime | None]:
    before = terms.touch_within / 2 if terms.remind_after is None else terms.remind_after
    begins = max(worked(terms.by, born_at, before), given_at)
    return {
        "breaks_at": worked(terms.by, born_at, terms.touch_within),
        "remind_at": None if terms.remind_after is None else begins,
        "due_at": worked(terms.by, begins, terms.touch_within - before),
    }


def due(one: Promised, terms: Promise, now: datetime) -> Act | None:
    """Give what is to happen now to a promise that its owner has not kept.

    A reminder comes first, however late: nobody loses a record without having been reminded of it.
    """
    if not one.stage.is_kept_by_owner:
        return None
    if one.remind_at is not None and one.reminded_at is None:
        return Act.REMIND if one.remind_at <= now else None
    if one.due_at is None or one.due_at > now:
        return None
    return next_turn(one, terms)


def next_turn(one: Promised, terms: Promise) -> Act:
    """Give what comes when its owner's time is over: it goes on, or to a person where it has gone on often enough."""
    return Act.GIVE_ON if one.passes < terms.reassign_at_most else Act.ASK


def remind(one: Promised, terms: Promise, now: datetime) -> Promised:
    """Note that its owner was reminded: where that came late, they have the time from now on that it should leave."""
    stage = Stage.REMINDED if one.stage is Stage.OPEN else one.stage
    reminded = replace(one, stage=stage, reminded_at=now)
    if one.due_at is None or one.due_at > now:
        return reminded
    later = give(replace(one, given_at=now), terms).due_at
    return replace(reminded, due_at=later)


def accept(one: Promised, now: datetime) -> Promised:
    """Let its owner take it on. Raises PromiseError."""
    _must_be_kept(one)
    if one.accepted_at is not None:
        raise PromiseError(f"{one.owner} has accepted it already")
    return replace(one, stage=Stage.ACCEPTED, accepted_at=now)


def decline(one: Promised, run: str, why: str) -> Promised:
    """Let its owner not take it on; `run` finds somebody else. Raises PromiseError."""
    _must_be_kept(one)
    if one.accepted_at is not None:
        fix = f"Give it back: `upbeat routing return {one.record_id} --why ...`."
        raise PromiseError(f"{one.owner} has accepted it", fix=fix)
    return replace(one, stage=Stage.DECLINED, moving=run, detail=why)


def give_back(one: Promised, run: str, why: str) -> Promised:
    """Let its owner give it back, also what they had accepted; `run` carries it on. Raises PromiseError."""
    _must_be_kept(one)
    return replace(one, stage=Stage.RETURNED, accepted_at=None, moving=run, detail=why)


def pass_on(one: Promised, run: str, doubt: str = "") -> Promised:
    """Let `run` give it to somebody new, as its time is over; or ask a person, in `doubt` whether it was touched."""
    return replace(one, stage=Stage.OVERDUE, moving=run, passes=one.passes + 1, detail=doubt)


def reassign(one: Promised, run: str, why: str) -> Promised:
    """Let a person have `run` give it to somebody else; that it was accepted still counts. Raises PromiseError."""
    _must_be_kept(one)
    return replace(one, stage=Stage.REASSIGNED, moving=run, detail=why)


def ask(one: Promised, run: str, why: str) -> Promised:
    """Let a person say who has it; `run` waits for their answer."""
    return replace(one, stage=Stage.ESCALATED, moving=run, detail=why)


def breach(one: Promised, now: datetime) -> Promised:
    """Note, once, that the promise is broken: at the moment at which it broke, however late that is seen."""
    broken = one.breached_at is None and one.breaks_at is not None and one.breaks_at <= now
    return replace(one, breached_at=one.breaks_at) if broken else one


def touch(one: Promised, at: datetime, what: str, now: datetime) -> Promised:
    """Note that its owner touched it at a moment; a promise touched after it broke was broken all the same."""
    broken = breach(replace(one, breached_at=None), at)
    return replace(broken, stage=Stage.TOUCHED, touched_at=at, ended_at=now, moving="", detail=what)


def by_hand(one: Promised, to: str, now: datetime) -> Promised:
    """Note that a person gave the record to somebody else themselves."""
    return replace(breach(one, now), stage=Stage.PASSED_ON, ended_at=now, moving="", detail=f"now with {to}")


def put_back(one: Promised, status: str, run: str, why: str) -> Promised:
    """Let `run` give on what a person put back after the promise was over: who had it has let go of it.

    `status` is the record's now: what was done before is no touch of whoever has it next.
    """
    freed = replace(one, status=status, accepted_at=None, touched_at=None, ended_at=None, passes=0)
    return replace(freed, stage=Stage.RETURNED, moving=run, detail=why)


def end(one: Promised, why: str, now: datetime) -> Promised:
    """Note that nothing is promised of it any more, and why."""
    return replace(one, stage=Stage.ENDED, ended_at=now, moving="", detail=why)


def _must_be_kept(one: Promised) -> None:
    if one.stage.is_over:
        raise PromiseError(f"it is {one.stage} already", fix="`upbeat routing waiting` shows what is promised now.")
    if not one.stage.is_kept_by_owner:
        raise PromiseError(f"it is {one.stage}, and somebody else is being looked for", fix="Wait for who gets it.")
