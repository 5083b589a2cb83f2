"""What could be written at all is known, though describe was told to a user who only reads."""

from dataclasses import replace

import pytest

from upbeat.schema import Field, FieldType, Schema, as_written, standard

CUSTOM = [
    Field(name="Note__c", type=FieldType.STRING),
    Field(name="Sum__c", type=FieldType.DOUBLE, formula="1 + 1"),
    Field(name="Count__c", type=FieldType.STRING, auto_number=True),
]


def _told_to_a_reader() -> Schema:
    lead = standard().object("Lead")
    fields = {**lead.fields, **{one.name: one for one in CUSTOM}}
    told = {name: replace(field, createable=False, updateable=False) for name, field in fields.items()}
    return standard().with_objects([replace(lead, fields=told)])


@pytest.mark.parametrize(
    ("name", "written"),
    [
        pytest.param("Company", True, id="a standard field"),
        pytest.param("CreatedDate", False, id="a field of the org's own"),
        pytest.param("Note__c", True, id="a custom field"),
        pytest.param("Sum__c", False, id="a formula"),
        pytest.param("Count__c", False, id="a number that counts up"),
    ],
)
def test_a_field_is_written_by_somebody_or_by_nobody(name: str, written: bool) -> None:
    field = as_written(_told_to_a_reader()).object("Lead").field(name)
    assert (field.createable, field.updateable) == (written, written)


def test_what_a_writer_was_told_stays() -> None:
    assert as_written(standard()) == standard()
