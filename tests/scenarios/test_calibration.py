"""Values read of talk leave review when reviewers have shown how often they are right, and not before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert
from tests.scenarios import talked
from tests.scenarios.test_talk_read_by_a_model import FLOW, SHORT

from upbeat import operations
from upbeat.conversation import Turn
from upbeat.conversation.calibrating import Outcome
from upbeat.operations.capture import calibrated, take
from upbeat.store import tables
from upbeat.testing import House

READER = """
agent: reader
role: Reads what the customer said
may_call: [extract_fields]
reads: [Opportunity.*]
writes: [Opportunity.Metrics__c, Opportunity.Economic_Buyer__c]
model: none
"""
LOSS = "We lost {} euros last year to spoiled loads."


class Deals:
    """A house where the figures that customers name go into their deals."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.count = 0

    def hear(self) -> str:
        """Take in a meeting in which a customer says what it lost; give the deal that it is of."""
        house, self.count = self.house, self.count + 1
        account = house.create("Account", Name=f"Havelund Fresh {self.count}")
        mine = {"AccountId": account, "Email": f"hanna{self.count}@havelund.example"}
        contact = house.create("Contact", FirstName="Hanna", LastName="Berg", **mine)
        closes = (house.clock.now().date() + timedelta(days=30)).isoformat()
        deal = house.create("Opportunity", Name="Cold", AccountId=account, StageName="Prospecting", CloseDate=closes)
        house.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact)
        people = [
            talked.party(house, "Maya Chen", house.ids[talked.AE]),
            talked.party(house, "Hanna Berg", contact),
        ]
        talk = talked.meeting(house, people, source_id=f"m-{self.count}")
        take(house.space.house, [replace(talk, turns=(Turn(0, "Hanna Berg", 1, 0, 5, 5, LOSS.format(240_000)),))])
        house.play()
        return deal

    def decided(self, outcome: Outcome, count: int) -> None:
        """Have reviewers have decided so many values like those, so sure as the rules are."""
        review = {"review_id": "of-before", "name": "metrics", "by": "rules", "outcome": outcome}
        rows = [{**review, "confidence": self.sure, "at": self.house.clock.now()} for _ in range(count)]
        with self.house.space.house.store.writing() as conn:
            conn.execute(insert(tables.reviewed_values), rows)

    @property
    def sure(self) -> float:
        return 0.9


@pytest.fixture
def deals() -> Iterator[Deals]:
    flow = FLOW.replace("  - {step: sum, agent: writer, use: summarise, unread: hold}\n", "")
    files = {
        "workflows/fill-deal.yaml": flow,
        "agents/reader.yaml": READER,
        "methodologies/short.yaml": SHORT,
    }
    with House(only=["none of the shipped ones"], files=files) as house:
        house.promote("fill-deal")
        yield Deals(house)


def test_what_reviewers_took_sixty_times_is_written_by_its_tier_and_one_thing_they_say_is_counted(
    deals: Deals,
) -> None:
    house = deals.house
    first = deals.hear()
    [review] = house.reviews()
    house.approve(review, review.owner)
    house.play()
    [known] = (one.record for one in calibrated(house.space.house).known)
    assert (known.name, known.by, known.accepted, known.precision.of) == ("metrics", "rules", 1, 1)
    assert known.missing.endswith("49 more")

    deals.decided(Outcome.ACCEPTED, 59)
    second = deals.hear()
    assert house.reviews() == []
    assert house.get("Opportunity", second)["Metrics__c"] == house.get("Opportunity", first)["Metrics__c"]
    deals.decided(Outcome.REJECTED, 60)  # a replay decides by what was known then
    [replayed] = operations.replay(house.space.house, second)
    assert {str(one.verdict) for one in replayed.decisions} == {"same"}


def test_what_reviewers_edit_and_reject_stays_with_them(deals: Deals) -> None:
    house = deals.house
    deals.decided(Outcome.ACCEPTED, 50)
    deals.decided(Outcome.EDITED, 12)
    deals.hear()
    [review] = house.reviews()
    house.edit(review, review.owner, Metrics__c="EUR 250,000 a year")
    house.play()
    deals.hear()
    [review] = house.reviews()
    house.reject(review, review.owner)
    house.play()
    [known] = (one.record for one in calibrated(house.space.house).known)
    assert (known.accepted, known.edited, known.rejected) == (50, 13, 1)
    assert known.missing
