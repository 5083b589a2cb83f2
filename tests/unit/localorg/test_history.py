"""What happened to a record can be read in the org: field history, stage history."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg

DEAL = {"Name": "Northwind", "StageName": "Qualification", "CloseDate": "2026-03-31", "Amount": 1000}


def test_a_change_of_owner_is_told_by_name_and_by_id(org: LocalOrg, ana: str, bo: str) -> None:
    (lead,) = org.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], ana)
    org.update("Lead", [{"Id": lead.id, "OwnerId": bo}], bo)
    rows = org.query("SELECT Field, OldValue, NewValue, CreatedById FROM LeadHistory ORDER BY Id", ana)
    told = [(row["Field"], row["OldValue"], row["NewValue"], row["CreatedById"]) for row in rows]
    assert told == [("created", None, None, ana), ("Owner", "Ana Diaz", "Bo Lee", bo), ("Owner", ana, bo, bo)]


def test_a_save_that_changes_nothing_is_not_told(org: LocalOrg, ana: str) -> None:
    (lead,) = org.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], ana)
    org.update("Lead", [{"Id": lead.id, "Company": "Northwind"}], ana)
    assert len(org.query("SELECT Id FROM LeadHistory", ana)) == 1


def test_a_field_that_is_not_tracked_is_not_told(org: LocalOrg, ana: str) -> None:
    (lead,) = org.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], ana)
    org.update("Lead", [{"Id": lead.id, "Description": "Long call"}], ana)
    assert len(org.query("SELECT Id FROM LeadHistory", ana)) == 1


def test_a_deal_is_photographed_when_it_moves(org: LocalOrg, ana: str) -> None:
    (deal,) = org.create("Opportunity", [DEAL], ana)
    for change in ({"CloseDate": "2026-04-30"}, {"NextStep": "Call"}, {"StageName": "Closed Won"}):
        org.update("Opportunity", [{"Id": deal.id, **change}], ana)
    rows = org.query("SELECT StageName, CloseDate, Probability FROM OpportunityHistory ORDER BY Id", ana)
    assert [(row["StageName"], row["CloseDate"], row["Probability"]) for row in rows] == [
        ("Qualification", "2026-03-31", 10.0),
        ("Qualification", "2026-04-30", 10.0),
        ("Closed Won", "2026-04-30", 100.0),
    ]


def test_values_keep_their_types(org: LocalOrg, ana: str) -> None:
    (deal,) = org.create("Opportunity", [DEAL], ana)
    org.update("Opportunity", [{"Id": deal.id, "Amount": 2500.5}], ana)
    (row,) = org.query("SELECT OldValue, NewValue FROM OpportunityFieldHistory WHERE Field = 'Amount'", ana)
    assert (row["OldValue"], row["NewValue"]) == (1000.0, 2500.5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["Prospecting", "Needs Analysis", "Closed Won", "Closed Lost"]), max_size=6))
def test_replaying_history_gives_the_present(org: LocalOrg, clock: ManualClock, ana: str, stages: list[str]) -> None:
    (deal,) = org.create("Opportunity", [DEAL], ana)
    for stage in stages:
        clock.advance(timedelta(days=1))
        org.update("Opportunity", [{"Id": deal.id, "StageName": stage}], ana)
    where = f"OpportunityId = '{deal.id}' AND Field = 'StageName' ORDER BY Id"
    present = "Qualification"
    for row in org.query(f"SELECT OldValue, NewValue FROM OpportunityFieldHistory WHERE {where}", ana):
        assert row["OldValue"] == present
        present = row["NewValue"]
    assert present == ["Qualification", *stages][-1]
