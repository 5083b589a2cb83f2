"""Signals of deals, measured in an org that kept their history."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat import soql
from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg
from upbeat.schema import Schema, Stage, catalogue
from upbeat.timeline import SIGNALS, fetch, formulas_of

Row = Mapping[str, Any]

DEAL = {"Name": "Northwind", "StageName": "Qualification", "CloseDate": "2026-03-31", "Amount": 1000}
STANDARD = catalogue.standard()


def untracked(*names: str) -> Schema:
    """Give the standard catalogue with the history of these fields of Opportunity switched off."""
    deal = STANDARD.object("Opportunity")
    fields = {key: replace(one, history=one.history and key not in names) for key, one in deal.fields.items()}
    return STANDARD.with_objects([replace(deal, fields=fields)])


class Org:
    """An org in which a day passes before every change; `asked` holds the queries that signals sent."""

    def __init__(self, schema: Schema = STANDARD) -> None:
        self.clock = ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC))
        self.org = LocalOrg(":memory:", clock=self.clock, schema=schema)
        self.me = self.org.process_user
        self.asked: list[str] = []

    def close(self) -> None:
        self.org.close()

    def create(self, name: str, **row: Any) -> str:
        (saved,) = self.org.create(name, [row], self.me)
        assert saved.ok, saved
        return saved.id

    def deal(self, *changes: Row) -> str:
        key = self.create("Opportunity", **DEAL)
        for change in changes:
            self.clock.advance(timedelta(days=1))
            (saved,) = self.org.update("Opportunity", [{"Id": key, **change}], self.me)
            assert saved.ok, saved
        return key

    def query(self, text: str, binds: Mapping[str, Any]) -> Sequence[Row]:
        self.asked.append(text)
        return self.org.query(str(soql.parse(text).fill(binds)), self.me)

    def signals(self, *deals: str) -> dict[str, dict[str, Any]]:
        return fetch(list(SIGNALS), "Opportunity", deals, self.query)


def moved(*days: str) -> list[Row]:
    return [{"CloseDate": day} for day in days]


WON = {"StageName": "Closed Won"}
ORGS = [
    pytest.param(STANDARD, id="field history"),
    pytest.param(untracked("CloseDate"), id="snapshots, close dates not tracked"),
    pytest.param(untracked("StageName"), id="stages not tracked"),
]


@pytest.mark.parametrize("schema", ORGS)
@pytest.mark.parametrize(
    ("changes", "count", "months", "dates"),
    [
        pytest.param([], 0, 0, "", id="never moved"),
        pytest.param(
            moved("2026-04-30", "2026-06-30"), 2, 2, "2026-03-31 → 2026-04-30 → 2026-06-30", id="pushed twice"
        ),
        pytest.param(moved("2026-03-15"), 0, 0, "", id="pulled in"),
        pytest.param(moved("2026-03-15", "2026-03-30"), 1, 0, "2026-03-15 → 2026-03-30", id="within a month"),
        pytest.param(
            moved("2026-04-30", "2026-04-15", "2026-05-31"),
            2,
            2,
            "2026-03-31 → 2026-04-30, 2026-04-15 → 2026-05-31",
            id="pulled in between",
        ),
        pytest.param([*moved("2026-04-30"), {"Amount": 5}], 1, 1, "2026-03-31 → 2026-04-30", id="other changes"),
        pytest.param(
            [*moved("2026-04-30"), {**WON, "CloseDate": "2026-05-02"}, *moved("2026-06-30")],
            1,
            1,
            "2026-03-31 → 2026-04-30",
            id="closed, with the day on which it closed",
        ),
    ],
)
def test_pushes_are_later_dates_on_an_open_deal(
    schema: Schema, changes: list[Row], count: int, months: int, dates: str
) -> None:
    with closing(Org(schema)) as org:
        deal = org.deal(*changes)
        found = org.signals(deal)[deal]
    assert (found["PushCount"], found["MonthPushCount"], found["PushedDates"]) == (count, months, dates)


@given(st.lists(st.dates(date(2026, 3, 1), date(2026, 7, 31)), max_size=6), st.booleans())
@settings(max_examples=25)
def test_both_kinds_of_history_tell_the_same(days: list[date], close: bool) -> None:
    changes = [*moved(*(day.isoformat() for day in days)), *([WON] if close else [])]
    told: list[Any] = []
    for schema in (STANDARD, untracked("CloseDate")):
        with closing(Org(schema)) as org:
            told += org.signals(org.deal(*changes)).values()
    assert told[0] == told[1]


def test_contact_roles_are_people(org: Org) -> None:
    deal, bare = org.deal(), org.deal()
    for name in ("Vega", "Okoro"):
        contact = org.create("Contact", LastName=name)
        org.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact)
    found = org.signals(deal, bare)
    assert (found[deal]["ContactRoles"], found[bare]["ContactRoles"]) == (2, 0)


def test_a_batch_asks_once_for_each_family_of_signals(org: Org) -> None:
    deals = [org.deal(*moved("2026-04-30")) for _ in range(5)]
    org.signals(*deals)
    assert len(org.asked) == 3  # pushes, how many have a role, who has which


def test_nothing_is_asked_about_no_records_or_another_object(org: Org) -> None:
    assert org.signals() == {}
    assert fetch(["PushCount"], "Account", ["001000000000001AAA"], org.query) == {"001000000000001AAA": {}}
    assert org.asked == []


@pytest.fixture
def org() -> Iterator[Org]:
    with closing(Org()) as org:
        yield org


def stage_number(*stages: Stage) -> str:
    found = formulas_of(SIGNALS.values(), "Opportunity", replace(STANDARD, stages=stages))
    return found.get("$Signal.StageNumber", "")


def test_a_stages_number_is_its_place_among_the_active_stages_in_their_order() -> None:
    stages = (Stage('The "yes"', 30, "Closed"), Stage("Old", 20, "Pipeline", active=False), Stage("First", 10, ""))
    assert stage_number(*stages) == r'CASE(StageName, "First", 1, "The \"yes\"", 2, NULL)'


def test_an_org_without_stages_has_no_stage_numbers() -> None:
    assert stage_number() == ""


def test_a_role_is_the_one_contact_who_has_it_and_blank_where_none_or_several_do(org: Org) -> None:
    one, two, nobody = org.deal(), org.deal(), org.deal()
    ana, ben = (org.create("Contact", LastName=name, Email=f"{name}@x.example") for name in ("ana", "ben"))
    for deal, contact, role in (
        (one, ana, "Economic Buyer"),
        (one, ben, "Influencer"),
        (two, ana, "Economic Buyer"),
        (two, ben, "Economic Buyer"),
    ):
        org.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact, Role=role)
    told = fetch(["EconomicBuyer", "EconomicBuyerEmail"], "Opportunity", [one, two, nobody], org.query)
    assert [tuple(told[deal].values()) for deal in (one, two, nobody)] == [
        (ana, "ana@x.example"),
        (None, None),
        (None, None),
    ]
    assert len(org.asked) == 1
