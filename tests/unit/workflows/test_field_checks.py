"""What fields.yaml says, held against an org that is not the sample company's."""

from dataclasses import replace

from upbeat.workflows import PLAYBOOKS, Catalogue, load
from upbeat.workflows.field_checks import check_fields, check_methodologies

SHIPPED = load(PLAYBOOKS)
FIELDS = SHIPPED.fields


def test_the_shipped_field_map_fits_the_sample_company(against: Catalogue) -> None:
    assert list(check_fields(FIELDS, against)) == []


def test_an_exit_of_a_stage_that_is_not_active_is_worth_knowing_and_no_error(against: Catalogue) -> None:
    stages = tuple(replace(one, active=one.name != "Qualification") for one in against.schema.stages)
    [found] = check_fields(FIELDS, replace(against, schema=replace(against.schema, stages=stages)))
    assert (found.severity, found.what) == ("advice", "the stage Qualification is not active: no deal comes into it")


def test_where_no_stage_is_seen_nothing_is_said_of_them(against: Catalogue) -> None:
    assert list(check_fields(FIELDS, replace(against, schema=replace(against.schema, stages=())))) == []


def test_an_element_that_is_kept_in_another_field_than_it_is_looked_for_in_is_advised_of() -> None:
    assert list(check_methodologies(FIELDS, SHIPPED.methodologies)) == []
    meddic = SHIPPED.methodologies["meddic"]
    champion = meddic.elements["champion"].model_copy(update={"field": "Sponsor__c"})
    other = meddic.model_copy(update={"elements": {**meddic.elements, "champion": champion}})
    [found] = check_methodologies(FIELDS, {"meddic": other})
    assert found.severity == "advice"
    assert "Opportunity.Champion__c" in found.what
    assert "Opportunity.Sponsor__c" in found.what
