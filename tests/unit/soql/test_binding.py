"""What the org refuses, and in which words."""

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.schema import Schema
from upbeat.soql import SoqlError, parse

NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)


def refusal(schema: Schema, text: str) -> SoqlError:
    with pytest.raises(SoqlError) as caught:
        parse(text).bind(schema)
    return caught.value


MISTAKES = [
    pytest.param(text, expected, id=text[:60])
    for text, expected in (
        block.strip("\n").split("\n\n")
        for block in (Path(__file__).parent / "mistakes.txt").read_text().split("====\n")
    )
]


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_a_mistake_is_told_as_salesforce_tells_it(schema: Schema, text: str, expected: str) -> None:
    error = refusal(schema, text)
    assert f"{error.code}\n{error}" == expected


def test_the_message_for_clients_has_no_hint(schema: Schema) -> None:
    error = refusal(schema, "SELECT Id,\n Nam FROM Account")
    assert (error.line, error.column) == (2, 2)
    assert error.message.startswith("\n Nam FROM Account\n ^\nERROR at Row:2:Column:2\nNo such column 'Nam'")
    assert "Did you mean" not in error.message


NAMES = """Id Name Employees Revenue Active__c Founded__c CreatedDate Opens__c Region__c Industry OwnerId Owner.Name
BillingAddress Place__c Description Parent.Parent.Name Nam COUNT(Id) MAX(CreatedDate) SUM(Revenue) FIELDS(STANDARD)
MIN(Industry) COUNT_DISTINCT(Name) GROUPING(Name) CALENDAR_YEAR(Founded__c) FISCAL_QUARTER(convertTimezone(CreatedDate))
DAY_ONLY(CreatedDate) toLabel(Industry) FORMAT(Revenue) FORMAT(MAX(Founded__c)) convertCurrency(Revenue) a.Name
DISTANCE(Place__c,GEOLOCATION(1,-2.5),'km') GEOLOCATION(1,2) FOO(Name)"""
LITERALS = """'a' 'É' '' 'A;B' '001000000000001AAA' 5 -1.5 99999999999999999999999 2026-01-31 2026-01-31T00:00:00Z USD5
0001-01-01 09:00:00Z TODAY LAST_N_YEARS:9999 N_DAYS_AGO:99999999999 NEXT_N_FISCAL_QUARTERS:9999 THIS_WEEK null true"""
FIELDS = st.sampled_from(NAMES.split())
VALUES = st.sampled_from(LITERALS.split())
LISTS = st.lists(VALUES, min_size=1, max_size=3).map(lambda values: f"({', '.join(values)})")
TESTS = st.one_of(
    st.tuples(FIELDS, st.sampled_from("= != < <= > >= LIKE".split()), VALUES).map(" ".join),  # noqa: SIM905
    st.tuples(FIELDS, st.sampled_from(["IN", "NOT IN", "INCLUDES", "EXCLUDES"]), LISTS).map(" ".join),
    st.just("Id IN (SELECT AccountId FROM Contact WHERE Name = 'x')"),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: (
        st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map(lambda parts: f"({''.join(parts)})")
        | inner.map("(NOT {})".format)
    ),
    max_leaves=4,
)
TYPEOFS = st.builds(
    "TYPEOF {} WHEN {} THEN {} {}END".format,
    st.sampled_from(["Owner", "What", "Account"]),
    st.sampled_from(["User", "Account", "Case", "Foo"]),
    FIELDS,
    st.just("") | FIELDS.map("ELSE {} ".format),
)
GROUPED = (
    st.lists(FIELDS, min_size=1, max_size=3)
    .map(", ".join)
    .flatmap(
        lambda terms: st.sampled_from([f" GROUP BY {terms}", f" GROUP BY ROLLUP({terms})", f" GROUP BY CUBE({terms})"])
    )
)
QUERIES = st.builds(
    "SELECT {} FROM {}{}{}{}{}{}".format,
    st.lists(FIELDS | TYPEOFS | st.just("(SELECT Name FROM Contacts LIMIT 2)"), min_size=1, max_size=4).map(", ".join),
    st.sampled_from(["Account", "Contact", "Task", "Account a", "Contact c, c.Account a", "Foo"]),
    st.just("") | CONDITIONS.map(" WHERE {}".format),
    st.just("") | GROUPED,
    st.just("") | st.tuples(FIELDS, LISTS).map(lambda parts: f" HAVING {parts[0]} IN {parts[1]}"),
    st.just("") | FIELDS.map(" ORDER BY {} DESC".format),
    st.sampled_from(["", " LIMIT 5", " LIMIT 99999999999999999999999", " LIMIT 1 OFFSET 2000 ALL ROWS", " FOR VIEW"]),
)
# Queries that fit more often than those: of groups, and of fields that all are there.
FITTING = st.sampled_from(["Name", "Industry", "Founded__c", "CALENDAR_YEAR(Founded__c)", "DAY_ONLY(CreatedDate)"])
GROUPS = (
    st.lists(FITTING, min_size=1, max_size=3, unique=True)
    .map(", ".join)
    .flatmap(
        lambda terms: st.builds(
            "SELECT {0}, {1} FROM Account GROUP BY {2} HAVING {3} {4} {5} ORDER BY {3}, {6} LIMIT 3".format,
            st.just(terms),
            st.sampled_from(
                ["COUNT(Id)", "MAX(Region__c)", "FORMAT(SUM(Revenue))", "MIN(Industry) a", "GROUPING(Name)"]
            ),
            st.sampled_from([terms, f"ROLLUP({terms})", f"CUBE({terms})"]),
            FIELDS,
            st.sampled_from("= != < >= LIKE".split()),  # noqa: SIM905
            VALUES,
            FITTING,
        )
    )
)


@given(QUERIES | GROUPS)
@settings(max_examples=300)
def test_any_query_gives_a_result_or_a_soql_error(schema: Schema, company: sqlite3.Connection, text: str) -> None:
    with suppress(SoqlError):
        bound = parse(text).bind(schema)
        assert isinstance(bound.run(company.execute, NOW, ""), list)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT Id FROM Account ORDER BY " + ", ".join(["Name"] * 5_000),
        "SELECT Name FROM Account GROUP BY " + ", ".join(["Name"] * 5_000),
        "SELECT " + ", ".join(f"COUNT(Id) a{n}" for n in range(3_000)) + " FROM Account",
        "SELECT "
        + ", ".join("Parent." * (n % 6) + "Owner.Manager." * (n // 6) + "Name" for n in range(24))
        + " FROM Account",
    ],
    ids=["orderings", "groups", "fields", "paths"],
)
def test_what_is_too_much_is_refused(schema: Schema, text: str) -> None:
    assert refusal(schema, text)


def test_a_query_of_too_long_a_condition_is_refused_before_it_runs(schema: Schema) -> None:
    having = " OR ".join(["COUNT(Id) = 1"] * 5_000)
    bound = parse(f"SELECT Name FROM Account GROUP BY CUBE(Name, Industry, ParentId) HAVING {having}").bind(schema)
    with pytest.raises(SoqlError, match="the filter conditions are too complicated") as caught:
        bound.to_sqlite()
    assert caught.value.code == "QUERY_TOO_COMPLICATED"
