"""versions, diff, publish, revert on the command line: what they say, as JSON and in words."""

from collections.abc import Iterator
from typing import Any

import pytest

from upbeat.testing import House

PUSH, FILE = "repeated-close-date-push", "workflows/repeated-close-date-push.yaml"
PRIYA = "priya.shah@acme.example"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[PUSH]) as one:
        one.promote(PUSH)
        yield one


@pytest.fixture
def four(house: House) -> Iterator[str]:
    """The file says four pushes, and nobody published that."""
    text = (house.folder / FILE).read_text()
    house.write({FILE: text.replace("{value: 3,", "{value: 4,")})
    yield text
    house.write({FILE: text})


def test_diff_shows_the_field_its_lines_and_both_values(type_: Any, house: House, four: str) -> None:
    said = type_("diff", PUSH, "--dir", house.folder)
    line = next(number for number, one in enumerate(four.splitlines(), 1) if "{value: 3," in one)
    assert f"version 1 → {FILE}" in said.out
    assert f"threshold pushes  line {line}\n    - 3\n    + 4" in said.out


@pytest.mark.usefixtures("four")
def test_check_and_versions_name_what_is_not_published(type_: Any, house: House) -> None:
    for command in ("check", "versions"):
        assert f"Not published, and so not run: workflow/{PUSH}" in type_(command, "--dir", house.folder).out


def test_publish_says_what_follows_and_revert_brings_it_back(type_: Any, house: House, four: str) -> None:
    said = type_("publish", PUSH, "--as", PRIYA, "--note", "four, as agreed", "--dir", house.folder).out
    assert "workflow/repeated-close-date-push version 2" in said
    assert "It starts in monitor: `upbeat promote` takes it live." in said
    assert "Version 1 was live." in said
    back = type_("revert", PUSH, "1", "--as", PRIYA, "--note", "too late", "--dir", house.folder).out
    assert "version 3" in back
    assert (house.folder / FILE).read_text() == four
    rows = type_("versions", PUSH, "--json", "--dir", house.folder).json["versions"]
    assert [(one["number"], one["note"], one["mode"]) for one in rows] == [
        (3, "too late", "monitor"),
        (2, "four, as agreed", None),
        (1, "as the files stood at the first start", None),
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        pytest.param(("publish", "--as", PRIYA), "every file stands as it is published", id="nothing to publish"),
        pytest.param(("publish", PUSH), "nobody says who is deciding", id="nobody"),
        pytest.param(("diff", "repeated-close-date-pusch"), f"Did you mean {PUSH}?", id="a misspelt name"),
        pytest.param(("revert", PUSH, "99", "--as", PRIYA), "has no version 99", id="no such version"),
    ],
)
def test_a_mistake_is_one_clear_message(type_: Any, house: House, words: tuple[str, ...], why: str) -> None:
    said = type_(*words, "--dir", house.folder)
    assert said.code == 1
    assert why in said.err
