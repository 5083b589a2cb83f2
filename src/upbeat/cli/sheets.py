"""Records as a person or another program reads them: a table, CSV, JSON."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from io import TextIOWrapper
from itertools import islice
from typing import IO, Any, Final, cast

import msgspec
from rich.cells import cell_len, chop_cells
from rich.markup import escape
from rich.table import Table

from upbeat.cli.frame import counted, err, out
from upbeat.operations import Found

Say = Callable[[str], None]
Record = Mapping[str, Any]

_SHOWN: Final = 100  # records of a table, where not every one is asked for
_LONGEST: Final = 40  # columns of the screen that a table's cell takes
_LONGEST_LINE: Final = 200  # the same of a value on a line of its own
_GAP: Final = 2  # between the columns of a table
_EVERY: Final = 500  # records from one word about progress to the next
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")  # fields stay in the query's order


class Form(StrEnum):
    """What records are written as."""

    CSV = "csv"
    JSON = "json"


def write(found: Found, form: Form, stream: IO[bytes], say: Say) -> None:
    """Write every record, one by one, or the number that a query counts."""
    if form is Form.CSV:
        _write_csv(found, stream, say)
    elif found.is_count:
        stream.write(_ENCODER.encode(found.total) + b"\n")
    else:
        before = b"[\n"
        for record in _watched(found, say):
            stream.write(before + _ENCODER.encode(record))
            before = b",\n"
        stream.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def _write_csv(found: Found, stream: IO[bytes], say: Say) -> None:
    """Write UTF-8 as RFC 4180 has it, with the header that Data Loader writes: `Account.Name`."""
    text = TextIOWrapper(stream, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    if found.is_count:
        writer.writerows([["COUNT()"], [found.total]])
    else:
        header, rows = _sheet(found.columns, _watched(found, say))
        writer.writerow(header)
        nested = dict[str, None]()
        for row in rows:
            nested.update((name, None) for name, value in row.items() if isinstance(value, list))
            writer.writerow([_text(row.get(name)) for name in header])
        if nested:
            names = ", ".join(nested)
            advice = f"advice: CSV has a line a record, so {names} says how many there are: --json has them."
            err.print(advice, style="yellow", markup=False)
    text.detach()


def take(found: Found, say: Say, *, every: bool) -> Callable[[], None]:
    """Take the records that a table shows, or every one, and give what prints them."""
    if found.is_count:
        return lambda: out.print(str(found.total))
    header, rows = _sheet(found.columns, islice(_watched(found, say), None if every else _SHOWN))
    cells = [[_line(row.get(name)) for name in header] for row in rows]
    return lambda: _print(header, cells, found.total)


def _line(value: Any) -> str:
    """Give a value as one line that does nothing to a terminal: what is stored in an org may be anybody's."""
    return " ".join("".join(char if char.isprintable() else " " for char in _text(value)).split())


def _print(header: Sequence[str], cells: Sequence[Sequence[str]], total: int) -> None:
    widths = [max(min(_LONGEST, cell_len(row[at])) for row in (header, *cells)) for at in range(len(header))]
    narrow = sum(widths) + _GAP * (len(widths) - 1) <= out.width
    longest = _LONGEST if narrow else _LONGEST_LINE
    short = [[_cut(cell, longest) for cell in row] for row in cells]
    if cells:
        (_print_table if narrow else _print_lines)(header, short)
    told = counted(total, "record") if len(cells) == total else f"{len(cells):,} of {total:,} records: --all shows all"
    cut = " Long values are cut: --csv and --json have them whole." if short != cells else ""
    out.print(f"[dim]{told}.{cut}[/dim]")


def _print_table(header: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
    shown = Table(header_style="bold", box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    for name in header:
        shown.add_column(escape(_cut(name, _LONGEST)), no_wrap=True)
    for row in cells:
        shown.add_row(*map(escape, row))
    out.print(shown)


def _print_lines(header: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
    """Print a record as lines, where there are more columns than a line has place for."""
    width = max(map(cell_len, header))
    for row in cells:
        for name, cell in zip(header, row, strict=True):
            out.print(f"{name.ljust(width)}  {cell}", markup=False, soft_wrap=True)
        out.print()


def _cut(text: str, longest: int) -> str:
    return text if cell_len(text) <= longest else chop_cells(text, longest - 1)[0] + "…"


def _watched(found: Found, say: Say) -> Iterator[Record]:
    for number, record in enumerate(found.records):
        if number % _EVERY == 0:
            say(f"{number:,} of {found.total:,} records")
        yield record


def _sheet(columns: Sequence[str] | None, records: Iterable[Record]) -> tuple[Sequence[str], Iterable[Record]]:
    """Give the header and the rows by it: the query's columns, or where they are not known what the records have."""
    rows = (dict(_flat(record)) for record in records)
    if columns is not None:
        return columns, rows
    held = list(rows)
    names = dict.fromkeys(name for row in held for name in row)
    return [one for one in names if not any(other.startswith(f"{one}.") for other in names)], held


def _flat(record: Record, above: str = "") -> Iterator[tuple[str, Any]]:
    """Give the values of a record by their paths; child records as the list that they are."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flat(cast("Record", value), f"{above}{name}.")
        else:
            yield above + name, value


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() | Decimal():
            return format(Decimal(str(value)), "f")
        case list():
            return str(len(cast("list[Any]", value)))
        case _:
            return str(value)
