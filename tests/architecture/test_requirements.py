"""The lock: `make lock` ran after the last change of pyproject.toml, and the files install from any mirror."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ASKED = {
    "base.txt": PROJECT["project"]["dependencies"],
    "build.txt": PROJECT["dependency-groups"]["build"],
    "dev.txt": PROJECT["project"]["optional-dependencies"]["dev"],
    "bench.txt": PROJECT["project"]["optional-dependencies"]["bench"],
}


def locked(file: str) -> dict[str, str]:
    """Give the locked versions by name."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / "requirements" / file).read_text(), re.MULTILINE))


@pytest.mark.parametrize("file", ASKED)
def test_the_lock_has_what_pyproject_asks_for(file: str) -> None:
    versions = locked(file)
    wanted = [Requirement(text) for text in ASKED[file]]
    assert [str(one) for one in wanted if not one.specifier.contains(versions[canonicalize_name(one.name)])] == []


@pytest.mark.parametrize("file", ["base.txt", "build.txt"])
def test_tests_run_on_the_versions_that_are_shipped(file: str) -> None:
    assert locked(file).items() <= locked("dev.txt").items()


@pytest.mark.parametrize("file", ASKED)
def test_the_lock_names_no_index_and_no_place(file: str) -> None:
    text = (ROOT / "requirements" / file).read_text()
    assert re.findall(r"^(?:-.*|.*://.*|.*@ .*)$", text, re.MULTILINE) == []
