"""Handing a report over: in words here, or as a page, Markdown, CSV or JSON, on standard output or in a file."""

import csv
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer

from upbeat.base import encode
from upbeat.cli.frame import err, out, table
from upbeat.cli.pages.document import (
    Block,
    Card,
    Cell,
    Chip,
    Document,
    Facts,
    Grid,
    plain,
    undrawn,
)
from upbeat.cli.pages.html import html
from upbeat.cli.pages.markdown import markdown

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # what a terminal would obey: names may be anybody's
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


class Format(StrEnum):
    """What a report can be given as."""

    PAGE = "page"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


Form = Annotated[Format | None, typer.Option("--format", help="page is HTML that stands alone; left out, words here.")]
To = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here.")]


@dataclass(frozen=True, slots=True)
class Report:
    """One report in every form: as data, as a document, and as one table.

    `words` says it on the terminal, where a document is too much for a screen.
    """

    value: Any
    document: Document
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    words: Callable[[], None] | None = None


def deliver(report: Report, wanted: Format | None, file: Path | None, *, as_json: bool) -> None:
    """Give a report as it is asked for. Raises OSError where the file cannot be written."""
    form = Format.JSON if as_json else wanted or (Format.PAGE if file is not None else None)
    if form is None:
        (report.words or partial(in_words, report.document))()
        return
    text = _CONTROL.sub("", _MADE[form](report))
    if file is None:
        sys.stdout.write(text)
        return
    file.write_text(text, encoding="utf-8")
    if not as_json:
        err.print(f"Written to {file}.", markup=False)


def in_words(document: Document) -> None:
    """Print a document on the terminal."""
    out.print(f"[bold]{document.title}[/bold]")
    out.print(document.lead, markup=False)
    for one in document.alarms:
        out.print(f"! {one}", style="red", markup=False)
    _blocks(document.opening)
    for section in document.sections:
        out.print()
        _heading(section.title, section.chips)
        _blocks(section.blocks)


def _heading(title: str, chips: Sequence[Chip]) -> None:
    out.print(f"{title}{''.join(f' · {chip.text}' for chip in chips)}", style="bold", markup=False)


def _blocks(blocks: Sequence[Block]) -> None:
    for one in undrawn(blocks):
        match one:
            case str():
                out.print(one, markup=False)
            case Facts():
                for name, cell in one.rows:
                    out.print(f"  {name}: {plain(cell)}", markup=False)
            case Grid():
                table("", one.columns, [[plain(cell) for cell in row] for row in one.rows], one.empty)
            case Card():
                _heading(f"{one.number}. {one.title}" if one.number else one.title, one.chips)
                _blocks(one.blocks)


def _csv(report: Report) -> str:
    made = StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(report.columns)
    writer.writerows([_harmless(plain(cell)) for cell in row] for row in report.rows)
    return made.getvalue()


def _harmless(text: str) -> str:
    """Give a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


_MADE: dict[Format, Callable[[Report], str]] = {
    Format.PAGE: lambda report: html(report.document),
    Format.MARKDOWN: lambda report: markdown(report.document),
    Format.CSV: _csv,
    Format.JSON: lambda report: encode(report.value) + "\n",
}
