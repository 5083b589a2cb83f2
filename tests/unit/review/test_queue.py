"""The queue: who may decide what, once, with a reason; and time alone decides nothing."""

from typing import Any

import pytest

from upbeat import review
from upbeat.base import digest
from upbeat.domain import Tier
from upbeat.review import ReviewError, State

AUTHOR = "priya.shah@acme.example"
ROWAN, DANA, MAYA = (f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "maya.chen"))


def test_what_is_opened_is_open_with_an_owner_and_a_due_time(queue: Any) -> None:
    found = queue.release("revenue_manager")
    assert (found.state, found.owner, found.due_at > queue.clock.now()) == (State.OPEN, ROWAN, True)


def test_two_questions_about_one_item_at_one_moment_are_two(queue: Any) -> None:
    assert queue.question("a", number=10**6).id != queue.question("a", number=10**6).id


def test_one_of_each_role_approves(queue: Any) -> None:
    found = queue.release("revenue_manager", "sales_manager")
    assert [queue.approve(found, one).state for one in (ROWAN, DANA)] == [State.OPEN, State.APPROVED]


def test_who_comes_first_does_not_matter(queue: Any) -> None:
    found = queue.release("revenue_manager", "sales_manager")
    assert [queue.approve(found, one).state for one in (DANA, ROWAN)] == [State.OPEN, State.APPROVED]


@pytest.mark.law(6)
def test_one_person_never_fills_two_roles(queue: Any) -> None:
    found = queue.release("revenue_manager", "sales_manager")
    queue.approve(found, ROWAN)
    with pytest.raises(ReviewError, match="has signed already") as raised:
        queue.approve(found, ROWAN)
    assert raised.value.fix == "Still missing: sales_manager."


def test_a_reviewed_change_takes_one_of_any_role(queue: Any) -> None:
    found = queue.release("revenue_manager", "sales_manager", tier=Tier.REVIEW)
    assert queue.approve(found, DANA).state is State.APPROVED


@pytest.mark.law(6)
@pytest.mark.parametrize("name", [AUTHOR, AUTHOR.upper()], ids=["as written", "in capitals"])
def test_nobody_releases_what_they_answer_for(queue: Any, name: str) -> None:
    found = queue.release("revops")
    with pytest.raises(ReviewError, match="nobody releases what they ask for"):
        queue.approve(found, name)


def test_without_the_role_nobody_releases(queue: Any) -> None:
    found = queue.release("revenue_manager")
    with pytest.raises(ReviewError, match="may not release this change") as raised:
        queue.approve(found, MAYA)
    assert raised.value.fix == "It needs: revenue_manager."


def test_the_case_of_a_username_does_not_matter(queue: Any) -> None:
    assert queue.approve(queue.release("revenue_manager"), ROWAN.upper()).state is State.APPROVED


def test_an_approval_carries_the_digest_of_what_was_shown(queue: Any) -> None:
    found = queue.approve(queue.release("revenue_manager"), ROWAN)
    [approval] = found.body.approvals
    assert approval.proposal_digest == digest(found.body.proposals[0])


def test_a_question_is_answered_with_one_of_its_choices(queue: Any) -> None:
    found = queue.answer(queue.question("keep", "Close it"), DANA, "close IT")
    assert (found.state, found.choice, found.decided_by) == (State.ANSWERED, "Close it", DANA)


def test_another_choice_is_refused_with_those_that_there_are(queue: Any) -> None:
    with pytest.raises(ReviewError, match="'maybe' is not offered") as raised:
        queue.answer(queue.question("keep", "close"), DANA, "maybe")
    assert raised.value.fix == "Choose one of: keep, close."


def test_a_question_is_not_approved(queue: Any) -> None:
    with pytest.raises(ReviewError, match="asks for a choice"):
        queue.approve(queue.question("keep", "close"), ROWAN)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_rejection_needs_its_reason(queue: Any, reason: str) -> None:
    with pytest.raises(ReviewError, match="needs its reason"):
        queue.reject(queue.release("revenue_manager"), ROWAN, reason)


@pytest.mark.parametrize("again", ["approve", "reject"])
def test_what_was_decided_is_not_decided_again(queue: Any, again: str) -> None:
    found = queue.reject(queue.release("revenue_manager"), ROWAN)
    with pytest.raises(ReviewError, match=r"was rejected by rowan\.ellis@acme\.example"):
        getattr(queue, again)(found, ROWAN)


def test_of_two_who_decide_at_once_the_first_counts_and_the_other_is_told(queue: Any) -> None:
    found = queue.release("revenue_manager")
    queue.reject(found, ROWAN)
    with queue.store.writing() as conn, pytest.raises(ReviewError, match=r"was rejected by rowan\.ellis@acme\.example"):
        review.approve(conn, queue.ledger, found, ROWAN, queue.policy, "", queue.clock.now())


@pytest.mark.law(6)
def test_passing_it_on_decides_nothing(queue: Any) -> None:
    found = queue.escalate(queue.release("revenue_manager"), DANA)
    assert (found.state, found.owner, found.body.approvals) == (State.OPEN, DANA, ())


def test_every_decision_stands_in_the_ledger_in_the_persons_name(queue: Any) -> None:
    found = queue.release("revenue_manager", "sales_manager")
    for one in (DANA, ROWAN):
        queue.approve(found, one)
    assert queue.decisions(found) == [DANA, ROWAN]


def test_the_most_pressing_comes_first(queue: Any) -> None:
    times = [one.due_at for one in queue.listing()]
    assert times == sorted(times)


def test_a_list_is_of_one_person_and_of_one_state(queue: Any) -> None:
    queue.question("keep")
    assert {one.owner for one in queue.listing(owner=DANA.upper())} == {DANA}
    assert {one.state for one in queue.listing()} == {State.OPEN}


@pytest.mark.parametrize(
    ("prefix", "why"), [("", "several reviews begin|no review begins"), ("zz", "no review begins")]
)
def test_what_is_not_one_review_is_said(queue: Any, prefix: str, why: str) -> None:
    queue.question("keep")
    queue.question("keep")
    with pytest.raises(ReviewError, match=why):
        queue.find(prefix)


def test_a_wildcard_is_no_beginning(queue: Any) -> None:
    queue.question("keep")
    with pytest.raises(ReviewError, match="no review begins with '%'"):
        queue.find("%")
