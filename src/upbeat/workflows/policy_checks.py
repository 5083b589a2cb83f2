"""What must hold of policy.yaml: no rule lies below the floor, each can act, and whoever it names is there to act.

The gate trusts none of it: it holds the floor itself, and refuses what no rule names.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from upbeat.base import nearest
from upbeat.base.files import Path, Problem, Severity
from upbeat.domain import Effect, Tier
from upbeat.schema import Schema, SchemaError
from upbeat.workflows.effects import created, effects_of_field
from upbeat.workflows.policy import Policy
from upbeat.workflows.rule import Rule

_SETS_NO_FIELD = {Effect.DELETE, Effect.UNDELETE, Effect.NOTICE, Effect.MESSAGE}


@dataclass(frozen=True, slots=True)
class Around:
    """What a policy is checked against: the org, the floor, and the names of workflows, functions and items."""

    schema: Schema
    floor: Mapping[Effect, Tier]
    workflows: Collection[str]
    functions: Collection[str]
    items: Collection[str]


def check_policy(policy: Policy, around: Around) -> Iterator[Problem]:
    """Give everything wrong with a policy that was read from a file."""
    yield from _second_rules(policy)
    for index, rule in enumerate(policy.rules):
        yield from _below_the_floor(policy, index, rule, around.floor)
        yield from _unknown_roles(policy, ("rules", index, "roles"), rule.roles)
        yield from _nobody_releases(policy, index, rule)
        yield from _never_acts(policy, index, rule)
        if rule.scoped:
            yield from _scope(policy, index, rule, around)
    yield from _overlaps(policy)
    yield from _unknown_roles(policy, ("promotion", "roles"), policy.promotion.roles)
    for act, roles in policy.permissions.by_act().items():
        yield from _unknown_roles(policy, ("permissions", act), roles)
    for name in policy.confidence.by:
        if name not in around.functions:
            fix = _did_you_mean(name, around.functions) or f"Known: {', '.join(around.functions)}."
            yield Problem(policy.place("confidence", "by", name), f"there is no function {name}", fix)
    for name in policy.foundation.items:
        if name not in around.items:
            fix = _did_you_mean(name, around.items) or f"The items are: {', '.join(around.items)}."
            yield Problem(policy.place("foundation", "items", name), f"the foundation has no item {name}", fix)
    yield from _late_stage(policy, around.schema)


def _second_rules(policy: Policy) -> Iterator[Problem]:
    """An effect has one rule of its own, and a scope one rule for an effect."""
    seen: dict[tuple[Effect, frozenset[str], frozenset[str]], int] = {}
    for index, rule in enumerate(policy.rules):
        first = seen.setdefault(_key(rule), index)
        if first != index:
            what = f"'{rule.effect}' has a second rule here{rule.scope}"
            fix = f"Line {policy.place('rules', first).line} has it already."
            yield Problem(policy.place("rules", index, "effect"), what, fix)


def _below_the_floor(policy: Policy, index: int, rule: Rule, floor: Mapping[Effect, Tier]) -> Iterator[Problem]:
    least = floor.get(rule.effect, Tier.AUTO)
    if rule.tier.rank < least.rank:
        what = f"'{rule.effect}' always needs {least}; a policy may add to that and never take away"
        yield Problem(policy.place("rules", index, "tier"), what, f"Write 'tier: {least}'.")


def _unknown_roles(policy: Policy, path: Path, roles: Sequence[str]) -> Iterator[Problem]:
    for index, role in enumerate(roles):
        if role not in policy.roles:
            fix = _did_you_mean(role, policy.roles) or f"Add '{role}: [...]' to 'roles'."
            yield Problem(policy.place(*path, index), f"nobody has the role {role}", fix)


def _nobody_releases(policy: Policy, index: int, rule: Rule) -> Iterator[Problem]:
    """An approval's roles have people enough: no two roles can be signed by one and the same."""
    people = [{one.casefold() for one in policy.roles.get(role, ())} for role in rule.roles]
    if rule.tier is Tier.APPROVAL and all(people) and not _each_another(people):
        what = f"'{rule.effect}' is never released: {' and '.join(rule.roles)} must be different people, and are not"
        yield Problem(policy.place("rules", index, "roles"), what, "Give one of the roles to somebody else too.")


def _each_another(people: Sequence[Collection[str]]) -> bool:
    if not people:
        return True
    return any(_each_another([one - {name} for one in map(set, people[1:])]) for name in people[0])


