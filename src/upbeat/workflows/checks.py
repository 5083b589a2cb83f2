"""What must hold of definitions before any of them runs: each rule a function, and `RULES` all of them in order."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from upbeat.base import UpbeatError, nearest
from upbeat.base.files import DefinitionError, FileModel, Path, Problem, Severity
from upbeat.domain import HOUSE, Effect, Mode, Tier
from upbeat.schema import Schema, SchemaError
from upbeat.workflows.catalogue import Catalogue, FunctionSpec, Kind, Person
from upbeat.workflows.compiler import Draft, draft
from upbeat.workflows.conflicts import apart
from upbeat.workflows.definition import Agent, Definition
from upbeat.workflows.field_checks import check_fields, check_methodologies
from upbeat.workflows.files import Definitions
from upbeat.workflows.message_checks import check_recipients
from upbeat.workflows.policy import Policy
from upbeat.workflows.policy_checks import Around, check_policy
from upbeat.workflows.pool_checks import check_pool
from upbeat.workflows.pool_compiler import compile_pool
from upbeat.workflows.pool_file import PoolDefinition
from upbeat.workflows.tool_checks import check_tools
from upbeat.workflows.workflow import RELATIONS, Step, Workflow


@dataclass(frozen=True)
class _Ground:
    """All that a rule may look at. People, by username, email address and id, and queues, by name, in small letters."""

    definitions: Definitions
    drafts: tuple[tuple[Definition, Draft], ...]
    catalogue: Catalogue
    people: Mapping[str, Person]
    floor: Mapping[Effect, Tier]
    items: Collection[str]
    queues: Mapping[str, str]

    def steps(self) -> Iterator[tuple[Definition, int, Step, FunctionSpec]]:
        """Give each step that compiled: its definition, its position, itself, its function."""
        for definition, found in self.drafts:
            for index, step in found.steps.items():
                yield definition, index, step, self.catalogue.functions[step.use]


Rule = Callable[[_Ground], Iterator[Problem]]


def check(
    definitions: Definitions,
    catalogue: Catalogue,
    people: Mapping[str, Person],
    floor: Mapping[Effect, Tier],
    items: Collection[str],
    queues: Collection[str] = (),
) -> list[Problem]:
    """Give everything wrong with a workspace's definitions, file by file from the top; empty where all is well.

    `people` are the org's users, active and not, by username, and `queues` the names of its queues; `floor` says
    which tier an effect always needs, and `items` are the keys of the foundation's items.
    """
    drafts = tuple((one, draft(one, definitions, catalogue)) for one in definitions.workflows)
    known = {key.casefold(): one for one in people.values() for key in (one.user_id, one.email, one.username) if key}
    ground = _Ground(definitions, drafts, catalogue, known, floor, items, {one.casefold(): one for one in queues})
    found = dict.fromkeys(problem for rule in RULES for problem in rule(ground))
    return sorted(found, key=lambda one: (one.place.file, one.place.line, one.place.column))


def _files(ground: _Ground) -> Iterator[Problem]:
    """Every file can be read."""
    yield from ground.definitions.problems


def _texts(ground: _Ground) -> Iterator[Problem]:
    """Every name, formula and argument of a workflow means something."""
    for _, found in ground.drafts:
        yield from found.problems


def _pools(ground: _Ground) -> Iterator[Problem]:
    """So does every text of a pool, and what it says of territories, people and hours holds together."""
    for written in ground.definitions.pools.values():
        try:
            pool = compile_pool(written, ground.catalogue)
        except DefinitionError as error:
            yield from error.problems
        else:
            yield from check_pool(written, pool, ground.people)


def _owners(ground: _Ground) -> Iterator[Problem]:
    """Whoever owns something, or is given something by name, is an active user."""
    for file, path, username in _named_people(ground):
        person = ground.people.get(username.casefold())
        place = file.place(*path)
        if person is None:
            close = _like(username, ground.people.values())
            fix = f"Did you mean {close}?" if close else "Name an active user by username."
            yield Problem(place, f"the org has no user {username}", fix)
        elif not person.active:
            yield Problem(place, f"{username} is no longer an active user", "Name an active user.")
        elif person.integration:
            yield Problem(place, f"{username} logs in over the API alone: it is no person", "Name a person.")


def _recipients(ground: _Ground) -> Iterator[Problem]:
    """Whoever a step writes to by name can be written to."""
    for definition, index, step, spec in ground.steps():
        yield from check_recipients(definition, index, step, spec, ground.people)


def _reserved(ground: _Ground) -> Iterator[Problem]:
    """No workflow takes the name under which the house itself acts."""
    for definition in ground.definitions.workflows:
        if definition.workflow == HOUSE:
            what = f"{HOUSE} stands for the house itself, in the ledger and at the gate"
            yield Problem(definition.place("workflow"), what, "Give the workflow, and its file, another name.")


def _taken_from(ground: _Ground) -> Iterator[Problem]:
    """A pool takes from queues and users that there are: a misspelt one would leave every record alone."""
    for pool in ground.definitions.pools.values():
        for index, name in enumerate(pool.takes_from):
            if name.casefold() in ground.people or name.casefold() in ground.queues:
                continue
            close = nearest(name, ground.queues.values()) or _like(name, ground.people.values())
            fix = f"Did you mean {close}?" if close else "Name a queue, or a user by username."
            yield Problem(pool.place("takes_from", index), f"the org has no queue and no user {name}", fix)


def _like(username: str, people: Iterable[Person]) -> str:
    """Give the active user whose name before the @ is nearest: after it, all are much alike."""
    known = {one.username.partition("@")[0]: one.username for one in people if one.active}
    return known.get(nearest(username.partition("@")[0], known), "")


Named = Iterator[tuple[FileModel, Path, str]]


def _named_people(ground: _Ground) -> Named:
    """Give everyone whom a file names: the file, the place in it, the name."""
    for definition in ground.definitions.workflows:
        yield from _named_in_workflow(definition)
    for definition, index, step, spec in ground.steps():
        for name, parameter in spec.parameters.items():
            if parameter.kind is Kind.USER and isinstance(value := step.values.get(name), str):
                yield definition, ("steps", index, name), value
    for pool in ground.definitions.pools.values():
        yield from _named_in_pool(pool)
    yield from _named_in_policy(ground.definitions.policy)
    for key, tool in ground.definitions.tools.tools.items():
        yield ground.definitions.tools, ("tools", key, "owner"), tool.owner
    files = ground.definitions
    for file in (*files.providers.values(), *files.methodologies.values(), files.fields, files.capture):
        if file is not None and file.owner is not None:
            yield file, ("owner",), file.owner


def _named_in_workflow(definition: Definition) -> Named:
    yield definition, ("owner",), definition.owner
    for index, written in enumerate(definition.steps):
        if written.owner is not None:
            yield definition, ("steps", index, "owner"), written.owner
    for name, outcome in definition.outcomes.items():
        if outcome.to and "{!" not in outcome.to:
            yield definition, ("outcomes", name, "to"), outcome.to


def _named_in_pool(pool: PoolDefinition) -> Named:
    yield pool, ("owner",), pool.owner
    yield pool, ("otherwise", "owner"), pool.otherwise.owner
    for index, member in enumerate(pool.members):
        yield pool, ("members", index, "user"), member.user


def _named_in_policy(policy: Policy) -> Named:
    for index, rule in enumerate(policy.rules):
        yield policy, ("rules", index, "owner"), rule.owner
    for role, usernames in policy.roles.items():
        for index, username in enumerate(usernames):
            yield policy, ("roles", role, index), username
    if policy.source.text:
        for name, one in policy.rulings().items():
            if one.owner is not None:
                yield policy, (name, "owner"), one.owner
        yield policy, ("promotion", "owner"), policy.promotion.owner
        if policy.promotion.second is not None:
            yield policy, ("promotion", "second"), policy.promotion.second


def _agents(ground: _Ground) -> Iterator[Problem]:
    """An agent's file names functions and fields that there are."""
    for agent in ground.definitions.agents.values():
        for index, name in enumerate(agent.may_call):
            if name not in ground.catalogue.functions:
                close = nearest(name, ground.catalogue.functions)
                fix = f"Did you mean {close}?" if close else f"Known: {', '.join(ground.catalogue.functions)}."
                yield Problem(agent.place("may_call", index), f"there is no function {name}", fix)
        for key, grants in (("reads", agent.reads), ("writes", agent.writes), ("sends", agent.sends)):
            for index, grant in enumerate(grants):
                wrong = _unknown(grant, ground.catalogue.schema)
                if wrong is not None:
                    yield Problem(agent.place(key, index), wrong.what, wrong.fix)


