"""Which reviews somebody may look at, and decide: the rest are not there for them."""

from upbeat.base import UpbeatError
from upbeat.console.asked import Asked, MissingError, NotAllowedError
from upbeat.console.permissions import Permission
from upbeat.domain import Tier
from upbeat.operations import Review, one_review
from upbeat.operations.considering import GO_LIVE, may_see


def seen(asked: Asked, key: str) -> Review:
    """Give a review that whoever asks may look at. Raises MissingError for any other, as for none."""
    try:
        found = one_review(asked.house, key)
    except UpbeatError:
        found = None
    all_of_it = asked.may(Permission.AUDIT)
    if found is None or not (all_of_it or may_see(asked.house, found, asked.viewer.team)):
        raise MissingError(
            "there is no such review, or it is not yours to see",
            fix="Look in your queue: it may be with somebody else.",
        )
    return found


def to_decide(asked: Asked, key: str) -> Review:
    """Give a review that whoever asks may answer from here. Raises MissingError, or NotAllowedError for a program.

    A program that shows somebody's token approves nothing and takes nothing live: that takes the person.
    """
    found = seen(asked, key)
    if asked.viewer.token and (found.tier == Tier.APPROVAL or found.kind == GO_LIVE):
        raise NotAllowedError("a token never decides an approval", fix="Sign in, and decide it yourself.")
    return found
