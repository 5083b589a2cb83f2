"""A file of formulas with the results that a reference engine gave for them, read and compared with ours.

The file is a JSON list. A case has a `name`, a `formula`, what it `returns`, its `fields`, and `rows`: the `input` of
the fields, and what the reference gives, once with blank numbers as zero (`expected`) and once as blank
(`expected_null_as_null`). What begins with `Error` means an error of any wording.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from upbeat import formula
from upbeat.base import decode
from upbeat.formula import Formula, FormulaError, Scope
from upbeat.schema import Field, FieldType, Object, Schema

MODES = {"expected": "blank numbers as zero", "expected_null_as_null": "blank numbers as blank"}
NOW = datetime(2009, 5, 5, tzinfo=UTC)

_PRINTED = "%a %b %d %H:%M:%S GMT %Y"
_NUMBERS = {"Double": FieldType.DOUBLE, "Currency": FieldType.CURRENCY, "Percent": FieldType.PERCENT}
_KINDS = {**_NUMBERS, "Boolean": FieldType.BOOLEAN, "DateOnly": FieldType.DATE, "DateTime": FieldType.DATETIME}
_NAMED = {"number": "Double", "currency": "Currency", "percent": "Percent", "datetime": "DateTime", "date": "DateOnly"}


@dataclass(frozen=True)
class Result:
    """What the reference gives for one row of a case, and what we give: a value, or an error."""

    input: str
    expected: str
    found: Any
    agrees: bool


@dataclass(frozen=True, eq=False)
class Case:
    """One formula with its rows."""

    name: str
    text: str
    returns: str
    fields: Sequence[Mapping[str, str]]
    rows: Sequence[Mapping[str, str]]

    @property
    def columns(self) -> Mapping[str, str]:
        """The kinds of the inputs, in their order; a formula field stands for the fields that it reads."""
        found = dict[str, str]()
        for one in self.fields:
            if "formula" not in one:
                found.setdefault(one["fieldName"], one["dataType"])
                continue
            for name in re.findall(r"(\w+?)__c", one["formula"]):
                found.setdefault(name, next((kind for part, kind in _NAMED.items() if part in name), "Text"))
        return found

    def compiled(self, mode: str) -> Formula:
        """Compile the formula, with its formula fields written out: their blank numbers are zero as a field's are."""
        zero, text = mode == "expected", self.text
        for one in self.fields:
            if "formula" in one:
                whole = f"BLANKVALUE({one['formula']}, 0)" if zero and one["dataType"] in _NUMBERS else one["formula"]
                text = text.replace(f"{one['fieldName']}__c", f"({whole})")
        fields = (
            Field(name=f"{name}__c", type=_KINDS.get(kind, FieldType.STRING)) for name, kind in self.columns.items()
        )
        schema = Schema({"Case": Object(name="Case", fields={one.name: one for one in fields})})
        return formula.compile(text, Scope(schema, "Case", blank_as_zero=zero))

    def record(self, row: Mapping[str, str]) -> Mapping[str, Any]:
        """Give a row's input as a record."""
        texts = row.get("input", "").split(",") + [""] * len(self.columns)
        pairs = zip(self.columns.items(), texts, strict=False)
        return {f"{name}__c": _read(text, kind) for (name, kind), text in pairs}

    def results(self, mode: str) -> Iterator[Result]:
        """Evaluate every row."""
        compiled = self.compiled(mode)
        for row in self.rows:
            try:
                found: Any = compiled.evaluate(self.record(row), now=NOW)
            except FormulaError as error:
                found = error
            yield Result(row.get("input", ""), row[mode], found, _agrees(found, row[mode], self.returns))


def cases(file: Path) -> list[Case]:
    """Read the file."""
    return [
        Case(one["name"], one["formula"], one["returns"], one["fields"], one["rows"])
        for one in decode(file.read_bytes())
    ]


def _read(text: str, kind: str) -> Any:
    text = text.strip() if kind in _KINDS else text
    if text in ("", "NULL"):
        return None
    if kind in _NUMBERS:
        return Decimal(text)
    if kind == "Boolean":
        return text == "true"
    return _moment(text, kind) if kind in _KINDS else text


def _moment(text: str, kind: str) -> date | datetime:
    """Read `2004:12:31:24:00:00:PST`: hours go past the day's end, and a date has none."""
    *_, zone = text.split(":")
    parts = [int(part) for part in text.split(":") if part.isdigit()]
    year, month, day, hour, minute, second = parts + [0] * (6 - len(parts))
    start = datetime(year, month, 1, tzinfo=UTC) + timedelta(days=day - 1)
    if kind == "DateOnly":
        return start.date()
    return start + timedelta(hours=hour + 8 * (zone == "PST"), minutes=minute, seconds=second)


def _agrees(found: Any, expected: str, returns: str) -> bool:
    if expected.startswith("Error") or isinstance(found, FormulaError):
        return expected.startswith("Error") and isinstance(found, FormulaError)
    if expected == "null" or found is None:
        return expected.strip() in ("null", "") and found is None
    if isinstance(found, Decimal):
        wanted = Decimal(expected) / (100 if returns == "Percent" else 1)
        return abs(found - wanted) <= abs(wanted) * Decimal("1E-14") + Decimal("1E-30")
    return _printed(expected, found) == found


def _printed(expected: str, found: Any) -> Any:
    """Read what the reference printed as a value of the kind that we found."""
    match found:
        case bool():
            return expected == "true"
        case datetime():
            return datetime.strptime(expected, _PRINTED).replace(tzinfo=UTC)
        case date():
            return datetime.strptime(expected, _PRINTED).replace(tzinfo=UTC).date()
        case time():
            return time.fromisoformat(expected)
        case _:
            return expected if expected.strip() != found.strip() else found
