"""The versions of one workflow: what changed from one to another, and an earlier one brought back."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path
from pydantic import Field

from upbeat.console.area import Area, Body, Done
from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission
from upbeat.console.reach import Number
from upbeat.console.workflow import published
from upbeat.operations import Comparison, Version, compare, revert, unpublished

area = Area("versions")


@dataclass(frozen=True, slots=True)
class Versions:
    """Every version, newest first, and two of them side by side.

    `one` and `other` are the numbers compared; 0 for `other` is the file as it stands, and None of both where there is
    nothing to compare. `drafted` is whether the file says something else than the newest.
    """

    name: str
    title: str
    versions: tuple[Version, ...]
    drafted: bool
    one: int | None
    other: int | None
    comparison: Comparison | None


class Note(Body):
    """What the history should remember about it."""

    note: Annotated[str, Field(max_length=1000)] = ""


@area.page("/workflows/{name}/versions", needs=Permission.WATCH, template="workflow/versions.html", title="Versions")
def list_versions(asked: Asked, name: str, one: Number | None = None, other: Number | None = None) -> Versions:
    """List the versions of a workflow, with the difference between two: the newest two, or its draft and the newest."""
    found = published(asked, name)
    drafted = any(each.path == f"workflows/{name}.yaml" for each in unpublished(asked.house))
    numbers = [each.number for each in found if not each.gone]
    if one is None and other is None:
        one, other = (
            (numbers[0], 0) if drafted and numbers else (numbers[1], numbers[0]) if numbers[1:] else (None, None)
        )
    comparison = None
    if one is not None:
        comparison = compare(asked.house, f"workflow/{name}", one, other or None)
    flow = asked.house.versions.current.get(name)
    return Versions(name, flow.title if flow else name, tuple(found), drafted, one, other, comparison)


@area.action("/workflows/{name}/versions/{number}/revert", needs=Permission.BUILD, back="/workflows/{name}/versions")
def bring_back(asked: Asked, name: str, number: Annotated[int, Path(ge=1, le=2**53)], body: Note) -> Done:
    """Publish again what an earlier version said, as a new version that begins in monitor."""
    done = revert(asked.house, f"workflow/{name}", number, asked.by, body.note)
    new = next(each.number for each in done if str(each.named) == f"workflow/{name}")
    return Done(f"Version {new} says again what version {number} said. It begins in monitor.")
