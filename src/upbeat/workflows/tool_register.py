"""tools.yaml: every tool that reads or writes the org, what it writes, by which ids, and who answers for it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from upbeat.base.files import ApiName, Day, FileModel, Grant, Model, Sentence, Username, Word, refuse
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
    """Such as `Account.Gong_Id__c`; `Account.Id` where the tool keeps Salesforce's own."""
    contact: Grant | None = None
    """Such as `Contact.Gong_Id__c`, or `Contact.Id`."""

    @model_validator(mode="after")
    def _of_their_object(self) -> Self:
        for name, path in (("Account", self.account), ("Contact", self.contact)):
            if path is not None and (not path.startswith(f"{name}.") or path.endswith(".*")):
                raise refuse(f"{path} is no field of {name}", f"Write {name}.Field, such as {name}.Id.")
        return self


class Reviewed(Model):
    """Who has reviewed what a tool calls."""

    by: Username
    """An active user."""
    on: Day
    """The day."""


class Meets(Model):
    """What somebody says of a tool that no data shows."""

    reliable_api: Sentence | None = None
    """How its API holds in work of several steps: how it repeats, orders and gives up a call."""
    editions: Sentence | None = None
    """The editions of Salesforce that it supports."""
    security: Sentence | None = None
    """What shows that it meets your security requirements, and from when: `SOC 2 Type II report of May 2026`."""


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
    meets: Meets = Meets()
    """What it is chosen by, beside what it writes."""

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        if self.reads_only and self.writes:
            fix = "Remove 'writes', or 'reads_only': no step can write through a tool that only reads."
            raise refuse("it only reads, and it is said what it writes", fix)
        return self


class ToolRegister(FileModel):
    """The tools by a short name."""

    tools: Mapping[Word, Tool] = Field(default_factory=dict)
    """What the team works with, beside Upbeat."""
    automations: Mapping[Sentence, Username] = Field(default_factory=dict)
    """Who answers for the org's own flows, triggers and rules, by name: `Route_Leads: priya.shah@acme.example`."""

    @model_validator(mode="after")
    def _a_user_each(self) -> Self:
        first: dict[str, str] = {}
        for key, tool in self.tools.items():
            for user in tool.users:
                other = first.setdefault(user.casefold(), key)
                if other != key:
                    what = f"{other} and {key} both act as {user}: nobody can tell which of them wrote what"
                    raise refuse(what, "Give each tool a user of its own.")
        return self
