"""A month drawn from the days of monitor: what the range says, and what it never says."""

from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from upbeat.operations.promoting.preview import MONTH, drawn

days = st.lists(st.integers(0, 500), min_size=1, max_size=60)


@given(st.integers(0, 500), st.integers(1, 60))
def test_days_that_are_all_alike_leave_no_room(count: int, number: int) -> None:
    found = drawn([count] * number)
    assert found.low == found.high == count * MONTH


@given(days)
def test_a_range_lies_within_the_quietest_and_the_busiest_month_that_could_be(daily: list[int]) -> None:
    found = drawn(daily)
    assert min(daily) * MONTH <= found.low <= found.high <= max(daily) * MONTH


@given(days)
def test_the_same_days_give_the_same_range(daily: list[int]) -> None:
    assert drawn(daily) == drawn(daily)


@given(days)
def test_the_mean_month_lies_near_the_range(daily: list[int]) -> None:
    found, month = drawn(daily), mean(daily) * MONTH
    spread = (max(daily) - min(daily)) * MONTH**0.5
    assert found.low - spread <= month <= found.high + spread


def test_a_busier_day_in_seven_widens_it() -> None:
    calm, restless = drawn([10] * 7), drawn([10] * 6 + [80])
    assert calm.high - calm.low < restless.high - restless.low
