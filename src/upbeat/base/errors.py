"""The root of every error that Upbeat raises on purpose.

Each room hangs its own classes below `UpbeatError`:

    UpbeatError
    ├── base.CsvError               a file that cannot be read as CSV
    ├── base.files.DefinitionError  a YAML file that a user wrote
    ├── schema.SchemaError          an object or field that the org does not have
    ├── formula.FormulaError        a condition or a text that cannot be read, typed or evaluated
    ├── soql.SoqlError              a query that cannot be read or bound
    ├── salesforce.SalesforceError  the org refused, or did not answer
    ├── store.StoreError            our own database: locked, full, or of another org
    ├── routing.NeverOpenError      hours of work that never open
    ├── ledger.LedgerError          an entry, a seal or the anchor does not hold
    ├── gate.Uncleared              a write without a clearance for exactly that write
    └── operations.Refused          a use case that cannot be done as asked

A face (the command line, the console) prints `str(error)` and never a traceback.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong: a file, a line and column counted from 1, a field's dotted path."""

    file: str = ""
    line: int = 0
    column: int = 0
    field: str = ""

    def __str__(self) -> str:
        """Give `file:line:column field`, leaving out what is not known."""
        spot = ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])
        return " ".join(part for part in (spot.strip(":"), self.field) if part)


class UpbeatError(Exception):
    """Something cannot be done: what happened, where, and what to do about it.

    `what` is one sentence; `fix` is one sentence in the imperative, or empty where there is none.
    """

    def __init__(self, what: str, *, where: Place | str = "", fix: str = "") -> None:
        """Keep the three parts apart, so that `--json` can print them apart."""
        super().__init__(what)
        self.what = what
        self.where = Place(where) if isinstance(where, str) else where
        self.fix = fix

    def __str__(self) -> str:
        """Give `where: what`, and the fix on a line of its own."""
        head = ": ".join(part for part in (str(self.where), self.what) if part)
        return f"{head}\n  {self.fix}" if self.fix else head


def nearest(name: str, known: Iterable[str]) -> str:
    """Give the known name that a misspelt one most likely meant, or an empty text.

    Case is ignored; the cut-off of 0.6 is difflib's own default.
    """
    by_fold = {one.casefold(): one for one in known}
    close = get_close_matches(name.casefold(), by_fold, n=1)
    return by_fold[close[0]] if close else ""
