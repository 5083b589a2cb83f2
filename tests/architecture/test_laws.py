"""Every law in docs/laws.md is asserted by a test that carries its number: `@pytest.mark.law(6)`."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "laws.md"
LAWS = {int(number) for number in re.findall(r"^## (\d+)\. ", PAGE.read_text(), re.MULTILINE)}

# Laws without a test, each with its reason. This list only shrinks.
WITHOUT_A_TEST: dict[int, str] = {}


def claimed() -> set[int]:
    """Give the numbers in every `pytest.mark.law(...)` under tests/, wherever the mark stands."""
    return {
        number.value
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.law"
        for number in node.args
        if isinstance(number, ast.Constant)
    }


def test_every_law_has_a_test() -> None:
    assert sorted(LAWS - claimed() - WITHOUT_A_TEST.keys()) == []


def test_every_claim_is_of_a_law() -> None:
    assert sorted(claimed() - LAWS) == []


def test_a_law_that_has_a_test_is_off_the_list() -> None:
    assert sorted(claimed() & WITHOUT_A_TEST.keys()) == []
