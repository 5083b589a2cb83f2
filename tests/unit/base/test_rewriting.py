"""A file's text takes other values, and every line that has nothing to do with them stays as it was."""

from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.base.files import Plain, fresh, read, rewritten
from upbeat.workflows import PLAYBOOKS, TEMPLATES

FILES = sorted([*PLAYBOOKS.rglob("*.yaml"), *TEMPLATES.rglob("*.yaml")])
TEXT = """\
# the whole
name: one   # why it is called so
title: 'A title: with a colon'
when: |  # the condition
  AND(Amount > 50000,
      2 > 1)

# what is done
steps:
  # first
  - step: flag   # a flag
    set:
      Risk__c: Stalled   # as the report has it
      Why__c: >-
        long
        text
  # second

  - step: ask
    choices: [a, b]
ends:
  moved:   {when: '{!TRUE}'}
  waiting: {due: 2 days, to: '{!X}'}   # at the latest
"""


def values_of(text: str) -> dict[str, Any]:
    return deepcopy(dict(read("", text.encode(), "name")[0]))


def lines_changed(before: str, after: str) -> tuple[set[str], set[str]]:
    one, other = before.split("\n"), after.split("\n")
    return {line for line in one if line not in other}, {line for line in other if line not in one}


def test_a_value_changes_on_its_own_line_and_keeps_its_comment() -> None:
    values = values_of(TEXT)
    values["steps"][0]["set"]["Risk__c"] = Plain("Quiet")
    values["ends"]["waiting"]["due"] = Plain("3 days")
    assert lines_changed(TEXT, rewritten(TEXT, values)) == (
        {"      Risk__c: Stalled   # as the report has it", "  waiting: {due: 2 days, to: '{!X}'}   # at the latest"},
        {"      Risk__c: Quiet   # as the report has it", "  waiting: {due: 3 days, to: '{!X}'}   # at the latest"},
    )


def test_a_formula_stays_a_block_with_the_comment_of_its_first_line() -> None:
    values = values_of(TEXT)
    values["when"] = "AND(Amount > 9,\n    2 > 1)\n"
    made = rewritten(TEXT, values)
    assert "when: |  # the condition\n  AND(Amount > 9,\n      2 > 1)\n\n# what is done\n" in made


def test_a_step_that_moves_takes_its_comments_along() -> None:
    values = values_of(TEXT)
    values["steps"].reverse()
    made = rewritten(TEXT, values)
    assert made.index("step: ask") < made.index("step: flag   # a flag")
    assert sorted(filter(None, made.split("\n"))) == sorted(filter(None, TEXT.split("\n")))
    assert "  # second\n  - step: ask\n" in made


def test_a_step_that_goes_leaves_the_comment_above_it() -> None:
    values = values_of(TEXT)
    del values["steps"][1]
    made = rewritten(TEXT, values)
    assert "step: ask" not in made
    assert "# second" in made


def test_a_step_with_another_name_keeps_its_lines() -> None:
    values = values_of(TEXT)
    values["steps"][0]["step"] = Plain("mark")
    made = rewritten(TEXT, values)
    assert lines_changed(TEXT, made) == ({"  - step: flag   # a flag"}, {"  - step: mark   # a flag"})


def test_a_new_step_and_a_new_name_are_written_as_people_write_them() -> None:
    values = values_of(TEXT)
    values["steps"].append({"step": Plain("tell"), "text": "{!Name} is late", "due": Plain("2 days")})
    values["limits"] = {"per_hour": 50}
    made = rewritten(TEXT, values)
    assert "\n  - step: tell\n    text: '{!Name} is late'\n    due: 2 days\n" in made
    assert made.endswith("limits: {per_hour: 50}\n")


def test_lines_that_end_as_on_windows_go_on_doing_so() -> None:
    text = TEXT.replace("\n", "\r\n")
    values = values_of(text)
    values["name"] = Plain("two")
    made = rewritten(text, values)
    assert made == text.replace("name: one", "name: two")


@pytest.mark.parametrize("file", FILES, ids=lambda one: f"{one.parent.name}/{one.name}")
def test_a_shipped_file_with_its_own_values_is_itself(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert rewritten(text, values_of(text)) == text


@pytest.mark.parametrize("file", FILES, ids=lambda one: f"{one.parent.name}/{one.name}")
def test_a_shipped_file_can_be_written_anew(file: Path) -> None:
    values = values_of(file.read_text(encoding="utf-8"))
    assert values_of(fresh(values)) == values


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    match value:
        case dict():
            return [found for name, one in value.items() for found in _leaves(one, (*path, name))]
        case list():
            return [found for at, one in enumerate(value) for found in _leaves(one, (*path, at))]
        case _:
            return [path]


NEW = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40).map(Plain),
    st.lists(st.text("ab (),'#:{}!\t", max_size=9), max_size=4).map("\n".join),
    st.integers(-999, 999),
    st.decimals(-99, 99, places=2).map(Decimal),
    st.booleans(),
    st.lists(st.sampled_from(["a", "b: c", "# d", "yes"]), min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(["a", "b c", "d: e", "on"]), st.sampled_from(["x", "y # z", "12"]), min_size=1),
)


@settings(max_examples=40)
@given(file=st.sampled_from(FILES), data=st.data())
def test_whatever_value_is_put_wherever_only_lines_of_its_own_change(file: Path, data: st.DataObject) -> None:
    text = file.read_text(encoding="utf-8")
    values = values_of(text)
    path = data.draw(st.sampled_from(_leaves(values)))
    here = values
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = data.draw(NEW)
    made = rewritten(text, values)
    assert values_of(made) == values
    kept = [line for line in text.split("\n") if "#" in line]
    assert [line for line in kept if line.strip().startswith("#") and line not in made.split("\n")] == []


@settings(max_examples=40)
@given(file=st.sampled_from(FILES), data=st.data())
def test_entries_may_go_come_and_change_their_order(file: Path, data: st.DataObject) -> None:
    text = file.read_text(encoding="utf-8")
    values = values_of(text)
    name = data.draw(
        st.sampled_from([one for one, value in values.items() if isinstance(value, dict | list) and value])
    )
    if isinstance(values[name], list):
        values[name] = data.draw(st.permutations(values[name]))[: data.draw(st.integers(1, len(values[name])))]
    else:
        values[name] = dict(data.draw(st.permutations(list(values[name].items()))))
    assert values_of(rewritten(text, values)) == values