def _unknown(grant: str, schema: Schema) -> UpbeatError | None:
    target, name = grant.split(".")
    if target in RELATIONS.values() and not schema.has(target):
        return None  # an org without Shared Activities, say: a step that would write there says so as it runs
    try:
        found = schema.object(target)
        if name != "*":
            found.field(name)
    except SchemaError as error:
        return error
    return None


def _contracts(ground: _Ground) -> Iterator[Problem]:
    """A step asks nothing of its agent that the agent may not do."""
    schema = ground.catalogue.schema
    for definition, index, step, _ in ground.steps():
        agent = ground.definitions.agents.get(step.agent)
        if agent is None:
            continue
        home, target = f"agents/{agent.agent}.yaml", definition.trigger.object
        if step.use not in agent.may_call:
            place = definition.place("steps", index, "use")
            yield Problem(place, f"{agent.agent} may not call {step.use}", f"Add it to 'may_call' in {home}.")
        unseen = sorted(one for one in step.reads if not _may(agent.reads, agent, one, target, schema))
        if unseen:
            what = f"{agent.agent} may not read {', '.join(unseen)} of {target}"
            yield Problem(definition.place("steps", index, "agent"), what, f"Add what it needs to 'reads' in {home}.")
        beside = ground.catalogue.functions[step.use].beside(step.values, target)
        unread = [f"{one}.*" for one in sorted(beside) if not agent.may(agent.reads, one, "*")]
        if unread:
            what = f"{step.use} reads records whole, and {agent.agent} may not read {', '.join(unread)}"
            yield Problem(definition.place("steps", index, "agent"), what, f"Add what it needs to 'reads' in {home}.")
        unsaid = unsent(agent, step.sends, target, schema)
        if unsaid:
            what = f"{agent.agent} may not let {', '.join(unsaid)} of {target} leave the machine"
            yield Problem(definition.place("steps", index, "agent"), what, f"Add what is sent to 'sends' in {home}.")
        for written, field in sorted(step.writes):
            if not agent.may(agent.writes, written, field):
                place = definition.place(*_written_at(definition, index, field))
                fix = f"Add {written}.{field} to 'writes' in {home}."
                yield Problem(place, f"{agent.agent} may not write {written}.{field}", fix)


