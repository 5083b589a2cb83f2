"""One review as a page shows it, as values: before and after, why, proof, how sure, how far, and the way back."""

from dataclasses import dataclass
from datetime import datetime

from upbeat.base import Rate
from upbeat.console.review.listed import Queue
from upbeat.operations.tracing import Reported


@dataclass(frozen=True, slots=True)
class Who:
    """A person by username, and what people call them."""

    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the moves that a question offers: the `value` to answer with, and its words; a person goes by their name.

    `why` is what the reasons say of a person who may be chosen, empty where they say nothing.
    """

    value: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field in three states. `now` differs from `before` where `moved` says how; `by` is who changed it since.

    `first` is what was suggested before `edited_by` wrote another value.
    """

    field: str
    label: str
    before: str
    after: str
    now: str
    moved: str
    by: str
    first: str
    edited_by: str
    long: bool


@dataclass(frozen=True, slots=True)
class Head:
    """One of several records that become one, or are joined: which part it takes, and what it is called."""

    part: str
    object: str
    record_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Beside:
    """One field of several records that become one, or are joined: what each has, what stays and why.

    `kept` is the number of the record, from 0, whose value stays; -1 where it is another value, or nothing is chosen.
    """

    label: str
    values: tuple[str, ...]
    stays: str
    kept: int
    why: str


@dataclass(frozen=True, slots=True)
class Altered:
    """What one suggestion does to one record. `record_id` is empty for a new one."""

    verb: str
    object: str
    record_id: str
    name: str
    changes: tuple[Change, ...]
    heads: tuple[Head, ...]
    beside: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in a sentence; `to` is a page that shows more of it, under the words `link`."""

    says: str
    to: str
    link: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that the condition read: as it was, and as it is now where that is something else.

    It is `told` where a reason names it, and it has not moved.
    """

    name: str
    value: str
    now: str
    moved: bool
    by: str
    told: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of a talk; `before`, `quote` and `after` are its words, of which `quote` is the proof, or empty."""

    speaker: str
    side: str
    clock: str
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The words that prove a field's value, in what was said around them."""

    label: str
    text: str
    source: str
    at: datetime
    call: str
    title: str
    turns: tuple[Turn, ...]
    missing: str
    held: Rate | None


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure a suggestion is, in words and as a share where that is estimated, and how alike ones fared."""

    word: str
    share: float | None
    alike: Rate
    edited: int
    rejected: int
    of_workflow: Rate


@dataclass(frozen=True, slots=True)
class Woken:
    """Another workflow that sees the change."""

    workflow: str
    title: str
    mode: str
    at_once: bool
    about: str


@dataclass(frozen=True, slots=True)
class Editable:
    """A value that a person may write in place of the suggested one: `options` where the field lists its values."""

    key: str
    label: str
    type: str
    value: str
    options: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Other:
    """Another open question about the same record."""

    id: str
    title: str
    owner: str


@dataclass(frozen=True, slots=True)
class Item:
    """One review as somebody decides it. What is empty is not there to be said.

    `wrongs` are what may be wrong with the run that fired, `reported` what people said so; both empty where none did.
    """

    id: str
    short: str
    kind: str
    is_change: bool
    tier: str
    state: str
    title: str
    heading: str
    object: str
    record_id: str
    record_name: str
    workflow: str
    workflow_title: str
    version: int
    mode: str
    condition: str
    run: str
    owner: Who
    due_at: datetime
    overdue: bool
    next_owner: str
    expires_at: datetime | None
    snoozed_until: datetime | None
    release_at: datetime | None
    created_at: datetime
    again: str
    altered: tuple[Altered, ...]
    stale: tuple[Change, ...]
    unread: str
    reasons: tuple[Reason, ...]
    reported: tuple[Reported, ...]
    wrongs: tuple[str, ...]
    facts: tuple[Fact, ...]
    needs: str
    rule: str
    signed: tuple[str, ...]
    missing: tuple[str, ...]
    proofs: tuple[Proof, ...]
    sure: Sure | None
    records: int
    waiting: int
    alike_records: int
    amounts: tuple[str, ...]
    all_amounts: tuple[str, ...]
    woken: tuple[Woken, ...]
    also: tuple[Other, ...]
    undone: bool
    way_back: str
    choices: tuple[Choice, ...]
    may_decide: bool
    role: str
    why_not: str
    fix: str
    may_recall: bool
    may_withdraw: bool
    edits: tuple[Editable, ...]
    hand_to: tuple[Who, ...]
    hold: int
    moves: int
    decided_by: str
    decided_at: datetime | None
    choice: str
    note: str
    in_pattern: bool
    to_run: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """The queue, and one item of it beside it: either may be left out. `query` is what is asked of the queue."""

    queue: Queue | None
    item: Item | None
    query: str = ""
