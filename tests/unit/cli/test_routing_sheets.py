"""routing export and import on the command line: a pool goes to a spreadsheet and comes back."""

from pathlib import Path
from typing import Any

import pytest

POOL = "routing/inbound.yaml"


@pytest.fixture
def folder(type_: Any, tmp_path: Path) -> Path:
    """A workspace with the shipped pool, and two tables of it in `tables`."""
    made = tmp_path / "work"
    type_("init", made)
    said = type_("routing", "export", "inbound", "--to", tmp_path / "tables", "--dir", made)
    assert "inbound-members.csv: 8 members" in said.out.replace("\n", "")
    return made


def _members(folder: Path, old: str = "", new: str = "") -> Path:
    file = folder.parent / "tables/inbound-members.csv"
    file.write_text(file.read_text(encoding="utf-8-sig").replace(old, new), encoding="utf-8-sig")
    return file


def test_what_was_exported_is_said_in_json(type_: Any, folder: Path, tmp_path: Path) -> None:
    said = type_("routing", "export", "inbound", "--to", tmp_path / "again", "--dir", folder, "--json").json
    assert {one["part"] for one in said} == {"members", "territories"}


def test_an_edit_is_shown_and_written_only_when_that_is_asked(type_: Any, folder: Path) -> None:
    file, before = (
        _members(folder, "theo.grant@acme.example,2", "theo.grant@acme.example,3"),
        (folder / POOL).read_text(),
    )
    shown = type_("routing", "import", "inbound", file, "--dir", folder).out
    assert "member theo.grant@acme.example, weight" in shown
    assert "- 2\n    + 3" in shown
    assert "Nothing is written: add --yes." in shown
    assert (folder / POOL).read_text() == before
    assert f"Written into {POOL}." in type_("routing", "import", "inbound", file, "--yes", "--dir", folder).out
    assert (folder / POOL).read_text() == before.replace("weight: 2", "weight: 3", 1)


def test_a_table_that_says_the_same_writes_nothing(type_: Any, folder: Path) -> None:
    said = type_("routing", "import", "inbound", _members(folder), "--yes", "--json", "--dir", folder).json
    assert said == {"pool": "inbound", "part": "members", "differences": [], "written": []}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("export", "inbound", "--to", "tables"), "a file of this name is there, and says something else"),
        (("export", "inbuond"), "Did you mean inbound?"),
        (("import", "inbound", "tables/inbound-members.csv"), "inbound-members.csv:2:2 members[1].weight"),
    ],
)
def test_a_mistake_is_one_clear_message(
    type_: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], why: str
) -> None:
    _members(folder, "theo.grant@acme.example,2", "theo.grant@acme.example,two")
    monkeypatch.chdir(folder.parent)
    said = type_("routing", *words, "--dir", folder)
    assert said.code == 1
    assert why in " ".join(said.out.split()) + " ".join(said.err.split())
