"""What is compared with a reference engine, and how: always over a few rows of our own, in whole where a file is given.

Set UPBEAT_FORMULA_CONFORMANCE to the path of a file of the reference's results.
"""

import os
from pathlib import Path

import pytest
from tests.unit.formula.columns import Database, same_by_row

from formula_conformance import PAGE, Comparison, causes, compared
from formula_corpus import MODES
from upbeat.base import encode

FILE = os.environ.get("UPBEAT_FORMULA_CONFORMANCE", "")
ROWS = [
    {"input": "2,3", "expected": "5", "expected_null_as_null": "5"},
    {"input": ",3", "expected": "3", "expected_null_as_null": "null"},
    {"input": "1,1", "expected": "7", "expected_null_as_null": "Error: broken"},
]
CASE = {
    "name": "sum",
    "formula": "a__c + b__c",
    "returns": "Double",
    "fields": [{"fieldName": "a", "dataType": "Double"}, {"fieldName": "b", "dataType": "Double"}],
    "rows": ROWS,
}
CAUSE = {"sum": {"rows": 2, "why": "One and one are two."}}


@pytest.fixture
def found(tmp_path: Path) -> Comparison:
    file = tmp_path / "results.json"
    file.write_text(encode([CASE]), "utf-8")
    return compared(file)


def test_a_row_is_compared_with_blanks_as_zero_and_as_blank(found: Comparison) -> None:
    assert [[one.agrees for one in results] for results in found.results.values()] == [[True, True, False]] * 2


def test_what_differs_is_told_with_its_cause(found: Comparison) -> None:
    page = found.page("<!-- table: totals -->\n<!-- end -->\n<!-- table: differences -->\n<!-- end -->", CAUSE)
    assert "| both | 1 | 6 | 4 | 66.67% |" in page
    assert "| `a__c + b__c` | 2 | `1,1`, blank numbers as zero | 7 | 2 | One and one are two. |" in page


def test_no_formula_differs_without_a_cause(found: Comparison) -> None:
    assert list(found.unexplained({})) == ["sum: 2 rows differ, and the cause is of 0"]


def test_no_cause_is_left_of_what_agrees_again(found: Comparison) -> None:
    causes = {**CAUSE, "product": {"rows": 1, "why": "It was wrong once."}}
    assert list(found.unexplained(causes)) == ["product: 0 rows differ, and the cause is of 1"]


def test_what_becomes_no_sql_is_told_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(encode([CASE, {**CASE, "name": "quotient", "formula": "a__c / b__c"}]), "utf-8")
    page = compared(file).page("<!-- table: columns -->\n<!-- end -->", {})
    assert "1 of the 2 formulas become SQL, 50.0%." in page
    assert "| `a__c / b__c` | the formula does not become SQL: a quotient has up to 39 digits |" in page


@pytest.mark.skipif(not FILE, reason="UPBEAT_FORMULA_CONFORMANCE names no file")
def test_most_formulas_of_the_reference_become_sql_that_has_their_values(database: Database) -> None:
    found = compared(Path(FILE))
    every = {case for case, _ in found.results}
    refused = found.refused()
    print(f"{1 - len(refused) / len(every):.1%} of {len(every)} formulas become SQL")  # noqa: T201 - asked for by its name
    assert len(refused) / len(every) <= 0.15
    for case in every - refused.keys():
        for mode in MODES:
            same_by_row(database, case.compiled(mode), [(case.record(row), {}) for row in case.rows])


@pytest.mark.skipif(not FILE, reason="UPBEAT_FORMULA_CONFORMANCE names no file")
def test_nearly_every_result_of_the_reference_is_ours_too_and_the_page_says_which_are_not() -> None:
    found = compared(Path(FILE))
    agreeing = [one.agrees for results in found.results.values() for one in results]
    assert sum(agreeing) / len(agreeing) >= 0.97
    assert list(found.unexplained(causes())) == []
    page = PAGE.read_text("utf-8")
    assert found.page(page, causes()) == page, "run: python tools/formula_conformance.py FILE"
