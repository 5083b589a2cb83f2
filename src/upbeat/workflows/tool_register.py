"""tools.yaml: every tool that reads or writes the org, what it writes, by which ids, and who answers for it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from upbeat.base.files import ApiName, Day, FileModel, Grant, Model, Sentence, Username, Word
from upbeat.workflows.rulings import Count


class ToolKind(StrEnum):
    """What a tool is for."""

    ACTIVITY_CAPTURE = "activity capture"
    CONVERSATION = "conversation"
    FORECAST = "forecast"
    ENRICHMENT = "enrichment"
    ENGAGEMENT = "engagement"
    SUCCESS = "success"
    AGENT = "agent"
    OTHER = "other"


class Write(Model):
    """One object that a tool writes."""

    object: ApiName
    """The object."""
    fields: Annotated[tuple[ApiName, ...], Field(strict=False, min_length=1)]
    """The fields that it gives values to."""
    every: Sentence
    """How often: `each call`, `every night`."""


class ToolIds(Model):
    """The fields that hold the tool's own ids."""

    account: Grant | None = None
    """Such as `Account.Gong_Id__c`."""
    contact: Grant | None = None
    """Such as `Contact.Gong_Id__c`."""


class Reviewed(Model):
    """Who has reviewed what a tool calls."""

    by: Username
    """An active user."""
    on: Day
    """The day."""


class Tool(Model):
    """One tool."""

    title: Sentence
    """What people call it."""
    kind: Annotated[ToolKind, Field(strict=False)]
    """What it is for."""
    owner: Username
    """Who answers for it."""
    users: Annotated[tuple[Username, ...], Field(strict=False)] = ()
    """The users of the org as whom it acts."""
    reads_only: bool = False
    """Whether it writes nothing: a silo, which no trigger can rest on."""
    writes: Annotated[tuple[Write, ...], Field(strict=False)] = ()
    """What it writes."""
    ids: ToolIds = ToolIds()
    """How it knows the org's records again."""
    calls_per_day: Count | None = None
    """The API calls that it makes in a day, at most."""
    reviewed: Reviewed | None = None
    """Who has reviewed its calls and its access."""


class ToolRegister(FileModel):
    """The tools by a short name."""

    tools: Mapping[Word, Tool] = Field(default_factory=dict)
    """What the team works with, beside Upbeat."""
