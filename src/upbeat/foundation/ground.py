"""All that is known before the first check asks: the org as the survey saw it, the workspace's files, our own house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from upbeat.foundation.findings import Unseen
from upbeat.schema import Field, Schema
from upbeat.workflows import FieldMap, Foundation, Person, Policy, ToolRegister, Workflow

CORE: Final = (
    "Account",
    "Contact",
    "EmailMessage",
    "EmailMessageRelation",
    "Event",
    "EventRelation",
    "Lead",
    "Opportunity",
    "OpportunityContactRole",
    "OpportunityFieldHistory",
    "OpportunityHistory",
    "Product2",
    "Task",
    "User",
)
"""Objects whose describe every audit reads, each where the org has it; what fields.yaml names comes beside them."""

COUNTED: Final = (
    "Account",
    "Campaign",
    "Contact",
    "EmailMessage",
    "Event",
    "Lead",
    "Opportunity",
    "OpportunityContactRole",
    "Product2",
    "Task",
    "User",
)
"""Objects whose records are counted before anything is planned: what a check costs depends on them."""


@dataclass(frozen=True, slots=True)
class Org:
    """The org as it says of itself. `edition` is OrganizationType, `currency` the corporate one's ISO code."""

    id: str
    name: str
    sandbox: bool
    edition: str
    currency: str
    currencies: bool  # whether records have one each
    url: str = ""  # where people open its records in a browser

    def money(self, amount: Decimal) -> str:
        """Write an amount without its cents: `EUR 1,250,000`; an org with one currency does not say which."""
        return f"{self.currency} {amount:,.0f}".strip()


@dataclass(frozen=True, slots=True)
class Attestation:
    """What somebody has said of an item, and when; it holds until `until`."""

    item: str
    by: str
    at: datetime
    says: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Stake:
    """What the gate said when it was asked about a high-stakes change that a workflow suggests, as if that were live.

    `effect` is what the change means, `refused` whether nobody may release it at all, `releasable` whether the active
    people of its roles are enough to. `vacant` are those of its roles that nobody active holds beside the owner.
    """

    workflow: str
    owner: str
    effect: str
    refused: bool
    releasable: bool
    roles: tuple[str, ...]
    vacant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PacketAt:
    """The packet of one week: when it was made, and who signed it when, if anybody has."""

    week: str
    made_at: datetime
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class HouseFacts:
    """What is looked at in our own house: `answered` of `misfires` were answered in their time.

    `floor` are the kinds of change that people must release, each with whether the gate held one for a person.
    """

    answered: int = 0
    misfires: int = 0
    packets: tuple[PacketAt, ...] = ()
    floor: Mapping[str, bool] = field(default_factory=dict[str, bool])
    stakes: tuple[Stake, ...] = ()


@dataclass(frozen=True)
class Ground:
    """What a check may look at before it asks.

    `records` is how many there are of an object, where the org told; `hidden` names objects of `CORE` that it does not
    show this user, each with why. `pipeline` is the amount of all open deals, in the corporate currency, None where it
    is not known. `live` are the names of the workflows that are live, of `workflows`, all that run;
    `ours` the ids of the users that Upbeat's own connections act as.
    """

    now: datetime
    zone: ZoneInfo
    org: Org
    schema: Schema
    objects: frozenset[str]
    records: Mapping[str, int]
    hidden: Mapping[str, str]
    fields: FieldMap
    tools: ToolRegister
    policy: Policy
    pipeline: Decimal | None = None
    workflows: tuple[Workflow, ...] = ()
    live: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()
    people: Mapping[str, Person] = field(default_factory=dict[str, Person])
    said: Mapping[str, Attestation] = field(default_factory=dict[str, Attestation])
    house: HouseFacts = HouseFacts()

    @property
    def today(self) -> date:
        """The day, as the org has it."""
        return self.now.astimezone(self.zone).date()

    @property
    def marks(self) -> Foundation:
        """What the policy asks of the foundation, and the parameters of the checks."""
        return self.policy.foundation

    def has(self, name: str, *fields: str) -> bool:
        """Whether the reading user sees an object, and all of these fields of it."""
        return self.schema.has(name) and all(self.schema.object(name).has(one) for one in fields)

    def field(self, name: str, field: str) -> Field | None:
        """Give a field of an object, None where the reading user does not see it."""
        return self.schema.object(name).field(field) if self.has(name, field) else None

    def unseen(self, name: str, field: str = "") -> Unseen:
        """Say that an object, or a field of it, is not shown to the reading user."""
        why = "the org has no such field, or the reading user does not see it"
        return Unseen(name, field, self.hidden.get(name, why))

    def uncounted(self, name: str) -> Unseen:
        """Say that nobody knows how many records an object has: nothing is read whole, and no share is told of it."""
        return Unseen(name, "", "the org did not say how many records there are")

    def count(self, name: str) -> int | None:
        """Give how many records an object has, None where the org did not say: that is not the same as none."""
        return self.records.get(name)
