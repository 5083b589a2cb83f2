"""The order of a save: which refusal is told where several would hold, and which are told together."""

from typing import Any

import pytest

from upbeat.localorg import Action, Criterion, DuplicateRule, LocalOrg, MatchingRule, ValidationRule
from upbeat.schema import Field, FieldType

GOOD = {"LastName": "Vega", "Company": "Northwind", "Email": "eva.vega@northwind.example", "Key__c": "k2"}
STEPS: list[tuple[str, dict[str, Any]]] = [  # in the order of a save, with what fails each
    ("INVALID_FIELD", {"Nothing__c": 1}),
    ("REQUIRED_FIELD_MISSING", {"Company": None}),
    ("INVALID_CROSS_REFERENCE_KEY", {"OwnerId": "005000000000009AAA"}),
    ("DUPLICATE_VALUE", {"Key__c": "k1"}),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", {"Title": "Nobody"}),
    ("DUPLICATES_DETECTED", {"Email": "ana.ruiz@contoso.example"}),
]


@pytest.fixture
def org(org: LocalOrg, ana: str) -> LocalOrg:
    by_email = MatchingRule("By_Email", (Criterion("Email"),))
    org.define(
        fields={"Lead": [Field(name="Key__c", type=FieldType.STRING, unique=True)]},
        rules=[ValidationRule("Lead", f"No_Nobody_{n}", 'Title = "Nobody"', f"Say who, {n}.") for n in (1, 2)],
        duplicate_rules=[DuplicateRule("Lead", "One", (by_email,), on_create=Action.BLOCK)],
    )
    (first,) = org.create("Lead", [GOOD | {"Key__c": "k1", "Email": "ana.ruiz@contoso.example"}], ana)
    assert first.ok
    return org


@pytest.mark.parametrize("step", range(len(STEPS)), ids=[code for code, _ in STEPS])
def test_the_earliest_step_that_fails_is_told_alone(org: LocalOrg, ana: str, step: int) -> None:
    row = dict(GOOD)
    for _, fields in STEPS[step:]:
        row |= fields
    (saved,) = org.create("Lead", [row], ana)
    assert {problem.code for problem in saved.errors} == {STEPS[step][0]}


def test_every_value_that_does_not_fit_is_told(org: LocalOrg, ana: str) -> None:
    (saved,) = org.create("Lead", [GOOD | {"Nothing__c": 1, "Email": "nobody", "LastName": "x" * 81}], ana)
    assert {problem.code for problem in saved.errors} == {"INVALID_FIELD", "INVALID_EMAIL_ADDRESS", "STRING_TOO_LONG"}


def test_every_blank_field_and_every_broken_rule_is_told(org: LocalOrg, ana: str) -> None:
    blank, nobody = org.create("Lead", [{"Title": "CFO"}, GOOD | {"Title": "Nobody"}], ana)
    assert [problem.fields for problem in blank.errors] == [("LastName", "Company")]
    assert [problem.message for problem in nobody.errors] == ["Say who, 1.", "Say who, 2."]


def test_nothing_follows_a_save_that_is_refused(org: LocalOrg, ana: str) -> None:
    before = (org.journal.tip, len(org.query("SELECT Id FROM LeadHistory", ana)))
    org.create("Lead", [GOOD | {"Title": "Nobody"}], ana)
    assert (org.journal.tip, len(org.query("SELECT Id FROM LeadHistory", ana))) == before


@pytest.mark.parametrize(
    ("text", "start", "numbers"),
    [
        pytest.param("", 1, ["00000001", "00000002"], id="as Salesforce counts cases"),
        pytest.param("PLAN-{YYYY}-{0000}", 7, ["PLAN-2026-0007", "PLAN-2026-0008"], id="the year"),
        pytest.param("{MM}{DD}{YY}/{0}", 9, ["010526/9", "010526/10"], id="the day, and more digits than are written"),
    ],
)
def test_a_number_is_counted_up_in_its_format(
    org: LocalOrg, ana: str, text: str, start: int, numbers: list[str]
) -> None:
    field = Field(name="Number__c", type=FieldType.STRING, auto_number=True, display_format=text, starting_number=start)
    org.define(fields={"Account": [field]})
    org.create("Account", [{"Name": "a"}, {}, {"Name": "b"}], ana)  # one that is refused takes no number
    rows = org.query("SELECT Number__c FROM Account ORDER BY Id", ana)
    assert [row["Number__c"] for row in rows] == numbers
    assert not org.create("Account", [{"Name": "c", "Number__c": "1"}], ana)[0].ok


@pytest.mark.parametrize("field", ["BillingAddress", "billingaddress", "Place__c"])
def test_a_compound_field_is_read_whole_and_written_in_parts(org: LocalOrg, ana: str, field: str) -> None:
    org.define(fields={"Account": [Field(name="Place__c", type=FieldType.LOCATION)]})
    (refused,) = org.create("Account", [{"Name": "a", field: {"city": "Oslo"}}], ana)
    assert [problem.code for problem in refused.errors] == ["INVALID_FIELD_FOR_INSERT_UPDATE"]
    parts = {"BillingCity": "Oslo", "Place__Latitude__s": 59.9, "Place__Longitude__s": 10.7}
    (saved,) = org.create("Account", [{"Name": "a"} | parts], ana)
    record = org.record("Account", saved.id)
    assert record["BillingAddress"]["city"] == "Oslo"
    assert record["Place__c"] == {"latitude": 59.9, "longitude": 10.7}
    assert org.query("SELECT Place__c FROM Account", ana)[0]["Place__c"] == record["Place__c"]
