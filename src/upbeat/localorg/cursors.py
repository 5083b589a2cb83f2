"""Query results that a client reads page by page."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from upbeat.localorg import problems
from upbeat.localorg.problems import Refused
from upbeat.soql import Answer

_KEPT: Final = 10  # cursors, as Salesforce keeps for one user; the oldest goes
DEFAULT_PAGE: Final = 2000
SMALLEST_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class _Cursor:
    answer: Answer
    size: int


class Cursors:
    """The results that are not read to their end. They live as long as the server."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: OrderedDict[str, _Cursor] = OrderedDict()
        self._number = 0

    def first(self, answer: Answer, size: int, base_url: str) -> dict[str, Any]:
        """Give the first page of a result, and keep the rest where there is one."""
        key = ""
        if len(answer.records) > size:
            self._number += 1
            key = f"0r8Lo{self._number:013d}"
            self._open[key] = _Cursor(answer, size)
            while len(self._open) > _KEPT:
                self._open.popitem(last=False)
        return _page(answer, key, 0, size, base_url)

    def next(self, locator: str, base_url: str) -> dict[str, Any]:
        """Give the page that a locator names. Raises Refused (400) where it is not, or no longer, known."""
        key, _, start = locator.rpartition("-")
        cursor = self._open.get(key)
        if cursor is None or not start.isdecimal():
            raise Refused(400, problems.no_cursor())
        return _page(cursor.answer, key, int(start), cursor.size, base_url)


def _page(answer: Answer, key: str, start: int, size: int, base_url: str) -> dict[str, Any]:
    end = start + size
    done = end >= len(answer.records)
    more = {} if done else {"nextRecordsUrl": f"{base_url}/query/{key}-{end}"}
    return {"totalSize": answer.total, "done": done, **more, "records": answer.records[start:end]}
