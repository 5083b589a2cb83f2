"""upbeat query: SOQL over the org, or over a folder of exported files."""

import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO, Annotated
from zoneinfo import available_timezones

import typer

from upbeat import operations
from upbeat.base import Clock, SystemClock, nearest
from upbeat.cli.frame import Dir, Json, counted, err, told, working, workspace
from upbeat.cli.given import text_of
from upbeat.cli.sheets import Form, Say, take, write
from upbeat.operations import Found, Ground, Refused

_IN_MEMORY = 8_000_000  # bytes of an answer; the rest of a longer one waits in a file until it is whole

Text = Annotated[str, typer.Argument(metavar="QUERY", help="SOQL in quotes; - reads it from standard input.")]
File = Annotated[Path | None, typer.Option("--file", help="Read the query from this file.")]
Bind = Annotated[
    list[str] | None, typer.Option("--bind", help="name=value for a :name in the query; several make a list.")
]
Deleted = Annotated[bool, typer.Option("--all-rows", help="Find deleted records too.")]
Bulk = Annotated[
    bool | None,
    typer.Option("--bulk/--no-bulk", help="Read by a job of the Bulk API, or never; else where it is above 2,000."),
]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, and nothing else, on standard output.")]
Every = Annotated[bool, typer.Option("--all", help="Show every record in the table, and not the first hundred.")]
Target = Annotated[Path | None, typer.Option("--out", help="Write to this file: CSV or JSON, as its ending says.")]
From = Annotated[
    Path | None, typer.Option("--from", help="Ask the CSV files of this folder, such as Opportunity.csv, and no org.")
]
Zone = Annotated[str, typer.Option("--time-zone", help="With --from: where TODAY is meant, such as Europe/London.")]


@dataclass(frozen=True)
class _Asked:
    """A query as the command was given it."""

    text: str
    binds: Mapping[str, Sequence[str]]
    all_rows: bool
    bulk: bool | None
    exports: Path | None
    zone: str
    folder: Path | None


@told
def query(
    text: Text = "",
    file: File = None,
    bind: Bind = None,
    all_rows: Deleted = False,
    bulk: Bulk = None,
    as_csv: Csv = False,
    as_json: Json = False,
    every: Every = False,
    target: Target = None,
    exports: From = None,
    zone: Zone = "",
    folder: Dir = None,
) -> None:
    """Ask the org a query in SOQL, and print its records as a table, CSV or JSON."""
    form = _form(target, as_csv=as_csv, as_json=as_json)
    if form is None and not every and bulk is None:
        bulk = False  # a hundred records are on the first page
    asked = _Asked(text_of("query", text, file), _binds(bind or []), all_rows, bulk, exports, zone, folder)
    if form is None:
        with _answered(asked) as (found, say):
            show = take(found, say, every=every)
        show()
        return
    with _whole(target) as stream, _answered(asked, quiet=as_json) as (found, say):
        write(found, form, stream, say)
    if target is not None:
        err.print(
            f"Wrote {'the count' if found.is_count else counted(found.total, 'record')} to {target}.", markup=False
        )


@contextmanager
def _answered(asked: _Asked, *, quiet: bool = False) -> Generator[tuple[Found, Say]]:
    """Ask, and hold the org open while records are taken; gives what says how far that is, too."""
    with working("reading" if asked.exports else "asking the org", quiet=quiet) as say:
        if asked.exports is None:
            with workspace(asked.folder) as space:
                found = operations.ask(space.reader, asked.text, asked.binds, all_rows=asked.all_rows, bulk=asked.bulk)
                yield found, say
            return
        with _ground(asked) as (ground, clock):
            found = operations.ask_exports(
                asked.exports, asked.text, asked.binds, ground, clock.now(), all_rows=asked.all_rows, progress=say
            )
        for note in found.notes:
            err.print(f"advice: {note}", style="yellow", markup=False)
        yield found, say


@contextmanager
def _ground(asked: _Asked) -> Generator[tuple[Ground, Clock]]:
    """Give what files are read against: the workspace that was named, or else the standard objects alone."""
    if asked.zone and asked.zone not in available_timezones():
        close = nearest(asked.zone, available_timezones())
        fix = f"Did you mean {close}?" if close else "Give an IANA name, such as Europe/London."
        raise Refused(f"there is no time zone {asked.zone}", fix=fix)
    if asked.folder is None:
        yield Ground(zone=asked.zone or "UTC"), SystemClock()
        return
    with workspace(asked.folder) as space:
        yield Ground(space.organization.name, asked.zone or str(space.zone), space.reader), space.clock


def _form(target: Path | None, *, as_csv: bool, as_json: bool) -> Form | None:
    """Give what is to be written, or None for a table."""
    if as_csv and as_json:
        raise Refused("--csv and --json are two answers", fix="Leave one of them out.")
    if as_csv or as_json:
        return Form.CSV if as_csv else Form.JSON
    if target is None:
        return None
    ending = target.suffix.casefold().removeprefix(".")
    if ending not in set(Form):
        raise Refused("the file's ending does not say what to write", where=str(target), fix="Add --csv or --json.")
    return Form(ending)


def _binds(written: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in written:
        name, equals, value = one.partition("=")
        if not (name and equals):
            raise Refused(f"{one!r} binds nothing", where="--bind", fix="Write --bind name=value.")
        found.setdefault(name.strip().removeprefix(":"), []).append(value)
    return found


@contextmanager
def _whole(target: Path | None) -> Generator[IO[bytes]]:
    """Give what an answer is written to before it goes where it should: it goes there whole, or not at all."""
    with SpooledTemporaryFile(_IN_MEMORY) as stream:
        try:
            yield stream
        except OSError as error:
            if error.errno != ENOSPC:
                raise
            raise Refused("there is no room to keep the answer until it is whole", where=gettempdir()) from error
        stream.seek(0)
        if target is None:
            shutil.copyfileobj(stream, typer.get_binary_stream("stdout"))
        else:
            _copy(stream, target)


def _copy(stream: IO[bytes], target: Path) -> None:
    """Write a file in place of the one that is there, but a pipe or a device as it is."""
    replaces = target.is_file() or not target.exists()
    part = target.with_name(f".{target.name}.part") if replaces else target
    try:
        with part.open("wb") as file:
            shutil.copyfileobj(stream, file)
        if replaces:
            part.replace(target)
    except OSError as error:
        raise Refused(f"it cannot be written: {error.strerror}", where=str(target)) from error
    finally:
        if replaces:
            part.unlink(missing_ok=True)
