"""What policy.yaml says beside the rules by effect: blocks of a few figures, why they are so, who answers for them.

A block that is left out has the figures below, which are the defaults of the product.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from upbeat.base.files import Model, Sentence, Username, Word
from upbeat.workflows.model import Duration, Percent

Count = Annotated[int, Field(ge=0)]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Act = Literal["build", "connect", "resume", "attest", "watch", "roll_back", "report", "audit"]


class Ruling(Model):
    """A few figures that hold for the whole workspace."""

    why: Sentence = "It is the default."
    """Shown where the figures act."""
    owner: Username | None = None
    """Who answers for them; left out, the owner of `promotion`."""
    applies: Sentence = "always"
    """When they apply, in words."""


class Permissions(Ruling):
    """Who may do what to the workspace itself, by role.

    An act that is left out is open to every active user at the command line, where whoever speaks has the workspace's
    files and keys anyway. In the console, where the whole org can sign in, it belongs to whoever takes workflows live;
    to watch, to everybody with a role and everybody who leads people.
    """

    build: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    """Who publishes and reverts workflows, agents, pools and this policy."""
    connect: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    """Who connects the org, and handles what connections log in with."""
    resume: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    """Who lets writes go on after a stop. Everybody may stop."""
    attest: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    """Who says of the foundation what no data shows."""
    watch: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    """Who sees how work goes: workflows, runs, routing, the register, the foundation."""
    roll_back: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    """Who asks for writes to be taken back."""
    report: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    """Who reads the reports for leadership."""
    audit: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    """Who reads the whole history, and takes it away."""

    def by_act(self) -> dict[Act, tuple[str, ...]]:
        """Give the roles of each act."""
        return {one: getattr(self, one) for one in get_args(Act)}


class Confidence(Ruling):
    """How sure a suggestion must be to happen by itself, by the function that makes it."""

    by: Mapping[Word, Annotated[Decimal | int, Field(ge=0, le=1)]] = Field(default_factory=dict)
    """The floor by function, such as `update_record: 0.9`; where the effect asks for more, that holds."""
    decisions: Count = 50
    """How many values of one name, read by one reader of talk and as sure as the floor, reviewers must have decided
    before such values go by their tier. Fifty tell a precision within 15 points at the most (Wilson, 95 %)."""


class Triggers(Ruling):
    """How many workflows that can interrupt a person or block a save are live, and how often each is looked at."""

    least: Count = 3
    """Below it, advice is given."""
    most: Count = 5
    """Above it, one goes live by a recorded exception alone."""
    review_every: Duration = timedelta(days=91)
    """How often each is reviewed: a quarter."""
    grace: Duration = timedelta(days=14)
    """How long a review may be overdue."""
    demote: bool = False
    """Whether one whose review is overdue beyond that goes back to monitor."""


class Alerts(Ruling):
    """What one person is told in a day, and when they are left in peace. A request for approval is never held back."""

    per_day: Count = 10
    """Notices to one person in a day; what is more comes in one digest."""
    quiet_from: TimeOfDay = "19:00"
    """When quiet hours begin, by the person's own clock."""
    quiet_until: TimeOfDay = "07:00"
    """When they end."""
    digest_at: TimeOfDay = "08:00"
    """When a digest is sent."""


class Queue(Ruling):
    """How suggested changes wait for people."""

    hold: Duration = timedelta(seconds=10)
    """Between an approval and its write: so long it can be recalled."""
    review_within: Duration = timedelta(days=2)
    """When a change of the tier review is due."""
    approve_within: Duration = timedelta(days=1)
    """When a change of the tier approval is due."""
    escalate_within: Duration = timedelta(days=1)
    """How long each next person has."""
    expire_after: Duration = timedelta(days=30)
    """When a change that nobody decided is given up. It is never written for that."""
    bulk: Count = 50
    """How many of one pattern are decided at once, at most."""
    sample: Count = 5
    """How many of a pattern a person decides one by one before that."""


class Misfires(Ruling):
    """What a report that a workflow was wrong asks for."""

    answer_within: Duration = timedelta(days=2)
    """How soon its owner answers."""
    most: Percent = 20
    """The share of what fired that may be wrong; above it, the workflow goes back to monitor."""
    at_least: Count = 5
    """How many misfires there must be before the share counts."""
    over: Duration = timedelta(days=30)
    """The time over which they are counted."""


class Owners(Ruling):
    """What happens when somebody who owns something is no longer an active user."""

    grace: Duration = timedelta(days=7)
    """How long a workflow runs on without its owner."""


class Readers(Ruling):
    """When a workflow tires those who read its flags."""

    action_rate: Percent = 20
    """The share of flags that must be acted on."""
    over: Duration = timedelta(days=30)
    """The time over which they are counted."""
    at_least: Count = 20
    """How many flags there must be before the share counts."""
    demote: bool = True
    """Whether one that still tires them after the same time again goes back to monitor."""


class Cost(Ruling):
    """What the work of a month is held against, and what a person's decision takes."""

    items: Count = 14_000
    """Completed work items that a month is laid out for; above it, the weekly packet says so."""
    calls: Count = 0
    """API calls of a month; above it, the weekly packet says so. 0 is no ceiling."""
    decision: Duration = timedelta(minutes=2)
    """What one decision takes a person. Measure it where you are: the minutes of a report are this times decisions."""


class Completeness(Ruling):
    """How much of what a workflow reads must be filled before it goes live."""

    least: Percent = 80
    """The share of records with a value, for each field that a condition reads."""


class Foundation(Ruling):
    """What the audit of the foundation asks for, and how it looks."""

    least: Percent = 90
    """The score at which an item passes."""
    items: Mapping[str, Percent] = Field(default_factory=dict)
    """The same for single items, by their key: `contact-roles: 95`."""
    fresh_for: Duration = timedelta(days=30)
    """How old an audit may be when a workflow goes live."""
    attested_for: Duration = timedelta(days=182)
    """How long a person's word holds: half a year."""
    amounts_known: Percent = 75
    """From what share of deals with an amount on a stage asks for one: then a deal without it is a defect."""
    stale_after: Duration = timedelta(days=90)
    """How long, at least, a deal stands in its stage before it can be stale."""
    stale_times: Annotated[int, Field(ge=1)] = 2
    """How many times as long as nine of ten won deals took there a deal may stand in its stage."""
    holds_back: bool = True
    """Whether a workflow stays in monitor until what it rests on holds; `why` says why not."""
    demote: bool = False
    """Whether a live workflow goes back to monitor when an audit finds that what it rests on fails."""

    def mark(self, item: str) -> int:
        """Give the score at which an item passes."""
        return self.items.get(item, self.least)
