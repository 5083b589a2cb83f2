"""What cannot go on becomes its owner's: with the reason, two moves, and a due time (law 2)."""

from collections.abc import Callable, Iterator

import pytest

from upbeat.localorg.rules import ValidationRule
from upbeat.operations import Review
from upbeat.testing import House

pytestmark = pytest.mark.law(2)

Make = Callable[..., str]

ROUTE = "route-inbound-leads"
PRIYA = "priya.shah@acme.example"


def rule(*, active: bool) -> ValidationRule:
    return ValidationRule(
        object="Lead",
        name="Phone_first",
        formula="AND(ISCHANGED(OwnerId), ISBLANK(Phone))",
        message="A lead needs a phone number before it gets an owner",
        active=active,
    )


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one:
        one.org.define(rules=[rule(active=True)])
        one.promote(ROUTE)
        yield one


@pytest.fixture
def refused(house: House, a_lead: Make) -> str:
    lead = a_lead()
    house.play()
    return lead


def question(house: House) -> Review:
    [found] = house.reviews()
    return found


def test_a_write_that_the_org_refuses_is_put_to_the_owner_with_the_orgs_words(house: House, refused: str) -> None:
    asked = question(house)
    assert (asked.owner, asked.body.choices) == (PRIYA, ("retry", "give up"))
    assert asked.title.startswith("Rowe")
    assert ": route-inbound-leads cannot go on: FIELD_CUSTOM_VALIDATION_EXCEPTION: " in asked.title
    assert "A lead needs a phone number" in asked.title
    assert (house.run(refused).state, house.run(refused).owner) == ("dead", PRIYA)


def test_the_others_of_its_batch_are_written(house: House, a_lead: Make) -> None:
    leads = [a_lead(), a_lead(Phone="020 7946 0000"), a_lead()]
    house.play()
    assert [house.run(one).state for one in leads] == ["dead", "done", "dead"]


def test_once_what_was_wrong_is_mended_a_retry_writes_it(house: House, refused: str) -> None:
    house.org.define(rules=[rule(active=False)])
    house.approve(question(house), PRIYA, "retry")
    house.play()
    assert (house.run(refused).outcome, house.reviews()) == ("routed", [])
    assert house.owner("Lead", refused) != "New Leads"


def test_a_retry_that_is_refused_again_is_put_to_the_owner_again(house: House, refused: str) -> None:
    house.approve(question(house), PRIYA, "retry")
    house.play()
    assert (question(house).owner, house.run(refused).state) == (PRIYA, "dead")


def test_a_retry_leaves_a_lead_alone_that_somebody_took_meanwhile(house: House, refused: str) -> None:
    house.update("Lead", refused, OwnerId=house.ids["ben.foster@acme.example"], Phone="020 7946 0000")
    house.approve(question(house), PRIYA, "retry")
    house.play()
    assert (house.run(refused).outcome, house.owner("Lead", refused)) == ("left alone", "ben.foster@acme.example")


def test_an_owner_who_gives_up_ends_it_in_their_name(house: House, refused: str) -> None:
    house.approve(question(house), PRIYA, "give up")
    house.play()
    run = house.run(refused)
    assert (run.outcome, house.owner("Lead", refused)) == ("given up", "New Leads")
    assert any(PRIYA in detail for one in run.told for detail in one.details)


def test_whoever_rejects_the_question_gives_the_item_up(house: House, refused: str) -> None:
    house.org.define(rules=[rule(active=False)])
    house.reject(question(house), PRIYA)
    house.play("1 minute")
    assert (house.run(refused).outcome, house.written()) == ("given up", [])
