"""YAML's traps: each has one message, with its line and what to do."""

from decimal import Decimal

import pytest

from upbeat.base.files import Plain, read
from upbeat.workflows import DefinitionError

LEVELS = "\n".join(f"{' ' * n}a:" for n in range(25))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        pytest.param(b"", "w.yaml:1: the file is empty, where names with values belong", id="empty"),
        pytest.param(b"# nothing\n", "w.yaml:1: the file is empty", id="only a comment"),
        pytest.param(b"- a\n- b\n", "w.yaml:1: the file is a list", id="a list at the top"),
        pytest.param(b"hello", "w.yaml:1: the file is a single value", id="one word"),
        pytest.param(b"a: 1\nb: \xe9t\xe9\n", "w.yaml:2: the byte 0xe9 is not UTF-8 text\n  Save", id="Latin-1"),
        pytest.param(b"a: 1\nb: \x00\n", "w.yaml:2: the character U+0000 is not text\n  Delete", id="a NUL"),
        pytest.param(b"a:\n\tb: 1\n", "w.yaml:2:1: a tab indents this line\n  Use spaces.", id="a tab"),
        pytest.param(b"a: b: c\n", "w.yaml:1:5: a colon stands in a value without quotes", id="a colon"),
        pytest.param(b"a: {!Name}\n", "w.yaml:1:4: a merge field stands without quotes", id="a merge field"),
        pytest.param(b"a: @x\n", "w.yaml:1:4: found character '@'", id="an at sign"),
        pytest.param(b"a: 'x\nb: 1\n", "found unexpected end of stream", id="a quote left open"),
        pytest.param(b"a: 1\nb: 2\na: 3\n", "w.yaml:3:1 a: a stands here a second time\n  Line 1 has", id="twice"),
        pytest.param(b"a: 1\n---\nb: 2\n", "w.yaml:2:1: a second document begins here", id="two documents"),
        pytest.param(b"a: &x 1\nb: *x\n", "w.yaml:1:4 a: an anchor stands here", id="an anchor"),
        pytest.param(b"# nothing\n", "such as 'workflow:'", id="a name that the file may begin with"),
        pytest.param(b"a: *x\n", "w.yaml:1:4: an alias stands here", id="an alias"),
        pytest.param(b"a: !!python/name:os 1\n", "w.yaml:1:4 a: the tag python/name:os has no", id="a tag"),
        pytest.param(b"[a, b]: 1\n", "w.yaml:1:1: a name must be a plain word", id="a list for a name"),
        pytest.param(b"[" * 600, "w.yaml:1: the file is nested too deeply", id="brackets left open"),
        pytest.param(LEVELS.encode(), "this is nested too deeply", id="25 levels"),
    ],
)
def test_a_trap_has_its_message(raw: bytes, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read("w.yaml", raw, "workflow")
    assert message in str(caught.value)


def test_all_of_a_files_traps_are_told_at_once() -> None:
    with pytest.raises(DefinitionError) as caught:
        read("w.yaml", b"a: 1\na: 2\nb: &x 1\n", "workflow")
    assert [one.place.line for one in caught.value.problems] == [2, 3]


def test_a_circle_of_anchors_is_told_once() -> None:
    with pytest.raises(DefinitionError) as caught:
        read("w.yaml", b"a: &a [*a, {b: *a}]\nc: *a\n", "workflow")
    assert [one.what for one in caught.value.problems] == ["an anchor stands here"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12), ("-3", -3), ("0.20", Decimal("0.20")), ("true", True), ("null", None), ("", None), ("yes", "yes"),
        ("no", "no"), ("07:00", "07:00"), ("2026-01-31", "2026-01-31"), ("02134", "02134"), ("1e5", "1e5"),
        ("0x1F", "0x1F"), (".inf", ".inf"), ("'12'", "12"), ("9" * 40, "9" * 40),
    ],
)  # fmt: skip
def test_a_value_is_what_a_person_means_by_it(written: str, value: object) -> None:
    values, _ = read("w.yaml", f"a: {written}\n".encode(), "workflow")
    assert (values["a"], type(values["a"]) is bool) == (value, value is True)


@pytest.mark.parametrize(
    ("written", "plain"), [("word", True), ("'word'", False), ('"word"', False), ("|\n  word", False)]
)
def test_a_text_without_quotes_is_told_from_one_with(written: str, plain: bool) -> None:
    values, _ = read("w.yaml", f"a: {written}\n".encode(), "workflow")
    assert isinstance(values["a"], Plain) is plain


def test_a_mark_before_the_text_is_no_part_of_it() -> None:
    values, _ = read("w.yaml", "\ufeffa: 1\n".encode(), "workflow")
    assert values == {"a": 1}


@pytest.mark.parametrize(
    ("yaml", "place"),  # of line 2, column 3 of the text at `a`
    [
        pytest.param("x: 1\na: |\n    one\n    two\n", "w.yaml:4:7 a", id="a block: its own lines"),
        pytest.param("x: 1\na: |\n\n    one\n", "w.yaml:4:7 a", id="a block that begins with a blank line"),
        pytest.param("x: 1\na: >\n    one\n    two\n", "w.yaml:2:1 a", id="a folded block: where it begins"),
    ],
)
def test_a_place_in_a_text_is_a_place_in_the_file(yaml: str, place: str) -> None:
    _, source = read("w.yaml", yaml.encode(), "workflow")
    assert str(source.within(("a",), 2, 3)) == place


@pytest.mark.parametrize(("yaml", "place"), [("a: 'one'", "w.yaml:1:7 a"), ("a: one", "w.yaml:1:6 a")])
def test_a_column_in_a_quoted_text_counts_the_quote(yaml: str, place: str) -> None:
    _, source = read("w.yaml", yaml.encode(), "workflow")
    assert str(source.within(("a",), 1, 3)) == place


def test_what_a_file_lacks_is_placed_at_what_is_around_it() -> None:
    _, source = read("w.yaml", b"a: 1\nsteps:\n  - step: x\n", "workflow")
    assert str(source.place("steps", 0, "agent")) == "w.yaml:3:5 steps[1].agent"
