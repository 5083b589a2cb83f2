"""One rule of policy.yaml: what a write with one effect needs, everywhere or for some fields and workflows alone."""

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from upbeat.base.files import Grant, Model, Name, Sentence, Username, Word, refuse
from upbeat.domain import Effect, Tier

Written = Collection[
    tuple[str, str]
]  # what a write sets: (object, field) pairs in small letters; an object that is not known is empty


class Rule(Model):
    """What a write with one effect needs before it happens.

    A rule without `fields` and `workflows` is the effect's own, and there is one for each effect. One with either is
    scoped: it is held beside that one, and can only add to it.
    """

    effect: Annotated[Effect, Field(strict=False)]
    """What the write means to the business, whatever field it is written to."""
    tier: Annotated[Tier, Field(strict=False)]
    """`auto` happens at once, `review` when one person releases it, `approval` when every role has signed."""
    roles: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    """Who releases it: for a review one person of any of these roles, for an approval a different person of each."""
    confidence: Annotated[Decimal | int, Field(ge=0, le=1)] = Decimal("0.8")
    """A suggestion less sure than this is no longer auto: a person reviews it. What is computed by rules has 1."""
    fields: Annotated[tuple[Grant, ...], Field(strict=False)] = ()
    """The rule holds for writes to these fields alone: `Opportunity.Discount__c`, or `Quote.*`. Left out: any."""
    workflows: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """The rule holds for these workflows alone. Left out: for every one."""
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

    @property
    def scoped(self) -> bool:
        """Whether it holds for some fields or workflows alone."""
        return bool(self.fields or self.workflows)

    @property
    def scope(self) -> str:
        """Say what it holds for: ` for Opportunity.Discount__c in route-leads`, or nothing."""
        fields = f" for {', '.join(self.fields)}" if self.fields else ""
        return f"{fields} in {', '.join(self.workflows)}" if self.workflows else fields

    def speaks_of(self, written: Written, workflow: str) -> bool:
        """Whether a write of these fields by a workflow is within its scope.

        A field whose object is not known is taken for every field of its name.
        """
        if self.workflows and workflow not in self.workflows:
            return False
        return not self.fields or any(_covers(one, target, name) for one in self.fields for target, name in written)


def _covers(grant: str, target: str, name: str) -> bool:
    at, _, field = grant.casefold().partition(".")
    return target in {at, ""} and field in {name, "*"}
