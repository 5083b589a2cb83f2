"""What is deleted goes to the recycle bin with what it owns, and comes back with it."""

from datetime import timedelta
from typing import Any

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, Refused, custom_object
from upbeat.schema import DeleteConstraint, Field, FieldType, render


@pytest.fixture
def account(org: LocalOrg, ana: str) -> str:
    (account,) = org.create("Account", [{"Name": "Northwind"}], ana)
    (contact,) = org.create("Contact", [{"LastName": "Vega", "AccountId": account.id}], ana)
    row = {"Name": "Deal", "StageName": "Qualification", "CloseDate": "2026-03-31", "AccountId": account.id}
    (deal,) = org.create("Opportunity", [row], ana)
    org.create("OpportunityContactRole", [{"OpportunityId": deal.id, "ContactId": contact.id}], ana)
    return account.id


def _counts(org: LocalOrg) -> list[int]:
    names = ("Account", "Contact", "Opportunity", "OpportunityContactRole")
    return [len(org.query(f"SELECT Id FROM {name}", org.process_user)) for name in names]


def test_what_an_account_owns_goes_and_comes_with_it(org: LocalOrg, clock: ManualClock, ana: str, account: str) -> None:
    clock.advance(timedelta(minutes=1))
    org.delete([account], ana)
    gone = _counts(org)
    clock.advance(timedelta(minutes=1))
    org.undelete([account], ana)
    assert (gone, _counts(org)) == ([0, 0, 0, 0], [1, 1, 1, 1])


def test_what_was_deleted_before_stays_in_the_bin(org: LocalOrg, clock: ManualClock, ana: str, account: str) -> None:
    (contact,) = org.query("SELECT Id FROM Contact", ana)
    org.delete([contact["Id"]], ana)
    clock.advance(timedelta(minutes=1))
    org.delete([account], ana)
    org.undelete([account], ana)
    assert _counts(org)[:2] == [1, 0]


def test_the_bin_is_read_where_it_is_asked_for(org: LocalOrg, ana: str, account: str) -> None:
    org.delete([account], ana)
    assert org.answer("SELECT COUNT() FROM Account", ana, all_rows=True).total == 1


def test_a_deleted_record_is_neither_read_nor_written(org: LocalOrg, ana: str, account: str) -> None:
    org.delete([account], ana)
    (saved,) = org.update("Account", [{"Id": account, "Name": "x"}], ana)
    with pytest.raises(Refused, match="ENTITY_IS_DELETED"):
        org.record("Account", account)
    assert saved.errors[0].code == "ENTITY_IS_DELETED"


def test_a_deleted_record_is_nobodys_parent(org: LocalOrg, ana: str, account: str) -> None:
    org.delete([account], ana)
    (saved,) = org.create("Contact", [{"LastName": "Vega", "AccountId": account}], ana)
    assert saved.errors[0].code == "ENTITY_IS_DELETED"


@pytest.mark.parametrize(
    ("key", "code"),
    [("001000000000009AAA", "INVALID_CROSS_REFERENCE_KEY"), ("nonsense", "INVALID_CROSS_REFERENCE_KEY")],
)
def test_a_delete_of_nothing_is_refused(org: LocalOrg, ana: str, key: str, code: str) -> None:
    (saved,) = org.delete([key], ana)
    assert saved.errors[0].code == code


def test_a_user_is_never_deleted(org: LocalOrg, ana: str, bo: str) -> None:
    (saved,) = org.delete([bo], ana)
    assert saved.errors[0].code == "INSUFFICIENT_ACCESS_OR_READONLY"


def test_a_delete_is_told_apart_from_an_update(org: LocalOrg, clock: ManualClock, ana: str, account: str) -> None:
    start = clock.now()
    clock.advance(timedelta(minutes=2))
    org.delete([account], ana)
    end = clock.advance(timedelta(minutes=2))
    told: dict[bool, Any] = {deleted: org.changed("Account", start, end, deleted=deleted) for deleted in (False, True)}
    assert told == {False: [], True: [(account, "2026-01-05T09:32:00.000+0000")]}


