"""What a person writes in place of a suggested value is read by the type of its field, and refused with the fix."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from upbeat.domain import Proposal, Verb
from upbeat.operations import Refused
from upbeat.operations.editing import read_values
from upbeat.schema import Field, FieldType, Object, PicklistValue, Schema

STAGES = tuple(PicklistValue(one) for one in ("Qualification", "Negotiation/Review"))
FIELDS = (
    Field(name="StageName", type=FieldType.PICKLIST, picklist=STAGES, restricted=True, nillable=False),
    Field(name="Amount", type=FieldType.CURRENCY, precision=18, scale=2),
    Field(name="TotalOpportunityQuantity", type=FieldType.INT, precision=8),
    Field(name="CloseDate", type=FieldType.DATE, nillable=False),
    Field(name="NextStep", type=FieldType.STRING, length=20),
    Field(name="IsPrivate", type=FieldType.BOOLEAN),
    Field(name="OwnerId", type=FieldType.REFERENCE, reference_to=("User",)),
    Field(name="Regions__c", type=FieldType.MULTIPICKLIST, picklist=tuple(map(PicklistValue, "NS")), restricted=True),
)
SCHEMA = Schema(
    objects={"Opportunity": Object(name="Opportunity", fields={one.name: one for one in FIELDS})}, stages=()
)
PROPOSAL = Proposal(
    id="p" * 64,
    item_id="i" * 64,
    workflow="flow",
    version="v" * 64,
    step="step",
    agent="agent",
    verb=Verb.UPDATE,
    object="Opportunity",
    record_id="006000000000001AAA",
    before={one.name: None for one in FIELDS},
    after={one.name: None for one in FIELDS},
    reasons=("why",),
    group="g",
)


def read(field: str, text: str) -> Any:
    return read_values([PROPOSAL], {field: text}, SCHEMA)[PROPOSAL.id]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("Amount", "42,000.50", Decimal("42000.50")),
        ("Amount", " 42000.00 ", 42000),
        ("Amount", "", None),
        ("TotalOpportunityQuantity", "7", 7),
        ("CloseDate", "2026-03-31", "2026-03-31"),
        ("StageName", "Qualification", "Qualification"),
        ("NextStep", "Call = write", "Call = write"),
        ("IsPrivate", "Yes", True),
        ("IsPrivate", "false", False),
        ("OwnerId", "005000000000001AAA", "005000000000001AAA"),
        ("Regions__c", "N;S", "N;S"),
        ("regions__C", "S", "S"),
    ],
)
def test_a_value_is_read_as_its_field_takes_it(field: str, text: str, value: Any) -> None:
    [found] = read(field, text).values()
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("field", "text", "why", "fix"),
    [
        ("Amount", "much", "takes a number", "42000"),
        ("Amount", "nan", "takes a number", "42000"),
        ("Amount", "1e99999999", "takes a number", "42000"),
        ("Amount", "1" * 17, "holds 16 digits", "smaller"),
        ("TotalOpportunityQuantity", "1.5", "takes a whole number", "without a fraction"),
        ("CloseDate", "31.3.2026", "takes a date", "2026-01-31"),
        ("CloseDate", " ", "cannot be blank", "reject"),
        ("StageName", "Qualificaton", "has no value", "Did you mean Qualification"),
        ("NextStep", "x" * 21, "holds 20 characters", "Shorten"),
        ("IsPrivate", "maybe", "is ticked or not", "true or false"),
        ("OwnerId", "Maya Chen", "takes a record's id", "15 or 18"),
        ("Regions__c", "N;W", "has no value 'W'", "One of"),
        ("Probability", "10", "is not among what is suggested", "Fields to edit"),
    ],
)
def test_a_value_that_its_field_does_not_take_is_refused_with_the_fix(
    field: str, text: str, why: str, fix: str
) -> None:
    with pytest.raises(Refused, match=why) as raised:
        read(field, text)
    assert fix in raised.value.fix


def test_of_a_field_of_several_records_one_says_which() -> None:
    other = replace(PROPOSAL, id="q" * 64, record_id="006000000000002AAA")
    with pytest.raises(Refused, match="suggested for several records") as raised:
        read_values([PROPOSAL, other], {"Amount": "1"}, SCHEMA)
    assert "006000000000002AAA.Amount" in raised.value.fix
    assert read_values([PROPOSAL, other], {"006000000000002AAA.Amount": "1"}, SCHEMA) == {other.id: {"Amount": 1}}


def test_a_message_is_written_in_words_and_never_empty() -> None:
    letter = replace(PROPOSAL, verb=Verb.SEND, object="Email", after={"To": "a@b.example", "Subject": "x", "Text": "y"})
    assert read_values([letter], {"Text": "Dear Ada"}, SCHEMA) == {letter.id: {"Text": "Dear Ada"}}
    with pytest.raises(Refused, match="needs its Subject"):
        read_values([letter], {"Subject": " "}, SCHEMA)
