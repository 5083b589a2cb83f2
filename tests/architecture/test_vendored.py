"""Other people's JavaScript is what it was when it was vendored, and its licences stand beside it."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "src/upbeat/console/static/vendor", ROOT / "tests/browser/vendor"]
PACKAGES = json.loads((ROOT / "tools/vendor/package-lock.json").read_text())["packages"]
of_each = pytest.mark.parametrize("folder", FOLDERS, ids=["pages", "their tests"])


def locked(folder: Path) -> list[dict[str, object]]:
    return json.loads((folder / "lock.json").read_text())["files"]


@of_each
def test_every_vendored_file_has_the_hash_of_its_lock(folder: Path) -> None:
    stands = {file.name: sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.js")}
    assert stands == {one["file"]: one["sha256"] for one in locked(folder)}


@of_each
def test_nothing_else_lies_beside_the_vendored_files(folder: Path) -> None:
    named = {str(one[part]) for one in locked(folder) for part in ("file", "licence")}
    assert {file.name for file in folder.iterdir()} == {*named, "lock.json"}


@of_each
def test_the_licence_of_every_package_stands_in_full_beside_its_file(folder: Path) -> None:
    missing = [
        package["name"]
        for one in locked(folder)
        for package in one["packages"]
        if f"{package['name']} {package['version']}\n" not in (folder / str(one["licence"])).read_text()
    ]
    assert missing == []


@of_each
def test_the_vendored_versions_are_those_that_the_tool_pins(folder: Path) -> None:
    bundled = {package["name"]: package["version"] for one in locked(folder) for package in one["packages"]}
    assert bundled == {name: PACKAGES[f"node_modules/{name}"]["version"] for name in bundled}


def test_every_package_is_pinned_exactly() -> None:
    asked = json.loads((ROOT / "tools/vendor/package.json").read_text())["dependencies"]
    assert [name for name, version in asked.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_lock_of_packages_names_no_place_that_they_come_from() -> None:
    assert re.findall(r"https?:", (ROOT / "tools/vendor/package-lock.json").read_text()) == []


def test_whoever_installs_upbeat_has_the_vendored_files_with_their_licences() -> None:
    built = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert {f"upbeat/console/static/vendor/{file.name}" for file in FOLDERS[0].iterdir()} <= built
