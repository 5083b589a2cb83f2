"""Many changes of one pattern are released at once, after a person has decided a sample of them one by one."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update
from tests.scenarios.queued import AGENT, DANA, FILES, FLOW, MAYA, NAME, ROWAN, category

from upbeat import operations
from upbeat.base import UpbeatError
from upbeat.ledger import Kind
from upbeat.operations import Review
from upbeat.review import IN_BULK
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

POLICY = (PLAYBOOKS / "policy.yaml").read_text(encoding="utf-8") + "\nqueue: {bulk: 4, sample: 3}\n"
ADVANCE = "advance-stage"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[NAME, ADVANCE], files={**FILES, "policy.yaml": POLICY}) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def deals(house: House, a_deal: Make) -> list[str]:
    """Nine deals whose customers have agreed: nine changes of one pattern."""
    made = [a_deal(Name=f"Deal {number}") for number in range(9)]
    house.play("1 minute")
    for one in made:
        house.update("Opportunity", one, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    return made


@pytest.fixture
def one(house: House, deals: list[str]) -> Review:
    assert len(house.reviews()) == len(deals)
    return house.reviews()[0]


def decide_sample(house: House, one: Review, by: str) -> None:
    for line in operations.batch(house.space.house, one.id, by).sample:
        operations.approve(house.space.house, line.id, by)


def test_the_pattern_shows_what_waits_and_the_sample(house: House, one: Review) -> None:
    found = operations.batch(house.space.house, one.id, DANA)
    assert (len(found.waiting), len(found.sample), found.most) == (9, 3, 4)
    assert {line.id for line in found.sample} <= {line.id for line in found.waiting}


@pytest.mark.usefixtures("deals")
def test_the_sample_is_drawn_by_the_house_and_the_same_whoever_asks(house: House) -> None:
    drawn = [
        [line.id for line in operations.batch(house.space.house, review.id, by).sample]
        for review in house.reviews()[:3]
        for by in (DANA, ROWAN)
    ]
    assert all(each == drawn[0] for each in drawn)


@pytest.mark.law(6)
def test_nothing_is_released_at_once_before_the_sample_is_decided_one_by_one(house: House, one: Review) -> None:
    with pytest.raises(UpbeatError, match="3 of the sample of 3 are not decided"):
        operations.release_batch(house.space.house, one.id, DANA)
    decide_sample(house, one, ROWAN)
    with pytest.raises(UpbeatError, match=r"not decided by dana\.whitfield@acme\.example"):
        operations.release_batch(house.space.house, one.id, DANA)


def test_then_as_many_as_the_policy_allows_are_released_each_with_its_own_signature(
    house: House, one: Review, deals: list[str]
) -> None:
    decide_sample(house, one, DANA)
    done = operations.release_batch(house.space.house, one.id, DANA)
    assert (len(done.released), len(done.waiting), done.stopped) == (4, 2, "")
    house.play()
    assert sum(category(house, deal) == "Best Case" for deal in deals) == 3 + 4
    for review_id in done.released:
        review = operations.one_review(house.space.house, review_id)
        [signature] = review.body.approvals
        assert (signature.by, signature.review_id) == (DANA, review_id)
        with house.space.store.reading() as conn:
            entries = house.space.ledger.about(conn, item_id=review.item_id)
        assert [entry.actor for entry in entries if entry.kind is Kind.PERSON_DECIDED] == [DANA]


def test_it_stops_at_the_first_whose_facts_have_changed(house: House, one: Review) -> None:
    decide_sample(house, one, DANA)
    second = operations.batch(house.space.house, one.id, DANA).waiting[1]
    house.update("Opportunity", second.record_id, by=MAYA, ForecastCategoryName="Omitted")
    done = operations.release_batch(house.space.house, one.id, DANA)
    assert (len(done.released), "is Omitted now" in done.stopped) == (1, True)
    house.play()
    assert category(house, second.record_id) == "Omitted"


@pytest.mark.law(6)
def test_what_needs_approval_is_never_released_with_others(house: House, a_deal: Make) -> None:
    house.promote(ADVANCE)
    deal = a_deal(StageName="Proposal/Price Quote", NextStep=None)
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    [review] = [each for each in house.reviews() if each.tier == "approval"]
    with pytest.raises(UpbeatError, match="approved one by one"):
        operations.release_batch(house.space.house, review.id, ROWAN)


def test_what_was_released_in_bulk_counts_for_no_sample(house: House, one: Review) -> None:
    decide_sample(house, one, DANA)
    operations.release_batch(house.space.house, one.id, DANA)
    sample = operations.batch(house.space.house, one.id, DANA).sample
    assert {operations.one_review(house.space.house, line.id).choice for line in sample} == {""}


# One step whose change of stage is a review early in a deal's life, and an approval late in it
STAGED = {
    f"workflows/{NAME}.yaml": FLOW.replace("ForecastCategoryName: Best Case", "StageName: Needs Analysis"),
    "agents/forecaster.yaml": AGENT.replace("Opportunity.ForecastCategoryName", "Opportunity.StageName"),
    "policy.yaml": POLICY.replace("late_from: Proposal/Price Quote", "late_from: Value Proposition").replace(
        "  - effect: stage\n    tier: approval", "  - effect: stage\n    tier: review"
    ),
}


@pytest.fixture
def staged() -> Iterator[House]:
    with House(only=[NAME], files=STAGED) as one:
        one.promote(NAME)
        deal = {"CloseDate": "2026-12-18", "Amount": 42_000, "NextStep": "Meet"}
        stages = ["Qualification"] * 4 + ["Value Proposition"] * 4
        made = [
            one.create("Opportunity", by=MAYA, Name=f"Deal {number}", StageName=stage, **deal)
            for number, stage in enumerate(stages)
        ]
        one.play("1 minute")
        for each in made:
            one.update("Opportunity", each, by=MAYA, Verbal_Commitment__c=True)
        one.play()
        yield one


def of_tier(house: House, tier: str) -> list[Review]:
    return [one for one in house.reviews() if one.tier == tier]


@pytest.mark.law(6)
def test_changes_of_one_step_that_need_other_signatures_are_not_alike(staged: House) -> None:
    early, late = of_tier(staged, "review"), of_tier(staged, "approval")
    assert (len(early), len(late)) == (4, 4)
    waiting = operations.batch(staged.space.house, early[0].id, DANA).waiting
    assert {one.id for one in waiting} == {one.id for one in early}


@pytest.mark.law(6)
def test_an_approval_is_not_signed_with_others_whatever_pattern_it_stands_under(staged: House) -> None:
    early, late = of_tier(staged, "review"), of_tier(staged, "approval")
    with staged.space.store.writing() as conn:
        conn.execute(update(tables.reviews).values(pattern=early[0].pattern))
    decide_sample(staged, early[0], DANA)
    with pytest.raises(UpbeatError, match="approved one by one"):
        operations.release_batch(staged.space.house, early[0].id, DANA)
    assert IN_BULK not in {operations.one_review(staged.space.house, one.id).choice for one in late}
