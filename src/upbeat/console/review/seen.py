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
    all_of_it = asked.may(Permission.AUDIT)
    if found is None or not (all_of_it or may_see(asked.house, found, asked.viewer.team)):
        raise MissingError(
            "there is no such review, or it is not yours to see",
            fix="Look in your queue: it may be with somebody else.",
        )
    return found