def _lookup(constraint: DeleteConstraint, *, required: bool = False) -> Field:
    return Field(
        name="Account__c",
        type=FieldType.REFERENCE,
        reference_to=("Account",),
        delete_constraint=constraint,
        nillable=not required,
    )


def _plan(org: LocalOrg, user: str, account: str, lookup: Field) -> str:
    org.define(objects=[custom_object("Plan__c", "Plan", "a00", [lookup])])
    (plan,) = org.create("Plan__c", [{"Name": "Grow", "Account__c": account}], user)
    return plan.id


def test_a_lookup_loses_its_value_with_its_parent_and_gets_it_back(org: LocalOrg, ana: str, account: str) -> None:
    plan = _plan(org, ana, account, _lookup(DeleteConstraint.SET_NULL))
    org.delete([account], ana)
    between = org.record("Plan__c", plan)["Account__c"]
    org.undelete([account], ana)
    assert (between, org.record("Plan__c", plan)["Account__c"]) == (None, account)


def test_a_lookup_that_was_set_anew_keeps_its_value(org: LocalOrg, ana: str, account: str) -> None:
    plan = _plan(org, ana, account, _lookup(DeleteConstraint.SET_NULL))
    (other,) = org.create("Account", [{"Name": "Contoso"}], ana)
    org.delete([account], ana)
    org.update("Plan__c", [{"Id": plan, "Account__c": other.id}], ana)
    org.undelete([account], ana)
    assert org.record("Plan__c", plan)["Account__c"] == other.id


@pytest.mark.parametrize(
    "lookup",
    [
        pytest.param(_lookup(DeleteConstraint.RESTRICT), id="that says so"),
        pytest.param(_lookup(DeleteConstraint.SET_NULL, required=True), id="that is required"),
    ],
)
def test_a_lookup_holds_its_parent(org: LocalOrg, ana: str, account: str, lookup: Field) -> None:
    plan = _plan(org, ana, account, lookup)
    (held,) = org.delete([account], ana)
    (problem,) = held.errors
    why = "it is associated with the following plans.: Grow\n"
    assert problem.code == "DELETE_FAILED"
    assert problem.message == f"Your attempt to delete Northwind could not be completed because {why}"
    org.delete([plan], ana)
    assert org.delete([account], ana)[0].ok


def test_a_lookup_goes_with_its_parent_where_it_says_so(org: LocalOrg, ana: str, account: str) -> None:
    plan = _plan(org, ana, account, _lookup(DeleteConstraint.CASCADE))
    org.delete([account], ana)
    with pytest.raises(Refused, match="ENTITY_IS_DELETED"):
        org.record("Plan__c", plan)


def test_a_detail_goes_with_its_master_and_never_changes_it(org: LocalOrg, ana: str, account: str) -> None:
    master = Field(name="Account__c", type=FieldType.REFERENCE, reference_to=("Account",), master_detail=True)
    plan = _plan(org, ana, account, master)
    (other,) = org.create("Account", [{"Name": "Contoso"}], ana)
    (moved,) = org.update("Plan__c", [{"Id": plan, "Account__c": other.id}], ana)
    assert moved.errors[0].code == "INVALID_FIELD_FOR_INSERT_UPDATE"
    org.delete([account], ana)
    assert org.query("SELECT Id FROM Plan__c", ana) == []
    told = render(org.schema.object("Account"), org.schema)["childRelationships"]
    assert [one["cascadeDelete"] for one in told if one["childSObject"] == "Plan__c"] == [True]


def test_a_case_holds_its_account_and_its_contact(org: LocalOrg, ana: str, account: str) -> None:
    (contact,) = org.query("SELECT Id FROM Contact", ana)
    org.create("Case", [{"Subject": "Help", "ContactId": contact["Id"]}], ana)
    assert [saved.errors[0].message.partition("because")[2] for saved in org.delete([account, contact["Id"]], ana)] == [
        " it is associated with the following cases.: 00000001\n"
    ] * 2