def unsent(agent: Agent, sends: Iterable[str], target: str, schema: Schema) -> list[str]:
    """Give the paths of `target` among these whose values an agent may not let leave the machine."""
    return sorted(one for one in sends if not _may(agent.sends, agent, one, target, schema))


def _may(grants: tuple[str, ...], agent: Agent, path: str, target: str, schema: Schema) -> bool:
    """Whether an agent's grants cover one of the objects that a path may lead to."""
    found = schema.path(target, path)
    owners = (target,) if len(found) == 1 else found[-2].reference_to
    return any(agent.may(grants, one, found[-1].name) for one in owners)


def _written_at(definition: Definition, index: int, field: str) -> Path:
    """Give where a step says that it writes a field, or where it names its function."""
    spots = definition.source.spots
    return next(
        (path for path in spots if path[:2] == ("steps", index) and len(path) > 3 and path[-1] == field),
        ("steps", index, "use"),
    )


def _tiers(ground: _Ground) -> Iterator[Problem]:
    """Every effect has a rule in the policy, and no step asks for less than the rule."""
    policy = ground.definitions.policy
    if not policy.source.text:
        return
    for definition, index, step, _ in ground.steps():
        for effect in sorted(step.effects):
            if policy.rule(effect) is None:
                what = f"{step.use} has the effect '{effect}', and policy.yaml has no rule for it"
                yield Problem(
                    definition.place("steps", index, "use"), what, f"Add a rule for '{effect}' to policy.yaml."
                )
        scope, wanted = (step.written, definition.workflow), definition.steps[index].tier
        needed = policy.tier(step.effects, Tier.AUTO, *scope)
        if wanted is not None and wanted.rank < needed.rank:
            asking = (one for one in sorted(step.effects) if policy.tier([one], wanted, *scope) is needed)
            effects = " and ".join(f"'{one}'" for one in asking)
            what = f"policy asks {needed} for {effects}; a step may ask for more, and never for less, such as {wanted}"
            fix = f"Write 'tier: {needed}', or remove the line."
            yield Problem(definition.place("steps", index, "tier"), what, fix)


