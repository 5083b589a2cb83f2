"""A contact role decides whom a follow-up is about and who hears of it; where it is missing, that is said."""

from collections.abc import Iterator

import pytest

from upbeat.testing import House

FLOW = """\
workflow: follow-up
title: Follow up with the Economic Buyer
function: ae
family: deal-execution
owner: priya.shah@acme.example
problem: Follow-ups go to whoever is first in the list of contacts
metric: replies
rollback: automatic
trigger:
  start: updated
  object: Opportunity
  when: |
    ISPICKVAL(StageName, "Proposal/Price Quote")
steps:
  - step: follow
    agent: follower
    use: create_task
    to: '{!$Record.OwnerId}'
    who: '{!$Signal.EconomicBuyer}'
    subject: Talk through the proposal
    text: Walk them through the price.
    due: 2 days
  - step: tell
    agent: follower
    use: notify
    to: '{!$Signal.EconomicBuyerEmail}'
    text: Our proposal is on its way.
outcomes:
  asked: {when: '{!NOT(ISBLANK($Step.follow.owner))}'}
  waiting: {due: 2 days, then: escalate, to: priya.shah@acme.example}
"""
AGENT = """\
agent: follower
role: Follows up after a proposal.
may_call: [create_task, notify]
reads: [Opportunity.*]
writes: [Task.*]
model: none
"""
MAYA = "maya.chen@acme.example"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    files = {"workflows/follow-up.yaml": FLOW, "agents/follower.yaml": AGENT}
    with House(only=["follow-up"], files=files) as one:
        one.promote("follow-up")
        one.play("3 hours")
        yield one


def _proposed(house: House, *roles: str) -> tuple[dict[str, str], list[str]]:
    """Send a proposal for a deal of which a contact each has these roles: its task, and who a message waits for."""
    deal = house.create(
        "Opportunity", by=MAYA, Name="Lowell", StageName="Value Proposition", CloseDate="2027-01-31", Amount=9000
    )
    for number, role in enumerate(roles):
        contact = house.create("Contact", by=MAYA, LastName=f"Diaz {number}", Email=f"diaz{number}@lowell.example")
        house.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact, Role=role)
    house.play()
    house.update("Opportunity", deal, by=MAYA, StageName="Proposal/Price Quote")
    house.play()
    [task] = house.query(f"SELECT WhoId, OwnerId, Description FROM Task WHERE WhatId = '{deal}'")
    waits = [proposal for one in house.reviews() for proposal in one.body.proposals if proposal.record_id == deal]
    return task, [str(one.after["To"]) for one in waits]


def test_whoever_has_the_role_is_whom_the_task_is_about_and_the_message_is_for(house: House) -> None:
    task, told = _proposed(house, "Influencer", "Economic Buyer")
    assert house.get("Contact", task["WhoId"])["LastName"] == "Diaz 1"
    assert told == ["diaz1@lowell.example"]


@pytest.mark.law(11)
@pytest.mark.parametrize("roles", [["Influencer"], ["Economic Buyer", "Economic Buyer"]], ids=["nobody", "two"])
def test_a_role_that_nobody_or_more_than_one_has_is_reported_and_not_guessed(house: House, roles: list[str]) -> None:
    task, told = _proposed(house, *roles)
    assert (task["WhoId"], told) == (None, [])
    assert "Whom it is about is not known" in task["Description"]
