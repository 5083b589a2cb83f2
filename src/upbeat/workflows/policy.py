"""policy.yaml: what each effect of a write needs, who releases it, and why."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from upbeat.base.files import FileModel, Model, Sentence, Username, Word, refuse
from upbeat.domain import Effect, Tier
from upbeat.workflows.rulings import (
    Alerts,
    Completeness,
    Confidence,
    Misfires,
    Owners,
    Permissions,
    Queue,
    Readers,
    Triggers,
)


class Rule(Model):
    """What a write with one effect needs before it happens."""

    effect: Annotated[Effect, Field(strict=False)]
    """What the write means to the business, whatever field it is written to."""
    tier: Annotated[Tier, Field(strict=False)]
    """`auto` happens at once, `review` when a person releases it, `approval` when every role has signed."""
    roles: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    """Who may release it: one person of each of these roles."""
    confidence: Annotated[Decimal | int, Field(ge=0, le=1)] = Decimal("0.8")
    """A suggestion less sure than this is no longer auto: a person reviews it. What is computed by rules has 1."""
    why: Sentence
    """Shown where the rule holds a write."""
    owner: Username
    """Who answers for the rule."""
    applies: Sentence = "always"
    """When it applies, in words."""

    @model_validator(mode="after")
    def _someone_can_release(self) -> Self:
        if (self.tier is Tier.AUTO) == bool(self.roles):
            what = "nobody releases what is auto" if self.roles else f"{self.tier} names nobody who may release it"
            raise refuse(what, "Remove 'roles'." if self.roles else "Add 'roles: [...]'.")
        return self


class Promotion(Model):
    """Who takes a workflow from monitor to live: two people at least."""

    roles: Annotated[tuple[Word, ...], Field(strict=False, min_length=1)]
    """One person of each role; the same person never counts twice."""
    second: Username | None = None
    """The second person of a team of one: beside whoever has the one role."""
    why: Sentence
    """Why it takes these."""
    owner: Username
    """Who answers for the rule."""

    @model_validator(mode="after")
    def _takes_two(self) -> Self:
        if len(self.roles) < 2 and self.second is None:
            raise refuse("one person alone takes a workflow live", "Name a second role, or 'second:', a second person.")
        return self


class Policy(FileModel):
    """The rules by effect. A write with an effect that has no rule is refused."""

    rules: Annotated[tuple[Rule, ...], Field(strict=False)]
    """One rule for each effect; the checks refuse a second."""
    roles: dict[Word, Annotated[tuple[Username, ...], Field(strict=False, min_length=1)]]
    """Who holds each role, by username."""
    promotion: Promotion
    """Who takes a workflow live."""
    late_from: Sentence | None = None
    """The first late stage, by name. A stage change that begins or ends there or beyond needs approval, whatever the
    rule for stages says; left out, every stage is late."""

    @classmethod
    def refusing(cls) -> Self:
        """Give the policy that has no rule and so refuses every write: it stands where no file can be read."""
        nobody = Promotion(roles=("nobody", "no_one"), why="There is no policy.", owner="nobody@nowhere")
        return cls(rules=(), roles={}, promotion=nobody)

    permissions: Permissions = Permissions()
    """Who may do what to the workspace itself."""
    confidence: Confidence = Confidence()
    """How sure a suggestion must be, by function."""
    triggers: Triggers = Triggers()
    """How many live workflows, and how often they are reviewed."""
    alerts: Alerts = Alerts()
    """What people are told, and when."""
    queue: Queue = Queue()
    """When what waits is due, given up, written."""
    misfires: Misfires = Misfires()
    """What a misfire asks for."""
    owners: Owners = Owners()
    """When an owner leaves."""
    readers: Readers = Readers()
    """When a workflow tires its readers."""
    completeness: Completeness = Completeness()
    """How much of the data must be there."""

    def rule(self, effect: Effect) -> Rule | None:
        """Give the rule for an effect, or None: then the write is refused."""
        return next((one for one in self.rules if one.effect is effect), None)

    def holds(self, person: str, role: str) -> bool:
        """Whether a username holds a role; case does not matter, as it does not to Salesforce."""
        return person.casefold() in (one.casefold() for one in self.roles.get(role, ()))

    def tier(self, effects: Iterable[Effect], least: Tier) -> Tier:
        """Give the highest tier that the rules give these effects, or `least` where that is higher."""
        rules = [self.rule(one) for one in effects]
        tiers = [Tier.APPROVAL if one is None else one.tier for one in rules]  # without a rule it is refused
        return max([least, *tiers], key=lambda one: one.rank)
