"""Percentages in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base import percent, tenths, whole_percent


@given(st.floats(0, 100), st.integers(1, 100))
def test_what_lies_below_its_mark_is_never_told_as_at_it_and_what_reaches_it_never_as_below(
    value: float, mark: int
) -> None:
    assert (whole_percent(value, mark) < mark) == (value < mark)
    assert (tenths(value) < mark) == (value < mark)


@given(st.floats(0, 100, exclude_min=True, exclude_max=True))
def test_only_all_is_told_as_a_hundred_and_only_none_as_none(value: float) -> None:
    assert percent(value) not in {"0 %", "100 %"}


@pytest.mark.parametrize(
    ("value", "mark", "told"),
    [(89.7, 90, "89 %"), (90, 90, "90 %"), (62.5, 90, "62 %"), (99.9, 90, "over 99 %"), (0.4, 1, "under 1 %")],
)
def test_a_percentage_is_told_as(value: float, mark: int, told: str) -> None:
    assert percent(value, mark) == told
