"""The register: every trigger, threshold, object, action, tier, owner and mode, generated from what runs (law 12)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from upbeat.domain import Change, Effect, Mode, Tier
from upbeat.schema import Schema
from upbeat.workflows.catalogue import FunctionSpec
from upbeat.workflows.effects import highest, step_effects
from upbeat.workflows.policy import Policy
from upbeat.workflows.workflow import Step, Workflow


@dataclass(frozen=True, slots=True)
class RegisterRow:
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


def register(
    workflows: Iterable[Workflow],
    policy: Policy,
    schema: Schema,
    functions: Mapping[str, FunctionSpec],
    *,
    floor: Mapping[Effect, Tier],
    modes: Mapping[str, Mode],
) -> list[RegisterRow]:
    """Give a row for each step of each workflow. `modes` says how people have set each; without a word, monitor.

    The tier is the least that a step's writes need; the gate raises it where the record at hand asks for more.
    """
    return [
        RegisterRow(
            workflow=one.name,
            trigger=_trigger(one),
            condition=one.when.canonical,
            thresholds=tuple(f"{name} = {value}" for name, value in one.thresholds.items()),
            object=one.object,
            step=step.name,
            agent=step.agent,
            action=step.use,
            writes=tuple(sorted(".".join(pair) for pair in functions[step.use].writes(step.values, one.object))),
            tier=_tier(
                step, functions[step.use], step_effects(step, functions[step.use], one.object, schema), policy, floor
            ),
            owner=one.owner,
            mode=modes.get(one.name, Mode.MONITOR),
            version=one.version,
        )
        for one in workflows
        for step in one.steps
    ]


def _trigger(workflow: Workflow) -> str:
    """Say what starts a workflow: `Lead created`, `Opportunity updated (CloseDate)`, `Opportunity, daily at 07:00`."""
    if workflow.every is not None:
        return f"{workflow.object}, {workflow.every.text}"
    words = " or ".join(str(one) for one in Change if one in workflow.starts)
    return f"{workflow.object} {words}" + (f" ({', '.join(workflow.watched)})" if workflow.watched else "")


def _tier(
    step: Step, spec: FunctionSpec, effects: Iterable[Effect], policy: Policy, floor: Mapping[Effect, Tier]
) -> Tier:
    """Give a step's tier: its own or its effects', whichever is higher; an effect without a rule is held highest."""
    tiers = [step.tier, Tier.REVIEW if spec.asks_person and not spec.verbs else Tier.AUTO]
    for effect in effects:
        rule = policy.rule(effect)
        tiers += [rule.tier if rule else Tier.APPROVAL, floor.get(effect, Tier.AUTO)]
    return highest(*tiers)
