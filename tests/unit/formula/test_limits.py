"""What is too much is refused at once, with a clear word."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic

import pytest
from tests.unit.formula.columns import Database, asked

from upbeat.formula import Formula, FormulaError

Read = Callable[..., Formula]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1" * 40, "more than 39 digits"),
        (f'"{"x" * 15_000}"', "15,002 characters, more than 15,000"),
        ("-" * 101 + "Amount", "nested more than 100 deep"),
        ("NOT(" * 101 + "IsClosed" + ")" * 101, "nested more than 100 deep"),
        (" + ".join(["Amount"] * 101), "nested more than 100 deep"),
        ("(" * 14_999, "this bracket is not closed"),
    ],
    ids=["digits", "length", "signs", "functions", "terms", "brackets"],
)
def test_too_much_is_refused(read: Read, text: str, told: str) -> None:
    with pytest.raises(FormulaError, match=told):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "NOT(" * 99 + "IsClosed" + ")" * 99,
        "(" * 7_000 + "IsClosed" + ")" * 7_000,
        " && ".join(["IsClosed"] * 500),
        " + ".join(["Amount"] * 99) + " > 5",
        "IF(Amount > 1, " * 49 + "TRUE" + ", FALSE)" * 49,
    ],
    ids=["functions", "brackets", "conditions", "terms", "branches"],
)
def test_what_is_allowed_compiles_evaluates_explains_pushes_down_and_becomes_sql(
    read: Read, text: str, deal: dict[str, object], database: Database
) -> None:
    one = read(text)
    now = datetime(2026, 2, 11, tzinfo=UTC)
    assert one.explain(deal, now=now).value is one.evaluate(deal, now=now)
    assert one.canonical
    one.to_soql()
    found = asked(database, one.to_duckdb(), [(deal, {})])
    assert found == [(one.evaluate(deal, now=now), False)]


def test_a_regular_expression_that_never_ends_is_given_up(value: Callable[..., object]) -> None:
    began = monotonic()
    with pytest.raises(FormulaError, match="too complicated"):
        value(r'REGEX(Name, "(.*)*(.*)*(.*)*x{1,999}(?=y)")', Name="x" * 5_000)
    assert monotonic() - began < 5
