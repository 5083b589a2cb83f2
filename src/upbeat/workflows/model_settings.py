"""The models that a workspace allows, in upbeat.yaml: by name, each with its address, its tasks and its budget."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from upbeat.base.files import CurrencyCode, Model, Name, Username, refuse
from upbeat.llm import Speaks
from upbeat.workflows.model import Duration
from upbeat.workflows.provider import HttpAddress, Text
from upbeat.workflows.secrets import no_secret


class Task(StrEnum):
    """What a model may be asked to do."""

    CLASSIFICATION = "classification"  # of what kind a free text is
    EXTRACTION = "extraction"  # what was said in a conversation, each thing with its quote
    SUMMARY = "summary"  # what a conversation came to, each point with its quote


class AllowedModel(Model):
    """One model of one server, hosted or on your own machine."""

    speaks: Annotated[Speaks, Field(strict=False)] = Speaks.OPENAI
    """What the server understands: `openai`, the chat completions of most servers, or `anthropic`."""
    url: HttpAddress
    """Its address, as far as the API's own paths begin: `https://models.acme.example/v1`, `https://api.anthropic.com`."""
    model: Text
    """The model's id, as the server knows it."""
    owner: Username
    """The active user who answers for it and its cost."""
    tasks: Annotated[
        tuple[Annotated[Task, Field(strict=False)], ...],
        Field(strict=False, min_length=1),
    ]
    """What it may be asked to do."""
    secret_env: Text | None = None
    """The environment variable that holds its key."""
    secret_file: Text | None = None
    """A file of mode 0600 that holds its key and nothing else, a path from upbeat.yaml."""
    timeout: Duration = timedelta(seconds=10)
    """How long one call may take, from the first byte to the last."""
    wait: Duration = timedelta(minutes=1)
    """How long a record waits for it before rules alone decide: it may be asked too much, or away for a moment."""
    samples: Annotated[int, Field(ge=1, le=5)] = 1
    """How often a conversation is read: what not all readings agree on is less sure. Each reading is a call."""
    calls_per_day: Annotated[int, Field(gt=0)] = 1000
    """The most calls in one day of the org's time zone, those that failed among them."""
    cost: Annotated[Decimal | int, Field(ge=0)] = 0
    """What one call costs, at the most, whatever is read."""
    cost_of_reading: Annotated[Decimal | int, Field(ge=0)] = 0
    """What 1,000 characters that it reads cost beside that. English has about four characters a token."""
    per_item: Annotated[Decimal | int, Field(gt=0)] | None = None
    """The most that reading one record for one question may cost, all samples together; a dearer one is not asked."""
    per_month: Annotated[Decimal | int, Field(gt=0)] | None = None
    """The most that all calls of a calendar month may cost; then rules go on alone, and the owner is told."""
    currency: CurrencyCode = "USD"
    """In which currency."""
    keeps: Duration = timedelta(days=30)
    """How long an answer is used again for the very same text."""
    redacts: bool = True
    """Whether names that the org knows, numbers, addresses and links with secrets are replaced before a text leaves."""
    in_monitor: bool = False
    """Whether it is asked for records in monitor mode as well, which otherwise sends nothing."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.secret_env is not None and self.secret_file is not None:
            raise refuse("a key lies in one place", "Write one of 'secret_env:' and 'secret_file:'.")
        return self

    def cost_of(self, characters: int) -> Decimal:
        """Give what one call costs at the most that reads so many characters."""
        return Decimal(self.cost) + Decimal(self.cost_of_reading) * characters / 1000


class Models(Model):
    """Which models agents may name. Without any, rules decide alone."""

    off: bool = False
    """The one switch: true, and no model is asked anything, whatever agents name."""
    allow: Mapping[Name, Annotated[AllowedModel, BeforeValidator(no_secret)]] = Field(
        default_factory=dict[str, AllowedModel]
    )
    """The models by the names that agents use."""

    def why_not(self, name: str, task: Task) -> str:
        """Say why a model is not asked for a task, or nothing where it may be."""
        if self.off:
            return "models are switched off in upbeat.yaml"
        if name not in self.allow:
            return f"upbeat.yaml allows no model {name}"
        return "" if task in self.allow[name].tasks else f"upbeat.yaml does not allow {name} for {task}"
