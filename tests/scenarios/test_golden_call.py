"""A recorded meeting, from its transcript to the fields of the right deal, and back again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from upbeat import operations
from upbeat.app import add_template
from upbeat.conversation import Conversation, Medium, Party, Turn
from upbeat.operations.capture import take
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS, templates

AE, MANAGER, ADMIN, IRIS = (f"{one}@acme.example" for one in ("maya.chen", "rowan.ellis", "priya.shah", "iris.nolan"))
FLOWS = ("log-meetings", "update-deal-from-conversation", "economic-buyer-missing")
SAID = (
    ("Maya Chen", "Thanks for making the time. What goes wrong with the trailers today?"),
    ("Hanna Berg", "Our trailers lose their cooling and we find out when the customer calls. That is a real problem."),
    ("Maya Chen", "What does that cost you?"),
    ("Hanna Berg", "We lost 240,000 euros last year to spoiled loads."),
    ("Maya Chen", "And how will you decide?"),
    ("Hanna Berg", "The operations team recommends one vendor, and then it goes to the board in January."),
    ("Maya Chen", "I'll send you the pilot plan by Friday."),
    ("Hanna Berg", "Great, that would help us a lot."),
)
BY_HAND = "Cooling call. Hanna is keen."


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    tools = (PLAYBOOKS / "tools.yaml").read_text(encoding="utf-8")  # Acme's other tool writes summaries too
    files = {"tools.yaml": tools.replace("[Description, Transcript__c]", "[Transcript__c]")}
    with House(only=["none of the shipped ones"], files=files) as one:
        for template in templates():
            if template.name in FLOWS:
                add_template(one.folder, template)
        one.promote(*FLOWS)
        yield one


def recorded(house: House, deal: str) -> Conversation:
    """Give the recording's transcript: eight turns of ten seconds."""
    contact = house.query("SELECT Name, Email FROM Contact WHERE Email = 'hanna.berg@havelund.example'")[0]
    parties = (Party("Maya Chen", AE), Party(contact["Name"], contact["Email"]))
    return Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id=f"of-{deal}",
        title="Havelund: cooling",
        began=house.clock.now() - timedelta(hours=1),
        seconds=80,
        parties=parties,
        turns=tuple(
            Turn(number, who, [one.name for one in parties].index(who), number * 10, number * 10 + 9, 9, text)
            for number, (who, text) in enumerate(SAID)
        ),
    )


def test_a_recorded_meeting_fills_the_right_deal_once_a_manager_agrees_and_can_be_taken_back(house: House) -> None:
    account = house.create("Account", Name="Havelund Fresh", Website="havelund.example")
    contact = house.create(
        "Contact", FirstName="Hanna", LastName="Berg", Email="hanna.berg@havelund.example", AccountId=account
    )
    deal = house.create(
        "Opportunity",
        Name="Havelund - trailers",
        AccountId=account,
        OwnerId=house.ids[AE],
        StageName="Needs Analysis",
        CloseDate="2027-01-31",
        Amount=90_000,
    )
    house.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact, Role="Business User")
    began = house.clock.now() - timedelta(hours=1)
    house.create(
        "Event",
        Subject="Havelund: cooling",
        OwnerId=house.ids[AE],
        WhoId=contact,
        Description=BY_HAND,
        StartDateTime=f"{began:%Y-%m-%dT%H:%M:%S.000Z}",
        EndDateTime=f"{began + timedelta(minutes=30):%Y-%m-%dT%H:%M:%S.000Z}",
    )

    take(house.space.house, [recorded(house, deal)])
    house.play()

    [event] = house.query("SELECT WhatId, Description FROM Event WHERE Subject = 'Havelund: cooling'")
    assert event["WhatId"] == deal
    assert event["Description"].startswith(f"{BY_HAND}\n\nSummary of this meeting, from Teams")
    assert "- Send the pilot plan, Maya Chen, by 20 Nov 2026 (0:01:00, Maya Chen:" in event["Description"]

    asked = {one.workflow: one for one in house.reviews()}
    flag, suggested = asked["economic-buyer-missing"], asked["update-deal-from-conversation"]
    assert flag.owner == AE
    assert flag.body.reasons[0] == (
        "IsClosed is false; Economic_Buyer__c is blank; StageNumber 3 reached the threshold 3"
    )
    assert flag.body.choices == ("multithreaded follow-up", "hold stage progression", "adjust the close plan")
    [proposal] = suggested.body.proposals
    assert {one.field: one.text for one in proposal.quotes} == {
        "Identified_Pain__c": "Our trailers lose their cooling and we find out when the customer calls.",
        "Metrics__c": "We lost 240,000 euros last year to spoiled loads.",
        "Decision_Process__c": "The operations team recommends one vendor, and then it goes to the board in January.",
        "NextStep": "I'll send you the pilot plan by Friday.",
    }
    assert {house.get("Opportunity", deal)[name] for name in proposal.after} == {None}  # nothing before a person agrees

    house.approve(flag, AE, "hold stage progression")
    house.approve(suggested, MANAGER)
    house.play()

    stands = house.get("Opportunity", deal)
    assert stands["Metrics__c"] == "We lost EUR 240,000 last year to spoiled loads"
    assert stands["NextStep"] == "Send the pilot plan, Maya Chen, by 20 Nov 2026"
    assert stands["Economic_Buyer__c"] is None
    assert {one.outcome for one in house.runs(deal)} == {"moved", "suggested"}
    [kept] = house.query("SELECT Id, Talk_Ratio__c, Transcript__c FROM Conversation__c WHERE Part__c = 1")
    assert kept["Talk_Ratio__c"] == 50
    assert "0:00:30, Hanna Berg: We lost 240,000 euros" in kept["Transcript__c"]
    noted = house.query(f"SELECT Type__c, Quote__c FROM Conversation_Insight__c WHERE Conversation__c = '{kept['Id']}'")
    assert {"methodology", "next step"} <= {row["Type__c"] for row in noted}
    assert all(row["Quote__c"] for row in noted)

    run = next(one.run for one in house.runs(deal) if one.workflow == "update-deal-from-conversation")
    operations.roll_back(house.space.house, run, ADMIN)
    house.play()
    [back] = house.reviews()  # what it takes back holds a deletion, and waits for a person too
    house.approve(back, IRIS)
    house.play()
    assert {house.get("Opportunity", deal)[name] for name in proposal.after} == {None}
    assert house.query("SELECT Id FROM Conversation__c") == []
    assert {one.verdict for one in operations.replay(house.space.house, deal)} == {"same"}
