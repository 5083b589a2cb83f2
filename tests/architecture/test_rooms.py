"""The house: every room has its place, and every module fits in the head."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "upbeat"
MODULES = sorted(PACKAGE.rglob("*.py"))


def layers() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return [
        room.strip()
        for contract in contracts
        if contract["id"] == "layers"
        for layer in contract["layers"]
        for room in re.split(r"[|:]", layer)
    ]


def rooms() -> set[str]:
    return {module.parent.name for module in PACKAGE.glob("*/__init__.py")}


def test_every_room_joins_the_layers_contract() -> None:
    assert sorted(rooms() - {room.strip("()") for room in layers()}) == []


def test_no_room_that_stands_is_marked_as_absent() -> None:
    assert sorted(rooms() & {room.strip("()") for room in layers() if room.startswith("(")}) == []


def test_every_module_stands_in_a_room() -> None:
    assert {module.name for module in PACKAGE.glob("*.py")} <= {"__init__.py", "__main__.py"}


def test_no_module_is_longer_than_450_lines() -> None:
    written = (module for module in MODULES if module.parent.name != "versions")  # a migration is generated
    lengths = {str(module.relative_to(PACKAGE)): len(module.read_text().splitlines()) for module in written}
    assert {name: length for name, length in lengths.items() if length > 450} == {}


def test_no_module_is_a_drawer_for_leftovers() -> None:
    drawers = {"utils", "util", "helpers", "common", "misc"}
    assert [str(module.relative_to(PACKAGE)) for module in MODULES if module.stem in drawers] == []
