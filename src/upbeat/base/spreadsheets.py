"""A text in a cell of a table that somebody opens in a spreadsheet: it is shown, and never run as a formula.

A spreadsheet takes a cell for a formula that begins with `=`, `+`, `-`, `@`, a tab or a line's end, also in their wide
forms (OWASP, CSV Injection). Such a text gets an apostrophe in front, which `restored` takes away again.
"""

import re
from typing import Final

_RUNS: Final = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_DEFUSED: Final = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def defused(text: str) -> str:
    """Give a text that no spreadsheet runs."""
    return f"'{text}" if _RUNS.match(text) else text


def restored(cell: str) -> str:
    """Give the text of a cell that `defused` gave."""
    return cell[1:] if _DEFUSED.match(cell) else cell
