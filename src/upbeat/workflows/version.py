"""A version is content: the digest of what a file says; a workflow's with the agents, pools and the like that it names.

Comments, the order of keys and the way a text is quoted are no content; nor is `mode`, which people decide, unless it
pauses. The order of outcomes is: the first that holds ends an item.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import PurePath
from typing import Any, Self

from pydantic import BaseModel

from upbeat.base import decode, encode
from upbeat.base.files import NOWHERE, DefinitionError, FileModel, Source, read
from upbeat.domain import Mode
from upbeat.workflows.definition import Agent, Definition
from upbeat.workflows.files import Definitions
from upbeat.workflows.methodology import Methodology
from upbeat.workflows.policy import Policy
from upbeat.workflows.pool_file import PoolDefinition
from upbeat.workflows.pool_tables import with_tables
from upbeat.workflows.provider import Provider


class FileKind(StrEnum):
    """What of a workspace is published."""

    WORKFLOW = "workflow"
    AGENT = "agent"
    POOL = "pool"
    PROVIDER = "provider"
    METHODOLOGY = "methodology"
    POLICY = "policy"


_MODELS: Mapping[FileKind, type[FileModel]] = {
    FileKind.WORKFLOW: Definition,
    FileKind.AGENT: Agent,
    FileKind.POOL: PoolDefinition,
    FileKind.PROVIDER: Provider,
    FileKind.METHODOLOGY: Methodology,
    FileKind.POLICY: Policy,
}
_FOLDERS = {
    FileKind.WORKFLOW: "workflows",
    FileKind.AGENT: "agents",
    FileKind.POOL: "routing",
    FileKind.PROVIDER: "enrichment",
    FileKind.METHODOLOGY: "methodologies",
}


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """One file of a workspace, by what it holds and its name."""

    kind: FileKind
    name: str

    def __str__(self) -> str:
        """Give `agent/router`, as commands take it; a workspace has one `policy`."""
        return str(self.kind) if self.kind is FileKind.POLICY else f"{self.kind}/{self.name}"

    @property
    def path(self) -> str:
        """The file, from the workspace's folder."""
        return "policy.yaml" if self.kind is FileKind.POLICY else f"{_FOLDERS[self.kind]}/{self.name}.yaml"

    @classmethod
    def of_path(cls, path: str) -> Self | None:
        """Give whose file a path is, or None."""
        if path == POLICY.path:
            return cls(FileKind.POLICY, str(FileKind.POLICY))
        folder, _, file = path.partition("/")
        kind = next((one for one, there in _FOLDERS.items() if there == folder), None)
        return None if kind is None or not file.endswith(".yaml") else cls(kind, file.removesuffix(".yaml"))


POLICY = Named(FileKind.POLICY, "policy")


def named(definitions: Definitions) -> dict[Named, FileModel]:
    """Give every file that could be read, by its name."""
    found: dict[Named, FileModel] = {Named(FileKind.WORKFLOW, one.workflow): one for one in definitions.workflows}
    found |= {Named(FileKind.AGENT, name): one for name, one in definitions.agents.items()}
    found |= {Named(FileKind.POOL, name): one for name, one in definitions.pools.items()}
    found |= {Named(FileKind.PROVIDER, name): one for name, one in definitions.providers.items()}
    found |= {Named(FileKind.METHODOLOGY, name): one for name, one in definitions.methodologies.items()}
    return found | ({POLICY: definitions.policy} if definitions.policy.source.text else {})


def gathered(files: Mapping[Named, FileModel]) -> Definitions:
    """Give files as the definitions of a workspace."""
    ordered = sorted(files.items())
    return Definitions(
        workflows=tuple(one for _, one in ordered if isinstance(one, Definition)),
        agents={key.name: one for key, one in ordered if isinstance(one, Agent)},
        policy=next((one for _, one in ordered if isinstance(one, Policy)), Policy.refusing()),
        pools={key.name: one for key, one in ordered if isinstance(one, PoolDefinition)},
        providers={key.name: one for key, one in ordered if isinstance(one, Provider)},
        methodologies={key.name: one for key, one in ordered if isinstance(one, Methodology)},
    )


def content(
    definition: Definition,
    agents: Mapping[str, Agent],
    pools: Mapping[str, PoolDefinition],
    providers: Mapping[str, Provider],
    methodologies: Mapping[str, Methodology],
) -> str:
    """Give the canonical JSON of a workflow with all that it names. What has its default is left out."""
    whole = {
        "workflow": _dump(definition, exclude=set() if definition.mode is Mode.PAUSED else {"mode"}),
        "outcomes": list(definition.outcomes),
        "agents": {name: _dump(one) for name, one in agents.items()},
        "pools": {name: _dump(one) for name, one in pools.items()},
    }
    beside = {"providers": providers, "methodologies": methodologies}
    return encode(
        whole | {kind: {name: _dump(one) for name, one in some.items()} for kind, some in beside.items() if some}
    )


def content_of(file: FileModel) -> str:
    """Give the canonical JSON of a file that is no workflow."""
    return encode(_dump(file))


def version_of(text: str) -> str:
    """Give the version of a canonical text: its SHA-256."""
    return sha256(text.encode()).hexdigest()


def restore(text: str) -> Definitions:
    """Give back what `content` wrote, so that a published version runs on though its files have changed.

    The policy is not part of a version: the one that was published last decides.
    """
    found = decode(text)
    return Definitions(
        workflows=(Definition.model_validate(_with_outcomes(found)),),
        agents={name: Agent.model_validate(one) for name, one in found["agents"].items()},
        policy=Policy.refusing(),
        pools={name: PoolDefinition.model_validate(one) for name, one in found["pools"].items()},
        providers={name: Provider.model_validate(one) for name, one in found.get("providers", {}).items()},
        methodologies={name: Methodology.model_validate(one) for name, one in found.get("methodologies", {}).items()},
    )


def restore_file(key: Named, text: str, written: Source = NOWHERE) -> FileModel:
    """Give one file back from its canonical text, with the places of the file as it was `written`."""
    found = decode(text)
    model = _MODELS[key.kind]
    made = model.model_validate(_with_outcomes(found) if key.kind is FileKind.WORKFLOW else found)
    try:
        made.read_from(_placed_anew(key.kind, written, next(iter(model.model_fields))))
    except DefinitionError:  # it was read when it was published; another release may read it otherwise
        return made
    return made


def _placed_anew(kind: FileKind, written: Source, first: str) -> Source:
    """Read a file and its tables once more, for the places of its values."""
    values, source = read(written.file, written.text.encode(), first)
    if kind is not FileKind.POOL:
        return source
    tables = {PurePath(path).name: text.encode() for path, text in written.beside.items()}
    return with_tables(values, source, tables.get)[1]


def placed(definitions: Definitions, file: FileModel) -> Definitions:
    """Give a restored workflow with the places of its file, so that an error can name a line."""
    [one] = definitions.workflows
    one.read_from(file.source)
    return replace(definitions, workflows=(one,))


def _with_outcomes(found: Any) -> dict[str, Any]:
    written = found["workflow"]
    return {**written, "outcomes": {name: written["outcomes"][name] for name in found["outcomes"]}}


def _dump(one: BaseModel, exclude: Collection[str] = ()) -> dict[str, Any]:
    return one.model_dump(exclude_defaults=True, exclude=set(exclude))
