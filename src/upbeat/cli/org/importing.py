"""upbeat org import: rows of CSV files as records of the org."""

from pathlib import Path
from typing import Annotated

import typer

from upbeat.cli.frame import Json, counted, err, out, show, told, working
from upbeat.cli.org.opening import File, Zone, opened
from upbeat.localorg.importer import load


@told
def import_records(
    folder: Annotated[Path, typer.Argument(help="The folder with the CSV files.")],
    target: Annotated[str, typer.Option("--object", help="The object whose records they are: Lead, Account, User.")],
    mapping: Annotated[Path, typer.Option("--map", help="YAML: which column becomes which field.")],
    file: File = Path("org.db"),
    zone: Zone = "UTC",
    as_json: Json = False,
) -> None:
    """Load CSV rows into the org while nobody serves it; a row that was loaded before is not loaded twice."""
    with opened(file, zone) as org, working(f"importing {target}", quiet=as_json) as say:
        report = load(org, folder, target, mapping, progress=lambda done, whole: say(f"{done:,} of {whole:,} bytes"))

    def words() -> None:
        for warning in report.warnings:
            err.print(f"advice: {warning}", style="yellow", markup=False)
        for row in report.not_taken:
            err.print(f"{row.file}:{row.line}: {row.why}", style="red", markup=False)
        out.print(f"{counted(report.read, 'row')}: {report.created} created, {report.updated} updated, ", end="")
        out.print(f"{report.unchanged} as before, {len(report.not_taken)} not taken.")

    show(report, as_json=as_json, words=words)
    if report.not_taken:
        raise typer.Exit(1)
