"""A CSV file as rows with their lines: the encoding found out, broken rows told apart from whole ones."""

import csv
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import BinaryIO, Final

from upbeat.base.errors import UpbeatError

_CHUNK: Final = 1 << 20
_LONGEST_ROW: Final = 200  # lines that one quoted row may span; beyond, a quote was not closed
_BYTE_ORDER_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_FALLBACK: Final = "cp1252"
_UNREADABLE: Final = "\ufffd"
_SAID: Final = {  # what Python's csv says, in words that tell where to look
    "end of data": "a quote is not closed",
    "expected after": "a quote ends before its cell does: double it inside a cell",
}


class CsvError(UpbeatError):
    """A file that cannot be read as CSV."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no row of the file, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row's cells, in the header's order, and the line on which it begins, counted from 1."""

    line: int
    cells: tuple[str, ...]


class CsvFile:
    """One file. `warning` is what a person should know of its encoding, or empty."""

    def __init__(self, path: Path, delimiter: str = ",", raw: bytes | None = None) -> None:
        """Open the file, or take its bytes where they are known, and read its header.

        Raises CsvError where it cannot be read or has no header.
        """
        self.path = path
        self.size = 0
        self.read = 0  # bytes so far
        self.delimiter = delimiter
        self._raw = raw
        try:
            self.size = path.stat().st_size if raw is None else len(raw)
            with self._opened() as file:
                self.encoding = _encoding(file)
        except OSError as error:
            raise CsvError(f"the file cannot be read: {error.strerror}", where=str(path)) from None
        self.warning = f"read as {_FALLBACK}, because it is not UTF-8" if self.encoding == _FALLBACK else ""
        first = next(iter(self._records(self._lines(), 0)), None)
        if not isinstance(first, CsvRow):
            raise CsvError("the file has no header", where=str(path), fix="Name the columns in its first line.")
        self.header = first.cells

    def __iter__(self) -> Iterator[CsvRow | Broken]:
        """Give the rows below the header, in order, and a Broken for each line that is none; empty lines are passed."""
        records = self._records(self._lines(), len(self.header))
        next(records)
        for record in records:
            if isinstance(record, CsvRow) and self.warning and any(_UNREADABLE in cell for cell in record.cells):
                yield Broken(record.line, f"a character that {_FALLBACK} does not have")
            else:
                yield record

    def _opened(self) -> BinaryIO:
        return self.path.open("rb") if self._raw is None else BytesIO(self._raw)

    def _lines(self) -> Iterator[str]:
        self.read = 0
        with self._opened() as raw, TextIOWrapper(raw, self.encoding, errors="replace", newline="") as file:
            for line in file:
                self.read = raw.tell()
                yield line

    def _records(self, source: Iterator[str], width: int) -> Iterator[CsvRow | Broken]:
        """Parse one row at a time; where one fails, only its first line is given up, and the next is tried again."""
        waiting: deque[str] = deque()
        number = 1
        while True:
            used: list[str] = []
            row = self._parse(_taking(waiting, source, used))
            if not used:
                return
            if isinstance(row, str) or (row and width and len(row) != width):
                why = row if isinstance(row, str) else f"{len(row)} cells, where the header has {width}"
                yield Broken(number, why)
                waiting.extendleft(reversed(used[1:]))
                used = used[:1]
            elif row:
                yield CsvRow(number, tuple(row))
                width = width or len(row)
            number += len(used)

    def _parse(self, lines: Iterable[str]) -> list[str] | str:
        """Give the cells of the next row, or why there is none."""
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            return next(reader, list[str]())
        except csv.Error as error:
            return next((why for said, why in _SAID.items() if said in str(error)), str(error))


def _taking(waiting: deque[str], source: Iterator[str], used: list[str]) -> Iterator[str]:
    while len(used) < _LONGEST_ROW:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        used.append(line)
        yield line


def _encoding(file: BinaryIO) -> str:
    """Give UTF-8 where every byte fits it, what a byte order mark says, or what Windows programs write."""
    head = file.read(4)
    for mark, name in _BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return name
    file.seek(0)
    decoder = getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _FALLBACK
    return "utf-8"
