"""An approval arrives after the facts of its change have changed: it is not written, and asked anew where it holds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.scenarios.queued import DANA, FILES, MAYA, NAME, agree, category, waiting

from upbeat import operations
from upbeat.localorg import Fault, FaultKind
from upbeat.localorg.faults import Faults
from upbeat.operations import Side
from upbeat.testing import House

Make = Callable[..., str]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[NAME], files=FILES) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def deal(house: House, a_deal: Make) -> str:
    made = a_deal()
    agree(house, made)
    return made


def change(house: House, deal: str, **values: Any) -> None:
    house.update("Opportunity", deal, by=MAYA, **values)


def test_a_fact_that_the_condition_read_is_shown_where_it_has_changed(house: House, deal: str) -> None:
    change(house, deal, NextStep="Wait for legal")
    [moved] = operations.show_review(house.space.house, waiting(house, deal).id).moved
    assert (moved.field, moved.was, moved.now) == ("NextStep", "Meet the economic buyer", "Wait for legal")
    assert (moved.side, moved.suggested, moved.by) == (Side.FACT, None, "Maya Chen")


@pytest.mark.parametrize("in_the_hold", [False, True], ids=["before the approval", "in the hold"])
def test_where_the_condition_holds_no_more_nothing_is_written_and_the_run_says_so(
    house: House, deal: str, in_the_hold: bool
) -> None:
    if in_the_hold:
        assert house.approve(waiting(house, deal), DANA).state == "approved"
        change(house, deal, Verbal_Commitment__c=False)
    else:
        change(house, deal, Verbal_Commitment__c=False)
        assert house.approve(waiting(house, deal), DANA).state == "outdated"
    house.play()
    runs = [one.outcome for one in house.runs(deal)]
    assert (category(house, deal), runs[0]) == ("Pipeline", "condition not met")
    assert [one for one in house.reviews() if one.record_id == deal] == []


@pytest.mark.parametrize("in_the_hold", [False, True], ids=["before the approval", "in the hold"])
def test_where_it_still_holds_on_other_facts_it_is_asked_anew_with_them(
    house: House, deal: str, in_the_hold: bool
) -> None:
    first = waiting(house, deal)
    if in_the_hold:
        house.approve(first, DANA)
    change(house, deal, NextStep="Wait for legal")
    if not in_the_hold:
        house.approve(first, DANA)
    house.play()
    again = waiting(house, deal)
    assert (again.id != first.id, category(house, deal)) == (True, "Pipeline")
    assert again.body.rests_on["NextStep"] == "Wait for legal"
    house.approve(again, DANA)
    house.play()
    assert category(house, deal) == "Best Case"


def test_what_the_condition_does_not_read_voids_nothing(house: House, deal: str) -> None:
    change(house, deal, Amount=1)
    assert house.approve(waiting(house, deal), DANA).state == "approved"
    house.play()
    assert category(house, deal) == "Best Case"


def test_a_record_that_is_gone_is_said_and_ends_the_run(house: House, deal: str) -> None:
    house.org.delete([deal], house.ids[MAYA])
    told = house.approve(waiting(house, deal), DANA)
    assert (told.state, "gone" in told.note) == ("outdated", True)
    house.play()
    assert house.run(deal).outcome == "record gone"


@pytest.mark.law(8)
def test_an_org_that_is_away_holds_up_no_signature_and_nothing_is_overwritten_all_the_same(
    house: House, deal: str
) -> None:
    review = waiting(house, deal)
    change(house, deal, NextStep="Wait for legal")
    house.org.faults.add(Fault(f"GET .*query.*{deal}", FaultKind.AWAY, 20))
    assert house.approve(review, DANA).state == "approved"
    house.org.faults = Faults()
    house.play()
    assert category(house, deal) == "Pipeline"
