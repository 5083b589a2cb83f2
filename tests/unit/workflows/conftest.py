"""Some people, and a workspace to spoil: what the checks of definitions are made against."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from upbeat.foundation import BY_KEY
from upbeat.gate import FLOOR
from upbeat.workflows import PLAYBOOKS, Catalogue, Person, check, load

NAMES = (
    "rowan.ellis", "dana.whitfield", "priya.shah", "iris.nolan", "maya.chen", "theo.grant", "luis.ortega", "nora.lind",
    "aisha.khan", "ben.foster", "lena.vogel", "owen.hughes", "web.forms", "callnote.sync", "firmlens.sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def people() -> Mapping[str, Person]:
    """Give the sample company's people, and one who left."""
    found = [
        Person(f"{name}@acme.example", f"005000000000{index:03}AAA", name.title(), f"{name}@acme.example")
        for index, name in enumerate(NAMES)
    ]
    left = Person("sam.porter@acme.example", "005000000000099AAA", "Sam Porter", active=False)
    return {one.username: one for one in (*found, left)}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Give a folder with the shipped definitions."""
    return Path(shutil.copytree(PLAYBOOKS, tmp_path / "workspace"))


Said = Callable[[Path], list[str]]
Spoil = Callable[..., list[str]]


@pytest.fixture(scope="session")
def said(against: Catalogue, people: Mapping[str, Person]) -> Said:
    """Give what the checks say of a folder, a text for each problem."""
    return lambda folder: [str(one) for one in check(load(folder), against, people, FLOOR, BY_KEY, ["New Leads"])]


@pytest.fixture
def spoil(workspace: Path, said: Said) -> Spoil:
    """Give what the checks say once a text of one shipped file is replaced by another."""

    def spoiled(file: str, old: str, new: str) -> list[str]:
        path = workspace / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return said(workspace)

    return spoiled
