"""override, misfire, scorecard: what people say of a flag, and what a trigger is worth."""

from typing import Annotated

import typer

from upbeat import operations
from upbeat.base import short
from upbeat.cli.frame import As, Dir, Json, at, out, show, told, workspace
from upbeat.operations import Wrong

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


@told
def misfire(
    key: Run,
    why: Annotated[str, typer.Option(help="What is wrong, in your words.")],
    kind: Annotated[Wrong, typer.Option(help="What it is that is wrong.")] = Wrong.FACT,
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Report that a flag is wrong: its owner answers by a time, and you are told what was done."""
    with workspace(folder) as space:
        done = operations.report_misfire(space.house, key, user, why, kind)
    words = f"{done.owner}, who answers for {done.workflow}, is told and answers by {at(done.answer_by)}."
    then = f" It was one too many: {done.workflow} is in monitor mode again." if done.demoted else ""
    show(done, as_json=as_json, words=lambda: out.print(words + then, markup=False))
