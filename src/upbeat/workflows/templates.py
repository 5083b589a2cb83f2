"""Shipped workflows that a workspace may add, each with the agents, pools, sources and tables that it names."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from upbeat.workflows.definition import Definition
from upbeat.workflows.files import Definitions, load

TEMPLATES: Final = Path(__file__).parent / "templates"
"""The folder of the templates, laid out as a workspace."""


@dataclass(frozen=True, slots=True)
class Template:
    """One workflow to add: its name and title, the object it looks at, its files by their paths in a workspace."""

    name: str
    title: str
    object: str
    files: tuple[str, ...]


def templates() -> list[Template]:
    """Give every template, by name."""
    known = load(TEMPLATES)
    return [
        Template(one.workflow, one.title, one.trigger.object, tuple(dict.fromkeys(_files(one, known))))
        for one in known.workflows
    ]


def _files(flow: Definition, known: Definitions) -> Iterator[str]:
    yield f"workflows/{flow.workflow}.yaml"
    for step in flow.steps:
        yield f"agents/{step.agent}.yaml"
        pool = known.pools.get(str(step.arguments.get("pool", "")))
        if pool is not None:
            yield f"routing/{pool.pool}.yaml"
            yield from pool.source.beside
        methodology = known.methodologies.get(str(step.arguments.get("methodology", "")))
        if methodology is not None:
            yield f"methodologies/{methodology.methodology}.yaml"
        provider = known.providers.get(str(step.arguments.get("provider", "")))
        if provider is not None:
            yield f"enrichment/{provider.provider}.yaml"
            if provider.table is not None and provider.table.file is not None:
                yield provider.table.file
