"""routing export, routing import: a pool's members and territories to a spreadsheet and back."""

from pathlib import Path
from typing import Annotated

import typer

from upbeat.cli.frame import Dir, Json, counted, err, out, show, told, workspace
from upbeat.cli.versions import tell_differences
from upbeat.operations import routing

Pool = Annotated[str, typer.Argument(metavar="POOL", help="The pool's name: that of its file in routing/.")]


@told
def export_pool(
    pool: Pool,
    to: Annotated[Path, typer.Option("--to", help="The folder to write into; left out, this one.")] = Path(),
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Write a pool's members and territories as CSV, a file each, for any spreadsheet."""
    with workspace(folder) as space:
        found = routing.export_pool(space.folder, pool, to)

    def words() -> None:
        for one in found:
            out.print(f"{one.file}: {one.rows:,} {one.part}", markup=False)
        out.print(f"Take one back, edited or not: `upbeat routing import {pool} FILE`.")

    said = [{"file": str(one.file), "part": one.part, "rows": one.rows} for one in found]
    show(said, as_json=as_json, words=words)


@told
def import_sheet(
    pool: Pool,
    file: Annotated[Path, typer.Argument(help="A CSV file of members or territories, as export writes it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Write it without asking.")] = False,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show what a CSV file changes in a pool, and write that into the pool's file, or its table: comments stay."""
    with workspace(folder) as space:
        draft = routing.draft_import(space.folder, pool, file)
        if not as_json:
            _tell(draft)
        write = bool(draft.files) and (yes or (not as_json and err.is_terminal and _sure(draft)))
        if write:
            routing.keep_import(space.folder, draft)
    said = {"pool": pool, "part": draft.part, "differences": draft.differences, "written": sorted(draft.files)}
    show({**said, "written": said["written"] if write else []}, as_json=as_json, words=lambda: _tell_end(draft, write))


def _tell(draft: routing.Imported) -> None:
    out.print(f"[bold]pool/{draft.pool}[/bold], {draft.part}")
    tell_differences(draft.differences)


def _sure(draft: routing.Imported) -> bool:
    return typer.confirm(f"Write {counted(len(draft.differences), 'difference')} into {' and '.join(draft.files)}?")


def _tell_end(draft: routing.Imported, write: bool) -> None:
    if write:
        out.print(f"Written into {' and '.join(draft.files)}. Next: `upbeat check`, `upbeat publish {draft.pool}`.")
    elif draft.files:
        out.print("Nothing is written: add --yes.")
