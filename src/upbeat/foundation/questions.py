"""What a check asks an org, as values: the conversation itself is held elsewhere."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote

from upbeat import soql

Row = Mapping[str, Any]

_NO_ROW: Final[Row] = {}

_PAGE: Final = 2_000  # rows on one page of a REST answer
_JOB: Final = 8  # calls of a query job: to make it, to look after it, and its first results
_RESULTS: Final = 50_000  # rows on one page of a job's results
_AT_ONCE: Final = 500  # values in one query
_LONGEST: Final = 15_900  # bytes of a query in an address: of all of one, Salesforce takes some 16,000


class Way(StrEnum):
    """How a question reaches the org."""

    QUERY = "query"
    COUNT = "count"  # SELECT COUNT() ...
    TOOLING = "tooling"
    DESCRIBE = "describe"
    COMPONENTS = "components"  # of the Tooling API, each with its metadata
    OFFERED = "offered"  # what a record type offers of each picklist
    OBJECTS = "objects"
    LIMITS = "limits"


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    `text` is whole SOQL, every value filled in, an object's name for a describe, addresses with blanks between them
    for components (`ValidationRule/03d... Flow/301...`, at most 25), an object and a record type's id for what it
    offers (`Opportunity/012...`), and empty for the others. `rows` is the most rows
    that the answer can have, as far as known. An answer that is not `kept` is too large for that: its
    rows are read once, as they come, and asked for again where an audit goes on that was cut off.
    """

    way: Way
    text: str = ""
    rows: int = 1
    kept: bool = True

    @property
    def calls(self) -> int:
        """How many API calls it takes: one a page, and beyond the first page a job of the Bulk API."""
        return 1 if self.rows <= _PAGE else 1 + _JOB + self.rows // _RESULTS


@dataclass(frozen=True, slots=True)
class Answer:
    """What the org said: plain records, with parents as records inside them.

    `total` is the number of a COUNT, else that of the rows, where they are kept. `denied` is why there is no answer,
    in the org's words: then nothing may be concluded from the rows being none.
    """

    rows: Iterable[Row] = ()
    total: int = 0
    denied: str = ""

    @property
    def row(self) -> Row:
        """The first row; an empty one where there is none."""
        return next(iter(self.rows), _NO_ROW)


def filled(text: str, **binds: Any) -> str:
    """Give SOQL with its binds filled in: `filled("... WHERE Industry IN :values", values=[...])`."""
    return str(soql.parse(text).fill(binds))


def portions(
    values: Iterable[str], query: Callable[[Sequence[str]], str], most: int = _AT_ONCE
) -> list[tuple[str, ...]]:
    """Cut a list of values into portions that an org can be asked for one after another; `query` writes their SOQL.

    None has more than `most` values, and none makes a query longer than an address may be: a question goes there, where
    each sign that is no letter or digit takes three bytes or more.
    """
    rest, found = tuple(values), list[tuple[str, ...]]()
    while rest:
        fit = bisect_right(range(1, min(most, len(rest)) + 1), _LONGEST, key=lambda n: _bytes(query(rest[:n])))
        found.append(rest[: max(1, fit)])  # one that is too long alone is asked for all the same: the org says so
        rest = rest[max(1, fit) :]
    return found


def _bytes(text: str) -> int:
    return len(quote(text, safe=""))
