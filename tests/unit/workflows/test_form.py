"""A workflow in forms says what its file says: what is posted as it was shown changes nothing, and nothing is lost."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.base.files import read
from upbeat.workflows import PLAYBOOKS, TEMPLATES, Catalogue, Definition, FormField, Takes, form, merged, with_form

FILES = sorted([*(PLAYBOOKS / "workflows").glob("*.yaml"), *(TEMPLATES / "workflows").glob("*.yaml")])
TEXTS = {file.stem: file.read_text(encoding="utf-8") for file in FILES}


def values_of(name: str) -> dict[str, Any]:
    return deepcopy(dict(read(name, TEXTS[name].encode(), "workflow")[0]))


def posted(fields: tuple[FormField, ...]) -> dict[str, str]:
    """Give what a browser posts of a form that nobody touched."""
    found: dict[str, str] = {}
    for one in fields:
        if one.takes is Takes.TABLE:
            found[f"{one.name}.rows"] = str(len(one.rows) + 2)  # two empty ones below
            for row, cells in enumerate(one.rows):
                found |= {f"{one.name}.{row}.{c.name}": text for c, text in zip(one.columns, cells, strict=True)}
        elif one.takes is not Takes.FIXED:
            found[one.name] = one.value.replace("\n", "\r\n")
    return found


def parts(values: Mapping[str, Any]) -> list[str]:
    return ["about", "trigger", "outcomes", *(one["step"] for one in values["steps"])]


@pytest.mark.parametrize("name", TEXTS)
def test_a_form_that_nobody_touched_changes_nothing(against: Catalogue, name: str) -> None:
    values = values_of(name)
    for part in parts(values):
        assert with_form(part, values, posted(form(part, values, against.functions)), against.functions) == values


@pytest.mark.parametrize("name", TEXTS)
def test_forms_alone_say_all_that_a_shipped_workflow_says(against: Catalogue, name: str) -> None:
    """F3: whoever builds it without code gets the same definition."""
    values = values_of(name)
    steps = [{"step": one["step"], "agent": "nobody", "use": one["use"]} for one in values["steps"]]
    made: dict[str, Any] = {"workflow": name, "steps": steps}
    for part in parts(values):
        fields = form(part, values, against.functions)
        assert [one.name for one in fields if one.takes is Takes.FIXED] == []
        made = with_form(part, made, posted(fields), against.functions)
    assert Definition.model_validate(made) == Definition.model_validate(values)


def test_a_form_offers_no_way_to_go_live(against: Catalogue) -> None:
    fields = {one.name: one for one in form("about", values_of("missing-next-step"), against.functions)}
    assert fields["mode"].choices == ("monitor", "paused")


def test_another_function_takes_no_argument_of_the_one_before(against: Catalogue) -> None:
    values = values_of("missing-next-step")
    made = with_form("ask", values, {"use": "update_record"}, against.functions)
    assert made["steps"][0] == {"step": "ask", "agent": "deal-inspector", "use": "update_record"}


def test_a_formula_is_written_below_a_bar(against: Catalogue) -> None:
    values = with_form(
        "trigger", values_of("missing-next-step"), {"trigger.when": "NOT(IsClosed)\r\n"}, against.functions
    )
    assert values["trigger"]["when"] == "NOT(IsClosed)\n"


def test_a_row_that_goes_and_one_that_comes(against: Catalogue) -> None:
    values = values_of("single-threaded-larger-deals")
    form_posted = posted(form("trigger", values, against.functions))
    form_posted |= {"thresholds.0.gone": "on", "thresholds.2.name": "days", "thresholds.2.value": "14"}
    made = with_form("trigger", values, form_posted, against.functions)
    assert made["thresholds"] == {"larger": values["thresholds"]["larger"], "days": {"value": 14}}


def test_two_rows_of_one_name_are_both_kept(against: Catalogue) -> None:
    values = values_of("single-threaded-larger-deals")
    twice = posted(form("trigger", values, against.functions)) | {"thresholds.1.name": "contacts"}
    assert list(with_form("trigger", values, twice, against.functions)["thresholds"]) == ["contacts", "contacts_2"]


# --- two people -----------------------------------------------------------------------------------

BASE = values_of("single-threaded-larger-deals")


def edited(path: tuple[Any, ...], value: Any, base: Mapping[str, Any] = BASE) -> dict[str, Any]:
    made = deepcopy(dict(base))
    here = made
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    return made


def test_changes_to_different_values_are_both_kept() -> None:
    mine, theirs = edited(("thresholds", "larger", "value"), 9), edited(("steps", 1, "due"), "1 day")
    found = merged(BASE, mine, theirs)
    assert found.clashes == ()
    assert found.values == edited(("steps", 1, "due"), "1 day", mine)


def test_one_value_that_both_changed_is_chosen_by_a_person() -> None:
    mine, theirs = edited(("steps", 0, "set", "Risk_Flag__c"), "A"), edited(("steps", 0, "set", "Risk_Flag__c"), "B")
    found = merged(BASE, mine, theirs)
    assert [(one.what, one.was, one.mine, one.theirs) for one in found.clashes] == [
        ("step flag, set Risk_Flag__c", "Single-threaded", "A", "B")
    ]
    assert found.values == theirs
    assert merged(BASE, mine, theirs, [found.clashes[0].key]).values == mine


def test_a_step_that_one_took_out_and_the_other_changed_is_chosen_by_a_person() -> None:
    mine, theirs = edited(("steps",), BASE["steps"][:1]), edited(("steps", 1, "due"), "1 day")
    found = merged(BASE, mine, theirs)
    assert [(one.what, one.mine) for one in found.clashes] == [("step ask", "left out")]
    assert found.values == theirs


def test_a_step_that_one_moved_takes_the_others_change_along() -> None:
    mine, theirs = edited(("steps",), BASE["steps"][::-1]), edited(("steps", 1, "due"), "1 day")
    found = merged(BASE, mine, theirs)
    assert [(one["step"], one.get("due")) for one in found.values["steps"]] == [("ask", "1 day"), ("flag", None)]


LEAVES = [
    ("title",), ("owner",), ("trigger", "every"), ("thresholds", "contacts", "value"), ("thresholds", "larger", "why"),
    ("steps", 0, "tier"), ("steps", 0, "set", "Risk_Since__c"), ("steps", 1, "due"), ("steps", 1, "when"),
    ("outcomes", "waiting", "due"), ("limits",), ("despite",),
]  # fmt: skip
CHANGES = st.dictionaries(st.sampled_from(LEAVES), st.integers(101, 104), max_size=6)


@settings(max_examples=50)
@given(mine=CHANGES, theirs=CHANGES)
def test_no_change_of_either_is_lost(mine: Mapping[Any, int], theirs: Mapping[Any, int]) -> None:
    """Every change is in the values, or among the clashes with both sides."""
    one, other = BASE, BASE
    for path, value in mine.items():
        one = edited(path, value, one)
    for path, value in theirs.items():
        other = edited(path, value, other)
    found = merged(BASE, one, other)
    assert len(found.clashes) == sum(mine[path] != theirs[path] for path in {*mine} & {*theirs})
    for path in {*mine} - {*theirs}:
        here: Any = found.values
        for part in path:
            here = here[part]
        assert here == mine[path]
    every = [clash.key for clash in found.clashes]
    assert merged(BASE, one, other, every).values == merged(BASE, other, one).values
