"""Workflows: the list, how one begins, and the editor, where every change is a draft until somebody saves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal
from urllib.parse import quote

from pydantic import Field

from upbeat.app import add_template
from upbeat.base import UpbeatError
from upbeat.base.files import DefinitionError
from upbeat.console.area import Area, Body, Done, Nothing
from upbeat.console.asked import Asked, MissingError
from upbeat.console.permissions import Permission
from upbeat.formula import Type
from upbeat.operations import Refused, Rehearsal, SalesforceError, building, rehearse
from upbeat.operations.building import (
    Ability,
    Choice,
    DraftProblem,
    Flow,
    StaleError,
    WorkflowDraft,
    WorkflowLine,
)
from upbeat.workflows import EditClash, FormField, Template, templates
from upbeat.workflows.form import is_mapping

area = Area("workflows")

_STARTS: Final = (
    Choice("schedule", "at certain times, on every record"),
    Choice("created", "when a record is created"),
    Choice("updated", "when a record changes"),
    Choice("changed", "when a record is created or changes"),
)
_LONGEST: Final = 20_000  # characters of a field: more than a formula takes
_FIRST: Final = 3  # templates that an empty list shows


@dataclass(frozen=True, slots=True)
class WorkflowsPage:
    """All workflows, and three templates to begin with where there is none."""

    lines: tuple[WorkflowLine, ...]
    templates: tuple[Template, ...]


@area.page("/workflows", needs=Permission.WATCH, template="workflows/list.html", title="Workflows")
def workflows(asked: Asked) -> WorkflowsPage:
    """Give every workflow: what runs, what waits to be published, what is only a draft."""
    lines = building.workflow_lines(asked.house)
    return WorkflowsPage(lines, () if lines else tuple(templates())[:_FIRST])


@dataclass(frozen=True, slots=True)
class NewPage:
    """What a workflow can begin from. `away` is what the org answered in place of its objects, where it did not."""

    templates: tuple[Template, ...]
    objects: tuple[Choice, ...]
    starts: tuple[Choice, ...]
    away: str
    typed: Mapping[str, str]
    refused: str


@area.page("/workflows/new", needs=Permission.BUILD, template="workflows/new.html", title="New workflow")
def new(asked: Asked) -> NewPage:
    """Give the templates, and what an empty page asks for."""
    return _new(asked, Empty(title="", problem="", object="Opportunity").model_dump(), "")


def _new(asked: Asked, typed: Mapping[str, str], refused: str) -> NewPage:
    objects, away = (), ""
    try:
        objects = building.objects(asked.house)
    except SalesforceError as error:
        away = error.what
    return NewPage(tuple(templates()), objects, _STARTS, away, typed, refused)


class Empty(Body):
    """What an empty page asks for: a title, what is wrong without it, the object, and what starts it.

    `name` is the file's; left out, it is made of the title.
    """

    title: Annotated[str, Field(max_length=200)]
    problem: Annotated[str, Field(max_length=1000)]
    object: str
    start: Literal["schedule", "created", "updated", "changed"] = "schedule"
    name: Annotated[str, Field(max_length=64)] = ""


def _begin_again(asked: Asked, body: Empty, error: UpbeatError) -> NewPage:
    return _new(asked, body.model_dump(), _sentence(error))


def _sentence(error: UpbeatError) -> str:
    return f"{error.what[:1].upper()}{error.what[1:]}. {error.fix}".strip()


@area.action(
    "/workflows/new", needs=Permission.BUILD, back="/workflows", template="workflows/new.html", again=_begin_again
)
def begin(asked: Asked, body: Empty) -> Done:
    """Begin a workflow as a draft, with no condition and no step yet."""
    said = (body.title, body.problem, body.object, body.start)
    draft = building.begin_empty(asked.house, *said, asked.by, name=body.name)
    return Done("Begun as a draft. Nothing runs until you publish it.", to=_edit(draft.workflow, "trigger"))


@area.action("/workflows/templates/{name}", needs=Permission.BUILD, back="/workflows")
def take(asked: Asked, name: str, _body: Nothing) -> Done:
    """Take a template in, with the agents and pools that it names; it runs once it is published."""
    found = next((one for one in templates() if one.name == name), None)
    if found is None:
        raise MissingError(f"there is no template {name}", fix="Choose one of those listed.")
    return Done(building.take_template(asked.house, found, asked.by, add_template), to=_edit(name, "about"))


# --- the editor -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a workflow that has a form of its own."""

    key: str
    name: str
    says: str
    errors: int
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Editor:
    """A draft with the form of one part, its problems, its graph, and what saving would change in the file."""

    name: str
    title: str
    object: str
    part: str
    revision: int
    new: bool
    draft_what: str
    draft_by: str
    file_moved: bool
    line: WorkflowLine | None
    parts: tuple[Part, ...]
    form: tuple[FormField, ...]
    problems: tuple[DraftProblem, ...]
    graph: Flow
    of: dict[str, tuple[Choice, ...]]
    functions: tuple[Ability, ...]
    does: str
    known: dict[str, Type]
    before: str
    after: str

    @property
    def errors(self) -> int:
        """How many problems keep it from being saved."""
        return sum(one.error for one in self.problems)


