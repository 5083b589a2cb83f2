"""A formula by itself: read against an org or the standard objects, and tried on a record or on values by hand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upbeat import formula
from upbeat.base import is_id, key_prefix, nearest, to_18
from upbeat.domain import Record
from upbeat.formula import Formula, FormulaError, Scope, Type, UnknownPrior
from upbeat.operations.by_hand import Values, as_record, fill, types_of
from upbeat.operations.describing import Ground, grown, in_org
from upbeat.operations.house import Refused
from upbeat.salesforce import Reader
from upbeat.schema import Schema, SchemaError, describe, standard
from upbeat.timeline import SIGNALS, fetch, formulas_of, globals_of

_BY_HAND = re.compile(r"\$(Threshold|Step|Memory|Run)\.[\w.]+", re.IGNORECASE | re.ASCII)  # known by no org


@dataclass(frozen=True)
class Trial:
    """A formula and what it is evaluated on. `blank` names the fields that nobody gave a value."""

    formula: Formula
    record: Record
    prior: Values | None
    globals: Values
    blank: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A formula's value, why it has it in words, and the values that took part as a reader sees them."""

    formula: str
    type: Type
    value: Any
    words: str
    facts: Mapping[str, str]
    blank: tuple[str, ...]


def object_of(record_id: str) -> str:
    """Give the standard object that a record's id begins as, or an empty text."""
    prefix = key_prefix(_id(record_id))
    return next((one.name for one in standard() if one.key_prefix == prefix), "")


def read_formula(text: str, target: str, ground: Ground, given: Values, *, blank_as_zero: bool = False) -> Formula:
    """Compile a formula on records of the object `target`.

    `given` holds globals, nested; each of Upbeat's own has the type of its value. Raises Refused where there is no such
    object, FormulaError where the formula does not hold.
    """
    if not target:
        raise Refused("the formula's object is not named", fix="Add --object Opportunity.")
    schema = standard() if ground.reader is None else _described(text, target, ground.reader)
    try:
        name = schema.object(target).name
    except SchemaError:
        raise _no_object(target, ground) from None
    known = {**types_of(given), **globals_of(SIGNALS.values(), name)}
    scope = Scope(schema, name, known, formulas_of(SIGNALS.values(), name, schema), ground.zone, blank_as_zero)
    try:
        return formula.compile(text, scope)
    except FormulaError as error:
        named = _BY_HAND.match(text, error.at)
        if named is None or named[0].casefold() in {one.casefold() for one in known}:
            raise
        fix = f"Give it with --globals '{{\"{named[0]}\": ...}}'."
        raise FormulaError(f"no value was given for {named[0]}", text=text, at=error.at, fix=fix) from None


def _described(text: str, target: str, reader: Reader) -> Schema:
    """Read from the org what the formula leads to, and no more."""
    stages = describe.parse((), reader.query(describe.STAGES_QUERY))
    return grown(stages, lambda schema: formula.lacking(text, target, schema), in_org(reader))


def _no_object(target: str, ground: Ground) -> Refused:
    close = nearest(target, standard().objects)
    fix = f"Did you mean {close}?" if close else ""
    if ground.reader is None:
        return Refused(
            f"there is no standard object {target}",
            fix=fix or "An org's own objects are known in its workspace: --dir.",
        )
    return Refused(f"the org has no object {target}", fix=fix)


# --- on what it is tried --------------------------------------------------------------------------


def on_values(one: Formula, values: Values, prior: Values | None, given: Values) -> Trial:
    """Try a formula on values by hand: fields by their paths, or nested. What it reads beside them is blank.

    What it asks of the time before the change, and `prior` does not have, was as it is now. Raises Refused for a field
    that there is not.
    """
    record = as_record(one.scope, values)
    blank = fill(record, one.fields)
    return Trial(one, record, _before(one, record, prior), given, blank)


def on_record(one: Formula, record_id: str, ground: Ground, prior: Values | None, given: Values) -> Trial:
    """Try a formula on a record of the org: its fields, parents and signals are read as they are now.

    Raises Refused where the org has no such record that the reading user may see; SalesforceError.
    """
    if ground.reader is None:
        raise Refused(
            "there is no org to read a record from", fix="Go to its workspace, name it with --dir, or give --fields."
        )
    target, key = one.scope.object, _id(record_id)
    fields = ", ".join(sorted({"Id", *one.fields}))
    rows = ground.reader.query(f"SELECT {fields} FROM {target} WHERE Id = :id", {"id": key})  # noqa: S608 - its own names
    if not rows:
        fix = "Check the id and the object; the reading user may not be allowed to see it."
        raise Refused(f"there is no {target} {key}", fix=fix)
    by_hand: Values = given.get("$Signal", {})
    wanted = [name for name in SIGNALS if f"$Signal.{name}" in one.globals and name not in by_hand]
    fetched = fetch(wanted, target, [key], ground.reader.query)[key]
    return Trial(one, rows[0], _before(one, rows[0], prior), {**given, "$Signal": {**fetched, **by_hand}})


def evaluate(trial: Trial, now: datetime, *, new: bool = False) -> Answer:
    """Give the value and why. `new` sees the record as it is created. Raises FormulaError where there is no value."""
    one = trial.formula
    try:
        said = one.explain(trial.record, trial.prior, trial.globals, now=now, new=new)
    except UnknownPrior as error:
        fix = "Say what it was with --prior, or that the record is being created with --new."
        raise FormulaError(error.what, text=one.text, at=error.at, fix=fix) from None
    return Answer(one.canonical, one.type, said.value, said.words, dict(said.facts), trial.blank)


def _id(text: str) -> str:
    if not is_id(text):
        raise Refused(f"{text!r} is no record id", fix="Give the 15 or 18 characters of one.")
    return to_18(text)


def _before(one: Formula, record: Record, prior: Values | None) -> Values | None:
    if prior is None:
        return None
    return {**{path: record[path] for path in one.prior}, **as_record(one.scope, prior)}
