"""A notice: what one person is told, why they, and how far it has come on its way to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a notice is about."""

    ASKED = "asked"  # a question or a suggested change was put to them
    DUE_SOON = "due soon"
    ESCALATED = "escalated"  # it was somebody else's, and its time passed
    DELEGATED = "delegated"
    EXPIRED = "expired"  # nobody decided, and it was given up
    INCIDENT = "incident"
    MISFIRE = "misfire"  # somebody reports that their workflow was wrong
    ALARM = "alarm"  # something is wrong with the house itself
    ALERT = "alert"  # what a workflow's step tells them

    @property
    def is_urgent(self) -> bool:
        """Whether it asks something of them, so that no alert budget holds it back."""
        return self not in {Kind.EXPIRED, Kind.ALERT}


class State(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"  # for its time, or for mail to be set up
    HELD = "held"  # over the day's budget: it comes in the next digest
    SENDING = "sending"  # in a mail that the gate has cleared
    SENT = "sent"
    DIGESTED = "digested"  # sent, in a digest
    WITHDRAWN = "withdrawn"  # there was nothing left to tell
    FAILED = "failed"  # it cannot reach them; `detail` says why


@dataclass(frozen=True, slots=True)
class Notice:
    """One row. `to` is a username; `due_at` by when something is asked of them, and `command` what answers it.

    `source` is the proposal of the step that says it, empty for the house's own words, and `proposal_id` the message by
    which it went out: the step's own, one of the house with others, a digest.
    """

    id: str
    to: str
    kind: Kind
    subject: str
    text: str
    reason: str
    urgent: bool
    due_at: datetime | None
    command: str
    item_id: str
    review_id: str
    workflow: str
    record_id: str
    state: State
    detail: str
    source: str
    proposal_id: str
    created_at: datetime
    send_at: datetime
    sent_at: datetime | None
