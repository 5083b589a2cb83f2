"""What travels along the line, as frozen values: Event → Item → Firing → Proposal → Decision → Write.

Records are mappings as REST JSON gives them, parents nested under their relationship name; numbers with a
fraction are Decimal. Every time is an aware UTC datetime. Values here behave in no way; they are encoded
with `base.encode` and read back with `base.decode(text, Kind)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Record = Mapping[str, Any]


class Change(StrEnum):
    """What happened to the record of an event."""

    CREATED = "created"
    UPDATED = "updated"
    DUE = "due"  # a schedule's sweep found the record
    ASKED = "asked"  # a person or a request started the workflow on it
    CAPTURED = "captured"  # a conversation about it was captured


class Mode(StrEnum):
    """How far a workflow's writes go: observed only, through the gate, or not started at all."""

    MONITOR = "monitor"
    LIVE = "live"
    PAUSED = "paused"


class Tier(StrEnum):
    """What an action needs before it happens, from least to most."""

    AUTO = "auto"
    REVIEW = "review"
    APPROVAL = "approval"

    @property
    def rank(self) -> int:
        """0 for auto, 1 for review, 2 for approval: the higher holds."""
        return _RANKS[self]


_RANKS = {tier: number for number, tier in enumerate(Tier)}


class Verb(StrEnum):
    """What a write does to a record."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNDELETE = "undelete"
    MERGE = "merge"
    CONVERT = "convert"
    SEND = "send"  # a message: the one verb that leaves no record of the org changed


class Verdict(StrEnum):
    """Where the gate sends a proposal."""

    APPLY = "apply"
    REVIEW = "review"  # a person decides; the decision's tier says which kind of person
    OBSERVE = "observe"  # monitor mode: recorded, never written
    BLOCK = "block"


class Effect(StrEnum):
    """What a write means to the business, whatever field it is written to (law 6)."""

    COMMIT = "commit"  # into, out of, or the value of a deal in Commit
    CLOSED_WON = "closed won"  # to, from, or any field of a won deal
    ACCOUNT_OWNER = "account owner"
    PRICE = "price"
    OPPORTUNITY_OWNER = "opportunity owner"
    STAGE = "stage"
    FORECAST = "forecast category"  # other than Commit
    LEAD_OWNER = "lead owner"
    OWNER = "owner"  # of any other record
    CREATE_TASK = "task"
    LOG = "log"  # what was said or written, and by whom: an activity that is over, which changes nothing else
    CREATE = "create"
    FIELD = "field"
    DELETE = "delete"
    UNDELETE = "undelete"
    MERGE = "merge"
    CONVERT = "convert"
    NOTICE = "notice"  # a message to a user of the org
    MESSAGE = "message"  # a message to anybody else; it cannot be taken back


HOUSE = "upbeat"  # stands for a workflow where the house itself acts: its notices, its questions


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody said or wrote, word for word, and where: `field` is the field whose value it proves.

    Of a value that was read of talk, `of` names what it answers, such as economic_buyer, `by` who read it, "rules" or a
    model's name, and `confidence` how sure that reader was: what reviewers make of it is learnt from.
    """

    field: str
    text: str
    source: str
    at: datetime
    of: str = ""
    by: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Event:
    """A change in the org, as intake takes it in.

    `change_key` is law 3's *change*: `created` for a create from any source, else what tells this change of this
    record from every other (`polled:<modstamp>:<digest of the watched values>`, `due:<moment>`, `asked:<key>`,
    `captured:<conversation>`).
    `after` holds the values that the event carried; `before` the same fields as last seen, and `known` names those
    whose prior value is known.
    """

    org_id: str
    object: str
    record_id: str
    change: Change
    change_key: str
    at: datetime
    after: Record = field(default_factory=dict[str, Any])
    before: Record = field(default_factory=dict[str, Any])
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One event as the work of one workflow version. `id` is the digest of law 3's key."""

    id: str
    workflow: str
    version: str
    event: Event


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that took part in a condition: `name` as the formula writes it, `value` in the reader's words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Firing:
    """A trigger's condition found true for an item: the record as seen, and why."""

    item: Item
    record: Record
    signals: Record
    reason: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A record as it was found: its fields by name, so that a person could put each of them back by hand."""

    object: str
    record_id: str
    values: Record


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggested change to one record, not yet decided.

    `before` and `after` hold the same field names; a create has no `before` and no `record_id`. `reasons` go from
    the weightiest down and are never empty (law 5). `raise_to` may lift the tier that policy gives, never lower it.
    `group` joins the proposals of one workflow step: they are cleared together or not at all. `use` is the function
    that made it, by which a policy may ask for more confidence.

    A merge and a conversion reach more records than one: `records` are all of them as they were found, first the one
    that the proposal is about, which of a merge is the one that stays. What a merge sets on it stands in `after`; a
    conversion's `after` has the names that Salesforce's convertLead takes, such as AccountId and ConvertedStatus.

    A message has the verb SEND and the object Email; `record_id` is the record it is about, or empty, and `after` its
    To, Subject and Text. The house's own have no item, and HOUSE for a workflow.
    """

    id: str
    item_id: str
    workflow: str
    version: str
    step: str
    agent: str
    verb: Verb
    object: str
    record_id: str
    before: Record
    after: Record
    reasons: tuple[str, ...]
    group: str
    raise_to: Tier = Tier.AUTO
    confidence: float = 1.0
    from_model: bool = False
    undoes: tuple[str, ...] = ()  # the writes that a rollback takes back, newest first
    use: str = ""
    quotes: tuple[Quote, ...] = ()
    edited: Mapping[str, str] = field(default_factory=dict[str, str])  # fields whose value a person wrote, and who
    records: tuple[Snapshot, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's stored answer that releases a proposal: who, in which role, when, and over which values."""

    review_id: str
    by: str  # the Salesforce user's username
    role: str
    at: datetime
    proposal_digest: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate decided of a proposal, and by which rule. `proposal_digest` binds it to exactly that one."""

    proposal_id: str
    proposal_digest: str
    verdict: Verdict
    tier: Tier
    effects: tuple[Effect, ...]
    rule: str
    why: str
    roles: tuple[str, ...] = ()  # who releases it: an approval needs a person of each, a review a person of any
    one_of: tuple[tuple[str, ...], ...] = ()  # and of each of these lists, somebody who signed holds a role
    approvals: tuple[Approval, ...] = ()
    policy: str = ""  # the version of the policy that decided


@dataclass(frozen=True, slots=True)
class Hold:
    """A step hands work to a person: what is asked, of whom, by when, and the moves offered."""

    kind: str
    ask: str
    owner: str  # username
    due: datetime
    choices: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
