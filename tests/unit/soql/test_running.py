"""What a query gives, record by record."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from upbeat.schema import Schema
from upbeat.soql import Calendar, parse

Ask = Callable[..., list[dict[str, Any]]]
Names = Callable[..., list[str]]
NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)
ACME, BETA = "001000000000001AAA", "001000000000002AAA"
PRIYA = "005000000000001AAA"


def test_a_record_has_its_attributes_first_and_then_its_fields_as_the_schema_spells_them(ask: Ask) -> None:
    (record,) = ask("SELECT NAME, active__c, employees, Revenue, Industry FROM account WHERE Name = 'Acme'")
    assert list(record.items()) == [
        ("attributes", {"type": "Account", "url": f"/services/data/v67.0/sobjects/Account/{ACME}"}),
        ("Name", "Acme"),
        ("Active__c", True),
        ("Employees", 250),
        ("Revenue", 1200.5),
        ("Industry", "Banking"),
    ]


def test_parents_nest_under_their_relationships(ask: Ask) -> None:
    (record,) = ask("SELECT Account.Owner.Manager.Name, Account.Name FROM Contact WHERE Name = 'Ann'")
    assert record["Account"]["Name"] == "Acme"
    assert record["Account"]["Owner"]["attributes"]["type"] == "User"
    assert record["Account"]["Owner"]["Manager"]["Name"] == "Priya Shah"


def test_a_missing_parent_is_null(ask: Ask) -> None:
    assert ask("SELECT Account.Owner.Name FROM Contact WHERE Name = 'Cy'")[0]["Account"] is None


@pytest.mark.parametrize(("contact", "owner", "kind"), [("Ann", "Priya Shah", "User"), ("Bob", "New Leads", "Group")])
def test_a_parent_of_several_objects_is_a_name(ask: Ask, contact: str, owner: str, kind: str) -> None:
    (record,) = ask(f"SELECT Owner.Name, Owner.Type FROM Contact WHERE Name = '{contact}'")
    assert (record["Owner"]["Name"], record["Owner"]["Type"]) == (owner, kind)
    assert record["Owner"]["attributes"]["type"] == "Name"
    assert f"/sobjects/{kind}/" in record["Owner"]["attributes"]["url"]


def test_a_parent_of_several_objects_is_called_by_its_own_name_field(ask: Ask) -> None:
    found = [record["What"] and record["What"]["Name"] for record in ask("SELECT What.Name FROM Task ORDER BY Id")]
    assert found == ["00001001", "Acme", None]


def test_a_parent_of_several_objects_leads_on_to_a_profile(ask: Ask) -> None:
    owners = [record["Owner"] for record in ask("SELECT Owner.Profile.Name FROM Contact ORDER BY Name")]
    assert [owner and owner["Profile"] and owner["Profile"]["Name"] for owner in owners] == ["Sales", None, None]


def test_an_address_is_shown_by_its_parts(ask: Ask) -> None:
    found = {record["Name"]: record["BillingAddress"] for record in ask("SELECT Name, BillingAddress FROM Account")}
    assert found == {"Acme": {"city": "Leeds", "postalCode": None}, "beta": None}


def test_children_are_a_result_of_their_own_and_null_where_there_are_none(ask: Ask) -> None:
    records = ask("SELECT Name, (SELECT Name FROM Contacts ORDER BY Name DESC) FROM Account ORDER BY Name")
    assert records[0]["Contacts"]["totalSize"] == 2
    assert records[0]["Contacts"]["done"] is True
    assert [child["Name"] for child in records[0]["Contacts"]["records"]] == ["Bob", "Ann"]
    assert records[1]["Contacts"] is None


def test_limit_and_offset_of_children_count_for_each_parent(ask: Ask) -> None:
    text = "SELECT (SELECT Name FROM Contacts ORDER BY Name LIMIT 1 OFFSET 1) FROM Account WHERE Name = 'Acme' LIMIT 1"
    assert [child["Name"] for child in ask(text)[0]["Contacts"]["records"]] == ["Bob"]


def test_children_have_children(ask: Ask) -> None:
    contacts = "SELECT Name, (SELECT Subject FROM Tasks ORDER BY Id) FROM Contacts WHERE Name = 'Ann'"
    (record,) = ask(f"SELECT ({contacts}) FROM Account WHERE Name = 'Acme'")
    (contact,) = record["Contacts"]["records"]
    assert [task["Subject"] for task in contact["Tasks"]["records"]] == ["Call", "Write"]


def test_an_object_or_its_alias_may_stand_before_a_field(names: Names) -> None:
    assert names("SELECT a.Name FROM Account a WHERE Account.Employees > 10 AND a.Owner.Name = 'Sam Lee'") == ["Acme"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Name = 'ACME'", ["Acme"]),
        ("Name LIKE 'a%'", ["Acme"]),
        ("Name LIKE '_eta'", ["beta"]),
        (r"Name LIKE 'A\%'", []),
        ("Name > 'B'", ["beta"]),
        (f"Id = '{ACME[:15]}'", ["Acme"]),
        (f"Id > '{ACME}'", ["beta"]),
        ("Industry != 'Banking'", ["beta"]),
        ("ParentId = null", ["Acme"]),
        ("ParentId != ''", ["beta"]),
        (f"ParentId != '{BETA}'", ["Acme", "beta"]),
        ("Parent.Name = null", ["Acme"]),
        ("Employees > 9", ["Acme"]),
        ("Employees <= 9.0", ["beta"]),
        ("Revenue = 0.1", ["beta"]),
        ("NOT Employees > 9", ["beta"]),
        ("NOT Parent.Employees > 300", ["Acme", "beta"]),
        ("Parent.Active__c = false", ["Acme"]),
        ("Active__c = null", ["beta"]),
        ("Founded__c = 1999-12-31", ["Acme"]),
        ("Founded__c < THIS_YEAR", ["Acme"]),
        ("Founded__c != THIS_YEAR", ["Acme", "beta"]),
        ("CreatedDate = TODAY", ["beta"]),
        ("CreatedDate = YESTERDAY", ["Acme"]),
        ("CreatedDate = LAST_N_DAYS:1", ["Acme", "beta"]),
        ("CreatedDate < TODAY", ["Acme"]),
        ("CreatedDate >= 2026-02-11T09:00:00+01:00", ["beta"]),
        ("CreatedDate IN (TODAY, 2026-02-10T23:59:59Z)", ["Acme", "beta"]),
        ("CreatedDate NOT IN (TODAY, 2026-02-10T00:00:00Z)", ["Acme"]),
        ("Opens__c = 09:00:00Z", ["Acme"]),
        ("Industry IN ('banking', 'Energy')", ["Acme"]),
        ("ParentId IN (null)", ["Acme"]),
        ("ParentId NOT IN (null)", ["beta"]),
        (f"ParentId NOT IN ('{BETA}')", ["Acme", "beta"]),
        ("Employees IN (250, 9)", ["Acme", "beta"]),
        ("Region__c INCLUDES ('north;east', 'South')", ["Acme"]),
        ("Region__c INCLUDES ('North;South')", []),
        ("Region__c EXCLUDES ('North')", ["beta"]),
        ("Region__c = 'North;East'", ["Acme"]),
        ("Owner.Manager.Name = 'Priya Shah'", ["Acme"]),
        ("Id IN (SELECT AccountId FROM Contact)", ["Acme"]),
        ("Id NOT IN (SELECT AccountId FROM Contact)", ["beta"]),
        ("Id IN (SELECT AccountId FROM Contact WHERE Owner.Type = 'User' AND Account.Industry = 'Energy')", []),
        ("OwnerId IN (SELECT Id FROM User WHERE Email LIKE '%@acme.example')", ["beta"]),
        ("Name = 'Acme' OR (Name = 'beta' AND (NOT Employees = 9))", ["Acme"]),
    ],
)  # fmt: skip
def test_a_condition_finds_what_it_says(names: Names, where: str, found: list[str]) -> None:
    assert names(f"SELECT Name FROM Account WHERE {where} ORDER BY Name") == found


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("Name", ["Acme", "beta"]),
        ("Name DESC", ["beta", "Acme"]),
        ("Industry", ["beta", "Acme"]),
        ("Industry DESC", ["Acme", "beta"]),
        ("ParentId", ["Acme", "beta"]),
        ("ParentId DESC", ["Acme", "beta"]),
        ("ParentId NULLS LAST", ["beta", "Acme"]),
        ("ParentId DESC NULLS LAST", ["beta", "Acme"]),
        ("Owner.Name", ["beta", "Acme"]),
    ],
    ids=str,
)
def test_an_order_stands_as_salesforce_has_it(names: Names, order: str, found: list[str]) -> None:
    """Empty values come first; picklists in the order that the admin gave their values."""
    assert names(f"SELECT Name FROM Account ORDER BY {order}") == found


def test_limit_and_offset_cut_the_order(names: Names) -> None:
    assert names("SELECT Name FROM Contact ORDER BY Name LIMIT 1 OFFSET 1") == ["Bob"]


def test_deleted_records_are_read_only_where_asked_for(names: Names) -> None:
    assert names("SELECT Name FROM Account ORDER BY Name") == ["Acme", "beta"]
    assert names("SELECT Name FROM Account ORDER BY Name ALL ROWS") == ["Acme", "beta", "Gone"]
    assert names("SELECT Name FROM Account WHERE IsDeleted = true", all_rows=True) == ["Gone"]


def test_aggregates_have_their_alias_or_a_number(ask: Ask) -> None:
    text = "SELECT Account.Industry, COUNT(Id), MAX(CreatedDate) latest, MIN(Name) FROM Contact"
    assert ask(text + " GROUP BY Account.Industry ORDER BY COUNT(Id) DESC") == [
        {
            "attributes": {"type": "AggregateResult"},
            "Industry": "Banking",
            "expr0": 2,
            "latest": "2026-02-02T00:00:00.000+0000",
            "expr1": "Ann",
        },
        {
            "attributes": {"type": "AggregateResult"},
            "Industry": None,
            "expr0": 1,
            "latest": "2026-02-03T00:00:00.000+0000",
            "expr1": "Cy",
        },
    ]


def test_sums_of_nothing_are_null_and_counts_zero(ask: Ask) -> None:
    (record,) = ask("SELECT COUNT(Id) n, SUM(Employees) s, AVG(Revenue) a FROM Account WHERE Name = 'none'")
    assert (record["n"], record["s"], record["a"]) == (0, None, None)


def test_a_sum_of_money_is_exact_to_the_cent(schema: Schema, tables: Callable[..., sqlite3.Connection]) -> None:
    cents = {"Account": [{"Id": f"00100000000000{n}AAA", "Revenue": 0.1} for n in range(3)]}
    (record,) = parse("SELECT SUM(Revenue) FROM Account").bind(schema).run(tables(cents).execute, NOW, "")
    assert record["expr0"] == 0.3


def test_having_keeps_groups(ask: Ask) -> None:
    text = "SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId HAVING COUNT(Id) > 1 AND AccountId != null"
    assert [(record["AccountId"], record["n"]) for record in ask(text)] == [(ACME, 2)]


def test_count_alone_counts_rows(schema: Schema, company: sqlite3.Connection) -> None:
    bound = parse("SELECT COUNT() FROM Contact WHERE Account.Name = 'Acme'").bind(schema)
    assert (bound.is_count, bound.count(company.execute, NOW)) == (True, 2)
    assert bound.run(company.execute, NOW, "") == []


def test_a_limit_holds_for_a_count(schema: Schema, company: sqlite3.Connection) -> None:
    assert parse("SELECT COUNT() FROM Contact LIMIT 1").bind(schema).count(company.execute, NOW) == 1


def test_fields_stand_for_all_of_a_kind(ask: Ask) -> None:
    standard, custom = (ask(f"SELECT FIELDS({kind}) FROM Account LIMIT 1")[0] for kind in ("STANDARD", "CUSTOM"))
    place = {"Place__c", "Place__Latitude__s", "Place__Longitude__s"}
    assert set(custom) == {"attributes", "Region__c", "Tier__c", "Active__c", "Founded__c", "Opens__c", *place}
    assert {"Id", "Name", "BillingAddress", "BillingCity"} <= set(standard)


def test_a_day_begins_in_the_time_zone_of_the_org(names: Names) -> None:
    there = Calendar(ZoneInfo("America/New_York"))
    assert names("SELECT Name FROM Account WHERE CreatedDate = TODAY", calendar=there) == ["beta"]
    assert names("SELECT Name FROM Account WHERE CreatedDate = YESTERDAY", calendar=there) == ["Acme"]
    assert names("SELECT Name FROM Account WHERE CreatedDate = TODAY", calendar=Calendar(ZoneInfo("Asia/Tokyo"))) == []


def test_a_query_is_bound_to_a_schema_once(schema: Schema) -> None:
    query = parse("SELECT Id FROM Account")
    assert query.bind(schema) is query.bind(schema)
    assert query.bind(Schema(dict(schema.objects))) is not query.bind(schema)


@pytest.mark.parametrize(
    "where",
    [
        " OR ".join(f"Employees = {n}" for n in range(5_000)),
        reduce(
            lambda inner, _: f"NOT ({' OR '.join([f'({inner})', *['Employees = 1'] * 800])})", range(7), "Employees = 1"
        ),
        "(NOT " * 14 + "Employees = 1" + ")" * 14,
        "Id IN (" + ", ".join(f"'{ACME}'" for _ in range(4_000)) + ")",
    ],
    ids=["long", "long and deep", "deep", "many"],
)
def test_a_large_condition_is_not_too_large_for_the_database(ask: Ask, where: str) -> None:
    assert isinstance(ask(f"SELECT Id FROM Account WHERE {where}"), list)


def test_no_value_is_part_of_the_sql(schema: Schema) -> None:
    text = r"SELECT Id FROM Account WHERE Name = 'x\' OR 1=1 --' AND Employees IN (7777) AND Name LIKE 'y%' LIMIT 4242"
    compiled = parse(text).bind(schema).to_sqlite()
    assert compiled.sql.count("?") == len(compiled.params)
    assert not any(value in compiled.sql for value in ("1=1", "7777", "y%", "4242"))
