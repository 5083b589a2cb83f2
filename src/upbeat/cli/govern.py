"""stop, resume, check: what runs, and who says so."""

from typing import Annotated

import typer

from upbeat import operations
from upbeat.cli.frame import As, Dir, Json, at, counted, err, out, show, told, unpublished_words, workspace
from upbeat.operations import routing
from upbeat.workflows import Severity


@told
def stop(
    why: Annotated[str, typer.Option(help="What the ledger should remember about it.")] = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Halt every write and message now. It holds over restarts, until a person runs `upbeat resume`."""
    with workspace(folder) as space:
        order = operations.stop(space.house, user, why)
    words = f"[red]All writes are stopped[/red] by {order.by} since {at(order.at)}. `upbeat resume` lifts it."
    show(order, as_json=as_json, words=lambda: out.print(words))


@told
def resume(user: As = "", folder: Dir = None, as_json: Json = False) -> None:
    """Let writes go on after a stop."""
    with workspace(folder) as space:
        lifted = operations.resume(space.house, user)
    show(lifted, as_json=as_json, words=lambda: out.print(f"Writes go on. {lifted.by} had stopped them: {lifted.why}"))


@told
def check(folder: Dir = None, as_json: Json = False) -> None:
    """Hold the workspace's files against the org; exits with 1 where something could not run."""
    with workspace(folder) as space:
        found = [*space.check(), *routing.against_org(space.house)]
        left = operations.unpublished(space.house)
    errors = [one for one in found if one.severity is Severity.ERROR]

    def words() -> None:
        for one in found:
            colour = "red" if one.severity is Severity.ERROR else "yellow"
            err.print(f"{one.severity}: {one}", style=colour, markup=False)
        wrong = f"{counted(len(errors), 'error')}, {len(found) - len(errors)} advice."
        out.print(wrong if found else "Nothing is wrong.")
        out.print(f"{counted(len(space.definitions.workflows), 'workflow')} checked against the org.")
        if left:
            out.print(unpublished_words(left))

    show(found, as_json=as_json, words=words)
    if errors:
        raise typer.Exit(1)
