"""A deal is about to enter Commit by a change of its stage: it waits for the revenue manager, whoever else signs."""

from collections.abc import Callable, Iterator

import pytest

from upbeat.base import UpbeatError
from upbeat.operations import Review
from upbeat.testing import House

Make = Callable[..., str]

ADVANCE = "advance-stage"
PRIYA, ROWAN, DANA, MAYA = (
    f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield", "maya.chen")
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ADVANCE]) as one:
        one.promote(ADVANCE)
        yield one


@pytest.fixture
def agreed(house: House, a_deal: Make) -> Make:
    """A deal whose customer has agreed by word."""

    def make(**values: str) -> str:
        deal = a_deal(StageName="Proposal/Price Quote", **values)
        house.play("1 minute")
        house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
        house.play()
        return deal

    return make


def waiting(house: House, deal: str) -> Review:
    [review] = [one for one in house.reviews() if one.record_id == deal]
    return review


def sign(house: House, deal: str) -> None:
    review = waiting(house, deal)
    for person in (ROWAN, DANA):
        house.approve(review, person)


def stage(house: House, deal: str) -> str:
    return house.get("Opportunity", deal)["StageName"]


@pytest.mark.law(6)
def test_commit_entered_through_the_stage_waits_for_the_revenue_manager(house: House, agreed: Make) -> None:
    deal = agreed()
    review = waiting(house, deal)
    assert (review.owner, review.body.tier) == (ROWAN, "approval")
    assert review.body.roles == ("revenue_manager", "sales_manager")  # for Commit, and for a late stage
    assert (stage(house, deal), house.run(deal).state) == ("Proposal/Price Quote", "waiting")


def test_the_question_names_the_deal_and_what_would_change(house: House, agreed: Make) -> None:
    review = waiting(house, agreed(Name="Lowell Instruments - Platform"))
    assert review.title == "Lowell Instruments - Platform: StageName Proposal/Price Quote → Negotiation/Review"


def test_once_both_have_signed_it_is_written(house: House, agreed: Make) -> None:
    deal = agreed()
    sign(house, deal)
    house.play()
    assert (stage(house, deal), house.run(deal).outcome) == ("Negotiation/Review", "advanced")


@pytest.mark.parametrize(
    ("someone", "why"),
    [
        pytest.param(PRIYA, "nobody releases what they ask for", id="the author"),
        pytest.param(PRIYA.upper(), "nobody releases what they ask for", id="the author in capitals"),
        pytest.param(MAYA, "may not release", id="without a role"),
        pytest.param("nobody@acme.example", "is no user of this org", id="unknown"),
        pytest.param("sam.porter@acme.example", "is not active", id="inactive"),
        pytest.param("", "nobody says who", id="nobody"),
    ],
)
def test_nobody_else_approves_it(house: House, agreed: Make, someone: str, why: str) -> None:
    house.update("User", house.ids["sam.porter@acme.example"], IsActive=False)
    deal = agreed()
    with pytest.raises(UpbeatError, match=why):
        house.approve(waiting(house, deal), someone)
    house.play()
    assert stage(house, deal) == "Proposal/Price Quote"


def test_a_rejection_writes_nothing_and_ends_the_run_with_its_reason(house: House, agreed: Make) -> None:
    deal = agreed()
    house.reject(waiting(house, deal), ROWAN, "wrong time")
    house.play()
    run = house.run(deal)
    assert (run.outcome, stage(house, deal)) == ("rejected", "Proposal/Price Quote")
    assert any("wrong time" in detail for one in run.told for detail in one.details)


def test_someone_without_a_role_does_not_reject_it_either(house: House, agreed: Make) -> None:
    with pytest.raises(UpbeatError, match="may not decide this change"):
        house.reject(waiting(house, agreed()), MAYA)


@pytest.mark.law(6)
@pytest.mark.parametrize("person", [pytest.param(ROWAN, id="the revenue manager"), pytest.param(DANA, id="the other")])
def test_one_signature_of_two_writes_nothing(house: House, agreed: Make, person: str) -> None:
    deal = agreed()
    assert house.approve(waiting(house, deal), person).state == "open"
    house.play()
    assert stage(house, deal) == "Proposal/Price Quote"


def test_nobody_signs_twice(house: House, agreed: Make) -> None:
    review = waiting(house, agreed())
    house.approve(review, ROWAN)
    with pytest.raises(UpbeatError, match="has signed already"):
        house.approve(review, ROWAN)


def test_it_is_decided_once(house: House, agreed: Make) -> None:
    deal = agreed()
    review = waiting(house, deal)
    sign(house, deal)
    with pytest.raises(UpbeatError, match=r"was approved by dana\.whitfield@acme\.example"):
        house.reject(review, ROWAN)


@pytest.mark.law(8)
def test_what_a_person_changed_in_between_is_not_overwritten(house: House, agreed: Make) -> None:
    deal = agreed()
    house.update("Opportunity", deal, by=MAYA, StageName="Perception Analysis")
    assert house.approve(waiting(house, deal), ROWAN).state == "outdated"
    house.play()
    assert stage(house, deal) == "Perception Analysis"


def test_what_a_person_changed_in_between_is_asked_anew_and_then_written(house: House, agreed: Make) -> None:
    deal = agreed()
    house.update("Opportunity", deal, by=MAYA, StageName="Perception Analysis")
    assert house.approve(waiting(house, deal), ROWAN).state == "outdated"
    house.play()
    assert waiting(house, deal).body.proposals[0].before == {"StageName": "Perception Analysis"}
    sign(house, deal)
    house.play()
    assert (stage(house, deal), house.run(deal).outcome) == ("Negotiation/Review", "advanced")


def test_nothing_is_asked_anew_where_the_change_is_no_longer_wanted(house: House, agreed: Make) -> None:
    deal = agreed()
    house.update("Opportunity", deal, by=MAYA, StageName="Closed Lost")
    assert house.approve(waiting(house, deal), ROWAN).state == "outdated"
    house.play()
    assert (stage(house, deal), house.run(deal).outcome) == ("Closed Lost", "condition not met")
