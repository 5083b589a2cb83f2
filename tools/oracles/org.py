"""The records that every formula is asked over, typed for each implementation."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from upbeat.formula import Scope
from upbeat.schema import Field, FieldType, Object, PicklistValue, Schema

NOW = datetime(2026, 2, 11, 15, 40, 20, tzinfo=UTC)
Record = Mapping[str, Any]

_CALLED = {FieldType.STRING: "text", FieldType.DOUBLE: "number", FieldType.REFERENCE: "id"}


def _object(name: str, *fields: Field) -> Object:
    own = (Field(name="Id", type=FieldType.ID), *fields)
    return Object(name=name, fields={field.name: field for field in own})


def _field(name: str, kind: FieldType, *values: str) -> Field:
    return Field(name=name, type=kind, picklist=tuple(map(PicklistValue, values)))


_ACCOUNT = Field(name="AccountId", type=FieldType.REFERENCE, reference_to=("Account",), relationship="Account")
SCOPE = Scope(
    Schema(
        {
            "Opportunity": _object(
                "Opportunity",
                _field("Name", FieldType.STRING),
                _field("NextStep", FieldType.STRING),
                _field("StageName", FieldType.PICKLIST, "Prospecting", "Proposal", "Closed Won"),
                _field("Region__c", FieldType.PICKLIST, "North", "South"),
                _field("Products__c", FieldType.MULTIPICKLIST, "Core", "Plus"),
                _field("Amount", FieldType.CURRENCY),
                _field("Discount__c", FieldType.DOUBLE),
                _field("Probability", FieldType.PERCENT),
                _field("CloseDate", FieldType.DATE),
                _field("CreatedDate", FieldType.DATETIME),
                _field("Opens__c", FieldType.TIME),
                _field("IsClosed", FieldType.BOOLEAN),
                _ACCOUNT,
            ),
            "Account": _object(
                "Account",
                _field("Name", FieldType.STRING),
                _field("Industry", FieldType.PICKLIST, "Energy", "Banking"),
                _field("AnnualRevenue", FieldType.CURRENCY),
                _field("IsPartner", FieldType.BOOLEAN),
            ),
        }
    ),
    "Opportunity",
)
ZERO = replace(SCOPE, blank_as_zero=True)

RECORDS: Mapping[str, Record] = {
    "full": {
        "Id": "0065g00000AbCdEAAV",
        "Name": "Acme renewal",
        "NextStep": "call Ann",
        "StageName": "Proposal",
        "Region__c": "North",
        "Products__c": "Core;Plus",
        "Amount": 82_000,
        "Discount__c": 2.5,
        "Probability": 60,
        "CloseDate": "2026-01-31",
        "CreatedDate": "2026-01-30T09:30:00.000+0000",
        "Opens__c": "09:30:00.000Z",
        "IsClosed": False,
        "AccountId": "0015g00000AbCdEAAV",
        "Account": {"Id": "0015g00000AbCdEAAV", "Name": "Acme", "Industry": "Energy", "AnnualRevenue": 1_000_000,
                    "IsPartner": True},
    },
    "edge": {
        "Id": "0065g00000AbCdFAAV",
        "Name": "naïve \"x\" o'Hara 東京 😀",
        "NextStep": " ",
        "StageName": "Closed Won",
        "Region__c": "South",
        "Products__c": "Plus",
        "Amount": -0.015,
        "Discount__c": -3,
        "Probability": 0,
        "CloseDate": "2024-02-29",
        "CreatedDate": "2023-12-31T23:59:59.000+0000",
        "Opens__c": "23:59:59.999Z",
        "IsClosed": True,
        "AccountId": "0015g00000aBcDeAAK",
        "Account": {"Id": "0015g00000aBcDeAAK", "Name": "", "Industry": None, "AnnualRevenue": 0, "IsPartner": False},
    },
    "blank": {
        "Id": "0065g00000AbCdGAAV",
        **dict.fromkeys(("Name", "NextStep", "StageName", "Region__c", "Products__c", "Amount", "Discount__c")),
        **dict.fromkeys(("Probability", "CloseDate", "CreatedDate", "Opens__c", "AccountId", "Account")),
        "IsClosed": False,
    },
}  # fmt: skip


def typed(record: Record) -> dict[str, dict[str, Any]]:
    """Give each field by its dotted path with its type's name and value; a missing parent's are all blank."""
    return {path: {"type": kind, "value": value} for path, kind, value in _typed("Opportunity", record, "")}


def _typed(name: str, record: Record, prefix: str) -> Iterator[tuple[str, str, Any]]:
    for field in SCOPE.schema.object(name).fields.values():
        yield f"{prefix}{field.name}", _CALLED.get(field.type, str(field.type)), record.get(field.name)
        if field.relationship:
            (parent,) = field.reference_to
            yield from _typed(parent, record.get(field.relationship) or {}, f"{prefix}{field.relationship}.")
