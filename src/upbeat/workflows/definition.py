"""A workflow and an agent as a user writes them: `workflows/<name>.yaml`, `agents/<name>.yaml`."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from upbeat.base.files import (
    ApiName,
    FileModel,
    FormulaText,
    Grant,
    Label,
    Model,
    Name,
    Sentence,
    Title,
    Username,
    Word,
    refuse,
)
from upbeat.domain import Mode, Tier
from upbeat.workflows.model import Argument, Duration, MergeText, Percent, Scalar, When


class Limits(Model):
    """How many records a workflow may start on; above, it pauses and its owner is told."""

    per_hour: Annotated[int, Field(gt=0)] | None = None
    """Records in any hour."""
    per_day: Annotated[int, Field(gt=0)] | None = None
    """Records in any day."""


class Threshold(Model):
    """What counts as meaningful: a value that formulas read as `$Threshold.<name>`."""

    value: Scalar
    """A number, a text, true or false."""
    why: Sentence
    """Where the value comes from."""


class LeastFilled(Model):
    """How much of a field must be there before the workflow goes live, where policy.yaml says otherwise."""

    least: Percent
    """The percentage of the object's records that have a value."""
    why: Sentence
    """Why so much is enough, or needed."""


class StillTrue(Model):
    """What happens when a condition that has fired still holds later."""

    after: Duration
    """How long after it fired."""
    then: Literal["fire again", "escalate", "stay quiet"]
    """Run the steps again, tell the owner's manager, or nothing."""


class TriggerDefinition(Model):
    """What starts the workflow, on which record, under which condition."""

    start: Literal["created", "updated", "changed", "schedule", "request", "user", "captured"]
    """`changed` is created or updated; `schedule` looks at every record at the times of `every`; `captured` at what a
    conversation was about, or, of Event, Task and EmailMessage, at the activity that it would be logged as."""
    object: ApiName
    """The object whose records are looked at."""
    every: When | None = None
    """When a schedule looks: `weekdays at 07:00`, `every 15 minutes`, or cron. By the org's time zone."""
    watches: Annotated[tuple[ApiName, ...], Field(strict=False)] = ()
    """The fields whose change counts as an update. Left out: every field of the record that `when` reads."""
    when: FormulaText
    """The condition, a Salesforce formula; `true` for every record."""
    if_still_true: StillTrue | None = None
    """Left out, a condition that goes on holding stays quiet."""

    @model_validator(mode="after")
    def _every_goes_with_schedule(self) -> Self:
        if (self.start == "schedule") != (self.every is not None):
            what = "a schedule has no times" if self.every is None else f"'every' has no meaning with {self.start}"
            fix = "Add 'every: weekdays at 07:00'." if self.every is None else "Write 'start: schedule', or remove it."
            raise refuse(what, fix)
        if self.watches and self.start not in {"updated", "changed"}:
            raise refuse(f"'watches' has no meaning with {self.start}", "Remove it.")
        return self


class StepDefinition(Model):
    """One call of a function by an agent. The names beside these are the function's own arguments."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Argument] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride] - pydantic's way to type them

    step: Word
    """The step's name; later formulas read what it found as `$Step.<step>.<key>`."""
    agent: Name
    """Who does it: the name of a file in agents/."""
    use: Word
    """The function it calls."""
    tier: Annotated[Tier | None, Field(strict=False)] = None
    """May raise what policy says, never lower it."""
    owner: Username | None = None
    """The active Salesforce user who answers for this action; left out, the workflow's owner does."""
    when: FormulaText | None = None
    """Left out, the step always runs."""
    unread: Literal["rules", "hold"] = "rules"
    """Where its agent's model is not heard: it goes on by rules alone, or its owner says whether it does."""

    @property
    def arguments(self) -> dict[str, Argument]:
        """The function's own arguments, as written."""
        return self.__pydantic_extra__


