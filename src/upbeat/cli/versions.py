"""versions, diff, publish, revert: what runs, as people published it."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape

from upbeat import operations
from upbeat.base import Place
from upbeat.cli.frame import As, Dir, Json, at, counted, out, show, table, told, unpublished_words, workspace
from upbeat.operations import Change, Comparison, House

NAME_HELP = "A file's name, as `router`; `agent/router` where two have it; or `policy`."
Name = Annotated[str, typer.Argument(metavar="NAME", help=NAME_HELP)]
Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Left out, all that differ.")]
Note = Annotated[str, typer.Option(help="What the ledger should remember about it.")]


@told
def versions(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help=NAME_HELP)] = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """List what is published: the newest version of each file, or every version of one."""
    with workspace(folder) as space:
        found = operations.versions(space.house, name)
        left = operations.unpublished(space.house)
    columns = ["file", "version", "when", "who", "mode", "in flight", "note"]
    rows = [
        (one.named, one.number, at(one.at), one.by, one.mode or "", one.in_flight or "", _noted(one.gone, one.note))
        for one in found
    ]

    def words() -> None:
        table("Published", columns, rows, "Nothing is published yet: the first `upbeat run` publishes the files.")
        if left:
            out.print(unpublished_words(left))

    show({"versions": found, "unpublished": left}, as_json=as_json, words=words)


@told
def diff(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help=f"{NAME_HELP} Left out, every file that differs.")] = "",
    one: Annotated[int | None, typer.Argument(metavar="[A]", help="A version's number; left out, the newest.")] = None,
    other: Annotated[int | None, typer.Argument(metavar="[B]", help="Another's; left out, the file itself.")] = None,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show what changed, field by field: what is published against the file, or one version against another."""
    with workspace(folder) as space:
        names = [name] if name else [str(key) for key in operations.unpublished(space.house)]
        found = [operations.compare(space.house, key, one, other) for key in names]

    def words() -> None:
        for comparison in found:
            _tell(comparison)
        if not found:
            out.print("Every file stands as it is published.")

    show(found, as_json=as_json, words=words)


@told
def publish(names: Names = None, user: As = "", note: Note = "", folder: Dir = None, as_json: Json = False) -> None:
    """Make files count: check them, show what changes, and publish each as a new version. Engines pick it up."""
    with workspace(folder) as space:
        done = operations.publish(space.house, names or (), user, note)
        runs = _runs(space.house)
    show(done, as_json=as_json, words=lambda: _tell_changes(done, runs))


@told
def revert(
    name: Name,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The version to bring back.")],
    user: As = "",
    note: Note = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Bring back what an earlier version said, as a new version, and write its file back as it was."""
    with workspace(folder) as space:
        done = operations.revert(space.house, name, number, user, note)
        runs = _runs(space.house)
    show(done, as_json=as_json, words=lambda: _tell_changes(done, runs))


def _runs(house: House) -> str:
    return "The running engine picks it up." if house.engine_runs else "No engine is running: `upbeat run` starts one."


def _noted(gone: bool, note: str) -> str:
    return "the file is gone" if gone else note


def _tell(found: Comparison) -> None:
    out.print(f"[bold]{found.named}[/bold]: {found.one} → {found.other}")
    tell_differences(found.differences)


def tell_differences(differences: Sequence[operations.Difference]) -> None:
    """Print differences field by field, each with its line in either file."""
    for one in differences:
        out.print(f"  {escape(one.what)}  [dim]{_where(one.was_at, one.is_at)}[/dim]")
        for sign, colour, value in (("-", "red", one.before), ("+", "green", one.after)):
            for line in value.splitlines():
                out.print(f"    [{colour}]{sign} {escape(line)}[/{colour}]")
    if not differences:
        out.print("  nothing differs")


def _where(was: Place | None, now: Place | None) -> str:
    """Give the line in either file; one number where both have it there."""
    lines = dict.fromkeys(str(one.line) for one in (was, now) if one is not None)
    return f"line {' → '.join(lines)}"


def _tell_changes(changes: Sequence[Change], runs: str) -> None:
    for one in changes:
        head = "is gone: it runs no more" if one.gone else f"version {one.number}"
        out.print(f"[bold]{one.named}[/bold] {head}")
        if one.differences:
            tell_differences(one.differences)
        else:
            out.print(f"  its own file is as it was; {' and '.join(map(str, one.because))} changed")
        for line in _follows(one):
            out.print(f"  {line}", markup=False)
    out.print(runs)


def _follows(one: Change) -> list[str]:
    match str(one.named.kind):
        case "workflow":
            lines = [] if one.gone else ["It starts in monitor: `upbeat promote` takes it live."]
            lines += [f"Version {one.before} was {one.mode}."] if one.mode else []
            flying = counted(one.in_flight, "item")
            lines += [f"{flying} in flight end on version {one.before}, as they began."] if one.in_flight else []
        case "policy":
            lines = ["It decides from the next decision on."]
            waiting = counted(one.in_flight, "question")
            stricter = f"{waiting} put under version {one.before} wait: whichever of the two asks for more holds."
            lines += [stricter] if one.in_flight else []
        case _:
            lines = []
    return lines
