"""What one person may do with a review, and why not what they may not: the same checks that each act makes."""

from dataclasses import dataclass, replace

from upbeat import review
from upbeat.base import UpbeatError
from upbeat.domain import Verb
from upbeat.engine import signers
from upbeat.operations.house import House
from upbeat.operations.promoting import GO_LIVE
from upbeat.operations.promoting.asking import must_have_a_say
from upbeat.operations.reviewing import must_be_asked
from upbeat.review import RELEASE, Review, ReviewError, State
from upbeat.workflows import Person


@dataclass(frozen=True, slots=True)
class May:
    """What one person may do. `role` is the one in which they would sign a change; `why_not` why they may not decide.

    `hand_to` are whom they can hand it to: nobody who has it, and not they themselves.
    """

    decide: bool
    role: str
    why_not: str
    fix: str
    edit: bool
    recall: bool
    withdraw: bool
    hand_to: tuple[Person, ...]


def may(house: House, found: Review, by: str) -> May:
    """Give what one person may do with a review as it stands."""
    role, why_not, fix = "", "", ""
    try:
        review.must_be_open(found, house.clock.now())
        if found.kind == RELEASE:
            role = review.role_of(found, by, house.policy)
        elif found.kind == GO_LIVE:
            must_have_a_say(house, found, by)
        else:
            must_be_asked(house, found, by)
    except UpbeatError as error:
        why_not, fix = error.what, error.fix
    is_open = found.state is State.OPEN
    signed = by.casefold() in {one.casefold() for one in review.signed_by(found)}
    return May(
        decide=not why_not,
        role=role,
        why_not=why_not,
        fix=fix,
        edit=is_open and _may_edit(house, found, by),
        recall=signed and found.state in {State.OPEN, State.APPROVED},
        withdraw=is_open and found.kind == RELEASE and by.casefold() == found.body.author.casefold(),
        hand_to=_hand_to(house, found, by) if is_open and not why_not else (),
    )


def may_see(house: House, found: Review, team: tuple[str, ...]) -> bool:
    """Whether somebody, first of a team, may look at a review: it is one of the team's, or theirs to sign.

    The team's is what is put to one of them, what one of them signed or decided, and what one of them answers for.
    """
    theirs = {found.owner, found.decided_by, found.body.author, *review.signed_by(found)}
    if {one.casefold() for one in theirs if one} & {one.casefold() for one in team}:
        return True
    roles = {role for some in (found.body.roles, *found.body.one_of) for role in some}
    return any(house.policy.holds(team[0], role) for role in roles)


def _may_edit(house: House, found: Review, by: str) -> bool:
    if found.kind != RELEASE or any(one.undoes or one.verb is Verb.CONVERT for one in found.body.proposals):
        return False
    fresh = replace(found, body=replace(found.body, approvals=(), proposals=()))  # an edit voids what was signed
    try:
        review.role_of(fresh, by, house.policy)
    except ReviewError:
        return False
    return any(one.after for one in found.body.proposals)


def _hand_to(house: House, found: Review, by: str) -> tuple[Person, ...]:
    """Give who else may decide it: who may sign a change; of a question whoever is above the one who is asked."""
    people = house.get_people()
    if found.kind == RELEASE:
        names = signers(found, people, house.policy)
    else:
        holders = (name for role in house.policy.roles.values() for name in role)
        names = [*people.above(found.owner), *holders]
    has_it = {found.owner.casefold(), by.casefold()}
    able = (people.active(name) for name in dict.fromkeys(names) if name.casefold() not in has_it)
    return tuple(one for one in able if one is not None)
