"""Formula fields: worked out when they are read, wherever they are read, and never stored."""

from datetime import timedelta
from typing import Any

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, OrgError, ValidationRule, custom_object
from upbeat.schema import Field, FieldType, parse, render

DEAL = {"Name": "Northwind", "StageName": "Qualification", "CloseDate": "2026-03-31", "Amount": 1000}


def _formula(name: str, kind: FieldType, text: str, **more: Any) -> Field:
    return Field(name=name, type=kind, formula=text, **more)


DAYS = _formula("Days_Left__c", FieldType.DOUBLE, "CloseDate - TODAY()")
DOUBLE = _formula("Double__c", FieldType.CURRENCY, "Amount * 2", scale=2)
FOURFOLD = _formula("Fourfold__c", FieldType.CURRENCY, "Double__c * 2", scale=2)
BIG = _formula("Big__c", FieldType.BOOLEAN, "Fourfold__c > 3000")
INDUSTRY = _formula("Industry__c", FieldType.STRING, "TEXT(Account.Industry)")


@pytest.fixture
def org(org: LocalOrg) -> LocalOrg:
    org.define(fields={"Opportunity": [DAYS, DOUBLE, FOURFOLD, BIG, INDUSTRY]})
    return org


def _deal(org: LocalOrg, user: str, **fields: Any) -> str:
    (saved,) = org.create("Opportunity", [DEAL | fields], user)
    assert saved.ok, saved.errors
    return saved.id


def _values(org: LocalOrg, user: str, *names: str, more: str = "") -> list[Any]:
    records = org.query(f"SELECT {', '.join(names)} FROM Opportunity {more}", user)
    return [tuple(record[name] for name in names) for record in records]


def test_a_formula_field_is_read_in_queries_and_records_alike(org: LocalOrg, ana: str) -> None:
    key = _deal(org, ana)
    names = ("Double__c", "Fourfold__c", "Big__c", "Days_Left__c", "Industry__c")
    record = org.record("Opportunity", key)
    assert _values(org, ana, *names) == [tuple(record[name] for name in names)] == [(2000.0, 4000.0, True, 85.0, None)]


def test_its_value_is_that_of_the_moment_of_reading(org: LocalOrg, clock: ManualClock, ana: str) -> None:
    _deal(org, ana)
    clock.advance(timedelta(days=5))
    assert _values(org, ana, "Days_Left__c") == [(80.0,)]


def test_a_count_is_of_the_moment_too(org: LocalOrg, clock: ManualClock, ana: str) -> None:
    _deal(org, ana)
    bound = org.bind("SELECT COUNT() FROM Opportunity WHERE Days_Left__c < 84", ana)
    before = org.count(bound, ana)
    clock.advance(timedelta(days=2))
    assert (before, org.count(bound, ana)) == (0, 1)


def test_it_follows_a_parent_that_changes(org: LocalOrg, ana: str) -> None:
    (account,) = org.create("Account", [{"Name": "Northwind", "Industry": "Energy"}], ana)
    _deal(org, ana, AccountId=account.id)
    org.update("Account", [{"Id": account.id, "Industry": "Retail"}], ana)
    assert _values(org, ana, "Industry__c") == [("Retail",)]


def test_a_query_filters_orders_and_counts_by_it(org: LocalOrg, ana: str) -> None:
    for amount in (100, 300, 900):
        _deal(org, ana, Amount=amount)
    assert _values(org, ana, "Amount", more="WHERE Fourfold__c > 500 ORDER BY Double__c DESC") == [(900.0,), (300.0,)]
    (total,) = org.query("SELECT MAX(Double__c) most FROM Opportunity WHERE Big__c = true", ana)
    assert total["most"] == 1800.0


def test_a_child_reads_the_formula_field_of_its_parent(org: LocalOrg, ana: str) -> None:
    lookup = Field(name="Deal__c", type=FieldType.REFERENCE, reference_to=("Opportunity",))
    of_parent = _formula("Deal_Value__c", FieldType.CURRENCY, "Deal__r.Fourfold__c + 1", scale=2)
    org.define(objects=[custom_object("Plan__c", "Plan", "a00", [lookup, of_parent])])
    org.create("Plan__c", [{"Name": "Grow", "Deal__c": _deal(org, ana)}, {"Name": "Rest"}], ana)
    found = org.query("SELECT Deal__r.Fourfold__c, Deal_Value__c FROM Plan__c WHERE Deal__r.Big__c = true", ana)
    assert [(one["Deal__r"]["Fourfold__c"], one["Deal_Value__c"]) for one in found] == [(4000.0, 4001.0)]


def test_it_is_read_of_an_owner_who_may_be_a_user_or_a_queue(org: LocalOrg, ana: str) -> None:
    initials = _formula("Initials__c", FieldType.STRING, "LEFT(FirstName, 1) & LEFT(LastName, 1)")
    through = _formula("Owner_Initials__c", FieldType.STRING, "Owner:User.Initials__c")
    org.define(fields={"User": [initials], "Lead": [through]})
    (lead,) = org.create("Lead", [{"LastName": "Vega", "Company": "Northwind"}], ana)
    (found,) = org.query("SELECT Owner_Initials__c FROM Lead", ana)
    assert found["Owner_Initials__c"] == org.record("Lead", lead.id)["Owner_Initials__c"] == "AD"


