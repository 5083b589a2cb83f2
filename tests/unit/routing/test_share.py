"""Fair share: what everybody is owed, and who takes the next record."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.routing import Place, PoolState
from upbeat.routing.share import pick
from upbeat.workflows import Member

DAY = date(2026, 1, 31)

weights = st.lists(st.floats(0.01, 1000), min_size=1, max_size=12)


def pool(*weighs: float) -> list[Member]:
    return [Member(f"rep{number}@acme.example", weight) for number, weight in enumerate(weighs)]


def deal_out(members: Sequence[Member], count: int, state: PoolState | None = None) -> tuple[list[str], PoolState]:
    """Give who takes each of `count` records, in order, and the state after."""
    state, takers = state or PoolState(), list[str]()
    for _ in range(count):
        chosen, state = pick(members, state, DAY)
        takers.append(chosen.user)
    return takers, state


@given(weighs=weights, count=st.integers(1, 120))
def test_shares_follow_the_weights_within_one_record(weighs: list[float], count: int) -> None:
    members = pool(*weighs)
    taken = Counter(deal_out(members, count)[0])
    for one in members:
        assert abs(taken[one.user] - count * one.weight / sum(weighs)) <= 1 + 1e-6


@given(weighs=weights, data=st.data())
def test_whatever_each_record_excludes_nobody_is_far_from_their_due(weighs: list[float], data: st.DataObject) -> None:
    members, state = pool(*weighs), PoolState()
    for _ in range(data.draw(st.integers(1, 40))):
        _, state = pick(data.draw(st.lists(st.sampled_from(members), min_size=1, unique=True)), state, DAY)
    assert all(abs(place.assigned - place.due) <= len(members) for place in state.places.values())


@given(weighs=weights, count=st.integers(1, 40))
def test_the_same_records_are_dealt_out_the_same_way(weighs: list[float], count: int) -> None:
    assert deal_out(pool(*weighs), count) == deal_out(pool(*weighs), count)


@given(weighs=weights, count=st.integers(1, 40))
def test_what_is_owed_and_what_is_taken_add_up_to_the_records(weighs: list[float], count: int) -> None:
    _, state = deal_out(pool(*weighs), count)
    assert sum(place.assigned for place in state.places.values()) == count
    assert sum(place.due for place in state.places.values()) == pytest.approx(count)


def test_equal_weights_take_turns_in_the_pools_order() -> None:
    takers, _ = deal_out(pool(1, 1, 1), 6)
    assert takers == [f"rep{n}@acme.example" for n in (0, 1, 2, 0, 1, 2)]


def test_a_double_weight_takes_two_of_every_three() -> None:
    takers, _ = deal_out(pool(2, 1), 6)
    assert takers == [f"rep{n}@acme.example" for n in (0, 0, 1, 0, 0, 1)]


@given(weighs=weights, before=st.integers(0, 60))
def test_who_joins_is_not_flooded(weighs: list[float], before: int) -> None:
    old = pool(*weighs)
    joiner = Member("new@acme.example", sum(weighs) / len(weighs))
    _, state = deal_out(old, before)
    takers, _ = deal_out([*old, joiner], 3 * (len(old) + 1), state)
    assert takers.count(joiner.user) <= 3 + 1


@given(away=st.integers(1, 60))
def test_who_returns_goes_on_at_their_share(away: int) -> None:
    ann, raj = pool(1, 1)
    _, state = deal_out([ann, raj], 10)
    _, state = deal_out([raj], away, state)
    takers, _ = deal_out([ann, raj], 10, state)
    assert takers.count(ann.user) == 5


def test_a_record_that_only_one_may_take_costs_them_no_turn() -> None:
    ann, raj = pool(1, 1)
    _, state = deal_out([ann], 7)
    takers, _ = deal_out([ann, raj], 4, state)
    assert Counter(takers) == {ann.user: 2, raj.user: 2}


def test_a_new_weight_counts_from_the_next_record_on() -> None:
    _, state = deal_out(pool(1, 1), 100)
    takers, _ = deal_out(pool(3, 1), 8, state)
    assert Counter(takers) == {"rep0@acme.example": 6, "rep1@acme.example": 2}


def test_a_day_ends() -> None:
    place = Place(due=3.0, assigned=3, day=DAY.isoformat(), today=3)
    assert (place.on(DAY), place.on(DAY + timedelta(days=1))) == (3, 0)


def test_what_was_taken_today_is_counted(member: Callable[..., Member]) -> None:
    ann = member("ann")
    _, state = deal_out([ann], 2)
    _, state = pick([ann], state, DAY + timedelta(days=1))
    assert state.of(ann.user) == Place(due=3.0, assigned=3, day="2026-02-01", today=1)
