"""A save does what Salesforce's does, in its order, row by row."""

from datetime import timedelta
from typing import Any

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, Refused, Saved

LEAD = {"LastName": "Vega", "Company": "Northwind"}


def _codes(saved: Saved) -> list[str]:
    return [problem.code for problem in saved.errors]


def _one(org: LocalOrg, text: str) -> dict[str, Any]:
    (record,) = org.query(text, org.process_user)
    return record


def test_the_audit_fields_say_who_wrote_and_when(org: LocalOrg, clock: ManualClock, ana: str, bo: str) -> None:
    (lead,) = org.create("Lead", [LEAD], ana)
    clock.advance(timedelta(hours=1))
    org.update("Lead", [{"Id": lead.id, "Title": "CFO"}], bo)
    record = _one(org, "SELECT CreatedById, CreatedDate, LastModifiedById, LastModifiedDate, SystemModstamp FROM Lead")
    del record["attributes"]
    assert record == {
        "CreatedById": ana,
        "CreatedDate": "2026-01-05T09:30:00.000+0000",
        "LastModifiedById": bo,
        "LastModifiedDate": "2026-01-05T10:30:00.000+0000",
        "SystemModstamp": "2026-01-05T10:30:00.000+0000",
    }


def test_a_new_record_is_its_makers_unless_it_says_otherwise(org: LocalOrg, ana: str, bo: str) -> None:
    org.create("Lead", [LEAD, {**LEAD, "OwnerId": bo}], ana)
    assert [one["OwnerId"] for one in org.query("SELECT OwnerId FROM Lead ORDER BY Id", ana)] == [ana, bo]


def test_picklists_and_checkboxes_begin_with_their_defaults(org: LocalOrg, ana: str) -> None:
    org.create("Lead", [LEAD], ana)
    record = _one(org, "SELECT Status, IsConverted FROM Lead")
    assert (record["Status"], record["IsConverted"]) == ("Open - Not Contacted", False)


def test_every_blank_required_field_is_named(org: LocalOrg, ana: str) -> None:
    (saved,) = org.create("Lead", [{"FirstName": "Eva"}], ana)
    assert saved.errors[0].message == "Required fields are missing: [LastName, Company]"


def test_a_required_field_cannot_be_emptied(org: LocalOrg, ana: str) -> None:
    (lead,) = org.create("Lead", [LEAD], ana)
    (saved,) = org.update("Lead", [{"Id": lead.id, "Company": None}], ana)
    assert _codes(saved) == ["REQUIRED_FIELD_MISSING"]


def test_a_refused_row_leaves_the_others_alone(org: LocalOrg, ana: str) -> None:
    results = org.create("Lead", [LEAD, {"Company": "x"}, LEAD], ana)
    assert [result.ok for result in results] == [True, False, True]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param({**LEAD, "Compny": "x"}, "INVALID_FIELD", id="no such field"),
        pytest.param(
            {**LEAD, "CreatedDate": "2020-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", id="the org's"
        ),
        pytest.param({**LEAD, "OwnerId": "005000000000009"}, "INVALID_CROSS_REFERENCE_KEY", id="nobody"),
        pytest.param({**LEAD, "Email": "nobody"}, "INVALID_EMAIL_ADDRESS", id="no address"),
    ],
)
def test_a_create_is_refused_with_the_reason(org: LocalOrg, ana: str, row: dict[str, Any], code: str) -> None:
    (saved,) = org.create("Lead", [row], ana)
    assert (saved.id, _codes(saved)) == ("", [code])


def test_names_are_taken_however_their_letters_are_cased(org: LocalOrg, ana: str) -> None:
    org.create("lead", [{"lastname": "Vega", "COMPANY": "Northwind"}], ana)
    assert _one(org, "SELECT Name FROM Lead")["Name"] == "Vega"


def test_an_unknown_object_is_refused(org: LocalOrg, ana: str) -> None:
    with pytest.raises(Refused, match="NOT_FOUND"):
        org.create("Leed", [LEAD], ana)


