"""The register of what runs, generated (law 12): every trigger with its condition, thresholds, actions and owner.

It is made from the compiled workflows, so it has nothing of its own that could say anything else than what runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from upbeat.domain import Change, Effect, Mode, Tier, Verb
from upbeat.workflows.catalogue import FunctionSpec
from upbeat.workflows.definition import Definition
from upbeat.workflows.policy import Policy
from upbeat.workflows.rule import Rule
from upbeat.workflows.times import duration_words
from upbeat.workflows.version import restore
from upbeat.workflows.workflow import Step, Workflow


@dataclass(frozen=True, slots=True)
class ThresholdLine:
    """One figure that a condition compares, and where it comes from."""

    name: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule of the policy that an action meets: for which effect, what it asks for, why, and who answers for it."""

    effect: Effect
    tier: Tier
    roles: tuple[str, ...]
    why: str
    owner: str
    applies: str

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """Give a rule as its line."""
        applies = f"{rule.applies}{rule.scope}"
        return cls(rule.effect, rule.tier, rule.roles, rule.why, rule.owner, applies)


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One step: who answers for it, what it does to which fields, at which tier by which rules, and the way back.

    `model` names the model that reads for it, and its task; empty where it computes by rules alone. The tier is the
    least that its writes need; the gate raises it where the record at hand asks for more.
    """

    step: str
    owner: str
    agent: str
    role: str
    function: str
    does: str
    only_when: str
    model: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    tier: Tier
    rules: tuple[RuleLine, ...]
    way_back: str


@dataclass(frozen=True, slots=True)
class Row:
    """One workflow as it runs. `limits` and `outcomes` are in words; `reads` are record paths and `$Signal` names."""

    workflow: str
    title: str
    function: str
    family: str
    problem: str
    metric: str
    owner: str
    mode: Mode
    version: str
    trigger: str
    object: str
    condition: str
    still_true: str
    thresholds: tuple[ThresholdLine, ...]
    reads: tuple[str, ...]
    actions: tuple[ActionLine, ...]
    outcomes: tuple[str, ...]
    limits: tuple[str, ...]
    rollback: str
    despite: tuple[str, ...]


def register(
    workflows: Mapping[str, Workflow], policy: Policy, modes: Mapping[str, Mode], functions: Mapping[str, FunctionSpec]
) -> list[Row]:
    """Give a row for each workflow; `modes` says by name how people have set each, `functions` what steps call."""
    return [_row(one, policy, modes[one.name], functions) for one in workflows.values()]


def _row(flow: Workflow, policy: Policy, mode: Mode, functions: Mapping[str, FunctionSpec]) -> Row:
    [written] = restore(flow.text).workflows
    return Row(
        workflow=flow.name,
        title=flow.title,
        function=written.function,
        family=written.family,
        problem=written.problem,
        metric=written.metric,
        owner=flow.owner,
        mode=mode,
        version=flow.version,
        trigger=_trigger(flow),
        object=flow.object,
        condition=flow.when.canonical,
        still_true=_still_true(written),
        thresholds=tuple(
            ThresholdLine(name, str(value), written.thresholds[name].why) for name, value in flow.thresholds.items()
        ),
        reads=(*flow.fields, *(f"$Signal.{name}" for name in flow.signals)),
        actions=tuple(_action(step, flow, policy, functions[step.use]) for step in flow.steps),
        outcomes=tuple(_outcomes(written)),
        limits=_limits(flow),
        rollback=flow.rollback,
        despite=tuple(f"{name}: {why}" for name, why in flow.despite.items()),
    )


def _action(step: Step, flow: Workflow, policy: Policy, spec: FunctionSpec) -> ActionLine:
    return ActionLine(
        step=step.name,
        owner=step.owner,
        agent=step.agent,
        role=flow.agents[step.agent].role,
        function=step.use,
        does=spec.does,
        only_when="" if step.when is None else step.when.canonical,
        model=_model(flow, step, spec),
        reads=tuple(sorted({*step.reads, *(f"{one}.*" for one in spec.beside(step.values, flow.object))})),
        writes=tuple(sorted(".".join(pair) for pair in step.writes)),
        tier=policy.tier(step.effects, step.tier, step.written, flow.name),
        rules=tuple(RuleLine.of(one) for one in policy.rules if _meets(one, step, flow.name)),
        way_back=_way_back(spec),
    )


def _meets(rule: Rule, step: Step, workflow: str) -> bool:
    return rule.effect in step.effects and rule.speaks_of(step.written, workflow)


def _model(flow: Workflow, step: Step, spec: FunctionSpec) -> str:
    """Give the model that reads for a step, and what for; nothing where it computes by rules alone."""
    agent = flow.agents[step.agent]
    return f"{agent.model}, {spec.task}" if agent.has_model and spec.task is not None else ""


def _way_back(spec: FunctionSpec) -> str:
    if Verb.SEND in spec.verbs:
        return "a message cannot be taken back"
    ways = {Verb.UPDATE: "the values from before are restored", Verb.CREATE: "what it created goes to the recycle bin"}
    return "; ".join(words for verb, words in ways.items() if verb in spec.verbs) or "nothing is written"


def _trigger(workflow: Workflow) -> str:
    """Say what starts a workflow: `Lead created`, `Opportunity updated (CloseDate)`, `Opportunity, daily at 07:00`."""
    if workflow.every is not None:
        return f"{workflow.object}, {workflow.every.text}"
    words = " or ".join(str(one) for one in Change if one in workflow.starts)
    return f"{workflow.object} {words}" + (f" ({', '.join(workflow.watched)})" if workflow.watched else "")


def _still_true(written: Definition) -> str:
    still = written.trigger.if_still_true
    return "stay quiet" if still is None else f"after {duration_words(still.after)}: {still.then}"


def _outcomes(written: Definition) -> list[str]:
    return [
        f"{name}: {one.when}" if one.due is None else f"{name}: after {duration_words(one.due)}, {one.then} to {one.to}"
        for name, one in written.outcomes.items()
    ]


def _limits(workflow: Workflow) -> tuple[str, ...]:
    spans = (("an hour", workflow.limits.per_hour), ("a day", workflow.limits.per_day))
    return tuple(f"{most:,} records {span}" for span, most in spans if most is not None)
