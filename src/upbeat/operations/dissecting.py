"""What a formula is made of, which uses it can be put to, and the file of its validation rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from upbeat.formula import Formula, FormulaError, Type, ValidationRule
from upbeat.operations.house import Refused


@dataclass(frozen=True, slots=True)
class FieldRead:
    """A field that a formula reads: its path, its type and length as describe has them, its label."""

    path: str
    type: str
    length: int
    label: str
    prior: bool


@dataclass(frozen=True, slots=True)
class Use:
    """What becomes of a formula in one of its uses: a text, or why there is none."""

    text: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What a formula is made of, and what becomes of it.

    `soql` is a WHERE, empty where nothing can be asked in SOQL; it is `exact` where no record needs the formula after.
    `rule` is the formula of its validation rule, `duckdb` its value in DuckDB's SQL over columns.
    """

    formula: str
    object: str
    type: Type
    fields: tuple[FieldRead, ...]
    globals: tuple[str, ...]
    soql: str
    exact: bool
    rule: Use
    duckdb: Use


def dissect(one: Formula, given: Mapping[str, Any], now: datetime) -> Anatomy:
    """Say what a formula is made of. `given` holds the globals that SOQL and a validation rule would keep."""
    schema, target = one.scope.schema, one.scope.object
    read = {path: schema.field(target, path) for path in sorted(one.fields)}
    pushed = one.to_soql(given, now)
    return Anatomy(
        formula=one.canonical,
        object=target,
        type=one.type,
        fields=tuple(
            FieldRead(path, field.type, field.length, field.label, path in one.prior) for path, field in read.items()
        ),
        globals=tuple(sorted(one.globals)),
        soql=pushed.where,
        exact=pushed.exact,
        rule=_use(lambda: one.to_validation_rule(globals=given).formula),
        duckdb=_use(lambda: one.to_duckdb(given, now).sql),
    )


def _use(make: Callable[[], str]) -> Use:
    try:
        return Use(text=make())
    except FormulaError as error:
        return Use(why_not=error.what)


def write_rule(rule: ValidationRule, folder: Path, *, force: bool = False) -> Path:
    """Write a rule's file into the package folder of a source-format project, and give the file.

    Raises Refused, unless `force` is set, where a file of that name says something else.
    """
    file = folder / rule.path
    if file.exists() and not force and file.read_text(encoding="utf-8") != rule.xml:
        raise Refused("there is another rule of this name", where=str(file), fix="Add --force, or give another --name.")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(rule.xml, encoding="utf-8")
    return file
