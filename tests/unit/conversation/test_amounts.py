"""Numbers as people say them become figures."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation.amounts import amounts


def said(text: str) -> list[str]:
    return [str(one) for one in amounts(re.findall(r"[\u00a3$\u20ac]?\d[\d,.]*[a-z%]*|[a-z]+", text.replace("-", " ")))]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("three hundred and eighty thousand euros", ["EUR 380,000"]),
        ("eleven point four million", ["11.4 million"]),
        ("one sixty-five for the lot", ["165"]),
        ("two and a half hours", ["2.5"]),
        ("a million and a half dollars", ["USD 1.5 million"]),
        ("half a million pounds", ["GBP 500,000"]),
        ("two thousand one hundred", ["2,100"]),
        ("nineteen hundred staff", ["1,900"]),
        ("two oh five", ["205"]),
        ("twenty twenty-three", ["2,023"]),
        ("thirty-five to forty per cent", ["35", "40%"]),
        ("\u00a364k and $1.2 million", ["GBP 64,000", "USD 1.2 million"]),
        ("forty percent", ["40%"]),
        ("sixty grand", ["60,000"]),
        ("the one who decides", []),
        ("a few of us", []),
    ],
)
def test_a_number_in_words_is_a_figure(text: str, figures: list[str]) -> None:
    assert said(text) == figures


@given(st.integers(1, 999_999_999))
def test_a_number_said_whole_is_read_as_that_number(number: int) -> None:
    found = amounts(spelt(number).split())
    assert [int(one.number) for one in found] == ([number] if number > 1 else [])


ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"


def spelt(number: int) -> str:
    ones, tens = re.split(r"\s", ONES), TENS.split(" ")
    for scale, name in ((10**6, "million"), (1000, "thousand")):
        if number >= scale:
            rest = number % scale
            joint = " and " if 0 < rest < 100 else " "
            return f"{spelt(number // scale)} {name}{joint if rest else ''}{spelt(rest) if rest else ''}"
    if number >= 100:
        rest = number % 100
        return f"{ones[number // 100]} hundred" + (f" and {spelt(rest)}" if rest else "")
    if number < 20:
        return ones[number]
    return tens[number // 10] + (f" {ones[number % 10]}" if number % 10 else "")
