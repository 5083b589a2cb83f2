"""One workflow: what it is as it runs, and a test of it, or of a draft, on real records."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field

from upbeat.console.area import Area, Body
from upbeat.console.asked import Asked, MissingError
from upbeat.console.permissions import Permission
from upbeat.operations import (
    REHEARSED,
    Registered,
    Rehearsal,
    Version,
    rehearse,
    the_register,
    unpublished,
    versions,
)

area = Area("workflow")
_LONGEST = 200_000  # characters of a file


@dataclass(frozen=True, slots=True)
class Summary:
    """A workflow as it runs. `drafted` is whether its file says something else by now."""

    name: str
    title: str
    drafted: bool
    it: Registered


@dataclass(frozen=True, slots=True)
class Testing:
    """What is tested: a workflow by its steps, on at most so many records."""

    name: str
    title: str
    object: str
    steps: tuple[str, ...]
    most: int


class Draft(Body):
    """What to test: a draft of the file, or nothing for the file itself; up to a step; on named records or the newest.

    `ids` are record ids, parted by spaces, commas or lines.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)

    text: Annotated[str, Field(max_length=_LONGEST)] = ""
    step: Annotated[str, Field(max_length=64)] = ""
    ids: Annotated[str, Field(max_length=2_000)] = ""


@area.page("/workflows/{name}", needs=Permission.WATCH, template="workflow/summary.html", title="Workflow")
def summary(asked: Asked, name: str) -> Summary:
    """Say what a workflow is: what starts it, what it does, who answers for it, and by which rules."""
    found = registered(asked, name)
    drafted = any(one.path == f"workflows/{name}.yaml" for one in unpublished(asked.house))
    return Summary(name, found.row.title, drafted, found)


@area.page("/workflows/{name}/test", needs=Permission.BUILD, template="workflow/testing.html", title="Test")
def testing(asked: Asked, name: str) -> Testing:
    """Say what of a workflow can be tested."""
    row = registered(asked, name).row
    return Testing(name, row.title, row.object, tuple(one.step for one in row.actions), REHEARSED)


@area.action(
    "/workflows/{name}/test", needs=Permission.BUILD, back="/workflows/{name}/test", template="workflow/tested.html"
)
def test(asked: Asked, name: str, body: Draft) -> Rehearsal:
    """Test a workflow, or a draft of it, on real records. Nothing is written."""
    ids = body.ids.replace(",", " ").split()
    return rehearse(asked.house, name, text=body.text, step=body.step, ids=ids)


def registered(asked: Asked, name: str) -> Registered:
    """Give a workflow as it runs. Raises MissingError where there is none of that name."""
    found = next((one for one in the_register(asked.house).triggers if one.row.workflow == name), None)
    if found is None:
        raise MissingError(
            f"no workflow {name} runs", fix="Publish its draft first, or look for it among the workflows."
        )
    return found


def published(asked: Asked, name: str) -> list[Version]:
    """Give every version of a workflow, newest first. Raises MissingError where it was never published."""
    found = [one for one in versions(asked.house) if str(one.named) == f"workflow/{name}"]
    if not found:
        raise MissingError(f"no workflow {name} was ever published", fix="Look for it among the workflows.")
    return versions(asked.house, f"workflow/{name}")
