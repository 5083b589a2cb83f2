"""The org works out what follows from a save."""

from typing import Any

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg
from upbeat.schema import Stage

DEAL = {"Name": "Northwind", "StageName": "Qualification", "CloseDate": "2026-03-31", "Amount": 1000}


def _deal(org: LocalOrg, user: str, **more: Any) -> dict[str, Any]:
    (saved,) = org.create("Opportunity", [DEAL | more], user)
    assert saved.errors == ()
    return org.record("Opportunity", saved.id)


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("Qualification", (False, False, "Pipeline", "Pipeline", 10.0)),
        ("Closed Won", (True, True, "Closed", "Closed", 100.0)),
        ("closed lost", (True, False, "Omitted", "Omitted", 0.0)),
    ],
)
def test_a_stage_says_what_a_deal_is(org: LocalOrg, ana: str, stage: str, expected: tuple[Any, ...]) -> None:
    deal = _deal(org, ana, StageName=stage)
    names = ("IsClosed", "IsWon", "ForecastCategory", "ForecastCategoryName", "Probability")
    assert tuple(deal[name] for name in names) == expected


def test_the_client_may_say_more_than_the_stage(org: LocalOrg, ana: str) -> None:
    deal = _deal(org, ana, Probability=35, ForecastCategoryName="Commit")
    assert (deal["Probability"], deal["ForecastCategory"], deal["ExpectedRevenue"]) == (35.0, "Forecast", 350.0)


def test_what_the_client_said_stays_until_the_stage_changes(org: LocalOrg, ana: str) -> None:
    deal = _deal(org, ana, Probability=35)
    org.update("Opportunity", [{"Id": deal["Id"], "Amount": 2000}], ana)
    assert org.record("Opportunity", deal["Id"])["Probability"] == 35.0
    org.update("Opportunity", [{"Id": deal["Id"], "StageName": "Needs Analysis"}], ana)
    assert org.record("Opportunity", deal["Id"])["Probability"] == 20.0


def test_a_stage_that_there_is_not_is_refused(org: LocalOrg, ana: str) -> None:
    (saved,) = org.create("Opportunity", [DEAL | {"StageName": "Nearly"}], ana)
    assert saved.errors[0].code == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def test_an_orgs_own_stages_hold(org: LocalOrg, ana: str) -> None:
    org.define(stages=[Stage("Signature", 1, "Forecast", probability=90)])
    deal = _deal(org, ana, StageName="Signature")
    assert (deal["ForecastCategory"], deal["ForecastCategoryName"]) == ("Forecast", "Commit")


@pytest.mark.parametrize(
    ("start", "closes", "fiscal"),
    [
        (1, "2026-03-31", "2026 1"),
        (1, "2026-12-01", "2026 4"),
        (2, "2026-01-31", "2026 4"),
        (2, "2026-02-01", "2027 1"),
    ],
)
def test_the_fiscal_period_follows_the_close_date(clock: ManualClock, start: int, closes: str, fiscal: str) -> None:
    org = LocalOrg(":memory:", clock=clock, fiscal_year_start=start)
    assert _deal(org, org.process_user, CloseDate=closes)["Fiscal"] == fiscal


def test_a_person_is_called_by_both_names(org: LocalOrg, ana: str) -> None:
    (saved,) = org.create("Contact", [{"FirstName": "Eva", "LastName": "Vega", "Salutation": "Dr."}], ana)
    assert org.record("Contact", saved.id)["Name"] == "Eva Vega"


def test_an_address_is_read_as_a_whole_too(org: LocalOrg, ana: str) -> None:
    (saved,) = org.create("Account", [{"Name": "Northwind", "BillingCity": "Berlin", "BillingCountry": "Germany"}], ana)
    record = org.record("Account", saved.id)
    assert (record["BillingAddress"]["city"], record["ShippingAddress"]) == ("Berlin", None)


def test_a_task_belongs_to_the_account_of_its_deal(org: LocalOrg, ana: str) -> None:
    (account,) = org.create("Account", [{"Name": "Northwind"}], ana)
    deal = _deal(org, ana, AccountId=account.id)
    (task,) = org.create("Task", [{"Subject": "Call", "WhatId": deal["Id"], "Priority": "High"}], ana)
    record = org.record("Task", task.id)
    assert (record["AccountId"], record["IsHighPriority"], record["IsClosed"]) == (account.id, True, False)


def test_a_finished_task_is_the_last_activity_of_what_it_is_about(org: LocalOrg, ana: str) -> None:
    (lead,) = org.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], ana)
    for day in ("2026-01-03", "2026-01-02"):
        org.create("Task", [{"WhoId": lead.id, "ActivityDate": day, "Status": "Completed"}], ana)
    org.create("Task", [{"WhoId": lead.id, "ActivityDate": "2026-01-09"}], ana)
    assert org.record("Lead", lead.id)["LastActivityDate"] == "2026-01-03"


def test_an_event_lasts_from_its_start_to_its_end(org: LocalOrg, ana: str) -> None:
    row = {"Subject": "Demo", "StartDateTime": "2026-01-06T10:00:00Z", "EndDateTime": "2026-01-06T10:45:00Z"}
    (event,) = org.create("Event", [row], ana)
    record = org.record("Event", event.id)
    assert (record["ActivityDate"], record["DurationInMinutes"]) == ("2026-01-06", 45)


def test_a_participant_of_a_mail_is_known_by_the_record_behind_it(org: LocalOrg, ana: str) -> None:
    (person,) = org.create("Contact", [{"LastName": "Vega", "Email": "vega@northwind.example"}], ana)
    (mail,) = org.create("EmailMessage", [{"Subject": "Offer", "Status": "3"}], ana)
    known = {"EmailMessageId": mail.id, "RelationType": "FromAddress", "RelationId": person.id}
    stranger = {"EmailMessageId": mail.id, "RelationType": "ToAddress", "RelationAddress": "who@knows.example"}
    org.create("EmailMessageRelation", [known], ana)
    org.create("EmailMessageRelation", [stranger], ana)
    rows = org.query("SELECT RelationObjectType, RelationAddress FROM EmailMessageRelation ORDER BY Id", ana)
    told = [(row["RelationObjectType"], row["RelationAddress"]) for row in rows]
    assert told == [("Contact", "vega@northwind.example"), (None, "who@knows.example")]


def test_a_case_is_closed_when_its_status_says_so(org: LocalOrg, ana: str) -> None:
    (case,) = org.create("Case", [{"Subject": "Login"}], ana)
    org.update("Case", [{"Id": case.id, "Status": "Closed"}], ana)
    record = org.record("Case", case.id)
    assert (record["IsClosed"], record["ClosedDate"]) == (True, "2026-01-05T09:30:00.000+0000")
