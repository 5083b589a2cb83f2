"""Batches: of one workflow version, the oldest first, and never two items of one record under way (law 14)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.engine.items import State, Work

TO_RUN = {State.READY, State.RETRY}


def test_a_batch_takes_the_oldest_first_and_no_more_than_it_carries(yard: Any) -> None:
    for number in range(5):
        yard.arrive(f"lead {number}")
    assert [one.item.event.record_id for one in yard.take(size=3)] == ["lead 0", "lead 1", "lead 2"]


def test_a_batch_is_of_one_version(yard: Any) -> None:
    for number, version in enumerate(("v1", "v2", "v1")):
        yard.arrive(f"lead {number}", version=version)
    assert [one.item.event.record_id for one in yard.take()] == ["lead 0", "lead 2"]


def test_an_item_waits_for_an_older_one_of_its_record_in_another_workflow(yard: Any) -> None:
    yard.arrive("lead", "route")
    yard.arrive("lead", "welcome")
    [first] = yard.take()
    assert yard.take() == []
    yard.set(first, State.DONE)
    assert [one.item.workflow for one in yard.take()] == ["welcome"]


def test_an_item_waits_for_an_older_one_that_will_be_tried_again(yard: Any) -> None:
    yard.arrive("lead", "route")
    yard.arrive("lead", "welcome")
    [first] = yard.take()
    yard.set(first, State.RETRY, timedelta(seconds=5))
    assert yard.take() == []


@pytest.mark.parametrize("state", [State.WAITING, State.DEAD])
def test_an_item_does_not_wait_for_one_that_stands_with_a_person(yard: Any, state: State) -> None:
    yard.arrive("lead", "route")
    yard.arrive("lead", "welcome")
    [first] = yard.take()
    yard.set(first, state)
    assert [one.item.workflow for one in yard.take()] == ["welcome"]


def test_an_answered_item_waits_for_a_younger_one_that_runs(yard: Any) -> None:
    yard.arrive("lead", "route")
    yard.arrive("lead", "welcome")
    [first] = yard.take()
    yard.set(first, State.WAITING)
    [second] = yard.take()
    yard.set(first, State.READY)
    assert yard.take() == []
    yard.set(second, State.DONE)
    assert [one.item.workflow for one in yard.take()] == ["route"]


def test_a_retry_wakes_when_its_time_has_come_and_not_before(yard: Any) -> None:
    yard.arrive("lead")
    [one] = yard.take()
    yard.set(one, State.RETRY, timedelta(seconds=5))
    yard.wake()
    assert yard.take() == []
    yard.clock.advance(timedelta(seconds=5))
    yard.wake()
    assert len(yard.take()) == 1


def test_an_item_taken_twice_at_one_moment_is_in_two_batches(yard: Any) -> None:
    yard.arrive("lead")
    for _ in range(3):
        [one] = yard.take()
        yard.set(one, State.READY)
    assert len(set(yard.batch_ids())) == 3


steps = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.sampled_from("abc"), st.sampled_from(["route", "welcome"])),
        st.tuples(st.just("take"), st.sampled_from(["", "route"]), st.integers(1, 3)),
        st.tuples(st.just("move"), st.integers(0, 20), st.sampled_from([*State])),
        st.tuples(st.just("wait"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


def set_to(yard: Any, number: int, state: State) -> None:
    """Move an item as the line does: what runs goes anywhere else, what stands with a person becomes ready again."""
    works: list[Work] = yard.works()
    if not works:
        return
    one = works[number % len(works)]
    if one.state is State.RUNNING and state is not State.RUNNING:
        yard.set(one, state, timedelta(seconds=5))
    elif one.state in {State.WAITING, State.DEAD} and state is State.READY:
        yard.set(one, state)


@pytest.mark.law(14)
@given(story=steps)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_no_two_items_of_a_record_run_at_once_or_out_of_order(
    yard: Any, story: list[tuple[str, Any, Any]]
) -> None:
    yard.empty()
    for name, what, how in story:
        if name == "arrive":
            yard.arrive(what, how)
        elif name == "move":
            set_to(yard, what, how)
        elif name == "wait":
            yard.clock.advance(timedelta(seconds=5))
            yard.wake()
        else:
            before: list[Work] = yard.works()
            taken = yard.take(*filter(None, [what]), size=how)
            assert len({(one.item.workflow, one.item.version) for one in taken}) <= 1
            for one in taken:
                others = [other for other in before if other.item.event.record_id == one.item.event.record_id]
                in_front = [other for other in others if other.seq < one.seq and other.item.workflow != what]
                assert not any(other.state in TO_RUN for other in in_front)
                assert not any(other.state is State.RUNNING for other in others)
        running = [one.item.event.record_id for one in yard.works() if one.state is State.RUNNING]
        assert len(running) == len(set(running))


@given(arrivals=st.lists(st.sampled_from("abcd"), min_size=1, max_size=10), size=st.integers(1, 4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everything_that_is_ready_is_taken_in_the_end_each_record_in_its_order(
    yard: Any, arrivals: list[str], size: int
) -> None:
    yard.empty()
    for record in arrivals:
        yard.arrive(record)
    done: list[Work] = []
    while taken := yard.take(size=size):
        for one in taken:
            yard.set(one, State.DONE)
        done += taken
    assert sorted(one.seq for one in done) == [one.seq for one in yard.works()]
    for record in set(arrivals):
        order = [one.seq for one in done if one.item.event.record_id == record]
        assert order == sorted(order)
