"""A record, a roster and where everybody stands → who takes it, by which rule, and why nobody else. Pure.

The first of these that speaks decides:

    left alone       somebody owns the record whom the pool does not take from
    double           it is the same person as a record that somebody works
    keepers          in the pool's order: the owner of the record, of its account, of its contact; who had it last
    fair share       among all who fit: active, there, below their caps and capacity, of its territory, language, skills
    relaxed          where nobody fits, the same with one condition less after the other, in the pool's order
    holding pool     nobody is left, or there is a doubt: a person decides, by a due time
"""

from collections.abc import Sequence
from datetime import datetime

from upbeat.domain import Record
from upbeat.routing.assignment import Assignment, Rule
from upbeat.routing.keeping import Claim, Doubt, claims, is_taken
from upbeat.routing.known import Known
from upbeat.routing.roster import Roster
from upbeat.routing.screen import Passed, Screen, UntoldError, ask, busy, weigh
from upbeat.routing.state import PoolState, Turn
from upbeat.routing.view import View, view
from upbeat.workflows import IfAway

_NOTHING_KNOWN = Known()


def assign(
    record: Record, roster: Roster, state: PoolState, now: datetime, known: Known = _NOTHING_KNOWN
) -> Assignment:
    """Decide who takes a record, which holds `OwnerId` and the pool's fields, at an aware moment.

    `state` is only read: `state.take(found.turn)` moves it on. `known` is what else is known of the record.
    """
    if is_taken(record, roster, known):
        return Assignment(rule=Rule.LEFT_ALONE, notes=("somebody has it already",))
    seen, kept = view(record, roster.pool, known, now), list[Passed]()
    try:
        units = weigh(seen, roster.pool)
        return _by_claim(seen, roster, state, known, units, kept) or _by_share(seen, roster, state, known, units, kept)
    except UntoldError as error:
        return _hold(roster, f"its {error.what} cannot be told", (error.why,), kept)


def against(
    record: Record, roster: Roster, state: PoolState, now: datetime, known: Known, user: str
) -> tuple[str, ...]:
    """Say what speaks against a member who asks for a record themselves: by the same screen, whatever their hours."""
    seen = view(record, roster.pool, known, now)
    try:
        asked = ask(seen, roster, weigh(seen, roster.pool))
    except UntoldError as error:
        return (f"its {error.what} cannot be told",)
    return Screen(seen, roster, state, asked, known.holders).all_against(user)


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
    return Assignment(
        rule=found.rule,
        notes=(*found.notes, said, *other.notes),
        turn=other.turn,
        kept=other.kept,
        screen=other.screen,
        instead=other.owner,
        instead_by=other.rule,
    )


def _by_claim(
    seen: View, roster: Roster, state: PoolState, known: Known, units: float, kept: list[Passed]
) -> Assignment | None:
    """Decide by the first claim that holds, noting those that do not; None where nobody has one.

    Whoever has left the org keeps nothing, and nobody is asked about it: the record is shared.
    """
    for one in claims(seen, roster, known):
        if isinstance(one, Doubt):
            return _hold(roster, one.what, one.reasons, kept, choices=one.choices)
        against = _against(one, roster, state, known, units, seen.now)
        if not against:
            return _keep(one, roster, units, seen.now, kept)
        if one.active and one.if_away is IfAway.HOLD and one.username not in known.holders:
            return _hold(roster, f"its {one.rule} {against}", one.reasons, kept)
        kept.append((one.username, f"{against}; {'; '.join(one.reasons)}"))
    return None


def _by_share(
    seen: View, roster: Roster, state: PoolState, known: Known, units: float, kept: list[Passed]
) -> Assignment:
    """Share the record among all who fit. Raises UntoldError where it cannot be told what it asks."""
    screen = Screen(seen, roster, state, ask(seen, roster, units), known.holders)
    if not screen.free:
        screen.relax(roster.pool.relax)
    if not screen.free:
        return _hold(roster, screen.nobody, (), kept, screen)
    turn = screen.deal()
    return Assignment(
        rule=Rule.FAIR_SHARE,
        turn=turn,
        owner=turn.user,
        user_id=roster.people[turn.user].user_id,
        kept=tuple(kept),
        screen=screen,
    )


def _against(claim: Claim, roster: Roster, state: PoolState, known: Known, units: float, now: datetime) -> str:
    """Say why somebody does not get a record that would be theirs; empty where they do."""
    if claim.username in known.holders:
        return "had it before"
    if not claim.active:
        return "is not active"
    number = roster.places.get(claim.username)
    if number is None:
        return roster.attendance.away(claim.username, now)
    return busy(roster, state, number, units, now)


def _keep(claim: Claim, roster: Roster, units: float, now: datetime, kept: Sequence[Passed]) -> Assignment:
    turn = Turn(claim.username, units, now) if claim.username in roster.places else None
    return Assignment(
        rule=claim.rule,
        notes=claim.reasons,
        turn=turn,
        owner=claim.username,
        user_id=claim.user_id,
        kept=tuple(kept),
    )


def _hold(
    roster: Roster,
    why: str,
    reasons: tuple[str, ...],
    kept: Sequence[Passed],
    screen: Screen | None = None,
    *,
    choices: tuple[str, ...] = (),
) -> Assignment:
    waits = roster.pool.otherwise
    return Assignment(
        rule=Rule.HOLDING,
        notes=(why, *reasons),
        kept=tuple(kept),
        screen=screen,
        ask=f"{waits.title}: {why}",
        holder=waits.owner,
        due=waits.due,
        choices=choices or roster.choices,
    )
