"""Review: the rows of the queue and their state machine. Applies nothing.

           ┌──── recall: a signature taken back ────┐
           ▼                                        │
    ───▶ open ──approve, by all who must──▶ approved ──the hold is over──▶ released ──▶ the gate, once more
          │                                         └──withdraw──▶ withdrawn
          ├──edit──────▶ edited     other values: the gate decides them anew
          ├──answer────▶ answered   one of the moves offered
          ├──reject────▶ rejected   with a reason
          ├──withdraw──▶ withdrawn  by its author, or because its item has ended
          ├──outdate───▶ outdated   its facts have changed: its item is looked at again
          ├──expire────▶ expired    its whole time is over, which is never a yes
          └──approve in part, delegate, snooze, recall, escalate──▶ open

`MOVES` is this drawing as a table, and `rows.move` the only way to move one. A decision here writes nothing to
Salesforce: the running engine finds the row and carries it on, and the gate decides once more with the signatures.
"""

from upbeat.review.deciding import answer, approve, edit, must_be_open, reason_of, reject
from upbeat.review.fared import Fared, Pace, fared, last_decided, pace
from upbeat.review.groups import Group, groups
from upbeat.review.listing import PAGE, Page, Wanted, Whose, page
from upbeat.review.opening import gives_up, open_hold, open_matter, open_release
from upbeat.review.passing import (
    delegate,
    escalate,
    expire,
    is_any_held,
    is_overdue,
    outdate,
    overdue,
    recall,
    release,
    snooze,
    then_to,
    withdraw,
)
from upbeat.review.patterns import IN_BULK, Blast, blast, sample, waiting
from upbeat.review.rights import may_sign, missing, role_of, signed_by
from upbeat.review.rows import find, of_item, of_items, still_open
from upbeat.review.telling import tell_of
from upbeat.review.values import (
    MOVES,
    RELEASE,
    Act,
    Body,
    Line,
    Matter,
    OwnerQueue,
    Reason,
    Review,
    ReviewError,
    State,
)

__all__ = [
    "IN_BULK",
    "MOVES",
    "PAGE",
    "RELEASE",
    "Act",
    "Blast",
    "Body",
    "Fared",
    "Group",
    "Line",
    "Matter",
    "OwnerQueue",
    "Pace",
    "Page",
    "Reason",
    "Review",
    "ReviewError",
    "State",
    "Wanted",
    "Whose",
    "answer",
    "approve",
    "blast",
    "delegate",
    "edit",
    "escalate",
    "expire",
    "fared",
    "find",
    "gives_up",
    "groups",
    "is_any_held",
    "is_overdue",
    "last_decided",
    "may_sign",
    "missing",
    "must_be_open",
    "of_item",
    "of_items",
    "open_hold",
    "open_matter",
    "open_release",
    "outdate",
    "overdue",
    "pace",
    "page",
    "reason_of",
    "recall",
    "reject",
    "release",
    "role_of",
    "sample",
    "signed_by",
    "snooze",
    "still_open",
    "tell_of",
    "then_to",
    "waiting",
    "withdraw",
]
