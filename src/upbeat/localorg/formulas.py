"""Formula fields: worked out whenever they are read, from what their inputs hold at that moment, and never stored.

A query has their values from functions of the database's connection; a record that is being saved, and a parent that a
validation rule looks at, from the same functions in Python.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from upbeat import formula as language
from upbeat import soql
from upbeat.formula import Formula, FormulaError, Scope, Type
from upbeat.localorg.problems import OrgError
from upbeat.localorg.values import exact
from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.soql.layout import COMPOUND, Stored, stored

GLOBALS: Final = {
    "$User.Id": Type.ID,
    "$User.Username": Type.TEXT,
    "$User.Email": Type.TEXT,
    "$User.ProfileId": Type.ID,
    "$User.UserRoleId": Type.ID,
    "$Profile.Name": Type.TEXT,
}
"""What a formula may ask of whoever saves or reads."""

LONGEST_TEXT: Final = 1300
"""Characters of a formula field's text (Salesforce Help, Tips for Working with Text Formula Fields)."""

TYPES: Final = {
    FieldType.STRING: Type.TEXT,
    FieldType.DOUBLE: Type.NUMBER,
    FieldType.CURRENCY: Type.NUMBER,
    FieldType.PERCENT: Type.NUMBER,
    FieldType.BOOLEAN: Type.BOOLEAN,
    FieldType.DATE: Type.DATE,
    FieldType.DATETIME: Type.DATETIME,
    FieldType.TIME: Type.TIME,
}
"""The types that a formula field can have, each with that of its formula."""

_RECORD_TYPE: Final = "$RecordType."
_NO_TYPE: Final = dict.fromkeys(("Id", "Name", "DeveloperName", "Description", "SobjectType", "IsActive"))
_MOST_INPUTS: Final = 100  # SQLite hands a function 127 values at most

Key = tuple[str, str]  # the names of object and field
Record = Mapping[str, Any]


def paths_of(formula: Formula, owner: Object) -> frozenset[str]:
    """Give what a formula reads of a record, its record type too where it asks `$RecordType`."""
    if owner.parent("RecordType") is None:
        return formula.fields
    return formula.fields | {path.removeprefix("$") for path in formula.globals if path.startswith(_RECORD_TYPE)}


