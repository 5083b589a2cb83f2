"""Whatever people do in whatever order, the queue keeps its states: a decision is final, and only people make one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.domain import Tier
from upbeat.review import Review, ReviewError, State

PEOPLE = [f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "priya.shah", "maya.chen", "ben.foster")]
ROLES = ["revenue_manager", "sales_manager", "revops"]
AUTHOR = "priya.shah@acme.example"

acts = st.lists(
    st.one_of(
        st.tuples(st.just("approve"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("reject"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("answer"), st.sampled_from(PEOPLE), st.sampled_from(["keep", "close", "maybe"])),
        st.tuples(st.just("escalate"), st.sampled_from(PEOPLE)),
    ),
    max_size=8,
)


def play(queue: Any, found: Review, done: list[tuple[str, ...]]) -> list[Review]:
    """Give the review after each act that was let through."""
    after: list[Review] = []
    for name, *how in done:
        current = queue.find(found.id)
        if name == "escalate" and current.state is not State.OPEN:
            continue  # only what is open becomes overdue
        try:
            after.append(getattr(queue, name)(found, *how))
        except ReviewError:
            assert queue.find(found.id) == current
    return after


@pytest.mark.law(6)
@given(
    done=acts, roles=st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True), tier=st.sampled_from(Tier)
)
def test_a_change_is_released_only_by_a_different_person_of_each_role_and_never_by_its_author(
    queue: Any, done: list[tuple[str, ...]], roles: list[str], tier: Tier
) -> None:
    found = queue.release(*roles, tier=tier)
    play(queue, found, done)
    end = queue.find(found.id)
    signed = {one.role: one.by for one in end.body.approvals}
    assert AUTHOR not in signed.values()
    assert all(queue.policy.holds(by, role) for role, by in signed.items())
    assert len(set(signed.values())) == len(signed)
    if end.state is State.APPROVED:
        assert set(signed) == set(roles) or (tier is Tier.REVIEW and signed)


@given(done=acts)
def test_nothing_moves_after_a_decision(queue: Any, done: list[tuple[str, ...]]) -> None:
    found = queue.release("revenue_manager", "sales_manager")
    states = [one.state for one in play(queue, found, done)]
    assert all(state is State.OPEN for state in states[:-1])


@given(done=acts)
def test_a_question_ends_in_one_of_its_choices_or_in_a_rejection(queue: Any, done: list[tuple[str, ...]]) -> None:
    found = queue.question("keep", "close")
    play(queue, found, done)
    end = queue.find(found.id)
    assert (end.state, end.choice in found.body.choices) in {
        (State.OPEN, False),
        (State.ANSWERED, True),
        (State.REJECTED, False),
    }


@given(done=acts)
def test_every_act_that_was_let_through_left_one_entry(queue: Any, done: list[tuple[str, ...]]) -> None:
    found = queue.release("revenue_manager", "sales_manager")
    before = len(queue.entries(found))
    assert len(play(queue, found, done)) == len(queue.entries(found)) - before
