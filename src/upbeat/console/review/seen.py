"""Which reviews somebody may look at: the rest are not there for them."""

from upbeat.base import UpbeatError
from upbeat.console.asked import Asked, MissingError
from upbeat.console.permissions import Permission
from upbeat.operations import Review, one_review
from upbeat.operations.considering import may_see


def seen(asked: Asked, key: str) -> Review:
    """Give a review that whoever asks may look at. Raises MissingError for any other, as for none."""
    try:
        found = one_review(asked.house, key)
    except UpbeatError:
        found = None
    if found is None or not may_open(asked, found):
        raise MissingError(
            "there is no such review, or it is not yours to see",
            fix="Look in your queue: it may be with somebody else.",
        )
    return found


def may_open(asked: Asked, found: Review) -> bool:
    """Whether whoever asks may look at a review."""
    return asked.may(Permission.AUDIT) or may_see(asked.house, found, asked.viewer.team)
