"""Run clients that other people wrote for Salesforce against the local org, and print what each of them got.

    make conformance                              all of them
    make conformance ARGS=simple-salesforce       one of them

What Node needs is brought in from the package-lock.json of each folder: a few seconds, and a minute and half a gigabyte
for the `sf` command line. Exits with 1 where a client did not get what it gets from Salesforce. A run of all of them
writes the table of docs/reference/clients.md.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console
from rich.table import Table

from conformance import scripts, sf, simple
from conformance.org import NODE, standing
from conformance.verdicts import Row
from pages import cell, rewritten

PAGE: Final = NODE.parents[1] / "docs/reference/clients.md"


def _sf(folder: Path) -> Iterator[Row]:
    with standing(folder) as org:
        yield from sf.rows(org, folder)


def _simple(folder: Path) -> Iterator[Row]:
    with standing(folder, tls=True) as org:
        yield from simple.rows(org)


def _jsforce(folder: Path) -> Iterator[Row]:
    with standing(folder) as org:
        yield from scripts.rows("jsforce", "jsforce.mjs", org)


def _stream(folder: Path) -> Iterator[Row]:
    with standing(folder, tls=True) as org:
        yield from scripts.rows("gRPC client from the public proto", "conformance.plain", org)
        yield from scripts.rows("salesforce-pubsub-api-client", "pubsub.mjs", org)


@dataclass(frozen=True, slots=True)
class Client:
    """A client, how it is run, and the folder whose packages of Node it needs."""

    run: Callable[[Path], Iterator[Row]]
    needs: Path | None = None


CLIENTS: Final = {
    "simple-salesforce": Client(_simple),
    "pubsub": Client(_stream, NODE),
    "jsforce": Client(_jsforce, NODE),
    "sf": Client(_sf, sf.HERE),
}


def install(folder: Path) -> None:
    """Bring a folder's packages of Node in at their pinned versions, where they are not."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        sys.exit(f"Install {' and '.join(missing)} (Debian, Ubuntu: apt install nodejs npm; macOS: brew install node).")
    lock, installed = folder / "package-lock.json", folder / "node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        print(f"Bringing in what {folder.name}/package-lock.json names: up to a minute", flush=True)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)  # noqa: S607 - npm is where the path says


def shown(rows: list[Row]) -> Table:
    """Give the rows as a table."""
    table = Table("client", "what it does", "seconds", "")
    for row in rows:
        table.add_row(row.client, row.action, f"{row.seconds:.1f}", f"[red]{row.failure}" if row.failure else "agrees")
    return table


def main(names: list[str]) -> int:
    """Run these clients, or all of them, and print the table. Gives 1 where one of them differs."""
    unknown = [name for name in names if name not in CLIENTS]
    if unknown:
        sys.exit(f"There is no client {unknown[0]}: name some of {', '.join(CLIENTS)}, or none for all.")
    chosen = names or list(CLIENTS)
    rows: list[Row] = []
    for name in chosen:
        needed = CLIENTS[name].needs
        if needed:
            install(needed)
        print(f"Running {name}", flush=True)
        with TemporaryDirectory(prefix="conformance-") as folder:
            rows += CLIENTS[name].run(Path(folder))
    Console(width=None if sys.stdout.isatty() else 160).print(shown(rows))
    wrong = sum(bool(row.failure) for row in rows)
    print(f"{len(rows) - wrong} of {len(rows)} agree with Salesforce.")
    if not names:
        made = ["| Client | What it does |", "|---|---|", *(f"| {row.client} | {cell(row.action)} |" for row in rows)]
        PAGE.write_text(rewritten(PAGE.read_text("utf-8"), lambda _: made), "utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
