"""An audit of a team's deals: what is wrong with each is found in the org, and nothing else is."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from upbeat import operations
from upbeat.foundation import Audit, Finding
from upbeat.schema import Field, FieldType
from upbeat.testing import House

REP = "maya.chen@acme.example"
EARLY, LATE = "Prospecting", "Needs Analysis"
FIELDS = """\
owner: priya.shah@acme.example
stages:
  Prospecting: {exit: [NextStep], why: A deal that goes on has a plan.}
push_count: Push_Count__c
contact_roles: {least: 1}
forecast:
  Pipeline: {when: 'Amount < 90000', why: What is larger is looked at by two people.}
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["missing-next-step"], files={"fields.yaml": FIELDS}) as one:
        one.org.define(fields={"Opportunity": [Field(name="Push_Count__c", type=FieldType.DOUBLE, precision=4)]})
        _win_twelve(one)
        yield one


@pytest.fixture(scope="module")
def deals(house: House) -> Mapping[str, str]:
    """The ids of six open deals as they should be, and of those with one thing wrong each, by what that is."""
    stale = _deal(house, "stale")
    house.clock.advance(timedelta(days=120))
    found = {"stale": stale} | {f"sound {at}": _deal(house, f"sound {at}") for at in range(6)}
    found["late"] = _deal(house, "late", CloseDate=house.clock.now().date().isoformat())
    found["no amount"] = _deal(house, "no amount", Amount=None)
    found["no step"] = _deal(house, "no step", NextStep=None)
    found["nobody"] = _deal(house, "nobody", contacts=0)
    found["larger"] = _deal(house, "larger", Amount=95_000)
    found["early"] = _deal(house, "early", StageName=EARLY, NextStep=None, Amount=9_000)
    found["miscounted"] = _deal(house, "miscounted", Push_Count__c=2)
    house.clock.advance(timedelta(days=1))
    return found


@pytest.fixture(scope="module")
def audit(house: House, deals: Mapping[str, str]) -> Audit:
    assert deals
    return operations.audit(house.space.house, operations.plan_audit(house.space.house))


def _deal(house: House, name: str, *, contacts: int = 3, **values: Any) -> str:
    closes = (house.clock.now() + timedelta(days=200)).date().isoformat()
    usual = {"StageName": LATE, "CloseDate": closes, "Amount": 40_000, "NextStep": "Meet the buyer"}
    account = house.create("Account", Name=f"{name.title()} Instruments")
    deal = house.create("Opportunity", by=REP, Name=name, AccountId=account, **{**usual, **values})
    for number in range(contacts):
        contact = house.create("Contact", LastName=f"{name.title()} {number}", AccountId=account)
        house.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact)
    return deal


def _win_twelve(house: House) -> None:
    """Let twelve deals stand in a stage for twenty days, and be won."""
    won = [_deal(house, f"won {at}", contacts=0) for at in range(12)]
    house.clock.advance(timedelta(days=20))
    today = house.clock.now().date().isoformat()
    for one in won:
        house.update("Opportunity", one, by=REP, StageName="Closed Won", CloseDate=today)


def finding(audit: Audit, check: str) -> Finding:
    [one] = [one for one in audit.findings if one.check == check]
    return one


@pytest.mark.parametrize(
    ("check", "which", "of"),
    [
        ("close-dates-past", ["late"], 14),
        ("amounts-missing", ["no amount"], 13),
        ("stale-stages", ["stale"], 14),
        ("next-steps", ["no step"], 13),
        ("contact-roles", ["nobody"], 14),
        ("push-count", ["miscounted"], 14),
        ("forecast-conditions", ["no amount", "larger"], 14),
        ("incomplete-deals", ["no amount", "no step", "nobody"], 14),
    ],
)
def test_each_check_finds_the_deals_that_are_wrong_and_no_other(
    audit: Audit, deals: Mapping[str, str], check: str, which: list[str], of: int
) -> None:
    one = finding(audit, check)
    assert {each.name for each in one.records} == set(which)
    assert {each.id for each in one.records} == {deals[name] for name in which}
    assert (one.count, one.of) == (len(which), of)


def test_what_is_as_it_should_be_is_told_of_by_no_check(audit: Audit) -> None:
    told = {each.name for one in audit.findings for each in one.records if each.object == "Opportunity"}
    assert not [name for name in told if name.startswith(("sound", "early", "won"))]
    assert not [one for one in audit.findings if one.check == "forecast-mapping"]


def test_the_query_of_a_finding_shows_its_records_again(house: House, audit: Audit) -> None:
    shown = {"close-dates-past", "amounts-missing", "stale-stages", "next-steps", "contact-roles", "incomplete-deals"}
    for one in audit.findings:
        if one.check in shown:
            again = {row["Id"] for query in one.queries for row in house.query(query)}
            assert again == {each.id for each in one.records}, one.check


def test_the_pipeline_is_told_whole_and_without_what_is_incomplete(audit: Audit) -> None:
    [one] = [one for one in audit.exhibits if one.key == "incomplete-deals/pipeline"]
    assert one.rows[-1] == ("All stages", 14, 3, 544_000, 464_000)
