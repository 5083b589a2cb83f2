"""A workflow's version is its content: the digest of what it says, with the agents and the pools that it names.

Comments, the order of keys and the way a text is quoted are no content; nor is `mode`, which people decide. The order
of outcomes is: the first that holds ends an item.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from upbeat.base import decode, encode
from upbeat.workflows.definition import Agent, Definition
from upbeat.workflows.files import Definitions
from upbeat.workflows.policy import Policy
from upbeat.workflows.pool import PoolDefinition


def content(definition: Definition, agents: Mapping[str, Agent], pools: Mapping[str, PoolDefinition]) -> str:
    """Give the canonical JSON of a workflow with its agents and pools. What has its default is left out."""
    return encode(
        {
            "workflow": _dump(definition, exclude={"mode"}),
            "outcomes": list(definition.outcomes),
            "agents": {name: _dump(one) for name, one in agents.items()},
            "pools": {name: _dump(one) for name, one in pools.items()},
        }
    )


def restore(text: str) -> Definitions:
    """Give back what `content` wrote, so that a published version runs on though its files have changed.

    The policy is not part of a version: the one that stands today decides.
    """
    found = decode(text)
    written = found["workflow"]
    written["outcomes"] = {name: written["outcomes"][name] for name in found["outcomes"]}
    return Definitions(
        workflows=(Definition.model_validate(written),),
        agents={name: Agent.model_validate(one) for name, one in found["agents"].items()},
        policy=Policy.refusing(),
        pools={name: PoolDefinition.model_validate(one) for name, one in found["pools"].items()},
    )


def _dump(one: BaseModel, exclude: set[str] | None = None) -> dict[str, Any]:
    return one.model_dump(exclude_defaults=True, exclude=exclude)
