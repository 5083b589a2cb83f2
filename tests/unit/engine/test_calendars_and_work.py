"""What the org says of its people before records are routed to them: who is out of office, and how much is open."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from upbeat import formula, soql
from upbeat.base import ManualClock
from upbeat.engine.open_work import open_work
from upbeat.engine.out_of_office import out_of_office
from upbeat.formula import Scope
from upbeat.localorg import LocalOrg, sample
from upbeat.routing import Absence

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
MAYA, LUIS, PRIYA = (f"{name}@acme.example" for name in ("maya.chen", "luis.ortega", "priya.shah"))


class Org:
    """An org in memory, asked as the engine asks one, which counts the questions."""

    def __init__(self) -> None:
        self.org = LocalOrg(":memory:", clock=ManualClock(NOW), time_zone=sample.TIME_ZONE)
        self.ids = sample.set_up(self.org)
        self.asked = list[str]()

    def query(self, text: str, binds: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        self.asked.append(text)
        return self.org.query(str(soql.parse(text).fill(binds)), self.ids[PRIYA])

    def create(self, name: str, **values: Any) -> None:
        (saved,) = self.org.create(name, [values], self.ids[PRIYA])
        assert saved.ok, saved.errors

    def away(self, who: str, start: str, end: str, **values: Any) -> None:
        shown = {"Subject": "Away", "ShowAs": "OutOfOffice", **values}
        self.create("Event", OwnerId=self.ids[who], StartDateTime=start, EndDateTime=end, **shown)

    def formula(self, name: str, text: str) -> formula.Formula:
        return formula.compile(text, Scope(self.org.schema, name))


@pytest.fixture(scope="module")
def org() -> Org:
    one = Org()
    one.away(MAYA, "2026-03-02T15:00:00Z", "2026-03-02T17:00:00Z")
    one.away(MAYA, "2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z")  # over
    one.away(LUIS, "2026-03-02T15:00:00Z", "2026-03-02T17:00:00Z", ShowAs="Busy")
    one.away(LUIS, "2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z", IsAllDayEvent=True)
    one.away(PRIYA, "2026-03-02T16:00:00Z", "2026-03-02T17:00:00Z")  # soon
    for number in range(3):
        one.create("Lead", LastName=f"Rowe {number}", Company="Pennant", OwnerId=one.ids[MAYA], Rating="Hot")
    one.create("Lead", LastName="Kim", Company="Kestrel Glass", OwnerId=one.ids[LUIS], Rating="Cold")
    return one


def test_only_who_is_out_of_office_now_or_soon_is(org: Org) -> None:
    found = out_of_office(
        org.query, {org.ids[one]: ZoneInfo("America/New_York") for one in (MAYA, LUIS, PRIYA)}, NOW, HOUR
    )
    meeting = Absence(NOW - timedelta(minutes=30), NOW + timedelta(minutes=90))
    assert found[org.ids[MAYA]] == (meeting,)
    assert found[org.ids[PRIYA]] == (Absence(NOW + timedelta(minutes=30), NOW + timedelta(minutes=90)),)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("America/New_York", 5), ("Asia/Kolkata", -5.5), ("Pacific/Kiritimati", None)],
    ids=["behind us", "half an hour apart", "where that day is over"],
)
def test_a_whole_day_out_of_office_is_the_day_of_ones_own_calendar(org: Org, zone: str, hours: float | None) -> None:
    found = out_of_office(org.query, {org.ids[LUIS]: ZoneInfo(zone)}, NOW, HOUR)
    start = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hours or 0)
    assert found == ({} if hours is None else {org.ids[LUIS]: (Absence(start, start + timedelta(days=1)),)})


@pytest.mark.parametrize(
    ("when", "rows"),
    [("NOT(IsConverted)", "GROUP BY"), ("AND(NOT(IsConverted), LEN(Company) > 7)", "SELECT Id, OwnerId, Company")],
    ids=["counted by the org", "counted here where SOQL cannot ask it"],
)
def test_open_work_is_counted_by_its_owner(org: Org, when: str, rows: str) -> None:
    org.create("Lead", LastName="Elsewhere", Company="Kestrel Glass", OwnerId=org.ids["New Leads"])
    found = open_work(org.query, "Lead", org.formula("Lead", when), [org.ids[MAYA], org.ids[LUIS]], NOW)
    assert rows in org.asked[-1]
    assert found == ({org.ids[MAYA]: 3, org.ids[LUIS]: 1} if rows == "GROUP BY" else {org.ids[LUIS]: 1})
