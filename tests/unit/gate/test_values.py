"""Bad data is kept out where it would come in: a value that its field should not hold goes to a person first."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from upbeat.domain import Proposal, Record, Tier, Verb
from upbeat.gate import Facts, decide
from upbeat.schema import Field, FieldType, Object, PicklistValue, Schema
from upbeat.workflows import Policy

Make = Callable[..., Proposal]
Tell = Callable[..., Facts]

SECTORS = (PicklistValue("Technology"), PicklistValue("Media", active=False), PicklistValue("Retail"))
ACCOUNT = Object(
    name="Lead",
    fields={
        one.name: one
        for one in (
            Field(name="Industry", type=FieldType.PICKLIST, picklist=SECTORS),
            Field(name="Sells__c", type=FieldType.MULTIPICKLIST, picklist=SECTORS),
            Field(name="Site", type=FieldType.STRING, length=8),
            Field(name="Since__c", type=FieldType.DATE),
        )
    },
)


@pytest.fixture
def told(facts: Tell) -> Facts:
    return replace(facts(), schema=Schema({"Lead": ACCOUNT}))


@pytest.mark.parametrize(
    ("after", "tier"),
    [
        pytest.param({"Industry": "Technology"}, Tier.AUTO, id="a value of the picklist"),
        pytest.param({"Industry": None}, Tier.AUTO, id="blank"),
        pytest.param({"Industry": "technolgy"}, Tier.REVIEW, id="a misspelt one, which the org would take"),
        pytest.param({"INDUSTRY": "Media"}, Tier.REVIEW, id="one that is no longer active"),
        pytest.param({"Sells__c": "Retail;Technology"}, Tier.AUTO, id="several of a picklist"),
        pytest.param({"Sells__c": "Retail;Retial"}, Tier.REVIEW, id="several, one of them misspelt"),
        pytest.param({"Site": "12345678"}, Tier.AUTO, id="as long as the field"),
        pytest.param({"Site": "123456789"}, Tier.REVIEW, id="longer than it"),
        pytest.param({"Since__c": "2026-02-31"}, Tier.REVIEW, id="a day that there is not"),
    ],
)
def test_a_value_that_its_field_should_not_hold_waits_for_a_person(
    after: Record, tier: Tier, policy: Policy, proposal: Make, told: Facts
) -> None:
    assert decide(proposal(Verb.UPDATE, "Lead", after), policy, told).tier is tier


def test_the_person_reads_what_is_wrong_and_what_was_meant(policy: Policy, proposal: Make, told: Facts) -> None:
    found = decide(proposal(Verb.UPDATE, "Lead", {"Industry": "technolgy"}), policy, told)
    assert found.rule == "value"
    assert found.why == ("A person looks at it first: Industry has no value 'technolgy'. Did you mean Technology?")


@pytest.mark.parametrize("word", [{"edited": {"Industry": "kim@acme.example"}}, {"undoes": ("p0",)}])
def test_what_a_person_wrote_and_what_is_put_back_is_not_asked_about_again(
    word: Record, policy: Policy, proposal: Make, told: Facts
) -> None:
    assert decide(proposal(Verb.UPDATE, "Lead", {"Industry": "technolgy"}, **word), policy, told).tier is Tier.AUTO


@pytest.mark.law(6)
def test_a_price_book_named_by_its_relationship_below_another_record_is_a_price(
    policy: Policy, proposal: Make, facts: Tell
) -> None:
    write = proposal(Verb.UPDATE, "Task", {"what.pricebook2": "01s000000000001AAA"})
    assert decide(write, policy, facts()).tier is Tier.APPROVAL