def _policy(ground: _Ground) -> Iterator[Problem]:
    """No rule lies below the floor, each can act, and every role that one names has people."""
    definitions, catalogue = ground.definitions, ground.catalogue
    if definitions.policy.source.text:
        unread = [one.removeprefix("workflows/").removesuffix(".yaml") for one in definitions.unread]
        names = [*(one.workflow for one in definitions.workflows), *unread]
        around = Around(catalogue.schema, ground.floor, names, tuple(catalogue.functions), ground.items)
        yield from check_policy(definitions.policy, around)


def _despite(ground: _Ground) -> Iterator[Problem]:
    """A workflow goes live despite items of the foundation that there are, or before workflows that there are."""
    unread = [one.removeprefix("workflows/").removesuffix(".yaml") for one in ground.definitions.unread]
    known = [*ground.items, *(one.workflow for one in ground.definitions.workflows), *unread]
    for definition in ground.definitions.workflows:
        for name in definition.despite:
            if name not in known:
                close = nearest(name, known)
                fix = f"Did you mean {close}?" if close else f"The items are: {', '.join(ground.items)}."
                what = f"there is no item of the foundation, and no workflow, {name}"
                yield Problem(definition.place("despite", name), what, fix)


def _fields(ground: _Ground) -> Iterator[Problem]:
    """What fields.yaml says is said of fields, stages and categories that there are."""
    if ground.definitions.fields.source.text:
        wrong = list(check_fields(ground.definitions.fields, ground.catalogue))
        yield from wrong or check_methodologies(ground.definitions.fields, ground.definitions.methodologies)


def _tools(ground: _Ground) -> Iterator[Problem]:
    """What else writes the org is there, and writes no field that a workflow writes."""
    writes = (
        (written, field, definition.place(*_written_at(definition, index, field)))
        for definition, index, step, _ in ground.steps()
        for written, field in sorted(step.changes)
    )
    yield from check_tools(ground.definitions.tools, ground.catalogue.schema, ground.people, writes)


def _conflicts(ground: _Ground) -> Iterator[Problem]:
    """No field of a record that exists is written by two workflows that it can start: each would undo the other."""
    first: dict[tuple[str, str], list[tuple[Definition, int]]] = {}
    flows = {definition.workflow: found.workflow for definition, found in ground.drafts}
    for definition, index, step, _ in ground.steps():
        for written, field in sorted(step.changes):
            others = first.setdefault((written, field), [])
            met = next(((one, at) for one, at in others if _meet(flows, definition, one)), None)
            others.append((definition, index))
            if met is not None:
                other, at = met
                there = other.place(*_written_at(other, at, field))
                what = f"{written}.{field} is written by {other.workflow} too ({there.file}:{there.line})"
                fix = "Let one workflow own the field, or write another field."
                yield Problem(definition.place(*_written_at(definition, index, field)), what, fix)


def _meet(flows: Mapping[str, Workflow | None], one: Definition, other: Definition) -> bool:
    """Whether a record can have both of two workflows start."""
    mine, theirs = flows[one.workflow], flows[other.workflow]
    return one is not other and (mine is None or theirs is None or not apart(mine, theirs))


def _modes(ground: _Ground) -> Iterator[Problem]:
    """A file cannot take a workflow live."""
    for definition in ground.definitions.workflows:
        if definition.mode is Mode.LIVE:
            what = "a workflow goes live by promotion, and not by its file: it starts in monitor"
            fix = "Write 'mode: monitor', and promote it with 'upbeat promote'."
            yield Problem(definition.place("mode"), what, fix, Severity.ADVICE)


RULES: tuple[Rule, ...] = (
    _files, _texts, _reserved, _pools, _owners, _recipients, _taken_from, _agents, _contracts, _tiers, _policy,
    _despite, _conflicts, _tools, _fields, _modes,
)  # fmt: skip
