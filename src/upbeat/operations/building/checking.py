"""What is wrong with a draft, by the checks of `upbeat check`: each problem with the part and field of its form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from upbeat.base.files import DefinitionError, Path, Problem, Severity, parse
from upbeat.operations.building.drafts import WorkflowDraft
from upbeat.operations.house import House
from upbeat.steps import SPECS
from upbeat.workflows import Definition, Definitions, form, load
from upbeat.workflows.form import ABOUT, is_list, is_mapping

_PIECE = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_MEETS = re.compile(r" \(workflows/([a-z0-9-]+)\.yaml:\d+\)$")  # where another workflow's file says so
_ABOUT = "about"


@dataclass(frozen=True, slots=True)
class DraftProblem:
    """One thing wrong, or worth knowing, and where to mend it: the part of the form and the field in it.

    `part` is empty where it stands in another file, which `where` names. `other` is the workflow that it meets, if one.
    """

    what: str
    fix: str
    where: str
    error: bool
    part: str
    field: str
    other: str = ""


def problems(house: House, draft: WorkflowDraft) -> tuple[DraftProblem, ...]:
    """Give everything wrong with a draft, and through it with the files beside it."""
    written = load(house.folder)
    try:
        made = parse(Definition, draft.path, draft.text.encode())
    except DefinitionError as error:
        return tuple(_told(one, draft) for one in error.problems)
    found = house.check_files(with_draft(written, made))
    if any(one.place.file != draft.path for one in found):
        known = set(house.check_files(written))
        found = [one for one in found if one.place.file == draft.path or one not in known]
    return tuple(_told(one, draft) for one in found)


def with_draft(written: Definitions, made: Definition) -> Definitions:
    """Give a workspace's definitions with a draft in the place of its file, behind the others.

    Where two workflows meet, the check tells it at the later one: whoever changes a draft mends it there.
    """
    path = f"workflows/{made.workflow}.yaml"
    others = tuple(one for one in written.workflows if one.workflow != made.workflow)
    unread = {name: several for name, several in written.unread.items() if name != path}
    return replace(written, workflows=(*others, made), unread=unread)


def _told(one: Problem, draft: WorkflowDraft) -> DraftProblem:
    mine = one.place.file == draft.path
    part, field = _spot(_path(one.place.field), draft.values) if mine else ("", "")
    where = "" if mine else str(one.place)
    met = _MEETS.search(one.what)
    other, what = (met[1], one.what[: met.start()]) if mine and met else ("", one.what)
    what, fix = _as_in_form(what, one.fix, part, field, draft.values)
    return DraftProblem(what, fix, where, one.severity is Severity.ERROR, part, field, other)


def _as_in_form(what: str, fix: str, part: str, field: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Say of something missing what a form calls it: the file's own words name keys that nobody sees there."""
    if not what.endswith(" is missing") or not fix.startswith("Add '"):
        return what, fix
    if part == "steps":
        return "there is no step yet", "Add one."
    label = next((one.label for one in form(part, values, SPECS) if one.name == field), "") if part else ""
    return (f"{label} is missing", "Fill it in.") if label else (what, fix)


def _path(dotted: str) -> Path:
    """Give `steps[1].set` as `("steps", 0, "set")`."""
    return tuple(int(found[2]) - 1 if found[2] else found[1] for found in _PIECE.finditer(dotted))


def _spot(path: Path, values: Mapping[str, Any]) -> tuple[str, str]:
    """Give the part of the form that a place is in, and the name of its field there."""
    match path:
        case ("steps", int() as at, *rest):
            step = _step(values.get("steps"), at)
            return (step, ".".join(str(one) for one in rest[:1])) if step else ("steps", "")
        case ("steps", *_):
            return "steps", ""
        case ("trigger" | "thresholds" as first, *rest):
            return "trigger", ".".join([first, *(str(one) for one in rest)]) if first == "trigger" else first
        case ("outcomes", *_):
            return "outcomes", "outcomes"
        case (str() as first, *rest) if first in ABOUT:
            return _ABOUT, ".".join([first, *(str(one) for one in rest)]) if first == "limits" else first
        case _:
            return _ABOUT, ""


def _step(steps: Any, at: int) -> str:
    one = steps[at] if is_list(steps) and at < len(steps) else None
    return str(one.get("step", "")) if is_mapping(one) else ""
