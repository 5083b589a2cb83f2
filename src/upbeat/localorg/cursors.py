"""Query results that a client reads page by page.

A page holds as many rows as the client asks for, and the rows of child results count too, as Salesforce documents for
its header `Sforce-Query-Options`. A child result that a page cannot hold whole is cut short, with an address of its
own where the rest is; the page ends with the record that it belongs to.

A locator lives for two days, and any number of them at a time (API Query Cursor Limits, Salesforce Developer Limits and
Allocations). What bounds them here is memory: beyond five million records held, the oldest query goes.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast

from upbeat.localorg import problems
from upbeat.localorg.problems import Refused
from upbeat.soql import Answer

Record = dict[str, Any]

_LIFE: Final = timedelta(days=2)
_MOST_HELD: Final = 5_000_000  # records
DEFAULT_PAGE: Final = 2000
SMALLEST_PAGE: Final = 200
_KEY: Final = 13  # characters of a locator that name the query; then comes which of its results, and a record's place


@dataclass(frozen=True, slots=True)
class _Result:
    """Records of which a page shows some: the query's own, or the children of one record."""

    total: int
    records: list[Record]


@dataclass(frozen=True, slots=True)
class _Cursor:
    """A query that is not read to its end: its own result, then the child results that were cut short."""

    key: str
    user_id: str  # who asked it, and alone may go on
    size: int
    opened: datetime
    held: int  # records of the query itself
    results: list[_Result] = field(default_factory=list[_Result])
    cut: dict[tuple[int, int, str], int] = field(default_factory=dict[tuple[int, int, str], int])
    """Where a child result stands among them: by its record's result, the record's place and the relationship."""

    def page(self, own: int, start: int, base_url: str) -> dict[str, Any]:
        """Give a page of one of the results, from a record on."""
        return self._page(own, start, self.size, base_url)[0]

    def _page(self, own: int, start: int, room: int, base_url: str) -> tuple[dict[str, Any], int]:
        """Give a page that holds at most so many rows, and how many it holds."""
        result = self.results[own]
        shown: list[Record] = []
        rows = 0
        while rows < room and start + len(shown) < len(result.records):
            record = result.records[start + len(shown)]
            rows += 1
            for name, children in _children(record):
                place = (own, start + len(shown), name)
                nested = self.cut.get(place, len(self.results))
                if nested == len(self.results):
                    self.results.append(_Result(children["totalSize"], children["records"]))
                page, inside = self._page(nested, 0, room - rows, base_url)
                rows += inside
                if page["done"] and len(self.results) == nested + 1 and place not in self.cut:
                    self.results.pop()
                else:
                    self.cut[place] = nested
                record = record | {name: page}
            shown.append(record)
        end = start + len(shown)
        done = end >= len(result.records)
        more = {} if done else {"nextRecordsUrl": f"{base_url}/query/{self.key}{own:05}-{end}"}
        return {"totalSize": result.total, "done": done, **more, "records": shown}, rows


class Cursors:
    """The queries that are not read to their end. They live as long as the server."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: OrderedDict[str, _Cursor] = OrderedDict()
        self._number = 0
        self._held = 0

    def first(self, answer: Answer, user_id: str, size: int, base_url: str, now: datetime) -> dict[str, Any]:
        """Give the first page of a user's query, and keep what it leaves out."""
        self._drop_old(now)
        key, held = f"0r8Lo{self._number + 1:08}", len(answer.records)
        cursor = _Cursor(key, user_id, size, now, held, [_Result(answer.total, answer.records)])
        page = cursor.page(0, 0, base_url)
        if not page["done"] or len(cursor.results) > 1:
            self._number += 1
            self._open[key] = cursor
            self._held += held
            while self._held > _MOST_HELD and len(self._open) > 1:
                self._drop_oldest()
        return page

    def next(self, locator: str, user_id: str, base_url: str, now: datetime) -> dict[str, Any]:
        """Give the page that a locator names. Raises Refused (400) where it is not, or no longer, one of the user's."""
        self._drop_old(now)
        cursor = self._open.get(locator[:_KEY])
        own, _, start = locator[_KEY:].partition("-")
        if (
            cursor is None
            or cursor.user_id != user_id
            or not (start.isdecimal() and own.isdecimal() and int(own) < len(cursor.results))
        ):
            raise Refused(400, problems.no_cursor())
        return cursor.page(int(own), int(start), base_url)

    def _drop_old(self, now: datetime) -> None:
        while self._open and next(iter(self._open.values())).opened <= now - _LIFE:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        _, cursor = self._open.popitem(last=False)
        self._held -= cursor.held


def _children(record: Record) -> list[tuple[str, dict[str, Any]]]:
    """Give the child results in a record, by relationship: what is nested and is no parent and no address."""
    nested = [(name, cast("dict[str, Any]", one)) for name, one in record.items() if isinstance(one, dict)]
    return [(name, one) for name, one in nested if "records" in one]
