"""Larger deals that hang on one or two people: flagged above 50,000 with fewer than three contact roles."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from upbeat.testing import House

Make = Callable[..., str]

SINGLE = "single-threaded-larger-deals"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[SINGLE]) as one:
        one.promote(SINGLE)
        yield one


@pytest.fixture
def a_deal_with(house: House, a_deal: Make) -> Make:
    """A deal of this amount with so many contacts on it."""

    def make(amount: Any, contacts: int, **values: Any) -> str:
        account = house.create("Account", Name="Lowell Instruments")
        deal = a_deal(Amount=amount, AccountId=account, **values)
        for number in range(contacts):
            contact = house.create("Contact", LastName=f"Person {number}", AccountId=account)
            house.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact)
        return deal

    return make


def look(house: House) -> None:
    """Let a weekday's 07:00 come, whatever day it is."""
    house.play("3 days")


@pytest.mark.parametrize(
    ("amount", "contacts", "flagged"),
    [
        pytest.param(50_000.00, 2, None, id="50,000.00 with 2 roles does not fire"),
        pytest.param(50_000.01, 2, "Single-threaded", id="50,000.01 with 2 roles fires"),
        pytest.param(50_000.01, 3, None, id="50,000.01 with 3 roles does not fire"),
        pytest.param(90_000, 0, "Single-threaded", id="90,000 with nobody fires"),
        pytest.param(None, 0, None, id="a deal without an amount does not fire"),
    ],
)
def test_a_deal_is_flagged_above_50_000_with_fewer_than_3_roles(
    house: House, a_deal_with: Make, amount: Any, contacts: int, flagged: str | None
) -> None:
    deal = a_deal_with(amount, contacts)
    look(house)
    assert house.get("Opportunity", deal)["Risk_Flag__c"] == flagged


def test_a_flag_says_why_and_since_when_and_the_owner_gets_a_task(house: House, a_deal_with: Make) -> None:
    deal = a_deal_with(75_000, 1, Name="Lowell - Platform")
    look(house)
    flag = house.get("Opportunity", deal)
    [task] = house.query(f"SELECT Subject, Owner.Username, ActivityDate FROM Task WHERE WhatId = '{deal}'")
    assert flag["Risk_Reason__c"] == "Contact roles: 1, at least 3 wanted"
    assert datetime.fromisoformat(flag["Risk_Since__c"]).date() == house.clock.now().date()
    assert (task["Subject"], task["Owner"]["Username"]) == (
        "Bring more people into Lowell - Platform",
        "maya.chen@acme.example",
    )
    assert house.run(deal).outcome == "flagged"


def test_one_contact_in_two_roles_counts_once(house: House, a_deal_with: Make) -> None:
    deal = a_deal_with(75_000, 2)
    [one, _] = house.query(f"SELECT ContactId FROM OpportunityContactRole WHERE OpportunityId = '{deal}'")
    house.create("OpportunityContactRole", OpportunityId=deal, ContactId=one["ContactId"], Role="Evaluator")
    look(house)
    assert house.get("Opportunity", deal)["Risk_Flag__c"] == "Single-threaded"


def test_a_closed_deal_is_not_flagged(house: House, a_deal_with: Make) -> None:
    deal = a_deal_with(75_000, 1)
    house.update("Opportunity", deal, StageName="Closed Lost")
    look(house)
    assert (house.runs(deal), house.get("Opportunity", deal)["Risk_Flag__c"]) == ([], None)


def test_the_task_of_someone_who_left_goes_to_the_workflows_owner(house: House, a_deal_with: Make) -> None:
    deal = a_deal_with(75_000, 1, by="theo.grant@acme.example")
    house.update("User", house.ids["theo.grant@acme.example"], IsActive=False)
    look(house)
    [task] = house.query(f"SELECT Owner.Username FROM Task WHERE WhatId = '{deal}'")
    assert task["Owner"]["Username"] == "priya.shah@acme.example"
