"""capture again and drop: a conversation read once more, or erased."""

import typer
from rich.markup import escape

from upbeat.cli.capture.looking import Key
from upbeat.cli.frame import As, Dir, Json, out, show, told, workspace
from upbeat.operations import Refused, capture


@told
def again(key: Key, user: As = "", folder: Dir = None, as_json: Json = False) -> None:
    """Read a conversation again by today's files and the org as it is: what it was logged as is completed."""
    with workspace(folder) as space:
        found = capture.again(space.house, key, user)

    show(
        {"key": found}, as_json=as_json, words=lambda: out.print(f"{found} is read again: `upbeat run` carries it on.")
    )


@told
def drop(
    key: Key,
    why: str = typer.Option("", "--why", help="Why, for the ledger."),
    yes: bool = typer.Option(False, "--yes", help="Do not ask whether it is meant."),
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Erase a conversation and what runs kept of it; what was written to the org stays: `upbeat rollback` undoes it."""
    if not yes and (as_json or not typer.confirm(f"Erase {key} for good?")):
        raise Refused("nothing was erased", fix="Answer yes, or add --yes.")
    with workspace(folder) as space:
        found = capture.drop(space.house, key, user, why)
    show({"key": found}, as_json=as_json, words=lambda: out.print(f"{escape(found)} is erased."))
