"""What forms offer: people, agents, objects, fields, and the functions that an agent may call.

An agent's file says what it may call and write, and no form offers more; whatever is posted is checked all the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from upbeat.operations.house import House
from upbeat.steps import SPECS
from upbeat.workflows import Definitions, load


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: what is written, and what people call it."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Ability:
    """A function that a step may call: what it does, and the agents that may call it."""

    name: str
    does: str
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """What fields of a form offer, by what they are of: `user`, `agent`, `field`, `pool`; and what steps may call."""

    of: Mapping[str, tuple[Choice, ...]]
    functions: tuple[Ability, ...]


def offered(house: House, target: str, agent: str = "") -> Offered:
    """Give what forms of a workflow about an object offer; with an agent, the fields that it may write alone."""
    files, schema = load(house.folder), house.get_schema()
    found = files.agents.get(agent)
    people = [one for one in house.get_people().all().values() if one.active and one.internal and not one.integration]
    fields = schema.object(target).fields.values() if schema.has(target) else ()
    may = [one for one in fields if one.updateable and (found is None or found.may(found.writes, target, one.name))]
    functions = tuple(_abilities(files, target))
    agents = {name for one in functions for name in one.agents}
    return Offered(
        of={
            "user": tuple(Choice(one.username, one.name) for one in sorted(people, key=lambda one: one.name)),
            "agent": tuple(Choice(name, one.role) for name, one in files.agents.items() if name in agents),
            "field": tuple(Choice(one.name, one.label) for one in sorted(may, key=lambda one: one.name)),
            "object": tuple(Choice(one.name, one.label) for one in schema),
            "pool": tuple(Choice(one.pool, one.pool) for one in files.pools.values()),
            "provider": tuple(Choice(name, name) for name in files.providers),
            "methodology": tuple(Choice(name, name) for name in files.methodologies),
        },
        functions=functions,
    )


def objects(house: House) -> tuple[Choice, ...]:
    """Give the objects that a workflow may be about: those that our files speak of first, then the org's others."""
    schema = house.get_schema()
    known = [Choice(one.name, one.label) for one in schema if one.updateable]
    names = {one.value for one in known}
    return (*known, *(Choice(name, name) for name in sorted(house.get_reader().changeable()) if name not in names))


def _abilities(files: Definitions, target: str) -> Iterator[Ability]:
    """Give the functions that some agent may call on records of an object."""
    for name, spec in SPECS.items():
        agents = tuple(one.agent for one in files.agents.values() if name in one.may_call)
        if agents and (not spec.objects or target in spec.objects):
            yield Ability(name, spec.does, agents)
