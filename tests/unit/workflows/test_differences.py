"""What changed in a file, field by field: by the names of its steps, rules and members, with the lines of both."""

from pathlib import Path

import pytest

from upbeat.base.files import FileModel
from upbeat.workflows import FileKind, Named, content_of, differences, load, named, restore_file

FLAG = "workflows/single-threaded-larger-deals.yaml"
ROUTE = "workflows/route-inbound-leads.yaml"
POOL, POLICY = "routing/inbound.yaml", "policy.yaml"


def _file(folder: Path, path: str) -> FileModel:
    found = Named.of_path(path)
    assert found is not None
    return named(load(folder))[found]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        pytest.param(FLAG, "value: 50000", "value: 60000", ("threshold larger", "50000", "60000"), id="a threshold"),
        pytest.param(
            FLAG,
            "after: 14 days",
            "after: 3 weeks",
            ("trigger, if_still_true after", "14 days", "21 days"),
            id="a time",
        ),
        pytest.param(FLAG, "mode: monitor", "mode: paused", ("mode", "left out", "paused"), id="a pause"),
        pytest.param(
            POOL, "weight: 2", "weight: 3", ("member theo.grant@acme.example, weight", "2", "3"), id="a weight"
        ),
        pytest.param(
            POLICY,
            "  - effect: task\n    tier: auto\n",
            "  - effect: task\n    tier: review\n    roles: [revops]\n",
            ("rule for task, tier", "auto", "review"),
            id="a rule's tier",
        ),
        pytest.param(
            POLICY,
            "late_from: Proposal/Price Quote\n",
            "",
            ("late_from", "Proposal/Price Quote", "left out"),
            id="left out",
        ),
    ],
)
def test_a_change_is_told_in_the_readers_words(
    workspace: Path, file: str, old: str, new: str, told: tuple[str, str, str]
) -> None:
    before = _file(workspace, file)
    text = (workspace / file).read_text(encoding="utf-8")
    assert old in text
    (workspace / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = differences(before, _file(workspace, file))
    assert told in [(one.what, one.before, one.after) for one in found]


def test_both_lines_are_named(workspace: Path) -> None:
    before = _file(workspace, FLAG)
    text = (workspace / FLAG).read_text(encoding="utf-8")
    (workspace / FLAG).write_text(f"# new\n{text.replace('value: 50000', 'value: 60000')}", encoding="utf-8")
    [one] = differences(before, _file(workspace, FLAG))
    assert one.was_at is not None
    assert one.is_at is not None
    assert (one.is_at.line - one.was_at.line, one.is_at.file) == (1, FLAG)


def test_the_order_of_outcomes_is_a_difference_and_that_of_keys_is_none(workspace: Path) -> None:
    before = _file(workspace, ROUTE)
    text = (workspace / ROUTE).read_text(encoding="utf-8")
    start = text.index("outcomes:\n") + len("outcomes:\n")
    lines = text[start:].splitlines(keepends=True)
    (workspace / ROUTE).write_text(text[:start] + "".join(reversed(lines)), encoding="utf-8")
    assert [one.what for one in differences(before, _file(workspace, ROUTE))] == ["order of outcomes"]


def test_a_rule_that_moves_is_no_difference(workspace: Path) -> None:
    before = _file(workspace, POLICY)
    assert differences(before, before) == []
    assert [one.what for one in differences(None, before)] == ["the file"]


@pytest.mark.parametrize("path", ["agents/router.yaml", POOL, POLICY])
def test_what_is_published_comes_back_with_the_places_of_its_source(workspace: Path, path: str) -> None:
    key = Named.of_path(path)
    assert key is not None
    assert key.kind is not FileKind.WORKFLOW
    file = _file(workspace, path)
    again = restore_file(key, content_of(file), file.source)
    assert (differences(file, again), content_of(again)) == ([], content_of(file))
    assert again.place() == file.place()
