"""A workflow in the form that runs: formulas compiled, times and pools resolved, nothing left to look up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from upbeat.domain import Change, Effect, Mode, Tier
from upbeat.formula import Formula, Text
from upbeat.workflows.definition import Agent, Limits, StillTrue
from upbeat.workflows.methodology import Methodology
from upbeat.workflows.pool import Pool
from upbeat.workflows.provider import Provider
from upbeat.workflows.times import Schedule

RELATIONS = {"Event": "EventRelation", "Task": "TaskRelation", "EmailMessage": "EmailMessageRelation"}
"""What names the further people of an activity, by the activity's own object."""

ACTIVITIES = frozenset(RELATIONS)
"""The objects that meetings, calls and mail are logged as."""


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a function.

    `values` holds the arguments by name: a text with merge fields is a `Text`, a duration a timedelta, choices a
    tuple of texts, rows a tuple of mappings; everything else is what was written. `owner` is the username of who
    answers for the action: its own owner, else the workflow's. `tier` may raise what policy says, never lower it.
    `reads` are record paths, `sends` those whose values leave the machine, `writes` (object, field) pairs and `changes`
    those of them that it may write to a record that exists, `gives` the
    names that later formulas find of it, and `effects` what its writes are bound to mean: the record at hand may add
    to them. `unread` says how it goes on where its agent's model was not heard.
    """

    name: str
    agent: str
    use: str
    owner: str
    tier: Tier
    when: Formula | None
    values: Mapping[str, Any]
    reads: frozenset[str]
    writes: frozenset[tuple[str, str]]
    changes: frozenset[tuple[str, str]]
    sends: frozenset[str]
    effects: frozenset[Effect]
    gives: tuple[str, ...]
    unread: Literal["rules", "hold"] = "rules"

    @property
    def written(self) -> frozenset[tuple[str, str]]:
        """`writes` in small letters, as a policy's scoped rules are held against them."""
        return frozenset((target.casefold(), name.casefold()) for target, name in self.writes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to end: `when` says whether it holds; or, after `due`, the item goes to the person that `to` gives."""

    name: str
    when: Text | None
    due: timedelta | None
    then: str
    to: Text | str | None


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """One version of a workflow.

    `version` is the digest of `text`, the canonical JSON of the definition with the agents, pools and the like that
    it names; `restore(text)` gives them back. `number` counts its published versions, and is 0 for what is not
    published. `fields` is every record path that a formula, a text, a function or a pool reads; `watched` the record's
    own fields whose change counts as an update; `signals` names without `$Signal.`; `completeness` says by path how
    much of 100 of a field must be there, and `despite` by an item of the audit, or a workflow, why that need not hold.
    """

    name: str
    version: str
    text: str
    number: int = 0
    title: str
    metric: str  # the figure that it should move
    owner: str  # username
    mode: Mode
    rollback: str
    limits: Limits
    object: str
    starts: frozenset[Change]
    every: Schedule | None
    watched: tuple[str, ...]
    when: Formula
    thresholds: Mapping[str, Any]
    if_still_true: StillTrue | None
    steps: tuple[Step, ...]
    outcomes: tuple[Outcome, ...]
    fields: tuple[str, ...]
    completeness: Mapping[str, int]
    despite: Mapping[str, str]
    signals: tuple[str, ...]
    agents: Mapping[str, Agent]
    pools: Mapping[str, Pool]
    providers: Mapping[str, Provider]
    methodologies: Mapping[str, Methodology]

    @property
    def of_drafts(self) -> bool:
        """Whether its records are activities that are not in the org yet: what a conversation would be logged as."""
        return Change.CAPTURED in self.starts and self.object in ACTIVITIES
