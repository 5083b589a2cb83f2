"""Records written: through sObject Collections, 200 rows a call, each with a result of its own; and over SOAP.

Merging and converting have no other door than SOAP. Each merge and each conversion is a transaction by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from upbeat.salesforce.call import Call
from upbeat.salesforce.errors import Cause, Result, SalesforceError, Unanswered, fault
from upbeat.salesforce.session import Session
from upbeat.salesforce.soap import PATH
from upbeat.salesforce.write.operations import LeadConvert, Merge, converting, merging

COLLECTION = 200
"""Rows that Salesforce takes in one collection call, and merges in one of SOAP's."""
LEADS = 100
"""Leads that Salesforce converts in one call (SOAP API Developer Guide, convertLead)."""

Row = Mapping[str, Any]

_ROWS = "composite/sobjects"


class Writer:
    """The hand on an org. Rows go out in calls of 200, none of them all-or-none, and come back in order.

    Every method gives one Result a row; a refused row is a Result, not an exception. Where a whole call fails,
    SalesforceError is raised with what is known of each row in its `results`: after Unanswered, a row with None
    may have been committed. Rows that met a row lock, of which the org says that nothing was done, are sent again,
    alone; rows of a create never are.
    """

    def __init__(self, session: Session) -> None:
        """Write through this session."""
        self._session = session

    def create(self, name: str, rows: Sequence[Row]) -> list[Result]:
        """Create records of one object."""
        return self._write(rows, lambda part: Call("POST", _ROWS, body=_body(name, part)), again=False)

    def update(self, name: str, rows: Sequence[Row]) -> list[Result]:
        """Update records of one object; each row names its record in `Id`."""
        return self._write(rows, lambda part: Call("PATCH", _ROWS, body=_body(name, part)))

    def upsert(self, name: str, external_id: str, rows: Sequence[Row]) -> list[Result]:
        """Create or update records of one object by an external id field, whose value each row carries."""
        path = f"{_ROWS}/{name}/{external_id}"
        return self._write(rows, lambda part: Call("PATCH", path, body=_body(name, part)))

    def delete(self, ids: Sequence[str]) -> list[Result]:
        """Delete records, to the recycle bin."""
        return self._write(ids, lambda part: Call("DELETE", _ROWS, {"ids": ",".join(part), "allOrNone": "false"}))

    def merge(self, asked: Sequence[Merge]) -> list[Result]:
        """Merge records into others, for ever; the result's id is that of the one that stays."""
        return self._write(asked, lambda part: Call("POST", PATH, soap=merging(part)))

    def convert(self, asked: Sequence[LeadConvert]) -> list[Result]:
        """Convert leads, for ever; the result's id is the lead's, and `became` says what it is now."""
        return self._write(asked, lambda part: Call("POST", PATH, soap=converting(part)), most=LEADS)

    def _write(
        self, rows: Sequence[Any], call: Callable[[list[Any]], Call], *, again: bool = True, most: int = COLLECTION
    ) -> list[Result]:
        known: dict[int, Result] = {}
        self._round(range(len(rows)), rows, call, known, most)
        for failed in count(1):
            locked = [index for index in range(len(rows)) if again and _locked(known[index])]
            if not locked:
                break
            why = f"{len(locked)} of {len(rows)} rows met a row lock"
            if not self._session.pauses.pause(failed, Cause.LOCK, str(call([])), why):
                break
            try:
                self._round(locked, rows, call, known, most)
            except Unanswered:
                raise
            except SalesforceError:  # nothing was changed: the rows are still the locked ones
                break
        return [known[index] for index in range(len(rows))]

    def _round(
        self,
        indexes: Sequence[int],
        rows: Sequence[Any],
        call: Callable[[list[Any]], Call],
        known: dict[int, Result],
        most: int,
    ) -> None:
        """Send the rows at `indexes`, `most` of them in a call, and put what comes back into `known`."""
        for start in range(0, len(indexes), most):
            part = indexes[start : start + most]
            try:
                results = self._send(call([rows[index] for index in part]), len(part))
            except SalesforceError as error:
                lost = set(part) if isinstance(error, Unanswered) else set[int]()
                error.results = tuple(None if i in lost else known.get(i) for i in range(len(rows)))
                raise
            known.update(zip(part, results, strict=True))

    def _send(self, call: Call, size: int) -> list[Result]:
        answer = self._session.exchange(call)
        if len(answer) != size:
            raise Unanswered(f"{size} rows were sent and {len(answer)} results came back", where=str(call))
        return [_result(entry, created=call.method == "POST" and not call.soap) for entry in answer]


def _body(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    return {"allOrNone": False, "records": [{"attributes": {"type": name}, **row} for row in rows]}


def _result(entry: dict[str, Any], *, created: bool) -> Result:
    ok = entry["success"]
    errors = tuple(fault(one) for one in entry["errors"])
    return Result(ok, entry.get("id") or "", ok and entry.get("created", created), errors, entry.get("ids", {}))


def _locked(result: Result) -> bool:
    return any(one.code == "UNABLE_TO_LOCK_ROW" for one in result.errors)
