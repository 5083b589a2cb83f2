"""policy.yaml: what each effect of a write needs, who releases it, who may do what else, and why."""

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, model_validator

from upbeat.base.files import FileModel, Model, Sentence, Username, Word, refuse
from upbeat.domain import Effect, Tier
from upbeat.workflows.model import Duration
from upbeat.workflows.rule import Rule, Written
from upbeat.workflows.rulings import (
    Act,
    Alerts,
    Completeness,
    Confidence,
    Cost,
    Count,
    Foundation,
    Misfires,
    Owners,
    Permissions,
    Queue,
    Readers,
    Ruling,
    Triggers,
)


class Promotion(Model):
    """Who takes a workflow from monitor to live: two people at least."""

    roles: Annotated[tuple[Word, ...], Field(strict=False, min_length=1)]
    """One person of each role; the same person never counts twice."""
    second: Username | None = None
    """The second person of a team of one: beside whoever has the one role."""
    monitor_for: Duration | None = None
    """How long a version runs in monitor before it goes live; left out, as long as people see fit."""
    judged: Count = 0
    """How many of its runs in monitor people must have judged before."""
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
    """One rule for each effect, and scoped ones beside them: all that speak of a write hold, the highest tier wins."""
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
        why = "There is no policy."
        nobody = Promotion(roles=("nobody", "no_one"), why=why, owner="nobody@nowhere")
        return cls(
            rules=(),
            roles={},
            promotion=nobody,
            permissions=Permissions(build=("nobody",), resume=("nobody",), why=why),
        )

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
    foundation: Foundation = Foundation()
    """What the audit of the foundation asks for."""
    cost: Cost = Cost()
    """What a month of work is held against."""

    def rulings(self) -> dict[str, Ruling]:
        """Give the blocks beside the rules, by name."""
        named = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: one for name, one in named if isinstance(one, Ruling)}

    def rule(self, effect: Effect) -> Rule | None:
        """Give an effect's own rule, or None: then the write is refused."""
        return next((one for one in self.rules if one.effect is effect and not one.scoped), None)

    def holds(self, person: str, role: str) -> bool:
        """Whether a username holds a role; case does not matter, as it does not to Salesforce."""
        return person.casefold() in (one.casefold() for one in self.roles.get(role, ()))

    def may(self, person: str, act: Act) -> bool:
        """Whether a username may do something to the workspace itself; an act that names no role is everyone's."""
        roles = self.permissions.by_act()[act]
        return not roles or any(self.holds(person, one) for one in roles)

    def tier(self, effects: Iterable[Effect], least: Tier, written: Written = (), workflow: str = "") -> Tier:
        """Give the highest tier that the rules ask for a workflow's write, or `least` where that is higher.

        `written` are the fields that it sets: scoped rules are held against them.
        """
        found = set(effects)
        tiers = [Tier.APPROVAL for one in found if self.rule(one) is None]  # without a rule it is refused
        tiers += [one.tier for one in self.rules if one.effect in found and one.speaks_of(written, workflow)]
        return max([least, *tiers], key=lambda one: one.rank)
