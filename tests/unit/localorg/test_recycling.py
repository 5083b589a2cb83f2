"""What is deleted goes to the recycle bin with what it owns, and comes back with it."""

from datetime import timedelta
from typing import Any

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, Refused


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
