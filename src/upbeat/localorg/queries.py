"""Queries as one user asks them: counted in the user's days, and noted where the user says that records are seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from upbeat import soql
from upbeat.localorg.currencies import rates
from upbeat.localorg.rights import RECORD_ACCESS, OrgRights, record_access
from upbeat.localorg.storage import Storage
from upbeat.localorg.values import stamp
from upbeat.schema import Schema

_ORGANIZATION: Final = (
    'SELECT "TimeZoneSidKey", "FiscalYearStartMonth", "UsesStartDateAsFiscalYearName", "DefaultLocaleSidKey" '
    'FROM "Organization"'
)
_USER: Final = 'SELECT "TimeZoneSidKey", "LocaleSidKey" FROM "User" WHERE "Id"=?'
_NOTED: Final = {soql.Purpose.VIEW: "LastViewedDate", soql.Purpose.REFERENCE: "LastReferencedDate"}


@dataclass(frozen=True, slots=True)
class Queries:
    """The queries of an org. Everybody sees what is in reach, whatever a query asks of permissions."""

    storage: Storage
    schema: Schema
    calculations: soql.Calculations
    rights: OrgRights

    def bind(self, text: str, user_id: str) -> soql.Bound:
        """Read a query against the objects that there are for a user. Raises soql.SoqlError."""
        return soql.parse(text).bind(self.rights.reach(user_id).schema, self.calculations)

    def count(self, query: soql.Bound, user_id: str, now: datetime) -> int:
        """Count the rows of a query that is bound already."""
        execute = self.rights.reach(user_id).limited(self.storage.execute)
        return query.count(execute, now, False, self._calendar(user_id), self._currencies(user_id))

    def table(self, query: soql.Bound, user_id: str, now: datetime, *, all_rows: bool) -> soql.Table:
        """Give the rows of a query that is bound already, as they come. Take them in the same transaction."""
        execute = self.rights.reach(user_id).limited(self.storage.stream)
        return query.table(execute, now, all_rows, self._calendar(user_id), self._currencies(user_id))

    def answer(self, text: str, user_id: str, now: datetime, *, all_rows: bool, base_url: str) -> soql.Answer:
        """Give what REST answers to a query, and note what FOR VIEW and FOR REFERENCE say. Raises soql.SoqlError."""
        bound, calendar = self.bind(text, user_id), self._calendar(user_id)
        if bound.object.name == RECORD_ACCESS:
            rows = {RECORD_ACCESS: record_access(bound.plan, self.rights.reach, self.storage)}
            return bound.evaluate(rows, now, base_url, all_rows, calendar)
        execute = self.rights.reach(user_id).limited(self.storage.execute)
        answer = bound.answer(execute, now, base_url, all_rows, calendar, self._currencies(user_id))
        noted = {_NOTED[one]: stamp(now) for one in bound.purposes if one in _NOTED and bound.object.has(_NOTED[one])}
        if noted and not bound.plan.grouped:
            self.storage.update(bound.object.name, [(_identity(record), noted) for record in answer.records])
        return answer

    def _currencies(self, user_id: str) -> soql.Currencies | None:
        return rates(self.schema, self.storage, user_id)

    def _organization(self) -> tuple[str, int, bool, str]:
        ((zone, start, by_start, locale),) = self.storage.execute(_ORGANIZATION)
        return zone, start, bool(by_start), locale

    def _calendar(self, user_id: str) -> soql.Calendar:
        """Give the days as the user counts them, who may live in another time zone and country than the org."""
        zone, start, by_start, locale = self._organization()
        ((own_zone, own_locale),) = self.storage.execute(_USER, (user_id,))
        try:
            found = ZoneInfo(own_zone or zone)
        except (ValueError, LookupError):
            found = ZoneInfo(zone)
        return soql.Calendar(found, start, by_start, soql.week_start(own_locale or locale))


def _identity(record: dict[str, Any]) -> str:
    return record["attributes"]["url"].rpartition("/")[2]
