"""What stands in a table that somebody opens in a spreadsheet is shown, and never run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.base import defused, restored

STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
texts = st.text(alphabet=[*STARTS, "'", "a", "1", "\u00e9"], max_size=5)


@settings(max_examples=60)
@given(texts)
def test_a_text_comes_back_from_its_cell(text: str) -> None:
    assert restored(defused(text)) == text


@settings(max_examples=60)
@given(texts)
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    assert not defused(text).startswith(tuple(STARTS))


@pytest.mark.parametrize("text", ["Rowe", "", "a=b", "it's", "'quoted'", "{}", "2026-11-21"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert defused(text) == text
