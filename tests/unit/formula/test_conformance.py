"""The share of a reference engine's results that we give too: a measure, run where a file of them is at hand.

The file is a list of formulas with their fields, rows of input, and what the reference gives for each, once with blank
numbers as zero (`expected`) and once as blank (`expected_null_as_null`). Set UPBEAT_FORMULA_CONFORMANCE to its path.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from upbeat import formula
from upbeat.base import decode
from upbeat.formula import Formula, FormulaError, Scope, Type
from upbeat.formula.functions import TABLE
from upbeat.schema import Field, FieldType, Object, Schema

FILE = os.environ.get("UPBEAT_FORMULA_CONFORMANCE", "")
NOW = datetime(2009, 5, 5, tzinfo=UTC)
PRINTED = "%a %b %d %H:%M:%S GMT %Y"
ORIGIN = {"$System": {"originDateTime": "1900-01-01T00:00:00Z"}}

KINDS = {
    "Double": FieldType.DOUBLE,
    "Currency": FieldType.CURRENCY,
    "Percent": FieldType.PERCENT,
    "Boolean": FieldType.BOOLEAN,
    "DateOnly": FieldType.DATE,
    "DateTime": FieldType.DATETIME,
}
NAMED = {"number": "Double", "currency": "Currency", "percent": "Percent", "datetime": "DateTime", "date": "DateOnly"}


def columns(case: Mapping[str, Any]) -> dict[str, str]:
    """Give the kinds of a case's inputs in their order; a formula field stands for the fields that it reads."""
    found = dict[str, str]()
    for one in case["fields"]:
        if "formula" not in one:
            found.setdefault(one["fieldName"], one["dataType"])
            continue
        for name in re.findall(r"(\w+?)__c", one["formula"]):
            kind = next((kind for part, kind in NAMED.items() if part in name), "Text")
            found.setdefault(name, kind)
    return found


def text_of(case: Mapping[str, Any]) -> str:
    """Give the formula with its formula fields written out."""
    text = case["formula"]
    for one in case["fields"]:
        text = text.replace(f"{one['fieldName']}__c", f"({one['formula']})") if "formula" in one else text
    return text


def read(text: str, kind: str) -> Any:
    text = text if kind not in KINDS else text.strip()
    if text in ("", "NULL"):
        return None
    if kind in ("Double", "Currency", "Percent"):
        return Decimal(text)
    if kind == "Boolean":
        return text == "true"
    return moment(text, kind) if kind in KINDS else text


def moment(text: str, kind: str) -> Any:
    *_, zone = text.split(":")
    parts = [int(part) for part in text.split(":") if part.isdigit()]
    year, month, day, hour, minute, second = parts + [0] * (6 - len(parts))
    start = datetime(year, month, 1, tzinfo=UTC) + timedelta(days=day - 1)
    at = start + timedelta(hours=hour + 8 * (zone == "PST"), minutes=minute, seconds=second)
    return at.date() if kind == "DateOnly" else at


def agrees(found: Any, expected: str, returns: str) -> bool:
    if expected.startswith("Error") or isinstance(found, FormulaError):
        return expected.startswith("Error") and isinstance(found, FormulaError)
    if expected == "null" or found is None:
        return expected.strip() in ("null", "") and found is None
    if isinstance(found, Decimal):
        wanted = Decimal(expected) / (100 if returns == "Percent" else 1)
        return abs(found - wanted) <= abs(wanted) * Decimal("1E-14") + Decimal("1E-30")
    return printed(expected, found) == found


def printed(expected: str, found: Any) -> Any:
    """Read what the reference printed as a value of the kind that we found."""
    match found:
        case bool():
            return expected == "true"
        case datetime():
            return datetime.strptime(expected, PRINTED).replace(tzinfo=UTC)
        case date():
            return datetime.strptime(expected, PRINTED).replace(tzinfo=UTC).date()
        case time():
            return time.fromisoformat(expected)
        case _:
            return expected if expected.strip() != found.strip() else found


def results(case: Mapping[str, Any], mode: str) -> Iterator[tuple[Mapping[str, Any], bool]]:
    kinds = columns(case)
    fields = {
        f"{name}__c": Field(name=f"{name}__c", type=KINDS.get(kind, FieldType.STRING)) for name, kind in kinds.items()
    }
    schema = Schema({"Case": Object(name="Case", fields=fields)})
    scope = Scope(schema, "Case", {"$System.originDateTime": Type.DATETIME}, blank_as_zero=mode == "expected")
    one: Formula = formula.compile(text_of(case), scope)
    for row in case["rows"]:
        given = row.get("input", "").split(",")
        given += [""] * len(kinds)
        record = {f"{name}__c": read(text, kind) for (name, kind), text in zip(kinds.items(), given, strict=False)}
        try:
            found: Any = one.evaluate(record, globals=ORIGIN, now=NOW)
        except FormulaError as error:
            found = error
        yield row, agrees(found, row[mode], case["returns"])


@pytest.mark.skipif(not FILE, reason="UPBEAT_FORMULA_CONFORMANCE names no file")
def test_nearly_every_result_of_the_reference_is_ours_too() -> None:
    agreed, disagreed, unknown = 0, Counter[str](), Counter[str]()
    for case in decode(Path(FILE).read_bytes()):
        names = {name.upper() for name in re.findall(r"(\w+)\s*\(", case["formula"])}
        if names - TABLE.keys():
            unknown[", ".join(sorted(names - TABLE.keys()))] += len(case["rows"])
            continue
        for mode in ("expected", "expected_null_as_null"):
            for _, right in results(case, mode):
                agreed += right
                disagreed[case["name"]] += not right
    rows = agreed + disagreed.total()
    print(f"{agreed} of {rows} rows agree ({agreed / rows:.2%}); not known: {dict(unknown)}; differ: {+disagreed}")  # noqa: T201 - the measure is what this is run for
    assert agreed / rows >= 0.97