@area.page("/workflows/{name}/edit", needs=Permission.BUILD, template="workflows/edit.html", title="Edit workflow")
def edit(asked: Asked, name: str, part: str = "about") -> Editor:
    """Give a workflow's draft, its file where nobody changes it, with the form of one part."""
    return _editor(asked, _draft(asked, name), part)


class Edit(Body):
    """A part's form as it was posted, by whom it was seen at which revision, and what to do beside keeping it.

    `act` is empty, `publish`, `file`, `undo`, `discard`, `bring`, `add`, or `up`, `down`, `out` with a step's name
    behind a colon. `choose` says at each clash, by its key, whose value holds: `mine` or `theirs`.
    """

    revision: Annotated[int, Field(ge=-(2**48), le=1_000_000)]
    part: str = "about"
    values: Mapping[str, Annotated[str, Field(max_length=_LONGEST)]] = {}
    act: str = ""
    then: str = ""
    use: str = ""
    choose: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Clashes:
    """What somebody else changed meanwhile, with the form as it was posted: nothing is kept until a person chose."""

    name: str
    part: str
    what: str
    revision: int
    values: Mapping[str, str]
    act: str
    then: str
    clashes: tuple[EditClash, ...]


@area.action(
    "/workflows/{name}/edit", needs=Permission.BUILD, back="/workflows/{name}/edit", template="workflows/clashes.html"
)
def keep(asked: Asked, name: str, body: Edit) -> Done | Clashes:
    """Keep a part's form in the draft, and do what was asked beside it."""
    draft = _draft(asked, name)
    try:
        if body.act in {"undo", "discard", "bring"}:
            return _go_back(asked, draft, body)
        if body.values:
            draft = building.fill_in(asked.house, name, body.revision, body.part, body.values, asked.by, body.choose)
    except StaleError as stale:
        fields = (body.part, stale.what, draft.revision if not stale.clashes else body.revision)
        return Clashes(name, *fields, body.values, body.act, body.then, stale.clashes)
    return _do(asked, draft, body)


def _go_back(asked: Asked, draft: WorkflowDraft, body: Edit) -> Done:
    name, to = draft.workflow, _edit(draft.workflow, body.part)
    match body.act:
        case "undo":
            left = building.undo(asked.house, name, body.revision, asked.by)
            return Done(f"Taken back: {draft.what}.", to if left is not None else "/workflows")
        case "discard":
            building.discard(asked.house, name, body.revision, asked.by)
            return Done("The draft is thrown away.", f"/workflows/{name}/edit" if draft.base else "/workflows")
        case _:
            building.bring_in(asked.house, name, body.revision, asked.by, body.choose)
            return Done("The file's changes are in your draft.", to)


def _do(asked: Asked, draft: WorkflowDraft, body: Edit) -> Done:
    """Do what a button says, once what stands in the form is kept."""
    house, name, seen = asked.house, draft.workflow, draft.revision
    act, _, step = body.act.partition(":")
    here = _renamed(draft, body)
    part = here if building.form_of(draft, here) else "about"
    step, then = (here if one == body.part else one for one in (step, body.then))
    match act:
        case "publish" | "file":
            return _save(asked, draft, part, publishing=act == "publish")
        case "add":
            agent = next((one.agents[0] for one in _offered(asked, draft).functions if one.name == body.use), "")
            made = building.add_step(house, name, seen, body.use, agent, asked.by)
            return Done(f"Added: {body.use}. Fill it in.", _edit(name, _steps(made)[-1][0]))
        case "up" | "down":
            building.move_step(house, name, seen, step, -1 if act == "up" else 1, asked.by)
            return Done("", _edit(name, part))
        case "out":
            building.remove_step(house, name, seen, step, asked.by)
            return Done(f"{step} is taken out. Undo brings it back.", _edit(name, "trigger" if part == step else part))
        case _:
            return Done("Kept in the draft.", _edit(name, then or part))


