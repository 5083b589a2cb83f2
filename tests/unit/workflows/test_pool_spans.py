"""Spans of postal codes: where two meet, what several take together, where a hole is left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.workflows import PostalCodes
from upbeat.workflows.pool_spans import covers, holes, shared, words

CODES = [f"{number:02}" for number in range(100)]


def _spans(text: str) -> list[PostalCodes]:
    return [PostalCodes.parse(one) for one in text.split()]


@st.composite
def spans(draw: st.DrawFn) -> PostalCodes:
    length = draw(st.integers(1, 2))
    first, last = sorted((draw(st.integers(0, 10**length - 1)), draw(st.integers(0, 10**length - 1))))
    return PostalCodes(f"{first:0{length}}", f"{last:0{length}}")


LISTS = st.lists(spans(), min_size=1, max_size=4)


def _codes(some: list[PostalCodes]) -> set[str]:
    return {code for code in CODES if any(code in one for one in some)}


@given(LISTS, LISTS)
def test_what_two_share_is_the_codes_that_lie_in_both(some: list[PostalCodes], others: list[PostalCodes]) -> None:
    assert _codes(shared(some, others)) == _codes(some) & _codes(others)


@given(LISTS, LISTS)
def test_some_cover_others_where_every_code_of_theirs_is_among_them(
    some: list[PostalCodes], others: list[PostalCodes]
) -> None:
    assert covers(some, others) is (_codes(others) <= _codes(some))


@given(LISTS)
def test_holes_are_the_codes_between_the_lowest_and_the_highest_that_lie_in_none(some: list[PostalCodes]) -> None:
    taken = _codes(some)
    between = {code for code in CODES if min(taken) < code < max(taken)}
    assert _codes(holes(some)) == between - taken


@pytest.mark.parametrize(
    ("some", "others", "both"),
    [
        ("0* 1* 2*", "10001-14999", "10001-14999"),
        ("60601-60699", "606*", "60601-60699"),
        ("606*", "607*", ""),
        ("SW1A", "SW*", "SW1A*"),
        ("EC1-EC4", "EC2M", "EC2M*"),
    ],
)
def test_what_two_share_is_said_as_a_file_has_it(some: str, others: str, both: str) -> None:
    assert [words(one) for one in shared(_spans(some), _spans(others))] == both.split()


@pytest.mark.parametrize(
    ("some", "left"),
    [
        ("0* 1* 2* 3*", ""),
        ("0* 1* 3*", "2*"),
        ("10001-14999 15000-19999", ""),
        ("10001-14999 16000-19999", "15*"),
        ("EC1-EC4 SW1", ""),
        ("60601 60603 60827", ""),
        ("60000-60499 60501-60999", ""),
    ],
    ids=["none", "one digit", "five digits", "a thousand codes", "letters", "a list of codes", "a single code"],
)
def test_a_hole_is_said_as_a_file_has_it(some: str, left: str) -> None:
    assert [words(one) for one in holes(_spans(some))] == left.split()
