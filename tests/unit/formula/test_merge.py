"""Texts with merge fields: what they read, what type they have, and where they are wrong."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from upbeat.formula import FormulaError, Scope, Type, UnknownPrior, compile_text

NOW = datetime(2026, 2, 11, 15, 30, 20, tzinfo=UTC)


def test_a_text_names_what_all_its_formulas_read(scope: Scope) -> None:
    text = compile_text("{!Name} moved from {!PRIORVALUE(CloseDate)} ({!$Signal.PushCount} pushes)", scope)
    assert text.fields == {"Name", "CloseDate"}
    assert text.prior == {"CloseDate"}
    assert text.globals == {"$Signal.PushCount"}


@pytest.mark.parametrize(
    ("written", "kind"), [("", Type.TEXT), ("Acme", Type.TEXT), ("{!Amount}", Type.NUMBER), ("{!Amount} ", Type.TEXT)]
)
def test_only_a_text_that_is_one_merge_field_keeps_its_type(scope: Scope, written: str, kind: Type) -> None:
    assert compile_text(written, scope).type is kind


def test_an_empty_text_stays_one(scope: Scope) -> None:
    assert compile_text("", scope).render({}, now=NOW) == ""


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "Dear {!Name},\nyour {!Amout} waits",
            "2:8: Opportunity has no field Amout\n  your {!Amout} waits\n         ^\n  Did you mean Amount?",
        ),
        (
            'a\nb {!Name & "}',
            '2:12: this text is not closed\n  b {!Name & "}\n             ^\n  Add the closing " on the same line.',
        ),
        ("worth {!Amount", "1:7: this merge field is not closed\n  worth {!Amount\n        ^\n  Add the closing }."),
        (
            "worth {!}",
            "1:9: the formula is empty\n  worth {!}\n          ^\n  Write a condition, such as Amount > 50000.",
        ),
    ],
    ids=["field", "text", "brace", "nothing"],
)
def test_an_error_has_its_place_in_the_whole_text(scope: Scope, written: str, told: str) -> None:
    with pytest.raises(FormulaError) as caught:
        compile_text(written, scope)
    assert str(caught.value) == told


def test_what_cannot_be_computed_is_told_with_its_place_in_the_whole_text(
    scope: Scope, deal: Mapping[str, Any]
) -> None:
    with pytest.raises(FormulaError) as caught:
        compile_text("worth\n{!Amount / 0} each", scope).render(deal, now=NOW)
    assert (caught.value.line, caught.value.column) == (2, 10)


def test_an_unknown_prior_value_stays_one(scope: Scope, deal: Mapping[str, Any]) -> None:
    with pytest.raises(UnknownPrior):
        compile_text("was {!PRIORVALUE(Amount)}", scope).render(deal, now=NOW)