def _renamed(draft: WorkflowDraft, body: Edit) -> str:
    """Give the part that a form is of by the name that it has once the form is kept."""
    name = body.values.get("step", "").strip()
    return name if name and building.form_of(draft, name) else body.part


@area.action(
    "/workflows/{name}/edit/test",
    needs=Permission.BUILD,
    back="/workflows/{name}/edit",
    template="workflow/tested.html",
)
def test(asked: Asked, name: str, body: Edit) -> Rehearsal:
    """Test a draft with what stands in a part's form, up to that part, on real records. Nothing is kept or written."""
    draft = building.filled_in(_draft(asked, name), body.part, body.values)
    try:
        return rehearse(asked.house, name, text=draft.text, step=_renamed(draft, body), ids=[])
    except DefinitionError as error:
        first = next((one for one in building.problems(asked.house, draft) if one.error), None)
        if first is None:
            raise
        raise Refused(f"it cannot be tested yet: {first.what}", fix=first.fix) from error


def _save(asked: Asked, draft: WorkflowDraft, part: str, *, publishing: bool) -> Done:
    name = draft.workflow
    try:
        saved = building.save(asked.house, name, draft.revision, asked.by, publishing=publishing)
    except Refused as error:
        drafted = (now := building.find_draft(asked.house, name)) is not None and not now.is_file
        kept = "Kept as a draft, and not saved" if drafted else "Nothing more is saved"
        return Done(f"{kept}: {error.what}. {error.fix}", _edit(name, part))
    mine = [one for one in saved.published if one.named.name == name]
    told = f"Version {mine[0].number} of {name} runs in monitor mode." if mine else f"Saved in {saved.path}."
    return Done(f"{told} {saved.committed}".strip(), f"/workflows/{name}" if mine else _edit(name, part))


def _draft(asked: Asked, name: str) -> WorkflowDraft:
    found = building.find_draft(asked.house, name)
    if found is None:
        raise MissingError(f"there is no workflow {name}", fix="Begin one: Workflows, New workflow.")
    return found


def _editor(asked: Asked, draft: WorkflowDraft, part: str) -> Editor:
    wrong = building.problems(asked.house, draft)
    shown = part if building.form_of(draft, part) else "about"
    form = building.form_of(draft, shown)
    agent = next((one.value for one in form if one.name == "agent"), "")
    use = next((one.value for one in form if one.name == "use"), "")
    offered = _offered(asked, draft, agent)
    lines = {one.name: one for one in building.workflow_lines(asked.house)}
    return Editor(
        name=draft.workflow,
        title=str(draft.values.get("title") or draft.workflow),
        object=building.object_of(draft),
        part=shown,
        revision=draft.revision,
        new=not draft.base,
        draft_what=draft.what,
        draft_by=draft.by,
        file_moved=building.file_text(asked.house, draft.workflow) != draft.base,
        line=lines.get(draft.workflow),
        parts=_parts(draft, wrong),
        form=form,
        problems=wrong,
        graph=building.flow(asked.house, draft.workflow, draft.values),
        of=dict(offered.of),
        functions=offered.functions,
        does=next((one.does for one in offered.functions if one.name == use), ""),
        known=dict(building.known_of(draft, shown)),
        before=draft.base,
        after=draft.text,
    )


def _offered(asked: Asked, draft: WorkflowDraft, agent: str = "") -> building.Offered:
    return building.offered(asked.house, building.object_of(draft), agent)


def _parts(draft: WorkflowDraft, wrong: tuple[DraftProblem, ...]) -> tuple[Part, ...]:
    def errors(key: str) -> int:
        return sum(one.error and one.part == key for one in wrong)

    steps = _steps(draft)
    return (
        Part("about", "About", "what it is and who answers for it", errors("about")),
        Part("trigger", "When it starts", building.object_of(draft), errors("trigger")),
        *(
            Part(name, name, use, errors(name), first=at == 0, last=at == len(steps) - 1)
            for at, (name, use) in enumerate(steps)
        ),
        Part("outcomes", "How it ends", _ending(draft), errors("outcomes")),
    )


def _ending(draft: WorkflowDraft) -> str:
    """Say what a workflow does with each record where it has no ending but the one of time."""
    outcomes = draft.values.get("outcomes")
    found = list(outcomes.values()) if is_mapping(outcomes) else []
    if len(found) == 1 and is_mapping(found[0]) and "due" in found[0]:
        return f"every record goes to a person after {found[0]['due']}"
    return ""


def _steps(draft: WorkflowDraft) -> list[tuple[str, str]]:
    return building.steps_of(draft)


def _edit(name: str, part: str) -> str:
    return f"/workflows/{name}/edit?part={quote(part)}"
