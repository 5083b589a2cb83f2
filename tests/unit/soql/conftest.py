"""A small org: its schema, and a database laid out as the room expects it."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from upbeat.schema import Child, Field, FieldType, Object, PicklistValue, Schema
from upbeat.soql import Calendar, equip, parse
from upbeat.soql.layout import columns, table

NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)  # a Wednesday
BASE = "/services/data/v67.0"

Rows = Mapping[str, Iterable[Mapping[str, Any]]]
Ask = Callable[..., list[dict[str, Any]]]


def field(name: str, kind: str, to: str | tuple[str, ...] = (), **more: Any) -> Field:
    if to:
        more |= {"reference_to": (to,) if isinstance(to, str) else to, "relationship": name.removesuffix("Id")}
    return Field(name=name, type=FieldType(kind), **more)


def define(name: str, *fields: Field, children: Iterable[tuple[str, str, str]] = ()) -> Object:
    system = (field("Id", "id"), field("IsDeleted", "boolean"), field("CreatedDate", "datetime"))
    own = {one.name: one for one in (*system, *fields)}
    return Object(name=name, fields=own, children=tuple(Child(*child) for child in children))


def picklist(name: str, *values: str, kind: str = "picklist") -> Field:
    return field(name, kind, picklist=tuple(PicklistValue(value) for value in values))


@pytest.fixture(scope="session")
def schema() -> Schema:
    objects = (
        define(
            "Account",
            field("Name", "string", name_field=True),
            picklist("Industry", "Technology", "Banking", "Energy"),
            picklist("Region__c", "North", "South", "East", kind="multipicklist"),
            field("Tier__c", "picklist", picklist=(PicklistValue("1", "Gold"), PicklistValue("2", "Argent é"))),
            field("Employees", "int"),
            field("Revenue", "currency", scale=2),
            field("Active__c", "boolean"),
            field("Founded__c", "date"),
            field("Opens__c", "time"),
            field("Description", "textarea", length=32_000),
            field("BillingAddress", "address"),
            field("BillingCity", "string", compound="BillingAddress"),
            field("BillingPostalCode", "string", compound="BillingAddress"),
            field("Place__c", "location"),
            field("Place__Latitude__s", "double", scale=6, compound="Place__c"),
            field("Place__Longitude__s", "double", scale=6, compound="Place__c"),
            field("OwnerId", "reference", "User"),
            field("ParentId", "reference", "Account"),
            children=[("Contacts", "Contact", "AccountId"), ("ChildAccounts", "Account", "ParentId")],
        ),
        define(
            "Contact",
            field("Name", "string", name_field=True),
            field("AccountId", "reference", "Account"),
            field("OwnerId", "reference", ("Group", "User")),
            field("Birthdate", "date"),
            children=[("Tasks", "Task", "WhoId")],
        ),
        define(
            "Task",
            field("Subject", "string", name_field=True),
            field("WhoId", "reference", "Contact"),
            field("WhatId", "reference", ("Account", "Case", "Solution")),
        ),
        define("Case", field("CaseNumber", "string", name_field=True), field("Type", "string")),
        define(
            "User",
            field("Name", "string", name_field=True),
            field("Email", "email"),
            field("IsActive", "boolean"),
            field("ManagerId", "reference", "User"),
            field("ProfileId", "reference", "Profile"),
        ),
        define("Group", field("Name", "string", name_field=True)),
        define("Profile", field("Name", "string", name_field=True)),
    )
    return Schema({one.name: one for one in objects})


def fill(schema: Schema, rows: Rows) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    equip(database)
    for one in schema:
        database.execute(table(one.name, columns(one)))
    for name, own in rows.items():
        for row in own:
            named = ", ".join(f'"{column}"' for column in row)
            database.execute(f'INSERT INTO "{name}" ({named}) VALUES ({", ".join("?" * len(row))})', list(row.values()))
    return database


def run(schema: Schema, database: sqlite3.Connection, text: str, **more: Any) -> list[dict[str, Any]]:
    return parse(text).bind(schema).run(database.execute, NOW, BASE, **more)


@pytest.fixture(scope="session")
def tables(schema: Schema) -> Callable[[Rows], sqlite3.Connection]:
    """Make a database of rows."""
    return lambda rows: fill(schema, rows)


PRIYA, SAM = "005000000000001AAA", "005000000000002AAA"
QUEUE, PROFILE = "00G000000000001AAA", "00e000000000001AAA"
ACME, BETA, GONE = "001000000000001AAA", "001000000000002AAA", "001000000000003AAA"
ANN, BOB, CY = "003000000000001AAA", "003000000000002AAA", "003000000000003AAA"
CASE = "500000000000001AAA"

COMPANY: Rows = {
    "Profile": [{"Id": PROFILE, "Name": "Sales"}],
    "User": [
        {"Id": PRIYA, "Name": "Priya Shah", "Email": "priya@acme.example", "IsActive": 1, "ProfileId": PROFILE},
        {"Id": SAM, "Name": "Sam Lee", "IsActive": 1, "ManagerId": PRIYA},
    ],
    "Group": [{"Id": QUEUE, "Name": "New Leads"}],
    "Account": [
        {
            "Id": ACME, "Name": "Acme", "Industry": "Banking", "Region__c": "North;East", "Employees": 250,
            "Revenue": 1200.5, "Active__c": 1, "Founded__c": "1999-12-31", "Opens__c": "09:00:00.000Z",
            "BillingCity": "Leeds", "OwnerId": SAM, "CreatedDate": "2026-02-10T23:59:59.000+0000",
        },
        {"Id": BETA, "Name": "beta", "Industry": "Technology", "Employees": 9, "Revenue": 0.1, "Active__c": 0,
         "ParentId": ACME, "OwnerId": PRIYA, "CreatedDate": "2026-02-11T08:00:00.000+0000"},
        {"Id": GONE, "Name": "Gone", "Active__c": 0, "IsDeleted": 1, "CreatedDate": "2026-01-01T00:00:00.000+0000"},
    ],
    "Contact": [
        {"Id": ANN, "Name": "Ann", "AccountId": ACME, "OwnerId": PRIYA, "CreatedDate": "2026-02-01T00:00:00.000+0000"},
        {"Id": BOB, "Name": "Bob", "AccountId": ACME, "OwnerId": QUEUE, "CreatedDate": "2026-02-02T00:00:00.000+0000"},
        {"Id": CY, "Name": "Cy", "CreatedDate": "2026-02-03T00:00:00.000+0000"},
    ],
    "Case": [{"Id": CASE, "CaseNumber": "00001001", "Type": "Problem"}],
    "Task": [
        {"Id": "00T000000000001AAA", "Subject": "Call", "WhoId": ANN, "WhatId": CASE},
        {"Id": "00T000000000002AAA", "Subject": "Write", "WhoId": ANN, "WhatId": ACME},
        {"Id": "00T000000000003AAA", "Subject": "Plan"},
    ],
}  # fmt: skip


@pytest.fixture(scope="session")
def company(schema: Schema) -> sqlite3.Connection:
    return fill(schema, COMPANY)


@pytest.fixture(scope="session")
def company_rows() -> Rows:
    """The company's rows by object."""
    return COMPANY


@pytest.fixture(scope="session")
def ask(schema: Schema, company: sqlite3.Connection) -> Ask:
    """Run a query against the company and give its records."""
    return lambda text, **more: run(schema, company, text, **more)


@pytest.fixture(scope="session")
def names(ask: Ask) -> Callable[..., list[str]]:
    """Run a query of names and give them."""
    return lambda text, **more: [record["Name"] for record in ask(text, **more)]


@pytest.fixture(scope="session")
def utc() -> Calendar:
    return Calendar()