def test_a_percent_is_a_fraction_inside_and_a_percentage_outside(org: LocalOrg, ana: str) -> None:
    org.define(fields={"Opportunity": [_formula("Odds__c", FieldType.PERCENT, "Probability / 2", scale=1)]})
    _deal(org, ana, Probability=30)
    assert _values(org, ana, "Odds__c") == [(15.0,)]


def test_what_cannot_be_worked_out_is_blank(org: LocalOrg, ana: str) -> None:
    org.define(fields={"Opportunity": [_formula("Ratio__c", FieldType.DOUBLE, "1 / Amount", scale=2)]})
    _deal(org, ana, Amount=0)
    assert _values(org, ana, "Ratio__c") == [(None,)]


@pytest.mark.parametrize(("zero", "value"), [(True, 1.0), (False, None)], ids=["as zero", "as blank"])
def test_a_blank_number_is_what_the_field_says(org: LocalOrg, ana: str, value: Any, *, zero: bool) -> None:
    field = _formula("More__c", FieldType.DOUBLE, "TotalOpportunityQuantity + 1", blank_as_zero=zero)
    org.define(fields={"Opportunity": [field]})
    _deal(org, ana)
    assert _values(org, ana, "More__c") == [(value,)]


def test_a_rule_sees_the_formula_fields_of_what_is_being_saved(org: LocalOrg, ana: str) -> None:
    org.define(rules=[ValidationRule("Opportunity", "Not_Big", "Big__c", "Too big.")])
    results = org.create("Opportunity", [DEAL, DEAL | {"Amount": 1}], ana)
    assert [saved.ok for saved in results] == [False, True]


def test_a_rule_sees_what_a_formula_field_was(org: LocalOrg, ana: str) -> None:
    org.define(rules=[ValidationRule("Opportunity", "No_Growth", "Double__c > PRIORVALUE(Double__c)", "No.")])
    key = _deal(org, ana)
    results = [org.update("Opportunity", [{"Id": key, "Amount": amount}], ana)[0].ok for amount in (2000, 500)]
    assert results == [False, True]


def test_nobody_writes_it(org: LocalOrg, ana: str) -> None:
    (saved,) = org.create("Opportunity", [DEAL | {"Double__c": 1}], ana)
    assert [problem.code for problem in saved.errors] == ["INVALID_FIELD_FOR_INSERT_UPDATE"]


def test_its_change_is_no_event(org: LocalOrg, ana: str) -> None:
    key = _deal(org, ana)
    org.update("Opportunity", [{"Id": key, "Amount": 5}], ana)
    told = [entry.values for entry in org.journal.read(0, 1000) if entry.object == "Opportunity"]
    assert all("Double__c" not in values for values in told)


def test_describe_says_that_it_is_calculated_and_by_what(org: LocalOrg) -> None:
    (field,) = (
        one for one in render(org.schema.object("Opportunity"), org.schema)["fields"] if one["name"] == "Double__c"
    )
    assert {name: field[name] for name in ("calculated", "calculatedFormula", "createable", "updateable")} == {
        "calculated": True,
        "calculatedFormula": "Amount * 2",
        "createable": False,
        "updateable": False,
    }


def test_a_described_formula_field_is_one_again(org: LocalOrg) -> None:
    field = _formula("Zero__c", FieldType.DOUBLE, "Amount + 1", blank_as_zero=True)
    org.define(fields={"Opportunity": [field]})
    described = parse([render(org.schema.object("Opportunity"), org.schema)])
    assert described.field("Opportunity", "Zero__c") == org.schema.field("Opportunity", "Zero__c")


@pytest.mark.parametrize(
    ("field", "message"),
    [
        pytest.param(_formula("X__c", FieldType.DOUBLE, "Amuont"), "Did you mean Amount", id="no such field"),
        pytest.param(
            _formula("X__c", FieldType.STRING, "Amount"), "incompatible with expected data type", id="another type"
        ),
        pytest.param(_formula("X__c", FieldType.DOUBLE, "X__c + 1"), "in a circle", id="itself"),
        pytest.param(_formula("X__c", FieldType.BOOLEAN, "ISCHANGED(Amount)"), "no prior values", id="a change"),
    ],
)
def test_a_formula_field_that_cannot_be_is_refused_with_the_reason(org: LocalOrg, field: Field, message: str) -> None:
    with pytest.raises(OrgError, match=message):
        org.define(fields={"Opportunity": [field]})
    assert not org.schema.object("Opportunity").has("X__c")


def test_a_circle_through_two_fields_is_refused(org: LocalOrg) -> None:
    one, other = (_formula(a, FieldType.DOUBLE, f"{b} + 1") for a, b in (("A__c", "B__c"), ("B__c", "A__c")))
    with pytest.raises(OrgError, match=r"Lead\.A__c → Lead\.B__c → Lead\.A__c"):
        org.define(fields={"Lead": [one, other]})
