"""override, misfire, scorecard: what people say of a flag, and what a trigger is worth."""

from typing import Annotated

import typer

from upbeat import operations
from upbeat.base import short
from upbeat.cli.frame import As, Dir, Json, out, show, told, workspace

Run = Annotated[str, typer.Argument(metavar="RUN", help="A run's id or its beginning, or a record's id.")]


@told
def override(
    key: Run,
    reason: Annotated[str, typer.Option(help="What you know that the trigger does not.")],
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Override a flag: it stays quiet on its record until the facts change."""
    with workspace(folder) as space:
        done = operations.override(space.house, key, user, reason)
    words = f"{done.workflow} is quiet on {done.name} until the facts change. Run {short(done.run)} remembers why."
    show(done, as_json=as_json, words=lambda: out.print(words, markup=False))
