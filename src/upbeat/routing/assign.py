"""A record, a roster and where everybody stands → who takes it, by which rule, and why nobody else. Pure.

The first of these that speaks decides:

    left alone       somebody owns the record whom the pool does not take from
    account owner    the record's account is owned: ownership outweighs territory and share
    fair share       among the active members of the record's territory who are below their cap
    holding pool     nobody fits, or there is a doubt: a person decides, by a due time
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from upbeat.domain import Record
from upbeat.formula import FormulaError
from upbeat.routing.known import Known
from upbeat.routing.roster import Passed, Roster
from upbeat.routing.share import PoolState, pick
from upbeat.routing.sticky import Match
from upbeat.routing.territory import describe, locate
from upbeat.workflows import Cap, Member

_NOTHING_KNOWN = Known()


class Rule(StrEnum):
    """What decided."""

    LEFT_ALONE = "left alone"
    ACCOUNT_OWNER = "account owner"
    FAIR_SHARE = "fair share"
    HOLDING = "holding pool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who takes a record, and why: or, where nobody is named, who is asked, for what, and by when.

    `reasons` go from the weightiest down. `passed_over` names members who could not take it, not those whose turn it
    was not. `state` is where the pool stands after.
    """

    rule: Rule
    reasons: tuple[str, ...]
    state: PoolState
    passed_over: tuple[Passed, ...] = ()
    owner: str = ""  # username
    user_id: str = ""
    ask: str = ""
    holder: str = ""  # username
    due: timedelta = timedelta()
    choices: tuple[str, ...] = ()  # usernames
    instead: str = ""  # username: who would have got, in monitor mode, what somebody has already

    @property
    def left_alone(self) -> bool:
        """Whether the record keeps its owner."""
        return self.rule is Rule.LEFT_ALONE

    @property
    def held(self) -> bool:
        """Whether a person must decide."""
        return self.rule is Rule.HOLDING


def assign(
    record: Record, roster: Roster, state: PoolState, now: datetime, known: Known = _NOTHING_KNOWN
) -> Assignment:
    """Decide who takes a record, which holds `OwnerId` and the pool's fields.

    `now` is aware, in the time zone whose days the caps count. `known` holds the accounts that the record belongs to.
    """
    if record["OwnerId"] not in roster.takes_from:
        return Assignment(rule=Rule.LEFT_ALONE, reasons=("somebody has it already",), state=state)
    owned = [one for one in known.accounts if one.account["OwnerId"] not in roster.takes_from]
    active = [one for one in owned if one.account["Owner"]["IsActive"]]
    if active:
        return _to_account_owner(active, roster, state, now)
    gone = tuple((_owner(one)["Username"], f"owns {one.account['Name']}, and is not active") for one in owned)
    return _by_share(record, roster, state, now, gone)


def shadow(
    record: Record, roster: Roster, state: PoolState, now: datetime, known: Known = _NOTHING_KNOWN
) -> Assignment:
    """Decide as `assign` does; of a record that somebody has already, say besides whom the pool would have chosen.

    So a pool can run beside the router in place, and both be compared.
    """
    found = assign(record, roster, state, now, known)
    if not (found.left_alone and roster.takes_from):
        return found
    free = {**record, "OwnerId": min(roster.takes_from)}
    other = assign(free, roster, state, now, known)
    said = f"free, it would go to {other.owner or other.holder}"
    return replace(found, instead=other.owner, reasons=(*found.reasons, said, *other.reasons), state=other.state)


def _to_account_owner(active: Sequence[Match], roster: Roster, state: PoolState, now: datetime) -> Assignment:
    reasons = tuple(f"{one.account['Name']} belongs to {_owner(one)['Name']} ({one.why})" for one in active)
    owners = {one.account["OwnerId"]: _owner(one)["Username"] for one in active}
    if len(owners) > 1:
        return _hold(roster, state, "its accounts have different owners", reasons, choices=tuple(owners.values()))
    [(user_id, username)] = owners.items()
    member = roster.by_user_id.get(user_id)
    if member is not None:
        if full := _why_full(member, state, now):
            return _hold(roster, state, f"its account's owner {full}", reasons)
        _, state = pick([member], state, now.date())
    return Assignment(rule=Rule.ACCOUNT_OWNER, reasons=reasons, state=state, owner=username, user_id=user_id)


def _by_share(
    record: Record, roster: Roster, state: PoolState, now: datetime, passed_over: tuple[Passed, ...]
) -> Assignment:
    try:
        territory = locate(record, roster.pool, now)
        where = tuple(filter(None, [describe(record, roster.pool, territory, now)]))
    except FormulaError as error:
        return _hold(roster, state, "its territory cannot be told", (error.what,), passed_over)
    serving, elsewhere = roster.serving(territory.name if territory else "")
    full = {one.user: why for one in serving if (why := _why_full(one, state, now))}
    passed_over += (*elsewhere, *full.items())
    free = [one for one in serving if one.user not in full]
    if not free:
        why = "everyone who serves it has reached their cap for today" if full else "nobody serves it"
        return _hold(roster, state, why, where, passed_over)
    chosen, after = pick(free, state, now.date())
    place = after.of(chosen.user)
    share = f"share {chosen.weight:g} of {sum(one.weight for one in free):g}"
    return Assignment(
        rule=Rule.FAIR_SHARE,
        reasons=(*where, f"{share}: {place.assigned:,} assigned against {place.due:,.1f} due"),
        state=after,
        passed_over=passed_over,
        owner=chosen.user,
        user_id=roster.people[chosen.user].user_id,
    )


def _hold(
    roster: Roster,
    state: PoolState,
    why: str,
    reasons: tuple[str, ...],
    passed_over: tuple[Passed, ...] = (),
    *,
    choices: tuple[str, ...] = (),
) -> Assignment:
    waits = roster.pool.otherwise
    return Assignment(
        rule=Rule.HOLDING,
        reasons=(why, *reasons),
        state=state,
        passed_over=passed_over,
        ask=f"{waits.title}: {why}",
        holder=waits.owner,
        due=waits.due,
        choices=choices or tuple(one.user for one in roster.available),
    )


def _why_full(member: Member, state: PoolState, now: datetime) -> str:
    cap = min((one.most for one in member.caps if one == Cap(one.most, timedelta(days=1))), default=None)
    reached = cap is not None and state.of(member.user).on(now.date()) >= cap
    return f"has taken {cap} today, the cap" if reached else ""


def _owner(match: Match) -> Record:
    return match.account["Owner"]
