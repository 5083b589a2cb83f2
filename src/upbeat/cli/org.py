"""upbeat org: the local org — serve it, fill it from CSV files."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from secrets import choice, token_urlsafe
from string import ascii_letters, digits
from typing import Annotated

import typer

from upbeat.app import keep_secret
from upbeat.base import SystemClock
from upbeat.cli.frame import Json, counted, err, interruption, out, show, told, working
from upbeat.localorg import LocalOrg, Server, StreamServer
from upbeat.localorg.importer import load

app = typer.Typer(no_args_is_help=True, help="The local org: a stand-in for Salesforce on this machine.")

_CLIENTS = ("reader", "writer")  # the integration users that Upbeat connects as: one reads, one writes
_ID = "00DLo"  # how the id of a local org begins
_PROFILE = "Minimum Access - API Only Integrations"

File = Annotated[Path, typer.Option("--file", help="Where the org is kept; a new file becomes an empty org.")]
Zone = Annotated[str, typer.Option("--time-zone", help="The time zone of a new org.")]


@app.command()
@told
def start(
    file: File = Path("org.db"),
    port: Annotated[int, typer.Option(help="The port on this machine; 0 takes a free one.")] = 0,
    stream_port: Annotated[int, typer.Option(help="The port of change events; 0 takes a free one.")] = 0,
    zone: Zone = "UTC",
    as_json: Json = False,
) -> None:
    """Serve the org to this machine alone, until it is interrupted. Secrets of its two clients go to secrets/."""
    stop = interruption()
    with (
        _opened(file, zone) as org,
        Server(org, port=port) as server,
        StreamServer(org, port=stream_port) as stream,
    ):
        found = {"url": server.url, "stream": stream.address, "org_id": org.id, "file": str(file)}
        words = (
            f"The org {org.id} of {file} answers at {server.url} and streams its changes at {stream.address}, "
            "on this machine alone. Interrupt to end."
        )
        show(found, as_json=as_json, words=lambda: out.print(words, markup=False))
        stop.wait()


@app.command("import")
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
    with _opened(file, zone) as org, working(f"importing {target}", quiet=as_json) as say:
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


@contextmanager
def _opened(file: Path, zone: str) -> Generator[LocalOrg]:
    """Open the org, an org of its own id where the file is new, and let the two clients in that Upbeat connects as."""
    org_id = "" if file.exists() else _ID + "".join(choice(ascii_letters + digits) for _ in range(15 - len(_ID)))
    org = LocalOrg(file, clock=SystemClock(), org_id=org_id, name=file.stem, time_zone=zone)
    try:
        for one in _CLIENTS:
            secret_file, username = file.parent / "secrets" / one, f"upbeat.{one}@{org.id.casefold()}.example"
            if not secret_file.exists():
                keep_secret(secret_file, token_urlsafe(32))
            org.user(username, last_name=f"Upbeat {one}", profile=_PROFILE)
            org.client_credentials(f"upbeat-{one}", secret_file.read_text(encoding="utf-8"), username)
        yield org
    finally:
        org.close()
