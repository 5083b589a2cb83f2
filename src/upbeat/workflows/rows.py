"""The register: every trigger, threshold, object, action, tier, owner and mode, generated from what runs (law 12)."""

from collections.abc import Mapping
from dataclasses import dataclass

from upbeat.domain import Change, Mode, Tier
from upbeat.workflows.policy import Policy
from upbeat.workflows.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Row:
    """One action of one workflow, with all that leads to it. `thresholds` reads `pushes = 3`."""

    workflow: str
    trigger: str
    condition: str
    thresholds: tuple[str, ...]
    object: str
    step: str
    agent: str
    action: str
    writes: tuple[str, ...]
    tier: Tier
    owner: str
    mode: Mode
    version: str


def register(workflows: Mapping[str, Workflow], policy: Policy, modes: Mapping[str, Mode]) -> list[Row]:
    """Give a row for each step of each workflow; `modes` says by name how people have set each.

    The tier is the least that a step's writes need; the gate raises it where the record at hand asks for more.
    """
    return [
        Row(
            workflow=one.name,
            trigger=_trigger(one),
            condition=one.when.canonical,
            thresholds=tuple(f"{name} = {value}" for name, value in one.thresholds.items()),
            object=one.object,
            step=step.name,
            agent=step.agent,
            action=step.use,
            writes=tuple(sorted(".".join(pair) for pair in step.writes)),
            tier=policy.tier(step.effects, step.tier, step.written, one.name),
            owner=step.owner,
            mode=modes[one.name],
            version=one.version,
        )
        for one in workflows.values()
        for step in one.steps
    ]


def _trigger(workflow: Workflow) -> str:
    """Say what starts a workflow: `Lead created`, `Opportunity updated (CloseDate)`, `Opportunity, daily at 07:00`."""
    if workflow.every is not None:
        return f"{workflow.object}, {workflow.every.text}"
    words = " or ".join(str(one) for one in Change if one in workflow.starts)
    return f"{workflow.object} {words}" + (f" ({', '.join(workflow.watched)})" if workflow.watched else "")
