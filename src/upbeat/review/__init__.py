"""Review: the rows of the queue and their state machine. Applies nothing."""

from upbeat.review.queue import (
    RELEASE,
    Body,
    Review,
    ReviewError,
    State,
    answer,
    approve,
    escalate,
    find,
    listing,
    open_hold,
    open_release,
    reject,
    still_open,
    withdraw,
)

__all__ = [
    "RELEASE",
    "Body",
    "Review",
    "ReviewError",
    "State",
    "answer",
    "approve",
    "escalate",
    "find",
    "listing",
    "open_hold",
    "open_release",
    "reject",
    "still_open",
    "withdraw",
]
