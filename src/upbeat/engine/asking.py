"""Who is asked about a question first, and who next when they do not answer in time."""

from collections.abc import Sequence

from upbeat.base import UpbeatError
from upbeat.engine.people import People
from upbeat.engine.versions import Versions
from upbeat.review import RELEASE, Review, may_sign
from upbeat.workflows import Policy


def first_asked(roles: Sequence[str], author: str, policy: Policy, people: People) -> str | None:
    """Give the first active person who may release a change and does not ask for it, or else who may take live."""
    for role in (*roles, *policy.promotion.roles):
        for name in policy.roles.get(role, ()):
            if name.casefold() != author.casefold() and people.active(name) is not None:
                return name
    return None


def next_asked(review: Review, people: People, versions: Versions) -> str:
    """Give who has a question when the time of whom it was put to is over.

    A suggested change goes to the others who may still sign it, one after the other; every other question to whom its
    outcome names, then from manager to manager. From the top it goes to whoever answers for the workflow.
    """
    others = signers(review, people, versions.policy)
    if review.owner in others[:-1]:
        return others[others.index(review.owner) + 1]
    if review.then_to and review.then_to != review.owner:
        return review.then_to
    above = None if review.owner in others else people.manager(review.owner)
    return above or _answers_for(review, versions)


def signers(review: Review, people: People, policy: Policy) -> list[str]:
    """Give the active people who may still sign a suggested change, by the order of the roles it needs."""
    if review.kind != RELEASE:
        return []
    names = dict.fromkeys(name for role in review.body.roles for name in policy.roles.get(role, ()))
    return [name for name in names if may_sign(review, name, policy) and people.active(name) is not None]


def _answers_for(review: Review, versions: Versions) -> str:
    """Give the owner of the workflow that asks; where it is known no more, the question stays where it is."""
    try:
        if review.version:
            return versions.owner(review.workflow, review.version)
        return versions.current[review.workflow].owner
    except (UpbeatError, KeyError):
        return review.owner
