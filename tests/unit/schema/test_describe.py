"""Describe results are read and written in Salesforce's own shape."""

from dataclasses import replace

import pytest

from upbeat.schema import DeleteConstraint, FieldType, Object, Schema, parse, render, standard

LEAD = render(standard().object("Lead"), standard())


def _untracked(one: Object) -> Object:
    return replace(one, fields={name: replace(field, history=False) for name, field in one.fields.items()})


@pytest.fixture(scope="module")
def described() -> Schema:
    """The catalogue by its describe results together: what a delete does to a child stands in its parent's."""
    return parse([render(one, standard()) for one in standard()])


@pytest.mark.parametrize("name", sorted(standard().objects))
def test_what_render_writes_parse_reads(name: str, described: Schema) -> None:
    told = {child.field for parent in standard() for child in parent.children if child.object == name}
    one = standard().object(name)
    fields = {
        key: field if key in told else replace(field, delete_constraint=DeleteConstraint.SET_NULL)
        for key, field in one.fields.items()
    }
    assert described.object(name) == _untracked(replace(one, fields=fields))


def test_an_object_that_cannot_be_queried_stays_so() -> None:
    shown = replace(standard().object("Lead"), queryable=False)
    assert not parse([render(shown, standard())]).object("Lead").queryable


def test_a_field_has_every_key_that_a_real_org_gives() -> None:
    keys = set(LEAD["fields"][0])
    assert len(keys) == 57
    assert {
        "calculatedFormula",
        "polymorphicForeignKey",
        "restrictedPicklist",
        "soapType",
        "writeRequiresMasterRead",
    } <= keys


def test_an_int_counts_its_digits_apart() -> None:
    employees = next(one for one in LEAD["fields"] if one["name"] == "NumberOfEmployees")
    assert (employees["digits"], employees["precision"]) == (8, 0)


def test_a_type_that_is_new_to_us_becomes_any() -> None:
    described = LEAD | {"fields": [LEAD["fields"][0] | {"type": "hologram"}]}
    assert parse([described]).field("Lead", "Id").type is FieldType.ANY


def test_stages_come_from_the_rows_of_opportunity_stage() -> None:
    row = {
        "ApiName": "Signature",
        "SortOrder": 7,
        "ForecastCategory": "Forecast",
        "IsClosed": False,
        "IsWon": False,
        "DefaultProbability": 90,
        "IsActive": True,
    }
    stage = parse([LEAD], [row]).stage("signature")
    assert stage is not None
    assert (stage.forecast_category, stage.probability) == ("Forecast", 90)
