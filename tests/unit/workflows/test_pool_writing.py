"""A pool's table written back into its file: what differs changes, all else stays as it was typed."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.workflows.files import parse_pool
from upbeat.workflows.pool_file import MemberDefinition
from upbeat.workflows.pool_writing import Row, written

HEAD = """\
# Who gets what.
pool: small
title: Leads for a few     # said to readers
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
territories: [{name: East, when: 'true'}, {name: West, when: 'true'}]

"""
FLOW = """\
members:          # a weight of 2 gets twice what 1 gets
  # the east
  - {user: a@acme.example, weight: 2, territories: [East]}   # since March

  # the west
  - {user: b@acme.example, territories: [West]}
  - {territories: [East, West], user: c@acme.example}
"""
BLOCK = """\
members:
# the east
- user: a@acme.example
  weight: 2     # since March
  territories:
  - East
# the west
- user: b@acme.example
  territories: [West]
- territories: [East, West]
  user: c@acme.example

"""
TAIL = "otherwise: {hold: Nobody is free, owner: priya.shah@acme.example, due: 1 day}   # the end\n"
A: Mapping[str, Any] = {"user": "a@acme.example", "weight": 2, "territories": ["East"]}
B: Mapping[str, Any] = {"user": "b@acme.example", "territories": ["West"]}
C: Mapping[str, Any] = {"user": "c@acme.example", "territories": ["East", "West"]}
D: Mapping[str, Any] = {"user": "d@acme.example"}


def _write(members: str, *rows: Mapping[str, Any]) -> str:
    before = parse_pool("routing/small.yaml", (HEAD + members + TAIL).encode(), lambda _: None)
    after = [Row(str(one["user"]), one, MemberDefinition.model_validate(one)) for one in rows]
    text = written(HEAD + members + TAIL, "members", "user", after, before.members)
    again = parse_pool("routing/small.yaml", text.encode(), lambda _: None)
    assert [one.model_dump() for one in again.members] == [one.meaning.model_dump() for one in after]
    assert text.startswith(HEAD), text
    assert text.endswith(TAIL), text
    return text[len(HEAD) : -len(TAIL)]


@pytest.mark.parametrize("members", [FLOW, BLOCK], ids=["in braces", "line by line"])
def test_what_says_the_same_stays_as_it_is(members: str) -> None:
    assert _write(members, A, B, C) == members


def test_one_value_changes_and_the_comments_stay() -> None:
    assert _write(FLOW, {**A, "weight": 3}, B, C) == FLOW.replace("weight: 2,", "weight: 3,")
    assert _write(BLOCK, {**A, "weight": 3}, B, C) == BLOCK.replace("weight: 2 ", "weight: 3 ")
    assert _write(BLOCK, {**A, "territories": ["West"]}, B, C) == BLOCK.replace(
        "territories:\n  - East", "territories: [West]"
    )


def test_a_value_is_added_and_taken_away() -> None:
    assert _write(FLOW, {"user": "a@acme.example"}, {**B, "weight": 2}, C) == FLOW.replace(
        ", weight: 2, territories: [East]", ""
    ).replace("[West]}\n  - {t", "[West], weight: 2}\n  - {t")
    assert "  territories: [West]\n  weight: 2\n" in _write(BLOCK, A, {**B, "weight": 2}, C)
    assert "- {user: a@acme.example}\n" in _write(BLOCK, {"user": "a@acme.example"}, B, C)
    assert _write(FLOW, A, B, {"user": "c@acme.example"}).endswith("- {user: c@acme.example}\n")


def test_someone_joins_and_someone_leaves_and_what_is_said_above_them_stays() -> None:
    assert _write(FLOW, A, B, C, D) == FLOW + "  - {user: d@acme.example}\n"
    assert _write(FLOW, B, C) == FLOW.replace(
        "  - {user: a@acme.example, weight: 2, territories: [East]}   # since March\n", ""
    )
    assert _write(FLOW, A) == FLOW[: FLOW.index("\n  # the west")] + "  # the west\n"


def test_the_order_is_the_tables() -> None:
    made = _write(FLOW, C, A, B)
    assert made.index("c@acme") < made.index("# the east") < made.index("a@acme") < made.index("# the west")


def test_a_list_in_one_line_becomes_a_line_each() -> None:
    assert _write("members: [{user: a@acme.example}]\n", A, D) == (
        "members:\n  - {user: a@acme.example, weight: 2, territories: [East]}\n  - {user: d@acme.example}\n"
    )


ROWS = st.fixed_dictionaries(
    {"user": st.sampled_from("abcde").map("{}@acme.example".format)},
    optional={"weight": st.integers(1, 5), "territories": st.lists(st.sampled_from(["East", "West"]), min_size=1)},
)


@given(st.lists(ROWS, min_size=1, max_size=5, unique_by=lambda one: one["user"]), st.sampled_from([FLOW, BLOCK]))
def test_whatever_the_table_says_is_what_the_file_says_then(rows: list[dict[str, Any]], members: str) -> None:
    made = _write(members, *rows)
    assert all(said in made for said in ("# the east", "# the west"))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=9))
def test_a_text_is_written_so_that_it_is_read_again(text: str) -> None:
    _write(FLOW, {**D, "territories": [text]})
