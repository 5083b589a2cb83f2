"""A small org to write formulas against, one of its deals, and a short way to compile."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from upbeat import formula
from upbeat.formula import Formula, Scope, Type
from upbeat.schema import Field, FieldType, Object, PicklistValue, Schema

NOW = datetime(2026, 2, 11, 15, 30, 20, 123456, tzinfo=UTC)


def field(name: str, kind: str, to: str | tuple[str, ...] = (), **more: Any) -> Field:
    if to:
        more |= {"reference_to": (to,) if isinstance(to, str) else to, "relationship": name.removesuffix("Id")}
    return Field(name=name, type=FieldType(kind), **more)


def picklist(name: str, *values: str, kind: str = "picklist", **more: Any) -> Field:
    return field(name, kind, picklist=tuple(PicklistValue(value) for value in values), **more)


def define(name: str, *fields: Field) -> Object:
    own = (field("Id", "id"), field("Name", "string", length=120), field("IsDeleted", "boolean"), *fields)
    return Object(name=name, fields={one.name: one for one in own})


@pytest.fixture(scope="session")
def schema() -> Schema:
    objects = (
        define(
            "Opportunity",
            picklist("StageName", "Prospecting", "Proposal", "Closed Won"),
            picklist("Region__c", "North", "South", restricted=True),
            picklist("Products__c", "Core", "Plus", kind="multipicklist"),
            field("Amount", "currency", precision=18, scale=2),
            field("Discount__c", "double", precision=8, scale=2),
            field("Probability", "percent", precision=3),
            field("CloseDate", "date"),
            field("CreatedDate", "datetime"),
            field("Opens__c", "time"),
            field("IsClosed", "boolean"),
            field("NextStep", "string", length=255),
            field("Description", "textarea", length=32_000),
            field("BillingAddress", "address"),
            field("Place__c", "location"),
            picklist("CurrencyIsoCode", "USD", "EUR"),
            field("AccountId", "reference", "Account"),
            field("OwnerId", "reference", "User"),
        ),
        define(
            "Account",
            picklist("Industry", "Energy", "Banking"),
            field("AnnualRevenue", "currency"),
            field("IsPartner", "boolean"),
            field("OwnerId", "reference", "User"),
        ),
        define("User", field("Email", "email"), field("IsActive", "boolean")),
        define("Lead", field("OwnerId", "reference", ("Group", "User"))),
        define("Group"),
        define(
            "Country__c",
            field("Capital__c", "string", length=80),
            field("People__c", "double"),
            field("Share__c", "percent"),
            field("Founded__c", "date"),
            field("Open__c", "boolean"),
            picklist("Continent__c", "Europe"),
        ),
        define("Limits__c", field("Most__c", "currency"), field("Share__c", "percent")),
        define("Segment__mdt", field("Floor__c", "currency")),
    )
    return Schema({one.name: one for one in objects})


@pytest.fixture(scope="session")
def scope(schema: Schema) -> Scope:
    return Scope(
        schema,
        "Opportunity",
        {
            "$Threshold.deal_size": Type.NUMBER,
            "$Threshold.stage": Type.TEXT,
            "$Signal.PushCount": Type.NUMBER,
            "$Step.route.owner": Type.ID,
        },
        {"$Signal.StageNumber": 'CASE(StageName, "Prospecting", 1, "Proposal", 2, "Closed Won", 3, NULL)'},
    )


@pytest.fixture(scope="session")
def given() -> dict[str, Any]:
    return {
        "$Threshold": {"deal_size": Decimal(50_000), "stage": "Proposal"},
        "$Signal": {"PushCount": 3},
        "$Step": {"route": {"owner": "005000000000001"}},
        "$User": {"Email": "priya.shah@acme.example"},
        "$Permission": {"Bypass": True},
        "$Setup": {"Limits__c": {"Most__c": 90_000, "Share__c": 25}},
        "$CustomMetadata": {"Segment__mdt": {"Large": {"Floor__c": Decimal(75_000)}}},
        "$Label": {"Greeting": "Hello"},
        "$Api": {"Enterprise_Server_URL_670": "https://acme.my.salesforce.com/services/Soap/c/67.0"},
        "$CurrencyRate": {"EUR": Decimal("0.92")},
        "$ObjectType": {
            "Country__c": {
                "France": {
                    "Name": "France",
                    "Capital__c": "Paris",
                    "People__c": 68,
                    "Share__c": 15,
                    "Founded__c": "0843-08-10",
                    "Open__c": True,
                    "Continent__c": "Europe",
                }
            }
        },
    }


@pytest.fixture(scope="session")
def deal() -> dict[str, Any]:
    return {
        "Id": "006000000000001AAA",
        "Name": "Acme renewal",
        "IsDeleted": False,
        "StageName": "Proposal",
        "Region__c": "North",
        "Products__c": "Core;Plus",
        "Amount": Decimal(82_000),
        "Discount__c": None,
        "Probability": 60,
        "CloseDate": "2026-01-31",
        "CreatedDate": "2026-01-30T09:30:00.000+0000",
        "Opens__c": "09:30:00.000Z",
        "IsClosed": False,
        "NextStep": None,
        "Description": "Line one\nLine two",
        "AccountId": "001000000000001AAA",
        "OwnerId": "005000000000001AAA",
        "Place__c": {"latitude": 41.881832, "longitude": -87.623177},
        "CurrencyIsoCode": "EUR",
        "Account": {
            "Name": "Acme",
            "Industry": "Energy",
            "AnnualRevenue": None,
            "IsPartner": True,
            "Owner": {"Email": "lee@acme.example"},
        },
        "Owner": {"Email": "sam@acme.example"},
    }


@pytest.fixture(scope="session")
def former() -> dict[str, Any]:
    return {"CloseDate": "2026-01-15", "StageName": "Proposal", "Amount": None, "NextStep": ""}


Compile = Callable[..., Formula]


@pytest.fixture(scope="session")
def read(scope: Scope) -> Compile:
    """Compile a text; keywords change the scope."""

    def compile_with(text: str, **changed: Any) -> Formula:
        return formula.compile(text, replace(scope, **changed) if changed else scope)

    return compile_with


Evaluate = Callable[..., Any]


@pytest.fixture(scope="session")
def value(read: Compile, deal: Mapping[str, Any], former: Mapping[str, Any], given: Mapping[str, Any]) -> Evaluate:
    """Evaluate a text over the deal; keywords that are its fields change the deal, `new` and `now` the moment."""

    def evaluate(text: str, *, now: datetime = NOW, new: bool = False, clone: bool = False, **changed: Any) -> Any:
        scoped = {name: changed.pop(name) for name in ("time_zone", "blank_as_zero") if name in changed}
        return read(text, **scoped).evaluate({**deal, **changed}, former, given, now=now, new=new, clone=clone)

    return evaluate


@pytest.fixture(scope="session")
def database() -> Iterator[Any]:  # no type of DuckDB, which hypothesis would hold beyond its end
    with closing(duckdb.connect(":memory:", config={"threads": 1})) as connection:
        yield connection
