"""Fair share: what everybody is owed, and who takes the next record."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.routing import PoolState, Roster, Turn
from upbeat.routing.share import pick
from upbeat.routing.state import AHEAD
from upbeat.workflows import Member

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)

Make = Callable[..., Roster]

weights = st.lists(st.floats(0.01, 1000), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def pool(member: Callable[..., Member], roster: Make) -> Make:
    """Make a pool: `pool(2, 1)` has rep0 with weight 2 and rep1 with weight 1."""
    return lambda *weighs: roster(*(member(f"rep{number}", weight) for number, weight in enumerate(weighs)))


def give(state: PoolState, among: int = -1, units: float = 1) -> int:
    """Share a record among some of a pool, as the bits of `among`, and give who takes it."""
    group = state.roster.group(among & state.roster.everyone)
    number, _ = pick(group, state.owed, units)
    state.take(Turn(state.roster.pool.members[number].user, units, NOW, group.key))
    return number


def deal_out(state: PoolState, count: int, among: int = -1) -> list[int]:
    return [give(state, among) for _ in range(count)]


@given(weighs=weights, count=st.integers(1, 120))
def test_shares_follow_the_weights_within_one_record(weighs: list[float], count: int, pool: Make) -> None:
    state = PoolState(pool(*weighs))
    for dealt in range(1, count + 1):
        give(state)
        fair = [dealt * one / sum(weighs) for one in weighs]
        assert all(abs(had - due) <= 1 + 1e-6 for had, due in zip(state.taken, fair, strict=True))


@given(weighs=weights, each=st.lists(st.sampled_from([0.5, 1, 2, 3, 8]), min_size=1, max_size=120))
def test_heavy_records_leave_nobody_further_from_their_share_than_the_heaviest(
    weighs: list[float], each: list[float], pool: Make
) -> None:
    state = PoolState(pool(*weighs))
    for units in each:
        give(state, units=units)
        assert max(abs(state.owed)) <= max(each) + 1e-6


@given(weighs=weights, data=st.data())
def test_whatever_each_record_excludes_nobody_is_far_from_their_due(
    weighs: list[float], data: st.DataObject, pool: Make
) -> None:
    state = PoolState(pool(*weighs))
    for _ in range(data.draw(st.integers(1, 40))):
        give(state, data.draw(st.integers(1, state.roster.everyone)))
    assert max(abs(state.owed)) <= len(weighs)


@given(weighs=weights, count=st.integers(1, 40))
def test_the_same_records_are_dealt_out_the_same_way(weighs: list[float], count: int, pool: Make) -> None:
    assert deal_out(PoolState(pool(*weighs)), count) == deal_out(PoolState(pool(*weighs)), count)


@given(weighs=weights, count=st.integers(1, 40))
def test_what_is_owed_and_what_is_taken_add_up_to_the_records(weighs: list[float], count: int, pool: Make) -> None:
    state = PoolState(pool(*weighs))
    deal_out(state, count)
    assert sum(state.taken) == count
    assert sum(state.owed) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("weighs", "takers"),
    [
        pytest.param((1, 1, 1), [0, 1, 2, 0, 1, 2], id="equal weights take turns in the pool's order"),
        pytest.param((2, 1), [0, 0, 1, 0, 0, 1], id="a double weight takes two of every three"),
    ],
)
def test_turns(weighs: Sequence[float], takers: Sequence[int], pool: Make) -> None:
    assert deal_out(PoolState(pool(*weighs)), 6) == takers


def test_equal_weights_take_turns_in_the_pools_order_for_ever(pool: Make) -> None:
    state = PoolState(pool(*[1] * 7))
    assert deal_out(state, 70_000)[-7:] == list(range(7))


@given(weighs=weights, before=st.integers(0, 60))
def test_who_joins_is_not_flooded(weighs: list[float], before: int, pool: Make) -> None:
    joiner = len(weighs)
    state = PoolState(pool(*weighs, sum(weighs) / len(weighs)))
    deal_out(state, before, among=(1 << joiner) - 1)
    assert deal_out(state, 3 * (joiner + 1)).count(joiner) <= 3 + 1


@given(away=st.integers(1, 60))
def test_who_returns_goes_on_at_their_share(away: int, pool: Make) -> None:
    state = PoolState(pool(1, 1))
    deal_out(state, 10)
    deal_out(state, away, among=0b10)
    assert deal_out(state, 10).count(0) == 5


def test_a_record_that_only_one_may_take_costs_them_no_turn(pool: Make) -> None:
    state = PoolState(pool(1, 1))
    deal_out(state, 7, among=0b01)
    assert Counter(deal_out(state, 4)) == {0: 2, 1: 2}


def test_a_new_weight_counts_from_the_next_record_on(pool: Make) -> None:
    state = PoolState(pool(1, 1))
    deal_out(state, 100)
    assert Counter(deal_out(PoolState(pool(3, 1), state.places), 8)) == {0: 6, 1: 2}


@given(weighs=weights, count=st.integers(1, 40))
def test_a_returned_record_gives_its_taker_the_turn_back_and_takes_nothing_from_others(
    weighs: list[float], count: int, pool: Make
) -> None:
    state = PoolState(pool(*weighs))
    deal_out(state, count)
    owed, taken = state.owed, state.taken
    group = state.roster.group(state.roster.everyone)
    number, _ = pick(group, state.owed)
    turn = Turn(state.roster.pool.members[number].user, 1, NOW, group.key)
    state.take(turn)
    state.give_back(turn)
    assert state.owed == pytest.approx(owed, abs=1e-9)
    assert list(state.taken) == list(taken)
    assert give(state) == number


@given(weighs=weights, count=st.integers(0, 60))
def test_a_state_that_was_kept_goes_on_as_if_it_never_had_been(weighs: list[float], count: int, pool: Make) -> None:
    state = PoolState(pool(*weighs))
    deal_out(state, count)
    kept = PoolState(state.roster, state.places)
    assert deal_out(kept, 20) == deal_out(state, 20)


def test_a_record_that_comes_back_after_all_who_shared_it_have_left_gives_nobody_a_turn(pool: Make) -> None:
    turn = Turn("rep5@acme.example", 1, NOW, "20")
    state = PoolState(pool(1, 1))
    state.give_back(turn)
    assert list(state.owed) == [0, 0]
    assert deal_out(state, 4) == [0, 1, 0, 1]


@given(weighs=st.lists(st.floats(0.2, 5), min_size=2, max_size=8), many=st.integers(1, 60))
def test_however_many_bad_records_come_back_at_once_they_put_nobody_further_ahead_than_two(
    weighs: list[float], many: int, pool: Make
) -> None:
    state, turns = PoolState(pool(*weighs)), list[Turn]()
    group = state.roster.group(state.roster.everyone)
    for _ in range(120):
        if give(state) == 0:
            turns.append(Turn("rep0@acme.example", 1, NOW, group.key))
    for one in turns[:many]:
        state.give_back(state.creditable(one))
    assert state.owed[0] <= AHEAD + 1e-9
    assert sum(state.owed) == pytest.approx(0, abs=1e-6)


def test_forty_bad_records_that_come_back_at_once_are_not_the_next_forty(pool: Make) -> None:
    state = PoolState(pool(1, 1, 1))
    group = state.roster.group(state.roster.everyone)
    deal_out(state, 120)
    for _ in range(40):
        state.give_back(state.creditable(Turn("rep0@acme.example", 1, NOW, group.key)))
    dealt = deal_out(state, 12)
    assert (dealt[:3], dealt.count(0)) == ([0, 0, 0], 6)
