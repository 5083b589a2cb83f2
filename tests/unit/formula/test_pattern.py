r"""REGEX takes Java's patterns: what matches is what `java.util.regex` documents to match, over the whole text."""

from collections.abc import Callable
from typing import Any

import pytest

from upbeat.formula.tree import quoted

Value = Callable[..., Any]

MATCHES = [
    (r"\d{5}(-\d{4})?", "94105-1234"),
    (r"[\w.-]+@[\w.-]+", "a.b-c@d.example"),
    (r"\Qa.b\E+", "a.bb"),
    (r"\p{Punct}", "$"),
    (r"[\p{Upper}\p{Digit}]+", "A1"),
    (r"[^\p{Alpha}]", "1"),
    (r"[a-z&&[^aeiou]]+", "bcd"),
    (r"[\p{L} ]+", "Zoë Müller"),
    (r"\pL\P{L}", "é1"),
    (r"(?i)abc", "ABC"),
    (r"(?iu)é", "É"),
    (r"(?<word>\w+) \k<word>", "on on"),
    (r"(?s).+", "a\r\nb"),
    (r"a++b*+", "aab"),
    (r"\x{1F600}\x41A\e\cA", "\N{GRINNING FACE}AA\x1b\x01"),
    (r"\h\R\v", "\N{NO-BREAK SPACE}\r\n\n"),
    (r"[a||b]", "|"),
    (r"[+--]", ","),
    (r"[\[\].]+", "[.]"),
    (r"(?:a|b)(?=c)c", "ac"),
]
DIFFERS = [
    (r"\d{5}", "x94105"),
    (r"\d", "\N{ARABIC-INDIC DIGIT THREE}"),
    (r"\w", "é"),
    (r"\p{L}\w", "éé"),
    (r"\p{Alpha}", "é"),
    (r"\s", "\N{NO-BREAK SPACE}"),
    (r"(?i)é", "É"),
    (r".", "\N{LINE SEPARATOR}"),
    (r".", "\r"),
    (r"[^.]", "."),
    (r"\Qa.b\E", "axb"),
    (r"[a-z&&[^aeiou]]", "a"),
]


@pytest.mark.parametrize(("pattern", "text"), MATCHES)
def test_a_pattern_matches_as_in_java(value: Value, pattern: str, text: str) -> None:
    assert value(f"REGEX(Name, {quoted(pattern)})", Name=text) is True


@pytest.mark.parametrize(("pattern", "text"), DIFFERS)
def test_a_pattern_matches_no_more_than_in_java(value: Value, pattern: str, text: str) -> None:
    assert value(f"REGEX(Name, {quoted(pattern)})", Name=text) is False