def test_an_inactive_user_owns_nothing_new(org: LocalOrg, ana: str, bo: str) -> None:
    org.update("User", [{"Id": bo, "IsActive": False}], org.process_user)
    (saved,) = org.create("Lead", [{**LEAD, "OwnerId": bo}], ana)
    assert _codes(saved) == ["INACTIVE_OWNER_OR_USER"]


def test_an_inactive_user_does_nothing(org: LocalOrg, bo: str) -> None:
    org.update("User", [{"Id": bo, "IsActive": False}], org.process_user)
    with pytest.raises(Refused, match="INVALID_SESSION_ID"):
        org.create("Lead", [LEAD], bo)


def test_a_queue_owns_only_what_it_is_for(org: LocalOrg, ana: str) -> None:
    queue = org.queue("New Leads", objects=["Lead"])
    (lead,) = org.create("Lead", [{**LEAD, "OwnerId": queue}], ana)
    (task,) = org.create("Task", [{"Subject": "Call", "OwnerId": queue}], ana)
    assert (lead.ok, _codes(task)) == (True, ["FIELD_INTEGRITY_EXCEPTION"])


def test_a_username_is_unique(org: LocalOrg, ana: str) -> None:
    row = {key: value for key, value in org.record("User", ana).items() if key in _USER}
    (saved,) = org.create("User", [{**row, "Username": "ANA.DIAZ@acme.example"}], org.process_user)
    assert _codes(saved) == ["DUPLICATE_VALUE"]


_USER = {
    "LastName",
    "Alias",
    "Email",
    "ProfileId",
    "TimeZoneSidKey",
    "LocaleSidKey",
    "EmailEncodingKey",
    "LanguageLocaleKey",
}


def test_a_record_named_twice_is_saved_twice_in_order(org: LocalOrg, ana: str) -> None:
    (lead,) = org.create("Lead", [LEAD], ana)
    rows = [{"Id": lead.id, "Title": "CFO"}, {"Id": lead.id[:15], "Title": "CEO"}]
    assert [saved.ok for saved in org.update("Lead", rows, ana)] == [True, True]
    history = org.query("SELECT OldValue, NewValue FROM LeadHistory WHERE Field = 'Title' ORDER BY Id", ana)
    assert [(one["OldValue"], one["NewValue"]) for one in history] == [(None, "CFO"), ("CFO", "CEO")]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        pytest.param("00QLo0000000099", "INVALID_CROSS_REFERENCE_KEY", id="no such lead"),
        pytest.param("001000000000001", "MALFORMED_ID", id="an account's id"),
        pytest.param("lead", "MALFORMED_ID", id="no id"),
        pytest.param("", "MALFORMED_ID", id="nothing"),
    ],
)
def test_an_update_of_nothing_is_refused(org: LocalOrg, ana: str, key: str, code: str) -> None:
    (saved,) = org.update("Lead", [{"Id": key, "Title": "x"}], ana)
    assert _codes(saved) == [code]


def test_ids_rise_with_the_order_of_creation(org: LocalOrg, ana: str) -> None:
    ids = [saved.id for saved in org.create("Lead", [LEAD] * 100, ana)]
    assert ids == sorted(ids)
    assert {key[:3] for key in ids} == {"00Q"}


def test_cases_are_counted_up(org: LocalOrg, ana: str) -> None:
    org.create("Case", [{"Subject": "One"}, {"Subject": "Two"}], ana)
    numbers = [one["CaseNumber"] for one in org.query("SELECT CaseNumber FROM Case ORDER BY CaseNumber", ana)]
    assert numbers == ["00000001", "00000002"]


def test_history_is_the_orgs_own(org: LocalOrg, ana: str) -> None:
    (lead,) = org.create("Lead", [LEAD], ana)
    (saved,) = org.create("LeadHistory", [{"LeadId": lead.id, "Field": "Owner"}], ana)
    assert _codes(saved) == ["INVALID_TYPE_FOR_OPERATION"]
