"""A workspace's folder ↔ definitions: `workflows/`, `agents/`, `routing/`, `policy.yaml`, and others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from upbeat.base import Place
from upbeat.base.files import DefinitionError, FileModel, Problem, build, parse, read
from upbeat.workflows.capture_file import Capture
from upbeat.workflows.definition import Agent, Definition
from upbeat.workflows.field_map import FieldMap
from upbeat.workflows.methodology import Methodology
from upbeat.workflows.policy import Policy
from upbeat.workflows.pool_file import PoolDefinition
from upbeat.workflows.pool_tables import Open, with_tables
from upbeat.workflows.provider import Provider
from upbeat.workflows.settings import Settings
from upbeat.workflows.tool_register import ToolRegister

M = TypeVar("M", bound=FileModel)

PLAYBOOKS = Path(__file__).parent / "playbooks"
"""The folder of the shipped workflows, with their agents, policy and pool."""


@dataclass(frozen=True)
class Definitions:
    """All that a workspace's files say. `unread` are the files that could not be read, each with its problems.

    A file with a problem is not among the definitions: check before anything runs. A pool's problems may stand in a
    table beside it.
    """

    workflows: tuple[Definition, ...]
    agents: Mapping[str, Agent]
    policy: Policy
    pools: Mapping[str, PoolDefinition]
    providers: Mapping[str, Provider] = field(default_factory=dict[str, Provider])
    methodologies: Mapping[str, Methodology] = field(default_factory=dict[str, Methodology])
    fields: FieldMap = field(default_factory=FieldMap)
    tools: ToolRegister = field(default_factory=ToolRegister)
    capture: Capture | None = None
    unread: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict[str, tuple[Problem, ...]])

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the files that could not be read."""
        return tuple(one for several in self.unread.values() for one in several)


def load(folder: Path) -> Definitions:
    """Read every definition of a workspace. Raises DefinitionError where there is no such folder."""
    if not folder.is_dir():
        what, fix = "there is no such folder", "Name the folder that holds workflows/ and policy.yaml."
        raise DefinitionError([Problem(Place(str(folder)), what, fix)])
    reading = _Reading(folder)
    workflows = reading.all(Definition, "workflows")
    agents = reading.all(Agent, "agents")
    pools = reading.all(PoolDefinition, "routing")
    providers = reading.all(Provider, "enrichment")
    methodologies = reading.all(Methodology, "methodologies")
    policy = reading.one(Policy, folder / "policy.yaml")
    return Definitions(
        workflows=tuple(workflows.values()),
        agents=agents,
        policy=policy or Policy.refusing(),
        pools=pools,
        providers=providers,
        methodologies=methodologies,
        fields=reading.one_if_there(FieldMap, folder / "fields.yaml") or FieldMap(),
        tools=reading.one_if_there(ToolRegister, folder / "tools.yaml") or ToolRegister(),
        capture=reading.one_if_there(Capture, folder / "capture.yaml"),
        unread=reading.unread,
    )


def parse_pool(file: str, raw: bytes, opened: Open) -> PoolDefinition:
    """Read a pool with the tables that it names, which `opened` gives. Raises DefinitionError with every problem."""
    return build(PoolDefinition, *with_tables(*read(file, raw, "pool"), opened))


def load_settings(folder: Path) -> Settings:
    """Read a workspace's upbeat.yaml. Raises DefinitionError where it is missing or wrong."""
    file = folder / "upbeat.yaml"
    return parse(Settings, str(file), _bytes(str(file), file))


def load_capture(folder: Path) -> Capture | None:
    """Read a workspace's capture.yaml, None where there is none. Raises DefinitionError where it is wrong."""
    file = folder / "capture.yaml"
    return parse(Capture, str(file), _bytes(str(file), file)) if file.exists() else None


class _Reading:
    """Reads file after file, and gathers what is wrong in all of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.unread: dict[str, tuple[Problem, ...]] = {}

    def all(self, model: type[M], below: str) -> dict[str, M]:
        """Read each file of a folder, by name; the name in the file and the file's own are the same."""
        found: dict[str, M] = {}
        for file in sorted((self.folder / below).glob("*")):
            if file.suffix == ".yml":
                self._add(file, "files are read as .yaml only", f"Rename it to {file.stem}.yaml.")
            if file.suffix != ".yaml" or (one := self.one(model, file)) is None:
                continue
            key = next(iter(model.model_fields))
            name = str(getattr(one, key))
            if name != file.stem:
                what, fix = f"the {key} {name} stands in {file.name}", f"Rename the file to {name}.yaml, or the {key}."
                self.unread[self._named(file)] = (Problem(one.place(key), what, fix),)
            else:
                found[name] = one
        return found

    def one_if_there(self, model: type[M], file: Path) -> M | None:
        """Read a file that a workspace need not have."""
        return self.one(model, file) if file.exists() else None

    def one(self, model: type[M], file: Path) -> M | None:
        """Read one file, or keep its problems."""
        name = self._named(file)
        try:
            raw = _bytes(name, file)
            if model is PoolDefinition:
                return cast("M", parse_pool(name, raw, lambda table: _beside(file, table)))
            return parse(model, name, raw)
        except DefinitionError as error:
            self.unread[name] = error.problems
            return None

    def _add(self, file: Path, what: str, fix: str) -> None:
        name = self._named(file)
        self.unread[name] = (Problem(Place(name), what, fix),)

    def _named(self, file: Path) -> str:
        return file.relative_to(self.folder).as_posix()


def _beside(file: Path, table: str) -> bytes | None:
    """Give the bytes of a table that stands beside a file, None where there is none."""
    beside = file.with_name(table)
    return _bytes(beside.name, beside) if beside.exists() else None


def _bytes(name: str, file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        what, fix = "the file is missing", "Copy the shipped one, and put your people in."
        raise DefinitionError([Problem(Place(name), what, fix)]) from error
    except OSError as error:
        raise DefinitionError([Problem(Place(name), f"the file cannot be read: {error.strerror}")]) from error
