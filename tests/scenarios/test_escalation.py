"""What nobody answers in time goes up, and stays a question: time never says yes."""

from collections.abc import Callable, Iterator

import pytest

from upbeat.base import UpbeatError
from upbeat.operations import Review
from upbeat.testing import House

Make = Callable[..., str]
Push = Callable[[str, int], None]

PUSH, ADVANCE, ROUTE = "repeated-close-date-push", "advance-stage", "route-inbound-leads"
PRIYA, ROWAN, DANA, MAYA = (
    f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield", "maya.chen")
)


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[PUSH, ADVANCE, ROUTE]) as one:
        one.promote(PUSH, ADVANCE, ROUTE)
        yield one


@pytest.fixture
def asked(a_deal: Make, push: Push) -> str:
    """A deal about which its owner's manager is asked."""
    deal = a_deal()
    for _ in range(3):
        push(deal, 14)
    return deal


@pytest.fixture
def held(house: House, a_deal: Make) -> str:
    """A deal whose way into Commit waits for approval."""
    deal = a_deal(StageName="Proposal/Price Quote")
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    return deal


def question(house: House) -> Review:
    """Give the one question about a record; what the house asks of owners as weeks go by is none of it."""
    [review] = [one for one in house.reviews() if one.record_id]
    return review


def test_an_overdue_question_goes_to_the_manager_above(house: House, asked: str) -> None:
    assert question(house).owner == DANA
    house.play("7 days")
    assert (question(house).owner, house.run(asked).owner) == (ROWAN, ROWAN)
    assert question(house).due_at > house.clock.now()


def test_from_the_top_it_goes_to_the_workflows_owner(house: House, asked: str) -> None:
    house.play("7 days")
    house.play("1 day")
    assert (question(house).owner, house.run(asked).owner) == (PRIYA, PRIYA)


def test_it_is_one_question_still_and_the_answer_ends_the_run(house: House, asked: str) -> None:
    for _ in range(12):
        house.play("1 day")
    house.approve(question(house), DANA, "close it as lost")
    house.play()
    assert (house.run(asked).outcome, house.reviews()) == ("decided", [])


@pytest.mark.law(6)
def test_an_approval_that_nobody_gives_never_becomes_one(house: House, held: str) -> None:
    for _ in range(10):
        house.play("3 days")
    assert (question(house).state, house.get("Opportunity", held)["StageName"]) == ("open", "Proposal/Price Quote")


def test_an_overdue_approval_is_still_given_by_those_who_may(house: House, held: str) -> None:
    for _ in range(3):
        house.play("1 day")
    with pytest.raises(UpbeatError, match="nobody releases what"):
        house.approve(question(house), PRIYA)
    for person in (ROWAN, DANA):
        house.approve(question(house), person)
    house.play()
    assert house.get("Opportunity", held)["StageName"] == "Negotiation/Review"


@pytest.mark.law(2)
def test_at_whatever_hour_of_a_week_one_looks_everything_that_waits_has_an_owner_and_a_time(
    house: House, asked: str, held: str, a_lead: Make
) -> None:
    lead = a_lead(Country="Brazil")
    house.play()
    for _ in range(7 * 24 // 5):
        house.play("5 hours")  # every hour of the day comes round
        for record in (asked, held, lead):
            run = house.run(record)
            assert run.owner
            assert run.due_at is not None
            assert run.due_at > house.clock.now()
