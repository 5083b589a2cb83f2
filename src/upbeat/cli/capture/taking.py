"""capture add and import: files of this machine, and the whole export of another tool."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from upbeat.cli.frame import As, Dir, Json, counted, out, show, table, told, working, workspace
from upbeat.operations import capture
from upbeat.operations.capture import Imported, Taken

_FEW = 10  # files that were left, in words; all of them with --json

Paths = Annotated[list[Path], typer.Argument(help="Transcripts, mails (.eml), calendars (.ics), or folders of them.")]
Export = Annotated[Path, typer.Argument(help="The folder or the file of an export, as Gong's API gives calls.")]


@told
def add(paths: Paths, user: As = "", folder: Dir = None, as_json: Json = False) -> None:
    """Take in transcripts, mails and calendars, each once; a meeting.json beside one says who took part.

    What only our own people took part in, and what capture.yaml keeps out, is not stored.
    """
    with workspace(folder) as space, working("Reading", quiet=as_json) as say:
        found = capture.add(space.house, paths, by=user, progress=lambda done, whole: say(f"{done:,} of {whole:,}"))
        runs = space.house.engine_runs

    def words() -> None:
        _tell(found.taken)
        _tell_left([(one.name, one.why) for one in found.left])
        _tell_next(found.taken, runs=runs)

    show(found, as_json=as_json, words=words)


@told
def import_(export: Export, user: As = "", folder: Dir = None, as_json: Json = False) -> None:
    """Take in a whole export of Gong's, and say field by field what of it lands where, and what does not and why.

    Run again after an interruption, it goes on: a call that was taken is not taken twice.
    """
    with workspace(folder) as space, working("Importing", quiet=as_json) as say:
        found = capture.bring_in(
            space.house, export, by=user, progress=lambda done, whole: say(f"{done:,} of {whole:,} calls")
        )
        runs = space.house.engine_runs

    def words() -> None:
        out.print(f"{counted(found.calls, 'call')} in {escape(str(export))}.")
        _tell(found.taken)
        _tell_left([(one.name, one.why) for one in found.left])
        _tell_links(found)
        rows = [(one.field, f"{one.calls:,}", one.lands or f"nowhere: {one.why}") for one in found.coverage]
        table("What of the export lands where", ["field", "calls", "lands"], rows, "The export has no fields.")
        _tell_next(found.taken, runs=runs)

    show(found, as_json=as_json, words=words)


def _tell(taken: Taken) -> None:
    out.print(
        f"[green]{counted(len(taken.new), 'conversation')} taken in[/green], {taken.known:,} known from before, "
        f"{sum(taken.excluded.values()):,} kept out."
    )
    for rule, count in sorted(taken.excluded.items()):
        out.print(f"  kept out, {rule}: {count:,}")


def _tell_left(left: list[tuple[str, str]]) -> None:
    for name, why in left[:_FEW]:
        out.print(f"[yellow]Left[/yellow] {escape(name)}: {escape(why)}")
    if len(left) > _FEW:
        out.print(f"and {len(left) - _FEW:,} more: --json tells all.")


def _tell_links(found: Imported) -> None:
    for kind, count in sorted(found.links.items()):
        out.print(f"  of {kind}: {count:,}")


def _tell_next(taken: Taken, *, runs: bool) -> None:
    if taken.new and not taken.items:
        out.print("No workflow logs it yet: `upbeat templates` has some, and `upbeat capture again KEY` logs one then.")
    elif taken.items and not runs:
        out.print("No engine runs: `upbeat run` logs them.")
    if taken.new:
        out.print(f"What became of one: `upbeat capture show {taken.new[0]}`.")
