"""The sample company's catalogue, and the shipped workflows compiled against it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from upbeat.localorg import custom_object, definition_file
from upbeat.localorg.definition_file.fields import custom_field
from upbeat.localorg.shipped import CONVERSATIONS
from upbeat.schema import Field, FieldType, Object, Schema, catalogue
from upbeat.steps import FUNCTIONS
from upbeat.timeline import SIGNALS
from upbeat.workflows import PLAYBOOKS, Catalogue, Workflow, compile_workflow, load


def _with(target: Object, *fields: Field) -> Object:
    return replace(target, fields={**target.fields, **{one.name: one for one in fields}})


MEDDPICC = (
    "Metrics", "Economic_Buyer", "Decision_Criteria", "Decision_Process", "Paper_Process", "Identified_Pain",
    "Champion", "Competition",
)  # fmt: skip


@pytest.fixture(scope="session")
def schema() -> Schema:
    """Give the standard catalogue with the sample company's fields, where Negotiation/Review is Commit."""
    standard = catalogue.standard()
    deal = _with(
        standard.object("Opportunity"),
        Field(name="Risk_Flag__c", type=FieldType.STRING, length=80),
        Field(name="Risk_Reason__c", type=FieldType.STRING, length=255),
        Field(name="Risk_Since__c", type=FieldType.DATE),
        Field(name="Verbal_Commitment__c", type=FieldType.BOOLEAN, nillable=False),
        Field(name="Push_Count__c", type=FieldType.DOUBLE, precision=3),
        *(Field(name=f"{one}__c", type=FieldType.STRING, length=255) for one in MEDDPICC),
    )
    account = _with(
        standard.object("Account"),
        Field(name="Firmlens_Id__c", type=FieldType.STRING, length=40),
        Field(name="ICP_Tier__c", type=FieldType.STRING, length=40),
        Field(name="ICP_Tier_Date__c", type=FieldType.DATE),
        Field(name="Territory__c", type=FieldType.STRING, length=40),
    )
    contact = _with(standard.object("Contact"), Field(name="Callnote_Id__c", type=FieldType.STRING, length=40))
    meeting = _with(standard.object("Event"), Field(name="Transcript__c", type=FieldType.TEXTAREA, length=32_768))
    stages = tuple(
        replace(one, forecast_category="Forecast") if one.name == "Negotiation/Review" else one
        for one in standard.stages
    )
    [shipped] = definition_file.load([CONVERSATIONS])
    kept = [
        custom_object(name, name, f"a0{at}", [custom_field(field, told) for field, told in one.fields.items()])
        for at, (name, one) in enumerate(shipped.objects.items())
    ]
    shown = Object(name="ActivityHistory", queryable=False, fields={})
    outside = Object(name="Signup__x", fields={})
    return replace(standard.with_objects([deal, account, contact, meeting, shown, outside, *kept]), stages=stages)


@pytest.fixture(scope="session")
def against(schema: Schema) -> Catalogue:
    """Give the catalogue that definitions are read against."""
    return Catalogue(schema, {name: one.spec for name, one in FUNCTIONS.items()}, SIGNALS, "Europe/London")


@pytest.fixture(scope="session")
def shipped(against: Catalogue) -> Mapping[str, Workflow]:
    """Give the shipped workflows, compiled."""
    definitions = load(PLAYBOOKS)
    return {one.workflow: compile_workflow(one, definitions, against) for one in definitions.workflows}
