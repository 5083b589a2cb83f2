"""A version that compiles no more holds nobody: what people refuse, and what nobody decides, ends all the same."""

from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.queued import DANA, FILES, FLOW, NAME, PRIYA, agree, category, waiting

from upbeat import operations
from upbeat.operations import Review
from upbeat.testing import House

pytestmark = pytest.mark.law(2)

Make = Callable[..., str]

NEXT = FLOW.replace("Verbal_Commitment__c, NOT(ISBLANK(NextStep))", "NOT(ISBLANK(NextStep))").replace(
    "watches: [Verbal_Commitment__c]", "watches: [NextStep]"
)


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[NAME], files=FILES) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def asked(house: House, a_deal: Make) -> Review:
    """A change that waits, of a version whose condition reads a field that the org has lost since."""
    deal = a_deal()
    agree(house, deal)
    found = waiting(house, deal)
    house.write({f"workflows/{NAME}.yaml": NEXT})
    house.publish()
    house.play("1 minute")
    house.org.drop(fields={"Opportunity": ["Verbal_Commitment__c"]})
    house.close()
    return found


def end(house: House, asked: Review) -> tuple[str, str | None, str]:
    house.play("1 minute")
    run = house.run(asked.record_id)
    return run.state, run.outcome, category(house, asked.record_id)


def test_a_change_that_is_rejected_ends(house: House, asked: Review) -> None:
    house.reject(asked, DANA)
    assert end(house, asked) == ("done", "rejected", "Pipeline")
    assert house.reviews() == []


def test_a_change_that_its_author_takes_back_ends(house: House, asked: Review) -> None:
    operations.withdraw(house.space.house, asked.id, PRIYA, "the field is gone")
    assert end(house, asked) == ("done", "withdrawn", "Pipeline")


def test_a_change_that_nobody_decides_ends_and_its_owner_is_told(house: House, asked: Review) -> None:
    house.play("31 days")
    assert end(house, asked) == ("done", "expired", "Pipeline")
    assert [(one.kind, one.owner) for one in house.reviews()] == [("expired", PRIYA)]


def test_a_change_that_is_approved_is_its_owners_who_ends_it(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    house.play()
    [stuck] = house.reviews()
    assert "its version compiles no more" in stuck.title
    house.approve(stuck, stuck.owner, "give up")
    assert end(house, asked) == ("done", "given up", "Pipeline")
    assert house.reviews() == []