def globals_of(record: Record, user: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the globals of a formula about a record: those about the user, and the record's own type."""
    return {**user, "$RecordType": record.get("RecordType") or _NO_TYPE}


def asks_user(formula: Formula) -> bool:
    """Whether a formula asks who saves or reads."""
    return any(not path.startswith(_RECORD_TYPE) for path in formula.globals)


class FormulaField:
    """One formula field, compiled. Raises OrgError where the formula cannot be read, or does not fit the field."""

    def __init__(self, field: Field, owner: Object, schema: Schema, time_zone: str) -> None:
        """Compile the formula for the field of that object."""
        self.field = field
        where = f"{owner.name}.{field.name}"
        scope = Scope(schema, owner.name, GLOBALS, time_zone=time_zone, blank_as_zero=field.blank_as_zero)
        try:
            self._formula = language.compile(field.formula, scope, field)
        except FormulaError as error:
            raise OrgError(f"formula field {field.name}: {error}", where=owner.name) from error
        gives, fits = self._formula.type, TYPES.get(field.type)
        if gives not in {fits, Type.NULL}:
            what = f"Formula result is data type ({gives.value}), incompatible with expected data type ({field.type})"
            types = ", ".join(one for one, kind in TYPES.items() if kind is gives)
            raise OrgError(what, where=where, fix=f"Make it a field of type {types}." if types else "Give its text.")
        if self._formula.prior:
            what = "a formula field has no prior values: nothing changes while it is read"
            raise OrgError(what, where=where, fix="Ask for them in a validation rule.")
        self.paths = tuple(sorted(paths_of(self._formula, owner)))
        if len(self.paths) > _MOST_INPUTS:
            raise OrgError(f"the formula reads more than {_MOST_INPUTS} fields", where=where, fix="Split it in two.")
        self.asks_user = asks_user(self._formula)

    def value(self, record: Record, user: Mapping[str, Any], now: datetime) -> Stored:
        """Give the value in the stored form; blank where it cannot be worked out, as after a division by zero."""
        try:
            found = self._formula.evaluate(record, None, globals_of(record, user), now=now)
            return stored(self.field.type, found[:LONGEST_TEXT] if isinstance(found, str) else found)
        except (FormulaError, ValueError):  # too large a number is no field's either
            return stored(self.field.type, None)


class Formulas:
    """The formula fields of an org. Raises OrgError where one cannot be compiled, or leads back to itself."""

    def __init__(self, schema: Schema, time_zone: str, user: Callable[[str], Mapping[str, Any]]) -> None:
        """Compile them; `user` gives what they may ask of a user."""
        self._fields = {
            (one.name, field.name): FormulaField(field, one, schema, time_zone)
            for one in schema
            for field in one.fields.values()
            if field.formula
        }
        self._inputs = {
            key: soql.Calculation.of(".".join(key), schema, key[0], _plain(schema, key[0], one.paths))
            for key, one in self._fields.items()
        }
        for key in self._fields:
            self._check_end(key, ())
        self._user = user
        self._asks_user = any(one.asks_user for one in self._fields.values())
        self._reader: Mapping[str, Any] = {}
        self._now = datetime.fromtimestamp(0, UTC)

    @property
    def calculations(self) -> soql.Calculations:
        """The formula fields as queries know them."""
        return self._inputs

    def functions(self) -> Iterator[tuple[str, Callable[..., Stored]]]:
        """Give the functions that `calculations` name, for a connection."""
        for key, calculation in self._inputs.items():
            yield calculation.function, partial(self._call, self._fields[key], calculation.inputs)

    def read_by(self, user_id: str, now: datetime) -> None:
        """Say who reads from now on, and at which moment."""
        self._now = now
        self._reader = self._user(user_id) if self._asks_user else {}

    def among(self, owner: Object, names: Collection[str]) -> list[FormulaField]:
        """Give the formula fields of these names, each after those that it reads of the same record."""
        found: dict[str, FormulaField] = {}
        for name in names:
            self._collect(owner.name, name, found)
        return list(found.values())

    def _collect(self, owner: str, name: str, found: dict[str, FormulaField]) -> None:
        one = self._fields.get((owner, name))
        if one is not None and name not in found:
            for path in one.paths:
                self._collect(owner, path, found)
            found[name] = one

    def value(self, one: FormulaField, record: Record) -> Stored:
        """Give a formula field's value, in the stored form, of a record that holds what it reads."""
        return one.value(record, self._reader, self._now)

    def _call(self, one: FormulaField, inputs: Sequence[soql.Column], *values: Stored) -> Stored:
        """Give the value as SQL asks for it: the inputs' values in order."""
        record: dict[str, Any] = {}
        for column, value in zip(inputs, values, strict=True):
            here = record
            for parent in column.parents:
                here = here.setdefault(parent.reference.relationship, {})
            if column.field.compound and column.field.part in _DEGREES:
                here.setdefault(column.field.compound, {})[column.field.part] = exact(column.field, value)
            here[column.field.name] = exact(column.field, value)
        return self.value(one, record)

    def _check_end(self, key: Key, above: tuple[Key, ...]) -> None:
        if key in above:
            path = " → ".join(".".join(one) for one in (*above[above.index(key) :], key))
            raise OrgError(f"the formula fields refer to each other in a circle: {path}", where=".".join(key))
        for column in self._inputs[key].inputs if key in self._inputs else ():
            for owner in [one.name for one in column.parents[-1].objects] if column.parents else [key[0]]:
                self._check_end((owner, column.field.name), (*above, key))


_DEGREES: Final = frozenset({"latitude", "longitude"})


def _plain(schema: Schema, owner: str, paths: Iterable[str]) -> Iterator[str]:
    """Give the paths with the parts of a location in its place."""
    for path in paths:
        *_, field = schema.path(owner, path)
        if field.type in COMPOUND:
            above = path.removesuffix(field.name)
            last = schema.path(owner, f"{above}Id")[-2:-1]
            one = schema.object(last[0].reference_to[0] if last else owner)
            yield from (f"{above}{part.name}" for part in one.fields.values() if part.compound == field.name)
        else:
            yield path
