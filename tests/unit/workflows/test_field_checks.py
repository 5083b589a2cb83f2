"""What fields.yaml says, held against an org that is not the sample company's."""

from dataclasses import replace

from upbeat.workflows import PLAYBOOKS, Catalogue, load
from upbeat.workflows.field_checks import check_fields

FIELDS = load(PLAYBOOKS).fields


def test_the_shipped_field_map_fits_the_sample_company(against: Catalogue) -> None:
    assert list(check_fields(FIELDS, against)) == []


def test_an_exit_of_a_stage_that_is_not_active_is_worth_knowing_and_no_error(against: Catalogue) -> None:
    stages = tuple(replace(one, active=one.name != "Qualification") for one in against.schema.stages)
    [found] = check_fields(FIELDS, replace(against, schema=replace(against.schema, stages=stages)))
    assert (found.severity, found.what) == ("advice", "the stage Qualification is not active: no deal comes into it")


def test_where_no_stage_is_seen_nothing_is_said_of_them(against: Catalogue) -> None:
    assert list(check_fields(FIELDS, replace(against, schema=replace(against.schema, stages=())))) == []
