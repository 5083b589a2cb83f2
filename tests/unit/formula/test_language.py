"""The language by its cases: files of an input, an empty line, and what is expected of it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from upbeat import formula, soql
from upbeat.formula import Formula, FormulaError, Scope, Text

NOW = datetime(2026, 2, 11, 15, 30, 20, tzinfo=UTC)
Given = Mapping[str, Any]


def cases(name: str) -> pytest.MarkDecorator:
    """Read `cases/<name>.txt`: cases are parted by lines of dashes, the first line of a case is its id."""
    text = Path(__file__).with_name("cases").joinpath(f"{name}.txt").read_text("utf-8")
    parts = [part.strip("\n").partition("\n\n") for part in text.split("\n---\n")]
    return pytest.mark.parametrize(
        ("text", "expected"), [pytest.param(given, wanted, id=given.strip()[:60]) for given, _, wanted in parts]
    )


def written(value: Any) -> str:
    return repr(value) if value is None or isinstance(value, str) else f"{type(value).__name__} {value}"


@cases("values")
def test_a_formula_has_this_value(text: str, expected: str, value: Callable[..., Any]) -> None:
    assert written(value(text)) == expected


@cases("failures")
def test_a_value_that_cannot_be_computed_says_why_and_where(
    text: str, expected: str, value: Callable[..., Any]
) -> None:
    with pytest.raises(FormulaError) as caught:
        value(text)
    assert str(caught.value) == expected


@cases("errors")
def test_a_formula_that_does_not_hold_teaches(text: str, expected: str, read: Callable[..., Formula]) -> None:
    with pytest.raises(FormulaError) as caught:
        read(text)
    assert str(caught.value) == expected


@cases("canonical")
def test_a_formula_is_written_in_one_form(text: str, expected: str, read: Callable[..., Formula]) -> None:
    assert read(text).canonical == expected


@cases("explanations")
def test_a_value_is_explained_by_what_decided_it(
    text: str, expected: str, read: Callable[..., Formula], deal: Given, former: Given, given: Given
) -> None:
    said = read(text).explain(deal, former, given, now=NOW)
    assert "\n".join([said.words, *(f"  {name}: {shown}" for name, shown in said.facts)]) == expected


@cases("soql")
def test_a_condition_is_pushed_down_as(text: str, expected: str, read: Callable[..., Formula], given: Given) -> None:
    pushed = read(text).to_soql(given, NOW)
    assert f"{'exact' if pushed.exact else 'more'}: {pushed.where}".rstrip() == expected


@cases("soql")
def test_what_is_pushed_down_is_canonical_soql(text: str, expected: str) -> None:
    del text
    where = expected.partition(": ")[2] or "Id != null"
    assert str(soql.parse(f"SELECT Id FROM Opportunity WHERE {where}")).endswith(f" WHERE {where}")


@cases("rules")
def test_a_condition_is_exported_as(text: str, expected: str, read: Callable[..., Formula], given: Given) -> None:
    try:
        found = read(text).to_validation_rule(globals=given).formula
    except FormulaError as error:
        found = str(error)
    assert found == expected


@cases("duckdb")
def test_a_formula_becomes_this_sql_or_none(
    text: str, expected: str, read: Callable[..., Formula], given: Given
) -> None:
    try:
        columns = read(text).to_duckdb(given, NOW)
    except FormulaError as error:
        found = str(error)
    else:
        found = columns.where or columns.sql
        found = found if columns.fails == "FALSE" else f"{found}\nfails: {columns.fails}"
    assert found == expected


@cases("texts")
def test_a_text_is_rendered_as(
    text: str, expected: str, scope: Scope, deal: Given, former: Given, given: Given
) -> None:
    compiled: Text = formula.compile_text(text, scope)
    assert written(compiled.render(deal, former, given, now=NOW)) == expected