class OutcomeDefinition(Model):
    """How an item ends: when something holds, or, where nothing does in time, with a person."""

    when: MergeText | None = None
    """One `{!...}` that is true or false; the first outcome that holds ends the item."""
    due: Duration | None = None
    """How long the item may wait for another outcome."""
    then: Literal["escalate"] | None = None
    """What happens when the time is over."""
    to: MergeText | None = None
    """The person it goes to: a username, an email address or a user id."""

    @model_validator(mode="after")
    def _holds_or_is_due(self) -> Self:
        if (self.when is None) == (self.due is None):
            raise refuse("an outcome has either a 'when' or a 'due'", "Write one of the two.")
        if self.due is not None and self.to is None:
            raise refuse("an outcome with a due time has no owner", "Add 'to:', the person it goes to.")
        if self.due is not None and self.then is None:
            raise refuse("an outcome with a due time does not say what happens then", "Add 'then: escalate'.")
        if self.when is not None and (self.to or self.then):
            raise refuse("'then' and 'to' belong to an outcome with a due time", "Remove them, or write 'due'.")
        return self


class Definition(FileModel):
    """A workflow: trigger, steps, outcomes."""

    workflow: Name
    """The workflow's name, and its file's."""
    title: Title
    """What it does, in one line."""
    function: Literal["sdr", "ae", "manager", "leadership"]
    """Whose work it serves."""
    family: Literal["hygiene", "deal-execution", "forecast", "coaching", "renewals"]
    """The kind of use case."""
    owner: Username
    """The active Salesforce user who tunes it and answers for it; not a queue."""
    problem: Sentence
    """What is wrong without it."""
    metric: Word
    """The figure that it should move."""
    mode: Annotated[Mode, Field(strict=False)] = Mode.MONITOR
    """How it starts. Going live is a promotion by people, and not decided here."""
    rollback: Sentence
    """`automatic` restores the values from before; a note may say more."""
    limits: Limits = Limits()
    """Above them the workflow pauses."""
    thresholds: dict[Word, Threshold] = Field(default_factory=dict)
    """Named values that the formulas read."""
    completeness: dict[Sentence, LeastFilled] = Field(default_factory=dict)
    """How much of which field must be there, by its path from the record: `Amount`, `Account.Industry`."""
    despite: dict[Name, Sentence] = Field(default_factory=dict)
    """Items of the foundation audit on which it rests and that may fail when it goes live, each with why."""
    trigger: TriggerDefinition
    """What starts it."""
    steps: Annotated[tuple[StepDefinition, ...], Field(strict=False, min_length=1)]
    """What is done, in order."""
    outcomes: Annotated[dict[Label, OutcomeDefinition], Field(min_length=1)]
    """How it ends, by name; the first that holds counts."""


class Agent(FileModel):
    """Who does steps: what it may call, read and write. A model only reads for it: rules decide."""

    agent: Name
    """The agent's name, and its file's."""
    role: Sentence
    """What it is for, in one sentence."""
    may_call: Annotated[tuple[Word, ...], Field(strict=False)]
    """The functions it may call."""
    reads: Annotated[tuple[Grant, ...], Field(strict=False)] = ()
    """The fields it may see: `Lead.PostalCode`, or `Lead.*`."""
    writes: Annotated[tuple[Grant, ...], Field(strict=False)] = ()
    """The fields it may suggest changes to."""
    model: Name
    """`none`: it computes by rules alone. Else the name of a model in upbeat.yaml that reads texts for it."""
    sends: Annotated[tuple[Grant, ...], Field(strict=False)] = ()
    """The fields whose values may leave the machine: in a message, to a source that is asked, to a model that reads."""

    @property
    def has_model(self) -> bool:
        """Whether a model reads for it."""
        return self.model != "none"

    def may(self, grants: tuple[str, ...], object_name: str, field: str) -> bool:
        """Whether grants (`reads` or `writes`) cover a field of an object. Case does not matter."""
        wanted = {f"{object_name}.{field}".casefold(), f"{object_name}.*".casefold()}
        return any(one.casefold() in wanted for one in grants)
