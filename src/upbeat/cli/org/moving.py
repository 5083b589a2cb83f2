"""upbeat org import, upbeat org export: rows of CSV files as records, and a whole org as a folder of files."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from upbeat.base import SystemClock, UpbeatError
from upbeat.cli.frame import Json, counted, err, out, show, told, working
from upbeat.cli.org.control import served
from upbeat.cli.org.opening import AnyFile, File, Zone, existing, opened, taken_back
from upbeat.localorg import LocalOrg
from upbeat.localorg.archive import is_export
from upbeat.localorg.definition_file import FILE
from upbeat.localorg.exporting import export as export_org
from upbeat.localorg.importer import load


@told
def import_records(
    folder: Annotated[Path, typer.Argument(help="The folder with the CSV files, or with an export.")],
    target: Annotated[str, typer.Option("--object", help="The object whose records they are: Lead, Account.")] = "",
    mapping: Annotated[Path | None, typer.Option("--map", help="YAML: which column becomes which field.")] = None,
    file: AnyFile = Path("org.db"),
    zone: Zone = "UTC",
    as_json: Json = False,
) -> None:
    """Load CSV rows into the org, or a whole export into a new one, while nobody serves it.

    A row that was loaded before is not loaded twice.
    """
    if mapping is None and not target and is_export(folder):
        _import_org(folder, file, as_json=as_json)
    elif mapping is None or not target:
        raise UpbeatError(
            "this is no export of an org" if not target else "there is no mapping",
            where=str(folder),
            fix="Say whose records the files hold: --object Lead --map leads.yaml",
        )
    else:
        _import_rows(folder, target, mapping, file, zone, as_json=as_json)


def _import_rows(folder: Path, target: str, mapping: Path, file: Path, zone: str, *, as_json: bool) -> None:
    with taken_back(file), opened(file, zone) as org, working(f"importing {target}", quiet=as_json) as say:
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


def _import_org(folder: Path, file: Path, *, as_json: bool) -> None:
    if file.exists():
        raise UpbeatError(
            "there is an org already, and an export becomes an org of its own",
            where=str(file),
            fix="Name a new file with --file.",
        )
    with (
        taken_back(file),
        closing(LocalOrg(file, clock=SystemClock(), name=file.stem)) as org,
        working("importing the org", quiet=as_json) as say,
    ):
        found = org.archive.read(folder, say)
    rows, kinds = sum(found.objects.values()), sum(1 for count in found.objects.values() if count)
    words = f"{rows:,} records of {counted(kinds, 'object')} are in {file}, with their ids. Serve it: "
    told_of = {"file": str(file), **asdict(found)}
    show(told_of, as_json=as_json, words=lambda: out.print(f"{words}upbeat org start --file {file}", markup=False))


@told
def export(
    folder: Annotated[Path, typer.Argument(help="A new folder for the files.")],
    file: File = Path("org.db"),
    as_json: Json = False,
) -> None:
    """Write the whole org into a folder: a CSV file an object, its definitions, what else makes it. Import reads it."""
    running = served(file)
    with working("exporting the org", quiet=as_json) as say:
        if running:
            found: dict[str, Any] = running.ask("export", folder=str(folder.absolute()))
        else:
            with existing(file) as org:
                found = asdict(export_org(org, folder, say))
    rows, kinds = sum(found["objects"].values()), sum(1 for count in found["objects"].values() if count)
    words = f"{rows:,} records of {counted(kinds, 'object')} are in {folder}, with the definitions in {FILE}."
    show({"folder": str(folder), **found}, as_json=as_json, words=lambda: out.print(words, markup=False))
