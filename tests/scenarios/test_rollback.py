"""A run is taken back: after a preview, through the gate, and never over what a person changed since."""

from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.base import UpbeatError
from upbeat.operations import Refused, Reversible
from upbeat.testing import House

pytestmark = pytest.mark.law(8)

Make = Callable[..., str]

ROUTE, SINGLE, ADVANCE = "route-inbound-leads", "single-threaded-larger-deals", "advance-stage"
PRIYA, ROWAN, DANA, MAYA, BEN = (
    f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield", "maya.chen", "ben.foster")
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE, SINGLE, ADVANCE]) as one:
        one.promote(ROUTE, SINGLE, ADVANCE)
        yield one


@pytest.fixture
def routed(house: House, a_lead: Make) -> str:
    lead = a_lead()
    house.play()
    return lead


@pytest.fixture
def flagged(house: House, a_deal: Make) -> str:
    deal = a_deal(Amount=90_000)
    house.play("3 days")
    return deal


@pytest.fixture
def advanced(house: House, a_deal: Make) -> str:
    deal = a_deal(StageName="Proposal/Price Quote")
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    sign(house, deal)
    house.play()
    return deal


def sign(house: House, record_id: str, *people: str) -> None:
    [review] = [one for one in house.reviews() if one.record_id == record_id]
    for person in people or (ROWAN, DANA):
        house.approve(review, person)


def take_back(house: House, record_id: str, by: str = DANA) -> None:
    run = next(one.run for one in house.runs(record_id) if one.state == "done")
    operations.roll_back(house.space.house, run, by)
    house.play()


def tasks(house: House, deal: str) -> list[str]:
    return [row["Id"] for row in house.query(f"SELECT Id FROM Task WHERE WhatId = '{deal}'")]


def test_a_preview_says_what_would_go_back_to_what(house: House, routed: str) -> None:
    [one] = operations.preview(house.space.house, routed)
    assert (one.state, one.now["OwnerId"]) == (Reversible.YES, house.get("Lead", routed)["OwnerId"])
    assert one.back_to == {"OwnerId": house.ids["New Leads"]}


def test_a_preview_changes_nothing(house: House, routed: str) -> None:
    owner = house.owner("Lead", routed)
    list(operations.preview(house.space.house, routed))
    house.play()
    assert house.owner("Lead", routed) == owner


def test_a_routed_lead_goes_back_to_the_queue(house: House, routed: str) -> None:
    take_back(house, routed)
    assert (house.owner("Lead", routed), house.run(routed).outcome) == ("New Leads", "rolled back")


def test_a_run_is_taken_back_once(house: House, routed: str) -> None:
    run = house.run(routed).run
    take_back(house, routed)
    with pytest.raises(Refused, match="was taken back already"):
        operations.roll_back(house.space.house, run, DANA)


def test_a_field_that_a_person_changed_since_is_refused_in_words(house: House, routed: str) -> None:
    house.update("Lead", routed, OwnerId=house.ids[BEN])
    with pytest.raises(Refused, match=r"OwnerId was set to .* by Priya Shah"):
        take_back(house, routed)
    assert house.owner("Lead", routed) == BEN


def test_what_a_person_changes_just_before_it_is_taken_back_stays(house: House, routed: str) -> None:
    operations.roll_back(house.space.house, routed, DANA)
    house.update("Lead", routed, OwnerId=house.ids[BEN])
    house.play()
    assert (house.owner("Lead", routed), house.run(routed).outcome) == (BEN, "rollback refused")


def test_a_run_that_wrote_nothing_has_nothing_to_take_back(house: House, a_lead: Make) -> None:
    lead = a_lead(OwnerId=house.ids[BEN])
    house.play()
    with pytest.raises(Refused, match="wrote nothing"):
        list(operations.preview(house.space.house, lead))


def test_a_created_task_goes_to_the_recycle_bin_and_the_flag_away_once_revops_agreed(
    house: House, flagged: str
) -> None:
    [task] = tasks(house, flagged)
    take_back(house, flagged)
    assert tasks(house, flagged) == [task]  # a deletion is reviewed
    sign(house, flagged, PRIYA)
    house.play()
    assert (tasks(house, flagged), house.get("Opportunity", flagged)["Risk_Flag__c"]) == ([], None)
    bin_ = house.org.answer(f"SELECT IsDeleted FROM Task WHERE Id = '{task}'", house.ids[PRIYA], all_rows=True)
    assert bin_.records[0]["IsDeleted"] is True


def test_a_task_that_a_rep_has_taken_up_stays_and_the_rest_goes_only_when_asked_for(house: House, flagged: str) -> None:
    [task] = tasks(house, flagged)
    house.play("1 hour")
    house.update("Task", task, by=MAYA, Status="In Progress")
    run = next(one.run for one in house.runs(flagged) if one.state == "done")
    with pytest.raises(Refused, match=r"Status was set to Not Started .* by Maya Chen"):
        operations.roll_back(house.space.house, run, DANA)
    operations.roll_back(house.space.house, run, DANA, rest=True)
    house.play()
    assert (tasks(house, flagged), house.get("Opportunity", flagged)["Risk_Flag__c"]) == ([task], None)


def test_a_task_that_a_rep_takes_up_while_its_deletion_waits_for_release_stays(house: House, flagged: str) -> None:
    [task] = tasks(house, flagged)
    take_back(house, flagged)
    house.update("Task", task, by=MAYA, Status="In Progress")
    sign(house, flagged, PRIYA)
    house.play("1 minute")
    assert tasks(house, flagged) == [task]
    assert house.run(flagged).outcome == "rollback refused"


def test_nobody_releases_a_rollback_that_they_asked_for(house: House, flagged: str) -> None:
    take_back(house, flagged, by=PRIYA)
    with pytest.raises(UpbeatError, match="nobody releases"):
        sign(house, flagged, PRIYA)


@pytest.mark.law(6)
def test_taking_back_what_needed_approval_needs_approval_again(house: House, advanced: str) -> None:
    take_back(house, advanced, by=PRIYA)
    assert house.get("Opportunity", advanced)["StageName"] == "Negotiation/Review"
    sign(house, advanced)
    house.play()
    assert house.get("Opportunity", advanced)["StageName"] == "Proposal/Price Quote"


def test_a_rollback_that_is_rejected_changes_nothing(house: House, advanced: str) -> None:
    take_back(house, advanced, by=PRIYA)
    [review] = [one for one in house.reviews() if one.record_id == advanced]
    house.reject(review, ROWAN, "wrong time")
    house.play()
    assert house.get("Opportunity", advanced)["StageName"] == "Negotiation/Review"
    assert house.run(advanced).outcome == "rejected"


def test_a_run_is_taken_back_though_its_workflow_went_back_to_monitor(house: House, routed: str) -> None:
    operations.demote(house.space.house, ROUTE, DANA, "wrong people")
    try:
        take_back(house, routed)
        assert house.owner("Lead", routed) == "New Leads"
    finally:
        house.promote(ROUTE)
