"""A person account is an account and a contact in one: until workflows know which, a person looks (law 11)."""

from collections.abc import Iterator
from typing import Any

import pytest

from upbeat import operations
from upbeat.schema import Field, FieldType
from upbeat.testing import House

pytestmark = pytest.mark.law(11)

NAME, PRIYA = "describe-accounts", "priya.shah@acme.example"
FLOW = f"""
workflow: {NAME}
title: Describe new accounts
function: sdr
family: hygiene
owner: {PRIYA}
problem: New accounts have no description
metric: accounts_without_description
mode: monitor
rollback: automatic
trigger: {{start: created, object: Account, when: "ISBLANK(Description)"}}
steps:
  - {{step: describe, agent: clerk, use: update_record, set: {{Description: to be described}}}}
outcomes:
  described: {{when: '{{!TRUE}}'}}
  waiting: {{due: 2 days, then: escalate, to: {PRIYA}}}
"""
CLERK = """
agent: clerk
role: Writes descriptions.
may_call: [update_record]
reads: [Account.*]
writes: [Account.Description]
model: none
"""


@pytest.fixture
def house() -> Iterator[House]:
    files = {f"workflows/{NAME}.yaml": FLOW, "agents/clerk.yaml": CLERK}
    with House(only=[NAME], files=files) as one:
        one.org.define(fields={"Account": [Field(name="IsPersonAccount", type=FieldType.BOOLEAN)]})
        yield one


def account(house: House, **values: Any) -> str:
    found = house.create("Account", Name="Rowan Tree", **values)
    house.play()
    return found


def test_it_is_handed_to_the_workflows_owner_and_not_written_to(house: House) -> None:
    house.promote(NAME)
    person = account(house, IsPersonAccount=True)
    [question] = house.reviews(PRIYA)
    assert (question.record_id, "is a person account" in question.title) == (person, True)
    assert house.written() == []
    assert operations.status(house.space.house).loose == ()


def test_asked_again_it_is_handed_over_again(house: House) -> None:
    house.promote(NAME)
    account(house, IsPersonAccount=True)
    house.approve(house.reviews(PRIYA)[0], PRIYA, "retry")
    house.play("1 minute")
    assert (len(house.reviews(PRIYA)), house.written()) == (1, [])


def test_a_business_account_goes_the_usual_way(house: House) -> None:
    house.promote(NAME)
    business = account(house, IsPersonAccount=False)
    assert house.get("Account", business)["Description"] == "to be described"
    assert house.reviews() == []


def test_in_monitor_it_is_noted_and_nobody_is_asked(house: House) -> None:
    house.engine  # noqa: B018  from now on it watches
    person = account(house, IsPersonAccount=True)
    assert (house.run(person).outcome, house.reviews()) == ("person account", [])


def test_one_that_the_condition_passes_over_asks_nobody(house: House) -> None:
    house.promote(NAME)
    person = account(house, IsPersonAccount=True, Description="written by hand")
    assert (house.run(person).outcome, house.reviews()) == ("condition not met", [])


def test_an_org_without_person_accounts_is_asked_nothing_of_them() -> None:
    files = {f"workflows/{NAME}.yaml": FLOW, "agents/clerk.yaml": CLERK}
    with House(only=[NAME], files=files) as house:
        house.promote(NAME)
        assert house.get("Account", account(house))["Description"] == "to be described"
