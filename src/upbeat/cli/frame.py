"""What every command shares: finding the workspace, printing for people or as JSON, and errors without tracebacks."""

import signal
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from threading import Event
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from upbeat.app import Workspace, find_workspace
from upbeat.base import UpbeatError, encode
from upbeat.operations import Refused
from upbeat.workflows import duration

P = ParamSpec("P")

Dir = Annotated[Path | None, typer.Option("--dir", help="The workspace's folder; else this one, else upbeat-demo.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")]
As = Annotated[str, typer.Option("--as", envvar="UPBEAT_USER", help="Who you are: your Salesforce username.")]

# Without emoji: `leads.csv:100:` is a place.
out = Console(
    highlight=False, emoji=False, width=None if sys.stdout.isatty() else 140
)  # a pipe has no width of its own
err = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)  # nor does a log


@contextmanager
def workspace(folder: Path | None, *, patient: bool = True) -> Generator[Workspace]:
    """Open the workspace that a command means, and close it after; without `patient` no read is sent again."""
    with Workspace(find_workspace(folder, Path.cwd()), patient=patient) as opened:
        yield opened


def told(command: Callable[P, Any]) -> Callable[P, None]:
    """Turn our errors into one clear message and exit code 1. A user never sees a traceback for their own mistake."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except UpbeatError as error:
            _tell(error, as_json=bool(kwargs.get("as_json")))
            raise typer.Exit(1) from error
        except OSError as error:
            if error.filename is None:  # no file of the user's: a pipe that closed, or a fault of ours
                raise
            file = str(error.filename)
            _tell(UpbeatError(error.strerror or "cannot be used", where=file), as_json=bool(kwargs.get("as_json")))
            raise typer.Exit(1) from error

    return run


def _tell(error: UpbeatError, *, as_json: bool) -> None:
    if as_json:
        parts = {"what": error.what, "where": str(error.where), "fix": error.fix}
        sys.stdout.write(encode({"error": parts}) + "\n")
    else:
        err.print(f"[red]{escape(str(error))}[/red]")


def show(value: Any, *, as_json: bool, words: Callable[[], None]) -> None:
    """Print a result: as JSON where asked, else in words."""
    if as_json:
        sys.stdout.write(encode(value) + "\n")
        sys.stdout.flush()  # who reads it through a pipe need not wait for the command's end
    else:
        words()


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """Print rows under a title; with none, say what would be here."""
    shown = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(escape(str(cell)) for cell in row))
    out.print(shown if shown.row_count else empty)


def at(moment: datetime | None) -> str:
    """Give a moment as people read it, in this machine's time zone."""
    return "" if moment is None else f"{moment.astimezone():%d %b %H:%M}"


def moment(written: str) -> datetime:
    """Read a date or a moment; one without a zone is in UTC. Raises ValueError where it is neither."""
    found = datetime.fromisoformat(written)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def since(written: str, now: datetime, option: str) -> datetime | None:
    """Read a moment, or how long ago it was; None for nothing. Raises Refused where it is neither."""
    if not written:
        return None
    for read in (lambda: now - duration(written), lambda: moment(written)):
        try:
            return read()
        except ValueError:
            continue
    raise Refused(
        f"{option} {written!r} is neither a duration nor a date",
        fix="Write '2 days', 2026-11-01, or 2026-11-01T08:00+01:00.",
    )


def counted(number: int, thing: str) -> str:
    """Give `1 error` or `2 errors`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def unpublished_words(files: Sequence[object]) -> str:
    """Say of files that they say something else than what runs."""
    names = ", ".join(escape(str(one)) for one in files)
    return (
        f"[yellow]Not published, and so not run[/yellow]: {names}. `upbeat diff` shows how; `upbeat publish` runs it."
    )


def interruption() -> Event:
    """Give an event that is set when the user interrupts, or the process is asked to end."""
    stop = Event()

    def ask_to_stop(_number: int, _frame: object) -> None:
        stop.set()

    signal.signal(signal.SIGINT, ask_to_stop)
    signal.signal(signal.SIGTERM, ask_to_stop)
    return stop


@contextmanager
def working(what: str, *, quiet: bool = False) -> Generator[Callable[[str], None]]:
    """Show that something is under way, on standard error; gives a function that says how far."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as progress:
        task = progress.add_task(what)
        yield lambda words: progress.update(task, description=f"{what}: {words}")