def test_a_deal_that_is_won_holds_its_account(org: LocalOrg, ana: str, account: str) -> None:
    (deal,) = org.query("SELECT Id FROM Opportunity", ana)
    org.update("Opportunity", [{"Id": deal["Id"], "StageName": "Closed Won"}], ana)
    (held,) = org.delete([account], ana)
    assert "some opportunities in that account were closed won. The opportunities were: Deal" in held.errors[0].message


def test_what_went_along_does_not_come_back_alone(org: LocalOrg, ana: str, account: str) -> None:
    (contact,) = org.query("SELECT Id FROM Contact", ana)
    org.delete([account], ana)
    (saved,) = org.undelete([contact["Id"]], ana)
    assert saved.errors[0].code == "UNDELETE_FAILED"


def test_a_record_comes_back_without_a_parent_that_is_deleted_since(org: LocalOrg, ana: str, account: str) -> None:
    (contact,) = org.query("SELECT Id FROM Contact", ana)
    org.delete([contact["Id"]], ana)
    org.delete([account], ana)
    assert org.undelete([contact["Id"]], ana)[0].ok
    assert org.record("Contact", contact["Id"])["AccountId"] is None
    assert org.query("SELECT Id FROM OpportunityContactRole", ana) == []
    org.undelete([account], ana)
    assert len(org.query("SELECT Id FROM OpportunityContactRole", ana)) == 1


def test_a_record_does_not_come_back_without_a_parent_that_it_needs(org: LocalOrg, ana: str, account: str) -> None:
    (role,) = org.query("SELECT Id FROM OpportunityContactRole", ana)
    org.delete([role["Id"]], ana)
    org.delete([account], ana)
    assert org.undelete([role["Id"]], ana)[0].errors[0].code == "UNDELETE_FAILED"


def test_a_unique_value_that_another_took_keeps_a_record_in_the_bin(org: LocalOrg, ana: str) -> None:
    org.define(fields={"Account": [Field(name="Key__c", type=FieldType.STRING, unique=True)]})
    row = {"Name": "Northwind", "Key__c": "N"}
    (first,) = org.create("Account", [row], ana)
    org.delete([first.id], ana)
    (second,) = org.create("Account", [row], ana)
    assert [one.message for one in org.undelete([first.id], ana)[0].errors] == [
        f"duplicate value found: Key__c duplicates value on record with id: {second.id}"
    ]


def test_after_fifteen_days_a_record_is_gone(org: LocalOrg, clock: ManualClock, ana: str, account: str) -> None:
    org.delete([account], ana)
    clock.advance(timedelta(days=15))
    kept = org.answer("SELECT Id FROM Account", ana, all_rows=True).total
    clock.advance(timedelta(seconds=1))
    assert (kept, org.answer("SELECT Id FROM Account", ana, all_rows=True).total) == (1, 0)
    assert org.answer("SELECT Id FROM Contact", ana, all_rows=True).total == 0


def test_an_emptied_bin_gives_nothing_back(org: LocalOrg, ana: str, account: str) -> None:
    org.delete([account], ana)
    assert org.empty_recycle_bin([account], ana)[0].ok
    assert org.undelete([account], ana)[0].errors[0].code == "INVALID_CROSS_REFERENCE_KEY"


def test_a_hard_delete_leaves_no_trace(org: LocalOrg, ana: str, account: str) -> None:
    assert org.hard_delete([account], ana)[0].ok
    assert org.answer("SELECT Id FROM Contact", ana, all_rows=True).total == 0


@pytest.mark.parametrize("short", [True, False], ids=["of 15 characters", "whose last three are small"])
def test_a_record_is_found_by_an_id_in_any_form(org: LocalOrg, ana: str, account: str, *, short: bool) -> None:
    key = account[:15] if short else account[:15] + account[15:].lower()
    assert org.record("Account", key)["Id"] == account
    assert org.update("Account", [{"Id": key, "Name": "Contoso"}], ana)[0].id == account
    assert org.delete([key], ana)[0].id == account
