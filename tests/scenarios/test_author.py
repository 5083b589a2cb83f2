"""Whoever answers for a workflow releases nothing of it: not by signing, not by way of others, not with many others."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from tests.scenarios.queued import DANA, FILES, NAME, PRIYA, ROWAN, agree, category, waiting

from upbeat import operations
from upbeat.base import UpbeatError
from upbeat.operations import Review
from upbeat.review import escalate, find
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

POLICY = (PLAYBOOKS / "policy.yaml").read_text(encoding="utf-8")
# The author holds every role that there is, and still releases nothing.
EVERYTHING = POLICY.replace("[dana.whitfield@acme.example, ", "[priya.shah@acme.example, dana.whitfield@acme.example, ")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[NAME], files={**FILES, "policy.yaml": EVERYTHING}) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def review(house: House, a_deal: Make) -> Review:
    made = a_deal()
    agree(house, made)
    return waiting(house, made)


@pytest.mark.law(6)
@pytest.mark.parametrize("name", [PRIYA, PRIYA.upper()], ids=["as written", "in capitals"])
def test_the_author_does_not_approve_though_they_hold_the_role(house: House, review: Review, name: str) -> None:
    assert house.space.house.policy.holds(name, "sales_manager")
    with pytest.raises(UpbeatError, match="nobody releases what they ask for"):
        house.approve(review, name)


@pytest.mark.law(6)
def test_nobody_hands_it_to_the_author(house: House, review: Review) -> None:
    with pytest.raises(UpbeatError, match="nobody releases what they ask for"):
        operations.delegate(house.space.house, review.id, DANA, PRIYA)


@pytest.mark.law(6)
def test_the_author_does_not_release_it_by_an_edit(house: House, review: Review) -> None:
    with pytest.raises(UpbeatError, match="nobody releases what they ask for"):
        house.edit(review, PRIYA, ForecastCategoryName="Omitted")
    house.play()
    assert category(house, review.record_id) == "Pipeline"


@pytest.mark.law(6)
def test_the_author_does_not_release_it_with_its_pattern(house: House, review: Review) -> None:
    with pytest.raises(UpbeatError, match="nobody releases what they ask for"):
        operations.release_batch(house.space.house, review.id, PRIYA)
    assert operations.one_review(house.space.house, review.id).state == "open"


@pytest.mark.law(6)
def test_it_never_comes_to_the_author_to_be_signed_by_being_overdue(house: House, review: Review) -> None:
    for _ in range(6):
        house.play("1 day")
        with pytest.raises(UpbeatError):
            house.approve(review, PRIYA)
    assert category(house, review.record_id) == "Pipeline"


@pytest.mark.law(2)
def test_the_author_takes_a_suggestion_back_and_the_run_ends_as_withdrawn(house: House, review: Review) -> None:
    operations.withdraw(house.space.house, review.id, PRIYA, "the rule is wrong")
    house.play()
    run = house.run(review.record_id)
    assert (run.outcome, category(house, review.record_id)) == ("withdrawn", "Pipeline")


def test_nobody_else_takes_it_back(house: House, review: Review) -> None:
    with pytest.raises(UpbeatError, match="does not answer for this change"):
        operations.withdraw(house.space.house, review.id, ROWAN, "not wanted")


def test_the_author_may_hand_on_what_came_to_them_to_somebody_who_may_decide(house: House, review: Review) -> None:
    with house.space.store.writing() as conn:  # as if it had come to them by being overdue
        escalate(conn, house.space.ledger, find(conn, review.id), PRIYA, timedelta(days=1), house.clock.now())
    handed = operations.delegate(house.space.house, review.id, PRIYA, DANA)
    assert handed.owner == DANA
