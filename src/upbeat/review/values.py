"""What stands in the queue, as values: a review, what a person is shown of it, and how it may move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from upbeat.base import UpbeatError
from upbeat.domain import HOUSE, Approval, Effect, Proposal, Tier
from upbeat.ledger import Kind

RELEASE = "suggested change"  # the kind of a review that releases a step's proposals; holds name their own kind


class ReviewError(UpbeatError):
    """A review cannot be decided so: it is closed already, or this person may not, or the choice is not offered."""


class State(StrEnum):
    """Where a review stands. All but OPEN and APPROVED are final."""

    OPEN = "open"
    APPROVED = (
        "approved"  # everybody has signed; it can be recalled until the engine releases it, at `release_at` or after
    )
    RELEASED = "released"  # the engine carries it on: to the gate, and from there to the write
    EDITED = "edited"  # a person wrote other values, which are decided anew
    ANSWERED = "answered"
    REJECTED = "rejected"
    OUTDATED = "outdated"  # its facts have changed, so it is looked at again
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What can happen to a review: by a person, the last six by the house."""

    APPROVE = "approve"
    ANSWER = "answer"
    REJECT = "reject"
    EDIT = "edit"
    DELEGATE = "delegate"
    SNOOZE = "snooze"
    RECALL = "recall"
    WITHDRAW = "withdraw"
    ESCALATE = "escalate"
    EXPIRE = "expire"
    OUTDATE = "outdate"
    RELEASE = "release"


class Reason(StrEnum):
    """Why somebody says no to a suggested change; a word or two of their own may follow."""

    FACT = "wrong fact"
    TIME = "wrong time"
    RULE = "wrong rule"
    FIXED = "already fixed"


Moves = frozenset[tuple[State, State]]
_STAYS: Moves = frozenset({(State.OPEN, State.OPEN)})

MOVES: Mapping[Act, Moves] = {  # from where to where each act may take a review: there is no other way to move one
    Act.APPROVE: _STAYS | {(State.OPEN, State.APPROVED)},
    Act.ANSWER: frozenset({(State.OPEN, State.ANSWERED)}),
    Act.REJECT: frozenset({(State.OPEN, State.REJECTED)}),
    Act.EDIT: frozenset({(State.OPEN, State.EDITED)}),
    Act.DELEGATE: _STAYS,
    Act.SNOOZE: _STAYS,
    Act.RECALL: _STAYS | {(State.APPROVED, State.OPEN)},
    Act.WITHDRAW: frozenset({(State.OPEN, State.WITHDRAWN), (State.APPROVED, State.WITHDRAWN)}),
    Act.ESCALATE: _STAYS,
    Act.EXPIRE: frozenset({(State.OPEN, State.EXPIRED), (State.APPROVED, State.EXPIRED)}),
    Act.OUTDATE: frozenset({(State.OPEN, State.OUTDATED)}),
    Act.RELEASE: frozenset({(State.APPROVED, State.RELEASED)}),
}

ENTRIES: Mapping[Act, Kind] = {  # what each act is called in the ledger
    Act.APPROVE: Kind.PERSON_DECIDED,
    Act.ANSWER: Kind.PERSON_DECIDED,
    Act.REJECT: Kind.PERSON_DECIDED,
    Act.EDIT: Kind.EDITED,
    Act.DELEGATE: Kind.DELEGATED,
    Act.SNOOZE: Kind.SNOOZED,
    Act.RECALL: Kind.RECALLED,
    Act.WITHDRAW: Kind.WITHDRAWN,
    Act.ESCALATE: Kind.ESCALATED,
    Act.EXPIRE: Kind.EXPIRED,
    Act.OUTDATE: Kind.OUTDATED,
    Act.RELEASE: Kind.RELEASED,
}


class OwnerQueue(StrEnum):
    """What kind of work a question is for whoever owns a workflow; suggested changes and moves are none of it."""

    NONE = ""
    TUNING = "tuning"
    EXCEPTIONS = "exceptions"
    BREAK_FIX = "break/fix"


@dataclass(frozen=True, slots=True)
class Body:
    """What a person is shown and may say: reasons, choices, the changes, who must sign, and who has signed.

    `names` gives the names of the users and queues whose ids stand in the changes. `author` may not sign. `roles` and
    `one_of` are as in Decision. `why` is the
    gate's word, by `rule`. `rests_on` holds what the condition read of the record, as it was. `edited` is what a person
    wrote in place of `proposals`, and `suggested` what stood there before somebody did. `again` says why a change is
    asked about anew.
    """

    reasons: tuple[str, ...]
    choices: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    tier: Tier = Tier.AUTO
    effects: tuple[Effect, ...] = ()
    rule: str = ""
    why: str = ""
    author: str = ""
    proposals: tuple[Proposal, ...] = ()
    names: dict[str, str] = field(default_factory=dict[str, str])
    approvals: tuple[Approval, ...] = ()
    rests_on: dict[str, Any] = field(default_factory=dict[str, Any])
    edited: tuple[Proposal, ...] = ()
    suggested: tuple[Proposal, ...] = ()
    again: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the queue as a list shows it. `tier` is that of a suggested change, and else empty.

    `moves` is how many acts there have been: of two looks at one review, it tells whether something was done between.
    """

    id: str
    kind: str
    state: State
    item_id: str
    workflow: str
    version: str
    queue: OwnerQueue
    tier: str
    pattern: str
    object: str
    record_id: str
    title: str
    owner: str
    due_at: datetime
    then_to: str
    choice: str
    note: str
    decided_by: str
    decided_at: datetime | None
    release_at: datetime | None
    snoozed_until: datetime | None
    expires_at: datetime | None
    created_at: datetime
    moves: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Line):
    """One row of the queue, whole. `policy` is the version that asked."""

    group: str
    policy: str
    body: Body


@dataclass(frozen=True, slots=True)
class Matter:
    """A question that is about no item: about a workflow, a person, or the house itself.

    `key` tells it from others of its kind; a matter that is open under the same kind and key is not opened twice.
    """

    kind: str
    key: str
    ask: str
    owner: str  # username
    due: datetime
    choices: tuple[str, ...]
    reasons: tuple[str, ...]
    queue: OwnerQueue = OwnerQueue.NONE
    workflow: str = HOUSE
    version: str = ""
    object: str = ""
    record_id: str = ""
    expires: datetime | None = None  # when it is given up; None for never
