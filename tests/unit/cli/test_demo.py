"""The simulated morning: it ends with 0 only where every item has an outcome, or an owner and a due time."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "here"


@pytest.mark.law(2)
def test_the_morning_ends_well_and_says_so_in_json_alone(type_: Any, folder: Path) -> None:
    said = type_("demo", "--once", "--json", "--dir", folder)
    found = said.json
    assert (said.code, found["loose"], found["ledger"]["ok"]) == (0, [], True)
    assert found["items"]["route-inbound-leads (live)"] == {"left alone": 1, "routed": 13, "waiting": 4}
    assert all(one["owner"] and one["due"] for one in found["waits"])


def test_beside_the_same_files_it_plays_anew(type_: Any, folder: Path) -> None:
    """The folder is the demo's own: told in words, the same morning gives the same counts."""
    said = type_("demo", "--once", "--dir", folder)
    assert said.code == 0
    assert "route-inbound-leads (live): 1 left alone, 13 routed, 4 waiting" in said.out
    assert "ledger holds" in said.out
