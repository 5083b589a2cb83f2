"""A conversation that may be of several deals is of the one that a person says, and of none before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.scenarios import talked
from tests.scenarios.talked import AE

from upbeat import operations
from upbeat.conversation import Party
from upbeat.operations.capture import take
from upbeat.testing import House

LOG = talked.logging("Event").replace(
    "  - step: log\n    agent: scribe\n    use: log_activity",
    "  - step: which\n    agent: scribe\n    use: match_deal\n"
    "  - step: log\n    agent: scribe\n    use: log_activity\n    deal: '{!$Step.which.deal}'",
)
AGENT = """
agent: scribe
role: Logs what was said
model: none
may_call: [match_deal, log_activity, relate_people]
reads: [Event.*, EventRelation.*]
writes: [Event.*, EventRelation.*]
"""
ADD = """
workflow: add-people
title: Add who was talked to
function: ae
family: hygiene
owner: priya.shah@acme.example
problem: Nobody knows who was talked to
metric: contacts
mode: monitor
rollback: automatic
limits: {per_hour: 2000, per_day: 5000}
trigger:
  start: captured
  object: Opportunity
  when: |
    TRUE
steps:
  - step: people
    agent: adder
    use: add_people
  - step: roles
    agent: adder
    use: add_people
outcomes:
  added: {when: '{!TRUE}'}
  waiting: {due: 2 days, then: escalate, to: priya.shah@acme.example}
"""
ADDER = """
agent: adder
role: Adds who was talked to
model: none
may_call: [add_people]
reads: [Opportunity.*, Contact.*, OpportunityContactRole.*]
writes: [Contact.*, OpportunityContactRole.*]
"""


@pytest.mark.law(11)
def test_the_deal_that_a_person_says_gets_the_meeting_and_its_people_and_the_next_one_needs_no_answer() -> None:
    files = {
        "agents/scribe.yaml": AGENT,
        "workflows/log-event.yaml": LOG,
        "agents/adder.yaml": ADDER,
        "workflows/add-people.yaml": ADD,
    }
    with House(only=["missing-next-step"], files=files) as house:
        account = house.create("Account", Name="Havelund Fresh", Website="havelund.example")
        deals = [
            house.create(
                "Opportunity",
                Name=f"Havelund - {name}",
                AccountId=account,
                StageName="Prospecting",
                CloseDate="2027-01-31",
            )
            for name in ("trailers", "depots")
        ]
        house.promote("log-event", "add-people")
        maya = Party("Maya Chen", AE)
        talk = talked.meeting(
            house, [maya, Party("Hanna Berg", "hanna@havelund.example", title="Head of Quality")], title="Weekly"
        )

        take(house.space.house, [talk])
        house.play()
        [asked] = [one for one in house.reviews() if one.record_id == talk.key]
        before = house.query("SELECT Id FROM Contact")
        house.approve(asked, AE, next(one for one in asked.body.choices if deals[1] in one))
        house.play()

        for _ in ("the contact", "its role"):
            [suggested] = house.reviews()
            house.approve(suggested, suggested.owner)
            house.play()

        assert (asked.owner, before) == (AE, [])
        [event] = house.query("SELECT WhatId FROM Event WHERE Subject = 'Weekly'")
        assert event["WhatId"] == deals[1]
        [contact] = house.query("SELECT Id, FirstName, LastName, Email, Title, AccountId FROM Contact")
        del contact["attributes"]
        assert contact == {
            "Id": contact["Id"],
            "FirstName": "Hanna",
            "LastName": "Berg",
            "Email": "hanna@havelund.example",
            "Title": "Head of Quality",
            "AccountId": account,
        }
        roles = house.query("SELECT ContactId, OpportunityId, Role, IsPrimary FROM OpportunityContactRole")
        assert [(one["ContactId"], one["OpportunityId"], one["Role"], one["IsPrimary"]) for one in roles] == [
            (contact["Id"], deals[1], None, False)
        ]
        assert {one.verdict for one in operations.replay(house.space.house, talk.key)} == {"same"}

        take(
            house.space.house,
            [replace(talk, source_id="m-2", title="Once more", began=talk.began - timedelta(hours=2))],
        )
        house.play()

        [event] = house.query("SELECT WhatId FROM Event WHERE Subject = 'Once more'")
        assert event["WhatId"] == deals[1]  # in which she has a role by now
        assert house.reviews() == []


LOG_FIRST = talked.logging("Event").replace(
    "outcomes:",
    "  - step: which\n    agent: scribe\n    use: match_deal\n"
    "  - step: on_deal\n    agent: scribe\n    use: log_activity\n    activity: '{!$Step.log.id}'\n"
    "    deal: '{!$Step.which.deal}'\noutcomes:",
)


@pytest.mark.law(11)
def test_a_meeting_is_logged_before_its_deal_is_known_and_moved_to_the_one_that_a_person_says() -> None:
    files = {"agents/scribe.yaml": AGENT, "workflows/log-event.yaml": LOG_FIRST}
    with House(only=["missing-next-step"], files=files) as house:
        account = house.create("Account", Name="Havelund Fresh", Website="havelund.example")
        plain = {"AccountId": account, "StageName": "Prospecting", "CloseDate": "2027-01-31"}
        deals = [house.create("Opportunity", Name=f"Havelund - {name}", **plain) for name in ("trailers", "depots")]
        house.promote("log-event")
        maya = Party("Maya Chen", AE)
        talk = talked.meeting(house, [maya, Party("Hanna Berg", "hanna@havelund.example")], title="Weekly")
        take(house.space.house, [talk])
        house.play()
        [before] = house.query("SELECT Id, WhatId FROM Event WHERE Subject = 'Weekly'")
        [asked] = [one for one in house.reviews() if one.record_id == talk.key]
        house.approve(asked, AE, next(one for one in asked.body.choices if deals[0] in one))
        house.play()
        after = house.get("Event", before["Id"])["WhatId"]
    assert (before["WhatId"], after) == (account, deals[0])