def _never_acts(policy: Policy, index: int, rule: Rule) -> Iterator[Problem]:
    """Every rule, and every figure of it, can make a difference."""
    own = policy.rule(rule.effect)
    if rule.scoped and own is None:
        what = f"'{rule.effect}' has no rule without a scope, so all such writes are refused and this rule never acts"
        yield Problem(policy.place("rules", index), what, f"Add a rule for '{rule.effect}' without a scope.")
    elif rule.scoped and own is not None and not _adds(rule, own):
        line = policy.place("rules", policy.rules.index(own)).line
        what = f"this rule never acts: the one for '{rule.effect}' on line {line} asks as much already"
        yield Problem(policy.place("rules", index), what, "Ask for more than that one does, or remove it.")
    if rule.tier is not Tier.AUTO and "confidence" in rule.model_fields_set:
        what = f"'confidence' never acts here: what needs {rule.tier} is not auto, however sure it is"
        place = policy.place("rules", index, "confidence")
        yield Problem(place, what, "Remove it.", Severity.ADVICE)
    if rule.effect is Effect.STAGE and rule.tier is Tier.REVIEW and policy.late_from is None:
        what = "'tier: review' never acts for stages: without 'late_from' every stage is late, and needs approval"
        fix = "Write 'late_from:', the first late stage."
        yield Problem(policy.place("rules", index, "tier"), what, fix, Severity.ADVICE)


def _adds(rule: Rule, own: Rule) -> bool:
    """Whether a scoped rule asks for anything that the effect's own rule does not."""
    if rule.tier is not own.tier:
        return rule.tier.rank > own.tier.rank or bool(rule.roles and not set(rule.roles) & set(own.roles))
    if rule.tier is Tier.AUTO:
        return rule.confidence > own.confidence
    if rule.tier is Tier.APPROVAL:
        return not set(rule.roles) <= set(own.roles)
    return not set(own.roles) <= set(rule.roles)


def _scope(policy: Policy, index: int, rule: Rule, around: Around) -> Iterator[Problem]:
    """A scope names fields and workflows that there are, and fields that can mean its effect."""
    for number, grant in enumerate(rule.fields):
        place = policy.place("rules", index, "fields", number)
        target, name = grant.split(".")
        try:
            known = around.schema.object(target)
            names = list(known.fields) if name == "*" else [known.field(name).name]
        except SchemaError as error:
            yield Problem(place, error.what, error.fix)
            continue
        means = {effect for one in names for effect in effects_of_field(known.name, one, around.schema)}
        if rule.effect in _SETS_NO_FIELD:
            yield Problem(place, f"'{rule.effect}' sets no field, so this rule never acts", "Remove 'fields'.")
        elif rule.effect not in means | _of_any_field(known.name):
            fix = " or ".join(f"'effect: {one}'" for one in Effect if one in means)
            yield Problem(place, f"a write to {grant} never means '{rule.effect}'", f"Write {fix}.")
    for number, name in enumerate(rule.workflows):
        if name not in around.workflows:
            fix = _did_you_mean(name, around.workflows) or "Name a file of workflows/, without .yaml."
            yield Problem(policy.place("rules", index, "workflows", number), f"there is no workflow {name}", fix)


def _of_any_field(target: str) -> set[Effect]:
    """Give what a write may mean by its verb and its deal, whatever field of the object it sets."""
    return {created(target), Effect.MERGE, Effect.CONVERT, Effect.COMMIT, Effect.CLOSED_WON}


def _overlaps(policy: Policy) -> Iterator[Problem]:
    """Two scoped rules may speak of one write; it is said, as nobody sees it from one of them alone."""
    scoped = [(index, rule) for index, rule in enumerate(policy.rules) if rule.scoped]
    for (one, first), (other, second) in combinations(scoped, 2):
        if first.effect is second.effect and _key(first) != _key(second) and _meet(first, second):
            line = policy.place("rules", one).line
            what = f"the rule for '{first.effect}' on line {line} speaks of some of these writes too"
            fix = "Both hold: the higher tier, and the roles of each. Part them where that is not meant."
            yield Problem(policy.place("rules", other), what, fix, Severity.ADVICE)


def _meet(one: Rule, other: Rule) -> bool:
    workflows = not one.workflows or not other.workflows or set(one.workflows) & set(other.workflows)
    fields = not one.fields or not other.fields or any(_alike(a, b) for a in one.fields for b in other.fields)
    return bool(workflows and fields)


def _alike(one: str, other: str) -> bool:
    (target, name), (other_target, other_name) = one.casefold().split("."), other.casefold().split(".")
    return target == other_target and ("*" in {name, other_name} or name == other_name)


def _late_stage(policy: Policy, schema: Schema) -> Iterator[Problem]:
    late = policy.late_from
    if late is not None and schema.stages and schema.stage(late) is None:
        names = [one.name for one in schema.stages if one.active]
        fix = _did_you_mean(late, names) or f"The org has: {', '.join(names)}."
        yield Problem(policy.place("late_from"), f"the org has no stage {late}, so every stage counts as late", fix)


def _did_you_mean(name: str, known: Collection[str]) -> str:
    close = nearest(name, known)
    return f"Did you mean {close}?" if close else ""


def _key(rule: Rule) -> tuple[Effect, frozenset[str], frozenset[str]]:
    """Give what tells a rule from every other: its effect and its scope."""
    return rule.effect, frozenset(one.casefold() for one in rule.fields), frozenset(rule.workflows)
