"""A close date that keeps moving: the third push is the manager's, and nothing before."""

from collections.abc import Callable, Iterator

import pytest

from upbeat.testing import House

Make = Callable[..., str]
Push = Callable[[str, int], None]

PUSH = "repeated-close-date-push"
DANA = "dana.whitfield@acme.example"  # manages Maya Chen


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[PUSH]) as one:
        one.promote(PUSH)
        yield one


def asked(house: House, deal: str) -> list[str]:
    return [one.title for one in house.reviews() if one.record_id == deal]


def test_the_third_push_lands_in_the_managers_queue_with_the_dates(house: House, a_deal: Make, push: Push) -> None:
    deal = a_deal(Name="Lowell - Platform", CloseDate="2026-12-15")
    for days in (17, 31, 28):
        push(deal, days)
    [review] = [one for one in house.reviews(DANA) if one.record_id == deal]
    assert review.title == (
        "The close date of Lowell - Platform has been pushed 3 times: 2026-12-15 → 2027-01-01 → 2027-02-01 → "
        "2027-03-01. What is the next move?"
    )


def test_the_managers_answer_ends_the_run(house: House, a_deal: Make, push: Push) -> None:
    deal = a_deal(Name="Answered")
    for _ in range(3):
        push(deal, 14)
    [review] = [one for one in house.reviews(DANA) if one.record_id == deal]
    house.approve(review, DANA, "close it as lost")
    house.play()
    assert house.run(deal).outcome == "decided"


def test_two_pushes_do_not_fire(house: House, a_deal: Make, push: Push) -> None:
    deal = a_deal()
    push(deal, 14)
    push(deal, 14)
    assert (asked(house, deal), house.run(deal).outcome) == ([], "condition not met")


def test_a_pull_in_after_two_pushes_does_not_fire(house: House, a_deal: Make, push: Push) -> None:
    deal = a_deal()
    for days in (14, 14, -7):
        push(deal, days)
    assert asked(house, deal) == []


def test_a_pull_in_is_not_counted_and_the_next_push_is_the_third(house: House, a_deal: Make, push: Push) -> None:
    deal = a_deal()
    for days in (14, -7, 14):
        push(deal, days)
    assert asked(house, deal) == []
    push(deal, 14)
    assert len(asked(house, deal)) == 1


def test_the_fourth_push_is_asked_about_again(house: House, a_deal: Make, push: Push) -> None:
    deal = a_deal(Name="Fourth")
    for _ in range(3):
        push(deal, 14)
    [review] = [one for one in house.reviews(DANA) if one.record_id == deal]
    house.approve(review, DANA, "keep the date")
    push(deal, 14)
    [again] = [one for one in house.reviews(DANA) if one.record_id == deal]
    assert "pushed 4 times" in again.title


def test_the_date_that_a_deal_is_closed_with_is_no_push(house: House, a_deal: Make, push: Push) -> None:
    deal = a_deal()
    push(deal, 14)
    push(deal, 14)
    house.update("Opportunity", deal, StageName="Closed Lost", CloseDate="2027-09-30")
    house.play("1 hour")
    assert asked(house, deal) == []
