"""Handing the ledger to a stranger: entries with what proves them, in a file of their own."""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Any

from msgspec import DecodeError

from upbeat.base import UpbeatError, decode, defused, encode, restored
from upbeat.ledger import COLUMNS, Checked, Entry, Kind, Span, Wanted, check_export
from upbeat.operations.house import House, Refused


def export_ledger(
    house: House,
    by: str,
    form: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    workflow: str = "",
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[Span, Iterator[Mapping[str, Any]]]:
    """Give what an export holds, and its rows one by one; that somebody takes it away is an entry before it leaves.

    Erased payloads stay erased. `form` is what the rows are written as. `told` hears entries done, and how many there
    are. Raises Refused where nobody says who takes it, policy gives it to others, or nothing fits.
    """
    return export_wanted(house, by, form, Wanted(since, until, workflow), told)


def export_wanted(
    house: House, by: str, form: str, wanted: Wanted, told: Callable[[int, int], None] = lambda _done, _all: None
) -> tuple[Span, Iterator[Mapping[str, Any]]]:
    """Give an export as `export_ledger` does, of whatever is wanted."""
    if not by:
        raise Refused("nobody says who takes the export", fix="Add --as USERNAME, or set UPBEAT_USER.")
    asker = house.asker(by, without=UpbeatError)
    house.allow(asker.username, "audit")
    house.ledger.seal(house.store)
    with house.store.reading() as conn:
        span = house.ledger.span(conn, wanted)
    if not span.entries:
        if wanted.workflow:
            house.workflow(wanted.workflow)
        raise Refused("nothing is in the ledger that fits", fix="Leave out the days, or whatever else narrows it.")
    said = {"form": form, "since": wanted.since, "until": wanted.until, "workflow": wanted.workflow}
    said |= {"of": wanted.words, "unchecked": asker.unchecked}
    with house.store.writing() as conn:
        house.ledger.append(conn, [Entry(Kind.EXPORTED, asker.username, said | asdict(span))])
    house.ledger.seal(house.store)
    house.ledger.anchor(house.store, house.anchor)
    return span, _rows(house, wanted, span, told)


def _rows(house: House, wanted: Wanted, span: Span, told: Callable[[int, int], None]) -> Iterator[Mapping[str, Any]]:
    done = 0
    with house.store.reading() as conn:
        for row in house.ledger.export(conn, wanted, span):
            yield row
            done += row["row"] == "entry"
            told(done, span.entries)


class Form(StrEnum):
    """What an export is written as: a line of JSON a row, or one table with all columns."""

    JSONL = "jsonl"
    CSV = "csv"


def lines(rows: Iterable[Mapping[str, Any]], form: Form) -> Iterator[str]:
    """Write rows down, a text each that ends its line. What a spreadsheet would run as a formula is defused."""
    if form is Form.JSONL:
        yield from (encode(row) + "\n" for row in rows)
        return
    yield ",".join(COLUMNS) + "\r\n"
    for row in rows:
        line = StringIO()
        cells = {name: defused(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        csv.DictWriter(line, COLUMNS, restval="").writerow(cells)
        yield line.getvalue()


def check_file(file: Path, told: Callable[[int], None] = lambda _: None) -> Checked:
    """Check an export that lies in a file, whichever way it was written. Raises OSError, and Refused for no text."""
    csv.field_size_limit(sys.maxsize)  # a payload is as long as it is
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            is_json = opened.read(1) == "{"
            opened.seek(0)
            rows = (decode(line) for line in opened) if is_json else map(_cells, csv.DictReader(opened))
            return check_export(rows, told)
    except (UnicodeDecodeError, DecodeError, csv.Error) as error:
        raise Refused(f"this is no export of a ledger: {error}", where=str(file)) from None


def _cells(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: restored(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
