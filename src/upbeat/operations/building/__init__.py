"""Workflows built in forms: drafts, their problems, what forms offer, how a draft becomes the file and a version."""

from upbeat.operations.building.checking import DraftProblem, problems
from upbeat.operations.building.committing import commit
from upbeat.operations.building.drafts import (
    StaleError,
    WorkflowDraft,
    as_builder,
    begin,
    bring_in,
    change,
    discard,
    drafts,
    file_text,
    find_draft,
    path_of,
    undo,
)
from upbeat.operations.building.flow import Flow, FlowNode, flow
from upbeat.operations.building.listing import WorkflowLine, workflow_lines
from upbeat.operations.building.offering import Ability, Choice, Offered, objects, offered
from upbeat.operations.building.parts import (
    add_step,
    fill_in,
    filled_in,
    known_of,
    move_step,
    object_of,
    remove_step,
    steps_of,
)
from upbeat.operations.building.saving import Saved, save
from upbeat.operations.building.starting import begin_empty, take_template
from upbeat.steps import SPECS
from upbeat.workflows import FormField, form


def form_of(draft: WorkflowDraft, part: str) -> tuple[FormField, ...]:
    """Give the form of one part of a draft; none for a step that there is not."""
    return form(part, draft.values, SPECS)


__all__ = [
    "Ability",
    "Choice",
    "DraftProblem",
    "Flow",
    "FlowNode",
    "Offered",
    "Saved",
    "StaleError",
    "WorkflowDraft",
    "WorkflowLine",
    "add_step",
    "as_builder",
    "begin",
    "begin_empty",
    "bring_in",
    "change",
    "commit",
    "discard",
    "drafts",
    "file_text",
    "fill_in",
    "filled_in",
    "find_draft",
    "flow",
    "form_of",
    "known_of",
    "move_step",
    "object_of",
    "objects",
    "offered",
    "path_of",
    "problems",
    "remove_step",
    "save",
    "steps_of",
    "take_template",
    "undo",
    "workflow_lines",
]
