"""CSV as the Bulk API 2.0 reads and writes it: six delimiters, two line endings, quotes as RFC 4180 has them."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import Any, Final

from upbeat.localorg.jobs import JobFailed

DELIMITERS: Final = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
LINE_ENDINGS: Final = {"LF": "\n", "CRLF": "\r\n"}

_SAID: Final = {  # what Python's csv says, in Salesforce's words
    "unexpected end of data": "EOF reached before closing an opened quote",
    "expected after": "Found unescaped quote. A value with quote should be within a quote",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a job's CSV is written, by the names that the API has for it."""

    delimiter: str = "COMMA"
    line_ending: str = "LF"

    def rows(self, body: bytes) -> Iterator[list[str]]:
        """Give the rows of a text that `check` has passed, the header first; empty lines are none."""
        return filter(None, csv.reader(_lines(body), delimiter=DELIMITERS[self.delimiter]))

    def check(self, body: bytes) -> tuple[list[str], int]:
        """Give the header of a text, and how many rows follow it. Raises JobFailed where it cannot be read whole."""
        used: list[str] = []
        reader = csv.reader(_noting(_lines(body), used), delimiter=DELIMITERS[self.delimiter], strict=True)
        whole = _quoted(DELIMITERS[self.delimiter])
        header: list[str] = []
        count = 0
        try:
            for row in reader:
                raw = "".join(used)
                used.clear()
                self._check_line_ending(raw)
                if '"' in raw and whole.fullmatch(raw) is None:
                    raise csv.Error("expected after")
                if not header:
                    header = row
                elif row:
                    count += 1
                    _check_width(row, header, count)
        except UnicodeDecodeError:
            raise JobFailed("ClientInputError : The content is not encoded in UTF-8") from None
        except csv.Error as error:
            said = next((words for known, words in _SAID.items() if known in str(error)), str(error))
            raise JobFailed(f"ClientInputError : Failed to parse CSV. {said}") from None
        if not header:
            raise JobFailed("InvalidBatch : Records not found: the content has no header")
        return header, count

    def write(self, rows: Iterable[Sequence[Any]]) -> bytes:
        """Write rows, each value in quotes; None is an empty one.

        Python's csv would take ten times as long, for it looks at every character.
        """
        between, ending = f'"{DELIMITERS[self.delimiter]}"', LINE_ENDINGS[self.line_ending]
        lines: list[str] = []
        for row in rows:
            cells = ["" if cell is None else cell if isinstance(cell, str) else str(cell) for cell in row]
            line = between.join(cells)
            if line.count('"') != 2 * (len(cells) - 1):  # a value has some of its own
                line = between.join([cell.replace('"', '""') for cell in cells])
            lines.append(f'"{line}"{ending}')
        return "".join(lines).encode()

    def cut(self, body: bytes, start: int, end: int) -> bytes:
        """Give the rows from `start` to before `end` of a text that `write` has written."""
        return self.write(islice(self.rows(body), start, end))

    def _check_line_ending(self, raw: str) -> None:
        """Refuse a record that ends otherwise; a bare carriage return, outside of quotes, ends one too."""
        if raw[len(raw.rstrip("\r\n")) :] not in {"", LINE_ENDINGS[self.line_ending]}:
            what = f"LineEnding is invalid on user data. Current LineEnding setting is {self.line_ending}"
            raise JobFailed(f"ClientInputError : {what}")


def _check_width(row: list[str], header: list[str], number: int) -> None:
    if len(row) != len(header):
        what = f"Row {number} has {len(row)} fields, and the header has {len(header)}"
        raise JobFailed(f"ClientInputError : Failed to parse CSV. {what}")


def _lines(body: bytes) -> Iterator[str]:
    return TextIOWrapper(BytesIO(body), "utf-8", newline="")


def _noting(lines: Iterable[str], used: list[str]) -> Iterator[str]:
    for line in lines:
        used.append(line)
        yield line


def _quoted(delimiter: str) -> re.Pattern[str]:
    """Give the pattern of a record that quotes as it should: Python's csv takes a quote in a bare value as it is."""
    mark = re.escape(delimiter)
    value = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{mark}\r\n]*+)'
    return re.compile(rf"{value}(?:{mark}{value})*+[\r\n]*+")
