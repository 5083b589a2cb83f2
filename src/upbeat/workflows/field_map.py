"""fields.yaml: what the org's fields mean to its revenue teams, from the first lead to the renewal."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from upbeat.base.files import ApiName, FileModel, FormulaText, Grant, Model, Path, Sentence, Username, Word
from upbeat.workflows.model import Duration
from upbeat.workflows.rulings import Count

Fields = Annotated[tuple[ApiName, ...], Field(strict=False)]


class Methodology(Model):
    """The questions that a deal must answer, and the field of each."""

    name: Sentence
    """What it is called: MEDDIC, MEDDPICC, or a name of your own."""
    elements: Annotated[dict[Word, Grant], Field(min_length=1)]
    """The field of each element: `economic_buyer: Opportunity.Economic_Buyer__c`."""


class StageExit(Model):
    """What must be known before a deal leaves a stage."""

    exit: Annotated[Fields, Field(min_length=1)]
    """The fields of Opportunity that must be filled."""
    why: Sentence
    """Why it takes these."""


class LargerDeals(Model):
    """What more a larger deal needs."""

    above: Decimal | int = 50_000
    """In the corporate currency; a deal of just so much is none."""
    least: Count = 3
    """How many contact roles."""


class ContactRoles(Model):
    """How many people a deal must name."""

    least: Count = 1
    """Contact roles of every open deal."""
    larger: LargerDeals = LargerDeals()
    """What a larger one needs."""


class Tier(Model):
    """The field of Account that holds its ICP tier."""

    field: ApiName
    """Such as `ICP_Tier__c`."""
    dated: ApiName | None = None
    """The field that says when it was tagged; left out, nobody knows how old a tag is."""
    current_for: Duration = timedelta(days=365)
    """How long a tag is current."""


class TerritoryField(Model):
    """The field of Account that says its territory."""

    field: ApiName
    """Such as `Territory__c`."""


class Category(Model):
    """What a deal of a forecast category must be."""

    when: FormulaText
    """A condition on Opportunity, as a Salesforce formula."""
    why: Sentence
    """What the category means, in words."""


class WriteBack(Model):
    """Where what was said is written after each conversation."""

    transcript: Grant | None = None
    """The field that holds it: `Event.Description`, or one of a custom object."""
    summary: Grant | None = None
    """The same for the summary."""
    next_step: Grant | None = None
    """The same for the next step: `Opportunity.NextStep`."""


class FieldMap(FileModel):
    """Every part may be left out: then the audit goes by what the org itself shows, and says so."""

    owner: Username | None = None
    """The person of RevOps who answers for this map."""
    methodology: Methodology | None = None
    """The questions that a deal must answer."""
    stages: Mapping[Sentence, StageExit] = Field(default_factory=dict)
    """What must be known before a deal leaves a stage, by the stage's name."""
    next_step: ApiName = "NextStep"
    """The field of Opportunity that says what comes next."""
    push_count: ApiName | None = None
    """The field of Opportunity that counts its pushes."""
    contact_roles: ContactRoles = ContactRoles()
    """How many contact roles a deal must have."""
    icp_tier: Tier | None = None
    """The tier of an account."""
    territory: TerritoryField | None = None
    """The territory of an account; left out, that of Enterprise Territory Management where the org has it."""
    forecast: Mapping[Word | ApiName, Category] = Field(default_factory=dict)
    """What a deal of each category must be, by its API name: Pipeline, BestCase, Forecast for Commit, Closed."""
    write_back: WriteBack = WriteBack()
    """Where what was said is written."""

    def grants(self) -> Iterator[tuple[Path, str]]:
        """Give each field that is named with its object, `Opportunity.NextStep`, and where the file does so."""
        for name, path in self.methodology.elements.items() if self.methodology else ():
            yield ("methodology", "elements", name), path
        for name in WriteBack.model_fields:
            path: str | None = getattr(self.write_back, name)
            if path is not None:
                yield ("write_back", name), path

    def objects(self) -> set[str]:
        """Give the objects of those fields."""
        return {path.partition(".")[0] for _, path in self.grants()}
