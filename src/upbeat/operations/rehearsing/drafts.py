"""What is tested: a workflow's file, or a draft of it, compiled beside all that it names, up to the step asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from upbeat.base.files import parse
from upbeat.domain import Change, Mode
from upbeat.operations.house import House, Refused
from upbeat.workflows import (
    Catalogue,
    Definition,
    DefinitionError,
    Definitions,
    OutcomeDefinition,
    Workflow,
    compile_workflow,
    load,
)

TRIGGER = "trigger"
"""In place of a step: the condition alone."""


@dataclass(frozen=True)
class Draft:
    """A workflow that does not run, with the files and the catalogue that it was compiled with."""

    flow: Workflow
    definitions: Definitions
    catalogue: Catalogue


def draft_of(house: House, name: str, text: str = "", step: str = "") -> Draft:
    """Compile a workflow's file, or `text` in its place, up to a step; what stands below need not be right.

    Raises DefinitionError with every problem, and Refused for no such workflow or step, or one that no record starts.
    """
    written = load(house.folder)
    definition = parse(Definition, f"workflows/{name}.yaml", text.encode()) if text else _written(written, name)
    definition = definition.model_copy(update={"mode": Mode.MONITOR})
    if step:
        definition = _up_to(definition, step)
    definitions = replace(written, workflows=(definition,), policy=house.policy)
    catalogue = house.versions.catalogue
    if not catalogue.schema.has(definition.trigger.object):
        catalogue = house.read_catalogue({definition.trigger.object})
    flow = compile_workflow(definition, definitions, catalogue)
    if Change.CAPTURED in flow.starts:
        fix = "Test it on a file of one: `upbeat calls try FILE`."
        raise Refused(f"{flow.name} starts on a conversation, and a record holds none", fix=fix)
    return Draft(flow, definitions, catalogue)


def _written(written: Definitions, name: str) -> Definition:
    if wrong := written.unread.get(f"workflows/{name}.yaml"):
        raise DefinitionError(wrong)
    found = {one.workflow: one for one in written.workflows}
    if name not in found:
        raise Refused(f"there is no workflow {name}", fix=f"There are: {', '.join(sorted(found))}.")
    return found[name]


def _up_to(definition: Definition, step: str) -> Definition:
    names: Sequence[str] = [one.step for one in definition.steps]
    if step != TRIGGER and step not in names:
        raise Refused(f"{definition.workflow} has no step {step}", fix=f"It has: {', '.join(names)}.")
    count = 0 if step == TRIGGER else names.index(step) + 1
    ends = OutcomeDefinition.model_validate({"due": "1 day", "then": "escalate", "to": definition.owner})
    return definition.model_copy(update={"steps": definition.steps[:count], "outcomes": {"tested": ends}})
