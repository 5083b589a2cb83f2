"""How words stand on a page."""

import pytest

from upbeat.console.words import sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nothing fits", "Nothing fits"),
        ("it's gone", "It's gone"),
        ("priya.shah@acme.example changed it", "priya.shah@acme.example changed it"),
        ("flag-larger-deals is gone", "flag-larger-deals is gone"),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_and_a_username_or_id_stays_as_it_is(text: str, shown: str) -> None:
    assert sentence(text) == shown
