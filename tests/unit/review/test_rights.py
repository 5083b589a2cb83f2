"""Who may sign, in which role, and what is missing: as the gate will ask it again."""

from dataclasses import replace
from typing import Any

import pytest

from upbeat import review
from upbeat.domain import Tier
from upbeat.review import Review, ReviewError, State

AUTHOR = "priya.shah@acme.example"
ROWAN, DANA, MAYA = (f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "maya.chen"))


def lists(queue: Any, *lists: tuple[str, ...], every: tuple[str, ...] = (), tier: Tier = Tier.REVIEW) -> Review:
    """Give a change of which several rules ask, each for one of its roles."""
    found = queue.release(*every, tier=tier)
    return replace(found, body=replace(found.body, roles=every, one_of=lists))


def test_a_review_of_two_rules_needs_one_of_each_list(queue: Any) -> None:
    found = lists(queue, ("revenue_manager",), ("revops",))
    assert review.missing(found, queue.policy) == ["revenue_manager", "revops"]


def test_an_approval_needs_every_role_and_one_of_the_reviews_below_it(queue: Any) -> None:
    found = lists(queue, ("revops", "sales_manager"), every=("revenue_manager",), tier=Tier.APPROVAL)
    assert review.missing(found, queue.policy) == ["revenue_manager", "revops or sales_manager"]


def test_of_two_roles_somebody_signs_in_the_one_that_fewer_hold(queue: Any) -> None:
    found = queue.release("sales_manager", "revenue_manager")
    assert review.role_of(found, ROWAN, queue.policy) == "revenue_manager"


@pytest.mark.law(6)
def test_whoever_wrote_a_value_does_not_approve_it(queue: Any) -> None:
    found = queue.release("revenue_manager", edited={"StageName": ROWAN})
    with pytest.raises(ReviewError, match="wrote values of this change"):
        queue.approve(found, ROWAN)


def test_in_a_review_the_word_of_whoever_wrote_it_is_enough(queue: Any) -> None:
    found = queue.release("revenue_manager", tier=Tier.REVIEW, edited={"StageName": ROWAN})
    assert queue.approve(found, ROWAN).state is State.APPROVED


def test_a_change_is_handed_to_nobody_who_may_not_sign_it(queue: Any) -> None:
    found = queue.release("revenue_manager", "sales_manager")
    for person, why in ((AUTHOR, "nobody releases"), (MAYA, "may not release"), (ROWAN, "has it already")):
        with pytest.raises(ReviewError, match=why):
            queue.delegate(found, ROWAN, person)
    assert queue.delegate(found, ROWAN, DANA).owner == DANA


def test_handing_it_on_leaves_its_due_time(queue: Any) -> None:
    found = queue.release("revenue_manager", "sales_manager")
    assert queue.delegate(found, ROWAN, DANA).due_at == found.due_at


@pytest.mark.law(6)
def test_putting_off_an_approval_does_not_put_off_its_due_time(queue: Any) -> None:
    found = queue.release("revenue_manager")
    assert queue.snooze(found, ROWAN, 72).due_at == found.due_at


def test_putting_off_a_review_does(queue: Any) -> None:
    found = queue.release("revenue_manager", tier=Tier.REVIEW)
    put_off = queue.snooze(found, ROWAN, 72)
    assert put_off.due_at == put_off.snoozed_until


def test_an_edit_of_a_value_that_was_quoted_loses_the_quote_and_the_doubt(queue: Any) -> None:
    found = queue.release("revenue_manager")
    edited = queue.edit(found, ROWAN, StageName="Value Proposition").body.edited[0]
    assert (edited.after, edited.edited) == ({"StageName": "Value Proposition"}, {"StageName": ROWAN})
    assert (edited.from_model, edited.confidence, edited.quotes) == (False, 1.0, ())
    assert edited.reasons == ("agreed by word", f"{ROWAN} edited it: StageName Negotiation/Review → Value Proposition")
