"""ledger: its proof, and its entries with the proof, for somebody who trusts neither us nor this machine."""

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Annotated

import typer

from upbeat import operations
from upbeat.cli.frame import As, Dir, Json, counted, err, out, show, since, told, working, workspace
from upbeat.operations import Checked, Form, Refused, Verification

app = typer.Typer(no_args_is_help=True, help="The ledger: verify its seals, export its entries.")

_EVERY = 500  # rows from one word about progress to the next

From = Annotated[str, typer.Option("--from", help="Entries from then on: '7 days', or 2026-11-01T09:00.")]
Until = Annotated[str, typer.Option("--to", help="Entries before then: '1 day', or 2026-11-02.")]
Workflow = Annotated[str, typer.Option("--workflow", help="Entries of this workflow alone.")]
Format = Annotated[Form, typer.Option("--format", help="A line of JSON an entry, or one table.")]
Target = Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file, which is new or replaced.")]
Exported = Annotated[Path | None, typer.Option("--file", help="Check this export, and no workspace at all.")]


@app.command("verify")
@told
def verify(file: Exported = None, folder: Dir = None, as_json: Json = False) -> None:
    """Recompute the whole ledger, or an export of it; exits with 1 where anything was changed."""
    if file is not None:
        with working("checking", quiet=as_json) as say:
            checked = operations.check_file(file, lambda done: _now_and_then(say, done, f"{done:,} rows"))
        show({"ok": checked.ok, **asdict(checked)}, as_json=as_json, words=lambda: _checked(checked))
        if not checked.ok:
            raise typer.Exit(1)
        return
    with workspace(folder) as space, working("verifying", quiet=as_json) as say:
        found = operations.verify(space.house, lambda done, whole: say(f"{done:,} of {whole:,} entries"))
    show({"ok": found.ok, **asdict(found)}, as_json=as_json, words=lambda: _proof(found))
    if not found.ok:
        raise typer.Exit(1)


@app.command("export")
@told
def export(
    since_: From = "",
    until: Until = "",
    workflow: Workflow = "",
    form: Format = Form.JSONL,
    target: Target = None,
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Write entries out with their positions, hashes and seals: `upbeat ledger verify --file` checks them anywhere."""
    if target is None and as_json:
        raise Refused("--json and the export would both be on standard output", fix="Name a file with -o.")
    with workspace(folder) as space, working("exporting", quiet=as_json) as say:
        now = space.clock.now()
        begin, end = since(since_, now, "--from"), since(until, now, "--to")

        def so_far(done: int, whole: int) -> None:
            _now_and_then(say, done, f"{done:,} of {whole:,} entries")

        span, rows = operations.export_ledger(
            space.house, user, form, since=begin, until=end, workflow=workflow, told=so_far
        )
        with _opened(target) as stream:
            stream.writelines(operations.lines(rows, form))
    place = f" to {target}" if target is not None else ""
    words = f"Wrote {span.entries:,} entries{place}. Its last head is {span.head}."
    show(
        {**asdict(span), "file": str(target or "")},
        as_json=as_json,
        words=lambda: (out if target is not None else err).print(words, markup=False),
    )


def _now_and_then(say: Callable[[str], None], done: int, words: str) -> None:
    if done % _EVERY == 0:
        say(words)


@contextmanager
def _opened(target: Path | None) -> Generator[IO[str]]:
    """Give standard output, or a file for its owner alone that is there whole or not at all."""
    if target is None:
        yield sys.stdout
        return
    draft = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            yield file
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _proof(found: Verification) -> None:
    if found.ok:
        out.print(f"[green]The ledger holds[/green]: {found.sealed} entries sealed, {found.unsealed} not sealed yet.")
        out.print(
            f"Anchored outside the store up to entry {found.anchored_to}; what is later rests on the store alone."
        )
    for problem in found.problems:
        out.print(f"[red]{problem}[/red]")


def _checked(found: Checked) -> None:
    if found.ok:
        out.print(
            f"[green]The export holds[/green]: {found.entries:,} entries ({found.erased:,} erased) of positions "
            f"{found.first:,} to {found.last:,}, under {counted(found.seals, 'seal')}."
        )
        if found.unproven:
            out.print(f"Who erased {found.unproven:,} of them stands in entries that are not in this export.")
        out.print("Compare these with what you have from elsewhere, such as a copy of the anchor file:")
        out.print(f"  key  {found.key}\n  head {found.head}, which ends position {found.last:,}", markup=False)
    for problem in found.problems:
        out.print(f"[red]{problem}[/red]")
