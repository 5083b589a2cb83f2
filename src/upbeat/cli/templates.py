"""templates, add: shipped workflows beyond those of a new workspace, and one of them taken in."""

from typing import Annotated

import typer

from upbeat.app import add_template
from upbeat.base import nearest
from upbeat.cli.frame import As, Dir, Json, out, show, table, told, workspace
from upbeat.operations import Refused
from upbeat.workflows import Template
from upbeat.workflows import templates as shipped


@told
def templates(as_json: Json = False) -> None:
    """List the shipped workflows that a workspace can add, each with its agents, pools and tables."""
    found = shipped()
    rows = [(one.name, one.object, one.title) for one in found]

    def words() -> None:
        table("Templates", ["name", "object", "what it does"], rows, "There are none.")
        out.print("Take one in: `upbeat add NAME`.")

    show(found, as_json=as_json, words=words)


@told
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A template: `upbeat templates` lists them.")],
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Copy a template into the workspace, to be edited: it runs once it is published, and starts in monitor."""
    with workspace(folder) as space:
        files = add_template(space.folder, _named(name), user)

    def words() -> None:
        for one in files:
            out.print(one, markup=False)
        people = "your people in routing/, " if any(one.startswith("routing/") for one in files) else ""
        ready = f"Next: {people}`upbeat check`, then `upbeat publish {name}`."
        out.print(ready if files else "Every file of it is there already.")

    show({"template": name, "files": files}, as_json=as_json, words=words)


def _named(name: str) -> Template:
    known = {one.name: one for one in shipped()}
    if name not in known:
        close = nearest(name, known)
        fix = f"Did you mean {close}?" if close else f"There are: {', '.join(known)}."
        raise Refused(f"there is no template {name}", fix=fix)
    return known[name]
