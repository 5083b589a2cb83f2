"""The control-evidence map: every test that it names exists, and the page says what the map says."""

import runpy
from pathlib import Path

import pytest

from upbeat.operations import CONTROLS, CRITERIA

ROOT = Path(__file__).parents[3]
NAMED = [(one.name, test) for one in CONTROLS for test in one.tests]


@pytest.mark.parametrize(("control", "test"), NAMED, ids=[f"{control}: {test}" for control, test in NAMED])
def test_every_test_that_a_control_names_exists(control: str, test: str) -> None:
    file, _, name = test.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{control} names no test"


@pytest.mark.parametrize("control", CONTROLS, ids=lambda one: one.name)
def test_every_control_names_criteria_that_are_told_a_test_and_a_command(control: object) -> None:
    assert set(control.criteria) <= CRITERIA.keys()
    assert control.tests
    assert control.commands


def test_the_page_says_what_the_map_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    made = runpy.run_path(str(ROOT / "tools/controls.py"), run_name="tools")
    assert made["PAGE"].read_text(encoding="utf-8") == made["page"](), "run python tools/controls.py"
