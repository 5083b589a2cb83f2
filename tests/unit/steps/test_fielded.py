"""What was said becomes a value of its field's own type, or none where it does not tell exactly one."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from upbeat.schema import Field, FieldType, PicklistValue
from upbeat.steps.fielded import fielded

DAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("EUR 85,000", FieldType.CURRENCY, 85000),
        ("three hundred and eighty thousand euros", FieldType.CURRENCY, 380000),
        ("$1.25", FieldType.CURRENCY, Decimal("1.25")),
        ("12 %", FieldType.PERCENT, 12),
        ("24 months", FieldType.INT, 24),
        ("1.5", FieldType.INT, None),
        ("nothing yet", FieldType.CURRENCY, None),
        ("30 June 2026", FieldType.DATE, "2026-06-30"),
        ("2026-05-01", FieldType.DATE, "2026-05-01"),
        ("some day", FieldType.DATE, None),
        ("Yes, signed", FieldType.BOOLEAN, True),
        ("no", FieldType.BOOLEAN, False),
        ("perhaps", FieldType.BOOLEAN, None),
        ("Joost Kramer, CFO", FieldType.STRING, "Joost Kramer, CFO"),
    ],
)
def test_words_are_read_as_the_type_of_their_field(said: str, kind: FieldType, value: Any) -> None:
    assert fielded(said, Field(name="Value__c", type=kind, length=40), DAY) == value


@pytest.mark.law(11)
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("85,000 or 90,000", FieldType.CURRENCY),
        ("EUR 85.000", FieldType.CURRENCY),
        ("30 June 2026 to 31 July 2026", FieldType.DATE),
    ],
)
def test_what_may_mean_two_values_is_none(said: str, kind: FieldType) -> None:
    assert fielded(said, Field(name="Value__c", type=kind), DAY) is None


def test_a_picklist_has_its_own_spelling() -> None:
    field = Field(name="Kind__c", type=FieldType.PICKLIST, picklist=(PicklistValue(value="New Business"),))
    assert fielded("new business", field, DAY) == "New Business"
