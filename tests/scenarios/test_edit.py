"""An approver writes another value than the suggested one: it is decided anew, and theirs alone only in a review."""

from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.queued import DANA, FILES, MAYA, NAME, PRIYA, ROWAN, agree, category, waiting

from upbeat import operations
from upbeat.base import UpbeatError
from upbeat.operations import Review
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


def newest(house: House, deal: str) -> Review:
    """Give the review of a deal that was opened last, whatever its state."""
    every = operations.reviews(house.space.house, every=True, limit=1000)
    return max((one for one in every if one.record_id == deal), key=lambda one: (one.created_at, one.state == "open"))


def test_in_a_review_the_edit_itself_releases_what_was_written(house: House, deal: str) -> None:
    asked = waiting(house, deal)
    assert (asked.tier, asked.body.proposals[0].after) == ("review", {"ForecastCategoryName": "Best Case"})
    house.edit(asked, DANA, ForecastCategoryName="Omitted")
    house.play()  # decided anew, and held
    house.play()
    assert (category(house, deal), house.run(deal).outcome) == ("Omitted", "raised")


def test_what_was_edited_is_held_like_any_other_and_can_be_recalled(house: House, deal: str) -> None:
    house.edit(waiting(house, deal), DANA, ForecastCategoryName="Omitted")
    house.play("1 second")
    held = newest(house, deal)
    assert held.state == "approved"
    house.recall(held, DANA)
    house.play()
    assert waiting(house, deal).body.proposals[0].after == {"ForecastCategoryName": "Omitted"}
    assert category(house, deal) == "Pipeline"


@pytest.mark.law(6)
def test_an_edit_that_means_more_needs_what_that_needs_and_somebody_else(house: House, deal: str) -> None:
    house.edit(waiting(house, deal), ROWAN, ForecastCategoryName="Commit")
    house.play()
    asked = waiting(house, deal)
    assert (asked.tier, asked.body.proposals[0].edited) == ("approval", {"ForecastCategoryName": ROWAN})
    with pytest.raises(UpbeatError, match="wrote values of this change, so somebody else approves it"):
        house.approve(asked, ROWAN)
    house.play()
    assert category(house, deal) == "Pipeline"


def test_old_signatures_are_void_with_an_edit(house: House, a_deal: Make) -> None:
    deal = a_deal()
    agree(house, deal)
    house.edit(waiting(house, deal), ROWAN, ForecastCategoryName="Commit")
    house.play()
    asked = waiting(house, deal)
    assert asked.body.approvals == ()
    assert asked.body.suggested[0].after == {"ForecastCategoryName": "Best Case"}


def test_the_history_shows_what_was_suggested_and_what_was_written_side_by_side(house: House, deal: str) -> None:
    house.edit(waiting(house, deal), DANA, ForecastCategoryName="Omitted")
    house.play()
    details = [detail for one in house.run(deal).told for detail in one.details]
    assert "ForecastCategoryName: Pipeline; suggested Best Case; edited to Omitted" in details


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        pytest.param("ForecastCategoryName", "Very likely", "has no value 'Very likely'", id="not in the picklist"),
        pytest.param("Amount", "12", "Amount is not among what is suggested", id="a field that was not suggested"),
        pytest.param("ForecastCategoryName", "Best Case", "nothing is different", id="nothing else"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_the_fix(
    house: House, deal: str, field: str, value: str, why: str
) -> None:
    with pytest.raises(UpbeatError, match=why) as raised:
        house.edit(waiting(house, deal), DANA, **{field: value})
    assert raised.value.fix


@pytest.mark.law(6)
@pytest.mark.parametrize(
    ("person", "why"),
    [
        pytest.param(PRIYA, "nobody releases what they ask for", id="the author"),
        pytest.param(MAYA, "may not release", id="without a role"),
    ],
)
def test_nobody_else_edits_it(house: House, deal: str, person: str, why: str) -> None:
    with pytest.raises(UpbeatError, match=why):
        house.edit(waiting(house, deal), person, ForecastCategoryName="Omitted")


@pytest.mark.law(8)
def test_what_a_rep_changes_after_an_edit_is_not_overwritten(house: House, deal: str) -> None:
    house.edit(waiting(house, deal), DANA, ForecastCategoryName="Omitted")
    house.update("Opportunity", deal, by=MAYA, ForecastCategoryName="Best Case")
    house.play()
    house.play()
    assert category(house, deal) == "Best Case"
