"""A query over rows from anywhere gives what the org would give, and names the row that does not fit."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.schema import FieldType, Schema
from upbeat.soql import Answer, Calendar, RowError, SoqlError, parse
from upbeat.soql.layout import stored

Ask = Callable[..., list[dict[str, Any]]]
NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)
ACME, BETA = "001000000000001AAA", "001000000000002AAA"
ANN = "003000000000001AAA"
PRIYA, QUEUE = "005000000000001AAA", "00G000000000001AAA"


def evaluate(schema: Schema, rows: Any, text: str, **more: Any) -> list[dict[str, Any]]:
    return parse(text).bind(schema).evaluate(rows, NOW, **more).records


QUERIES = [
    "SELECT FIELDS(ALL) FROM Account ORDER BY Name LIMIT 200",
    "SELECT Name, BillingAddress FROM Account WHERE BillingCity = 'leeds'",
    "SELECT Name, Account.Owner.Manager.Name FROM Contact WHERE Account.Revenue > 1000",
    "SELECT Name, Owner.Name, Owner.Type FROM Contact ORDER BY Owner.Name",
    "SELECT Subject, What.Name, What.Type FROM Task ORDER BY Subject",
    "SELECT Name, (SELECT Name, Owner.Name FROM Contacts WHERE Birthdate = null ORDER BY Id DESC LIMIT 1) FROM Account",
    "SELECT Name, (SELECT Name, (SELECT Subject FROM Tasks) FROM Contacts) FROM Account",
    "SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Owner.Type = 'Group')",
    "SELECT Name FROM Contact WHERE AccountId NOT IN (SELECT Id FROM Account WHERE Industry = 'Energy')",
    "SELECT Owner.Name, COUNT(Id), SUM(Revenue) total FROM Account GROUP BY Owner.Name HAVING COUNT(Id) > 0",
    "SELECT Name FROM Account WHERE CreatedDate = TODAY OR Region__c INCLUDES ('South', 'North;East')",
    "SELECT Name FROM Account ORDER BY Industry NULLS LAST LIMIT 2 OFFSET 1",
]


@pytest.mark.parametrize("all_rows", [False, True], ids=["live", "deleted too"])
@pytest.mark.parametrize("text", QUERIES)
def test_rows_are_answered_as_the_org_answers(
    schema: Schema, ask: Ask, company_rows: Any, text: str, all_rows: bool
) -> None:
    found = evaluate(schema, company_rows, text, all_rows=all_rows)
    assert found == ask(text, all_rows=all_rows)
    assert found or "GROUP" in text


def test_a_count_is_answered(schema: Schema, company_rows: Any) -> None:
    counted = parse("SELECT COUNT() FROM Account WHERE Owner.IsActive = true").bind(schema).evaluate(company_rows, NOW)
    assert counted == Answer(2, [])


def test_what_rest_gave_is_a_source_again(schema: Schema, ask: Ask) -> None:
    """Records as a client received them: parents nested, an address whole, the id in their own address alone."""
    rows = ask("SELECT Name, Owner.Name, BillingAddress, Revenue, CreatedDate FROM Account")
    assert all("Id" not in row for row in rows)
    found = evaluate(
        schema, {"Account": rows}, "SELECT Id, BillingCity FROM Account WHERE Revenue > 1000 ORDER BY Name"
    )
    assert [(one["Id"], one["BillingCity"]) for one in found] == [(ACME, "Leeds")]


def test_values_of_python_are_as_good_as_json(schema: Schema) -> None:
    row = {
        "Id": ACME[:15],
        "Revenue": Decimal("1200.50"),
        "Active__c": True,
        "Founded__c": date(1999, 12, 31),
        "Opens__c": time(9, 0),
        "CreatedDate": datetime(2026, 2, 11, 1, tzinfo=timezone(timedelta(hours=2))),
    }
    (found,) = evaluate(
        schema, {"Account": [row]}, "SELECT FIELDS(STANDARD), Active__c, Founded__c, Opens__c FROM Account"
    )
    assert {name: found[name] for name in row} == {
        "Id": ACME,
        "Revenue": 1200.5,
        "Active__c": True,
        "Founded__c": "1999-12-31",
        "Opens__c": "09:00:00.000Z",
        "CreatedDate": "2026-02-10T23:00:00.000+0000",
    }


def test_only_objects_that_the_query_reads_are_asked_for_and_each_once(schema: Schema, company_rows: Any) -> None:
    asked: list[str] = []

    def rows(name: str) -> Any:
        asked.append(name)
        return company_rows.get(name, ())

    evaluate(schema, rows, "SELECT Parent.Parent.Name, Owner.Manager.Name FROM Account WHERE Parent.Name != 'x'")
    assert sorted(asked) == ["Account", "User"]


def test_what_the_query_does_not_read_is_not_looked_at(schema: Schema) -> None:
    rows = [{"Id": ACME, "Name": "Acme", "Revenue": "a lot", "Founded__c": object()}]
    assert [one["Name"] for one in evaluate(schema, {"Account": rows}, "SELECT Name FROM Account")] == ["Acme"]


def test_rows_are_taken_one_by_one(schema: Schema) -> None:
    """A source of any length is never held: a row is written before the next one is asked for."""
    alive = 0
    most = 0

    class Fleeting(dict[str, Any]):
        def __init__(self, n: int) -> None:
            nonlocal alive, most
            super().__init__(Id=f"001{n:012}", Name="x")
            alive += 1
            most = max(most, alive)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def rows(_: str) -> Iterator[Mapping[str, Any]]:
        yield from map(Fleeting, range(5_000))

    answer = parse("SELECT COUNT() FROM Account WHERE Name = 'x'").bind(schema).evaluate(rows, NOW)
    assert (answer.total, most < 5) == (5_000, True)


def test_days_are_those_of_the_calendar(schema: Schema) -> None:
    rows = {"Account": [{"Id": ACME, "CreatedDate": "2026-02-12T00:30:00.000+0000"}]}
    text = "SELECT Id FROM Account WHERE CreatedDate = TODAY"
    west = Calendar(timezone(timedelta(hours=-9)))
    assert (len(evaluate(schema, rows, text)), len(evaluate(schema, rows, text, calendar=west))) == (0, 1)


def test_a_mapping_must_know_every_object_that_is_needed(schema: Schema) -> None:
    with pytest.raises(SoqlError, match="no rows of User, which the query reads\n  Give an empty list"):
        evaluate(schema, {"Account": []}, "SELECT Owner.Name FROM Account")


def test_objects_that_a_parent_may_be_of_can_be_left_out(schema: Schema) -> None:
    rows = {"Contact": [{"Id": ANN, "OwnerId": PRIYA}], "User": [{"Id": PRIYA, "Name": "Priya"}]}
    query = parse("SELECT Owner.Name FROM Contact").bind(schema)
    assert query.needs == {"Contact"}
    assert [one["Owner"]["Name"] for one in query.evaluate(rows, NOW).records] == ["Priya"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param([{"Id": ACME, "Revenue": "a lot"}], "Account, row 1, Revenue: 'a lot' does not", id="no number"),
        pytest.param([{"Id": ACME}, {"Id": BETA, "Founded__c": "31.12.1999"}], "row 2, .*YYYY-MM-DD", id="no date"),
        pytest.param([{"Id": ACME, "CreatedDate": "2026-02-11T08:00:00"}], "CreatedDate: .*no offset", id="no offset"),
        pytest.param([{"Id": ACME, "CreatedDate": 5}], "CreatedDate: 5 does not fit", id="no datetime"),
        pytest.param([{"Id": ACME, "Opens__c": 9}], "Opens__c: 9 does not fit", id="no time"),
        pytest.param([{"Id": ACME, "Employees": 2.5}], "Employees: 2.5 does not fit", id="no whole number"),
        pytest.param([{"Id": ACME, "Employees": 10**30}], "Employees: .*64 bits", id="too large"),
        pytest.param([{"Id": ACME, "Revenue": float("nan")}], "Revenue: nan does not fit", id="not a number"),
        pytest.param([{"Id": ACME, "Active__c": "maybe"}], "Active__c: 'maybe' does not fit", id="no checkbox"),
        pytest.param([{"Id": ACME, "OwnerId": "me"}], "OwnerId: 'me' does not fit", id="no id"),
        pytest.param([{"Id": ACME, "Name": ["Acme"]}], r"Name: \['Acme'\] does not fit", id="a list"),
        pytest.param([{"Id": ACME, "Name": "\ud800"}], "Name: .*surrogate", id="half a character"),
        pytest.param([{"Name": "Acme"}], "row 1, Id: the row has none\n  Select Id too", id="no Id"),
        pytest.param([{"Id": ACME}, {"Id": ACME[:15]}], "row 2, Id: another row has this id", id="an id twice"),
        pytest.param([{"Id": ACME}, 7], "row 2, Id: the row is 7, and no mapping", id="no row"),
    ],
)  # fmt: skip
def test_a_row_that_does_not_fit_is_named(schema: Schema, rows: Any, said: str) -> None:
    fields = "Id, Name, Revenue, Founded__c, CreatedDate, Opens__c, Employees, Active__c, OwnerId"
    with pytest.raises(RowError, match=said):
        evaluate(schema, {"Account": rows}, f"SELECT {fields} FROM Account")


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text() | st.binary() | st.dates()
    | st.datetimes() | st.times() | st.from_regex(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?", fullmatch=True),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)  # fmt: skip


@given(st.sampled_from(FieldType), ODD)
def test_any_value_is_stored_or_refused(kind: FieldType, value: Any) -> None:
    try:
        found = stored(kind, value)
    except ValueError:
        return
    assert found is None or isinstance(found, str | int | float)
    if kind is not FieldType.ANY:
        assert stored(kind, found) == found


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["Id", "Name", "Revenue", "attributes", "BillingAddress"]), ODD) | ODD,
        max_size=3,
    )
)
def test_any_rows_are_answered_or_refused(schema: Schema, rows: list[Any]) -> None:
    with suppress(RowError):
        evaluate(schema, {"Account": rows}, "SELECT Name, Revenue, BillingCity FROM Account WHERE Revenue > 0")
