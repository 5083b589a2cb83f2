"""What was cleared and could not be sent is decided anew before it is written."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.scenarios.queued import AGENT, FLOW, MAYA, NAME

from upbeat.localorg import Fault, FaultKind
from upbeat.testing import House

FILES = {
    f"workflows/{NAME}.yaml": FLOW.replace("ForecastCategoryName: Best Case", "TotalOpportunityQuantity: 5"),
    "agents/forecaster.yaml": AGENT.replace("ForecastCategoryName", "TotalOpportunityQuantity"),
}


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[NAME], files=FILES) as one:
        one.promote(NAME)
        yield one


def unsent(house: House) -> str:
    """Give a deal whose change was cleared, and not written as the org was away."""
    close = (house.clock.now().date() + timedelta(days=60)).isoformat()
    plain = {"Name": "Lowell", "StageName": "Qualification", "CloseDate": close, "Amount": 1, "NextStep": "Meet"}
    deal = house.create("Opportunity", by=MAYA, **plain)
    house.play("1 minute")
    house.org.faults.add(Fault("PATCH .*composite", FaultKind.AWAY, times=1, seconds=1))
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.clock.advance(timedelta(minutes=1))
    house.engine.turn()
    assert house.run(deal).state == "retry"
    return deal


@pytest.mark.law(6)
def test_a_change_that_waited_asks_a_person_when_its_deal_was_moved_to_commit_meanwhile(house: House) -> None:
    deal = unsent(house)
    house.update("Opportunity", deal, by=MAYA, StageName="Negotiation/Review")
    house.play("5 minutes")
    house.play("5 minutes")
    assert house.get("Opportunity", deal)["TotalOpportunityQuantity"] is None
    assert [one.record_id for one in house.reviews()] == [deal]


@pytest.mark.law(1)
def test_a_change_that_waited_is_written_without_a_question_where_nothing_has_changed(house: House) -> None:
    deal = unsent(house)
    house.play("5 minutes")
    house.play("5 minutes")
    assert (house.get("Opportunity", deal)["TotalOpportunityQuantity"], list(house.reviews())) == (5, [])
