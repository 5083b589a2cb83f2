"""What a query leads to is known before it is bound: objects to describe, types for what a person types."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.schema import Schema
from upbeat.soql import SoqlError, parse


def grown(schema: Schema, text: str, most: int = 9) -> set[str]:
    """Describe what a query leads to, step by step, as one does with an org."""
    known, query = Schema({}), parse(text)
    while found := [name for name in query.lacking(known, most) if schema.has(name)]:
        known = known.with_objects(map(schema.object, found))
    return set(known.objects)


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        ("SELECT Id FROM Account", {"Account"}),
        ("SELECT Account.Owner.Manager.Name FROM Contact", {"Contact", "Account", "User"}),
        ("SELECT Contact.Name FROM Contact WHERE Contact.Account.Name = 'x'", {"Contact", "Account"}),
        ("SELECT c.Account.Name FROM Contact c", {"Contact", "Account"}),
        ("SELECT Name FROM Contact c, c.Account a, a.Owner o WHERE o.Name = 'x'", {"Contact", "Account", "User"}),
        ("SELECT (SELECT Subject, Who.Account.Name FROM Tasks) FROM Contact", {"Contact", "Task", "Account"}),
        ("SELECT Id FROM Task WHERE WhoId IN (SELECT Id FROM Contact WHERE Owner.Profile.Name = 'x')",
         {"Task", "Contact", "Group", "User", "Profile"}),
        ("SELECT COUNT(Id) n FROM Account GROUP BY Owner.Name HAVING COUNT(Id) > 1 ORDER BY MAX(Parent.Name)",
         {"Account", "User"}),
        ("SELECT TYPEOF What WHEN Case THEN CaseNumber ELSE Name END FROM Task", {"Task", "Account", "Case"}),
        ("SELECT Nothing.Name, (SELECT Id FROM Nobody) FROM Account", {"Account"}),
        ("SELECT Id FROM Nothing", set()),
    ],
)  # fmt: skip
def test_the_objects_that_a_query_leads_to_are_found_step_by_step(schema: Schema, text: str, objects: set[str]) -> None:
    assert grown(schema, text) == objects


def test_of_a_reference_to_many_objects_as_many_count_as_are_asked_for(schema: Schema) -> None:
    text = "SELECT What.Name FROM Task"
    assert [grown(schema, text, most) for most in (0, 1, 2)] == [
        {"Task"},
        {"Task", "Account"},
        {"Task", "Account", "Case"},
    ]
    assert grown(schema, "SELECT TYPEOF What WHEN Case THEN Type END FROM Task", 0) == {"Task", "Case"}


@pytest.mark.parametrize(
    ("where", "text", "value"),
    [
        ("Name = :x", "30", "30"),
        ("Id = :x", "001000000000001", "001000000000001"),
        ("Employees > :x", "30", Decimal(30)),
        ("Revenue > :x", "30.50", Decimal("30.50")),
        ("Owner.IsActive = :x", "TRUE", True),
        ("Founded__c = :x", "1999-12-31", date(1999, 12, 31)),
        ("CreatedDate > :x", "2026-02-01T00:00:00Z", datetime(2026, 2, 1, tzinfo=UTC)),
        ("Opens__c > :x", "09:00:00Z", time(9)),
        ("Revenue = :x", "null", None),
        ("Name = :x", "null", "null"),
        ("Founded__c = :x", "", None),
        ("DAY_ONLY(CreatedDate) = :x", "2026-02-01", date(2026, 2, 1)),
        ("CALENDAR_YEAR(CreatedDate) = :x", "2026", Decimal(2026)),
    ],
)
def test_a_typed_value_is_read_as_its_field_wants_it(schema: Schema, where: str, text: str, value: Any) -> None:
    query = parse(f"SELECT Id FROM Account WHERE {where}")
    assert query.fill_texts({"x": [text]}, schema) == query.fill({"x": value})


def test_a_date_literal_may_be_typed(schema: Schema) -> None:
    query = parse("SELECT Id FROM Account WHERE CreatedDate = :since AND Founded__c < :day")
    filled = query.fill_texts({"since": ["last_n_days:30"], "day": ["TODAY"]}, schema)
    assert str(filled).endswith("WHERE CreatedDate = LAST_N_DAYS:30 AND Founded__c < TODAY")


def test_several_typed_values_are_a_list(schema: Schema) -> None:
    query = parse("SELECT Id FROM Account WHERE Employees IN :x AND Name IN (:y, 'b') LIMIT :n OFFSET :m")
    filled = query.fill_texts({"x": ["1", "2"], "y": ["3"], "n": ["5"], "m": ["1"]}, schema)
    assert str(filled).endswith("WHERE Employees IN (1, 2) AND Name IN ('3', 'b') LIMIT 5 OFFSET 1")


@pytest.mark.parametrize(
    ("where", "texts", "said"),
    [
        ("Revenue > :x", {"x": ["much"]}, ":x is 'much', and Revenue takes a number"),
        ("Founded__c > :x", {"x": ["31.12.1999"]}, "Founded__c takes 2026-01-31, or a date literal"),
        ("Founded__c > :x", {"x": ["LAST_N_DAYS:-3"]}, "Founded__c takes"),
        ("CreatedDate > :x", {"x": ["2026-01-01"]}, "CreatedDate takes 2026-01-31T09:30:00Z"),
        ("Active__c = :x", {"x": ["yes"]}, "Active__c takes true or false"),
        ("Employees > :x", {"x": ["1_0"]}, "Employees takes a number"),
        ("Name = :name", {"nmae": ["x"], "name": ["y"]}, "there is no :nmae in the query\n  Did you mean name?"),
        ("Name = :x", {}, "there is no value for :x"),
        ("Name = :x", {"x": ["a", "b"]}, "of type list"),
        ("Name = 'x' LIMIT :x", {"x": ["all"]}, "LIMIT takes a number"),
    ],
)
def test_a_typed_value_that_does_not_fit_is_said(
    schema: Schema, where: str, texts: dict[str, list[str]], said: str
) -> None:
    with pytest.raises(SoqlError, match=said):
        parse(f"SELECT Id FROM Account WHERE {where}").fill_texts(texts, schema)


FIELDS = [
    "Name",
    "Id",
    "Revenue",
    "Employees",
    "Active__c",
    "Founded__c",
    "CreatedDate",
    "Opens__c",
    "Place__c",
    "None__c",
]


@given(
    st.sampled_from(FIELDS),
    st.text(max_size=12) | st.from_regex(r"[A-Z_]{3,12}:\d{1,6}|\d[\d:.eE_+-]{0,9}", fullmatch=True),
)
def test_any_typed_text_is_a_value_or_refused(schema: Schema, field: str, text: str) -> None:
    try:
        filled = parse(f"SELECT Id FROM Account WHERE {field} = :x").fill_texts({"x": [text]}, schema)
    except SoqlError:
        return
    assert parse(str(filled)) == filled


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("SELECT Id FROM Acount", True),
        ("SELECT Nmae FROM Account", True),
        ("SELECT Onwer.Name FROM Account", True),
        ("SELECT (SELECT Id FROM Contcats) FROM Account", True),
        ("SELECT Owner.Nickname FROM Contact", False),
        ("SELECT Id FROM Account WHERE Name > 5", False),
        ("SELECT Id FROM Account WHERE Description = 'x'", False),
        ("SELECT Id, Id FROM Account", False),
    ],
)
def test_an_error_says_whether_it_is_about_a_name_that_there_is_not(schema: Schema, text: str, unknown: bool) -> None:
    with pytest.raises(SoqlError) as raised:
        parse(text).bind(schema)
    assert raised.value.unknown is unknown


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT name, account.owner.name FROM Contact", ("Name", "Account.Owner.Name")),
        ("SELECT Name, BillingAddress FROM Account", ("Name", "BillingAddress.city", "BillingAddress.postalCode")),
        ("SELECT Industry, COUNT(Id), MAX(Name) m FROM Account GROUP BY Industry", ("Industry", "expr0", "m")),
        ("SELECT Id, (SELECT Name FROM Contacts) FROM Account", ("Id", "Contacts")),
        ("SELECT TYPEOF What WHEN Case THEN Id, Type WHEN Account THEN Id ELSE Name END FROM Task",
         ("What.Id", "What.Type", "What.Name")),
        ("SELECT COUNT() FROM Account", ()),
    ],
)  # fmt: skip
def test_the_columns_of_a_result_are_known_before_there_is_one(
    schema: Schema, text: str, columns: tuple[str, ...]
) -> None:
    assert parse(text).bind(schema).columns == columns
