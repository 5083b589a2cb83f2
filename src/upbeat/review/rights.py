"""Who may sign a suggested change, and what is still missing. The gate asks the same again before it is written."""

from upbeat.base import digest
from upbeat.domain import Tier
from upbeat.gate import Demand, met
from upbeat.review.values import RELEASE, Body, Review, ReviewError
from upbeat.workflows import Policy


def demand_of(body: Body) -> Demand:
    """Give whose signatures a suggested change needs, as the gate said."""
    if body.tier is Tier.REVIEW:
        return Demand((), body.one_of or (body.roles,))
    return Demand(body.roles, body.one_of)


def is_signed(review: Review, policy: Policy) -> bool:
    """Whether everybody has signed who must, by the gate's own rule."""
    first = digest(review.body.proposals[0])
    signatures = [one for one in review.body.approvals if one.proposal_digest == first]
    return met(demand_of(review.body), signatures, policy.holds) is not None


def missing(review: Review, policy: Policy) -> list[str]:
    """Give what is still to be signed: a role, or several of which any will do."""
    every, lists = _open(review, policy)
    return [*every, *(" or ".join(one) for one in lists)]


def _open(review: Review, policy: Policy) -> tuple[list[str], list[tuple[str, ...]]]:
    """Give the roles that have not signed, and the lists of which nobody who signed holds one."""
    wanted, signed = demand_of(review.body), {one.role for one in review.body.approvals}
    by = signed_by(review)
    lists = [roles for roles in wanted.one_of if not any(policy.holds(person, role) for person in by for role in roles)]
    return [role for role in wanted.every if role not in signed], lists


def signed_by(review: Review) -> list[str]:
    """Give who has signed, in order."""
    return list(dict.fromkeys(one.by for one in review.body.approvals))


def role_of(review: Review, by: str, policy: Policy) -> str:
    """Give the role in which `by` would sign a suggested change. Raises ReviewError where they may not, and why.

    Of several it is the one that fewest people hold: for the commoner ones another signer is easier to find.
    """
    is_release(review)
    name, lacking = by.casefold(), ", ".join(missing(review, policy))
    if name == review.body.author.casefold():
        raise ReviewError(f"{by} answers for this change, and nobody releases what they ask for", fix=_needs(lacking))
    if name in {one.casefold() for one in signed_by(review)}:
        raise ReviewError(f"{by} has signed already", fix=f"Still missing: {lacking}.")
    if review.body.tier is not Tier.REVIEW and name in writers(review):
        raise ReviewError(f"{by} wrote values of this change, so somebody else approves it", fix=_needs(lacking))
    every, lists = _open(review, policy)
    roles = [role for role in every if policy.holds(by, role)]
    roles = roles or [role for one in lists for role in one if policy.holds(by, role)]
    if not roles:
        raise ReviewError(f"{by} may not release this change", fix=_needs(lacking))
    return min(roles, key=lambda role: len(policy.roles[role]))


def may_sign(review: Review, by: str, policy: Policy) -> bool:
    """Whether `by` could sign a suggested change now."""
    try:
        role_of(review, by, policy)
    except ReviewError:
        return False
    return True


def next_signer(review: Review, policy: Policy) -> str | None:
    """Give who may sign beside those who have, by the order of the roles that are missing."""
    every, lists = _open(review, policy)
    names = (name for role in (*every, *(one for some in lists for one in some)) for name in policy.roles.get(role, ()))
    return next((name for name in names if may_sign(review, name, policy)), None)


def writers(review: Review) -> set[str]:
    """Give who wrote values of a suggested change in place of an agent's, in small letters."""
    return {name.casefold() for one in review.body.proposals for name in one.edited.values()}


def _needs(lacking: str) -> str:
    return f"It needs: {lacking}."


def is_release(review: Review) -> None:
    """Hold that a review suggests a change. Raises ReviewError where it asks for a choice instead."""
    if review.kind != RELEASE:
        choices = ", ".join(review.body.choices)
        raise ReviewError(f"{review.title!r} asks for a choice", fix=f"Answer with --choose: {choices}.")
