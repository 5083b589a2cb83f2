"""What formulas mean: values, nulls, dates, ids."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from upbeat import formula
from upbeat.formula import Scope, Type
from upbeat.schema import Field, FieldType, Object, Schema

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
DEAL = Object(
    name="Opportunity",
    fields={
        one.name: one
        for one in (
            Field(name="Name", type=FieldType.STRING),
            Field(name="Amount", type=FieldType.CURRENCY),
            Field(name="StageName", type=FieldType.PICKLIST),
        )
    },
)
SCOPE = Scope(Schema({"Opportunity": DEAL}), "Opportunity", {"$Threshold.deal_size": Type.NUMBER})


def test_a_condition_over_a_picklist_and_a_threshold_is_true() -> None:
    condition = formula.compile('AND(ISPICKVAL(StageName, "Prospecting"), Amount > $Threshold.deal_size)', SCOPE)
    record = {"StageName": "Prospecting", "Amount": Decimal(82_000)}
    assert condition.evaluate(record, globals={"$Threshold": {"deal_size": 50_000}}, now=NOW) is True


@pytest.mark.parametrize("text", ["Amount > 5", "NOT(Amount > 5)", "Amount = NULL"])
def test_a_comparison_with_a_blank_number_is_not_true_and_neither_is_its_opposite(text: str) -> None:
    assert formula.compile(text, SCOPE).evaluate({"Amount": None}, now=NOW) is False
