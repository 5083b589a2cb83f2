"""Who answers for what runs: each workflow, each of its actions, each pool and each rule has a named person."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from upbeat.workflows import Policy, Pool, Workflow

POLICY = "policy.yaml"


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that one person answers for.

    `subject` is the file that names them and `what` what they are there. `pauses` names the workflows that cannot go on
    without them: those whose trigger or action they own.
    """

    subject: str
    person: str
    what: str
    pauses: tuple[str, ...] = ()


def duties(workflows: Mapping[str, Workflow], policy: Policy) -> Iterator[Duty]:
    """Give every duty of a workspace, file by file."""
    for flow in workflows.values():
        yield Duty(f"workflows/{flow.name}.yaml", flow.owner, "owner", (flow.name,))
        for step in flow.steps:
            if step.owner != flow.owner:
                yield Duty(f"workflows/{flow.name}.yaml", step.owner, f"owner of step {step.name}", (flow.name,))
    yield from _of_pools(workflows.values())
    yield from _of_providers(workflows.values())
    yield from _of_policy(policy)


def _of_providers(workflows: Iterable[Workflow]) -> Iterator[Duty]:
    """A source that nobody answers for is asked on: its records go on without it where it fails."""
    owners = {name: one.owner for flow in workflows for name, one in flow.providers.items()}
    for name, owner in owners.items():
        yield Duty(f"enrichment/{name}.yaml", owner, "owner")


def _of_pools(workflows: Iterable[Workflow]) -> Iterator[Duty]:
    users: dict[str, list[str]] = {}
    pools: dict[str, Pool] = {}
    for flow in workflows:
        for name, pool in flow.pools.items():
            pools[name] = pool
            users.setdefault(name, []).append(flow.name)
    for name, pool in pools.items():
        subject = f"routing/{name}.yaml"
        yield Duty(subject, pool.owner, "owner", tuple(users[name]))
        yield Duty(subject, pool.otherwise.owner, "owner of what fits nobody")


def _of_policy(policy: Policy) -> Iterator[Duty]:
    for rule in policy.rules:
        yield Duty(POLICY, rule.owner, f"owner of the rule for {rule.effect}")
    for role, people in policy.roles.items():
        for person in people:
            yield Duty(POLICY, person, f"role {role}")
    yield Duty(POLICY, policy.promotion.owner, "owner of promotion")
    if policy.promotion.second is not None:
        yield Duty(POLICY, policy.promotion.second, "second person who promotes")
    for name, ruling in policy.rulings().items():
        if ruling.owner is not None:
            yield Duty(POLICY, ruling.owner, f"owner of {name}")
