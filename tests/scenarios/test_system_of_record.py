"""Our own database is lost: the history of runs is gone, and not one fact about a customer (law 10)."""

from collections.abc import Callable, Iterator

import pytest

from upbeat.testing import House

pytestmark = pytest.mark.law(10)

Make = Callable[..., str]
Push = Callable[[str, int], None]

ROUTE, PUSH = "route-inbound-leads", "repeated-close-date-push"
WATCHED = ("Lead", "Opportunity", "Task")


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE, PUSH]) as one:
        one.promote(ROUTE, PUSH)
        yield one


def lose_everything(house: House) -> None:
    house.close()
    for file in house.folder.iterdir():
        if file.name.startswith(("upbeat.db", "upbeat.batches.db", "ledger.anchor")):
            file.unlink()


def facts(house: House) -> dict[str, list[dict[str, object]]]:
    return {name: house.query(f"SELECT Id, LastModifiedDate FROM {name} ORDER BY Id") for name in WATCHED}


def test_losing_it_changes_nothing_in_the_org(house: House, a_lead: Make) -> None:
    a_lead()
    house.play()
    before = facts(house)
    lose_everything(house)
    house.play("1 hour")
    assert facts(house) == before


def test_what_was_routed_before_is_not_routed_again(house: House, a_lead: Make) -> None:
    lead = a_lead()
    house.play()
    owner = house.owner("Lead", lead)
    lose_everything(house)
    house.promote(ROUTE)
    house.update("Lead", lead, Title="CFO")
    house.play("1 minute")
    assert (house.owner("Lead", lead), house.runs(lead)) == (owner, [])


def test_what_a_trigger_needs_of_the_past_is_read_from_the_org(house: House, a_deal: Make, push: Push) -> None:
    deal = a_deal()
    push(deal, 14)
    push(deal, 14)
    lose_everything(house)
    house.promote(PUSH)
    push(deal, 14)
    [asked] = house.reviews()
    assert "pushed 3 times" in asked.title
