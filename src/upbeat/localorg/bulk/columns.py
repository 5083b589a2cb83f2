"""From a row of an upload to a record: what each column's header names, and what each cell's text means."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from upbeat import soql
from upbeat.localorg.jobs import JobFailed
from upbeat.localorg.problems import Problem
from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.soql.layout import COMPOUND

NULL: Final = "#N/A"
"""The cell that empties a field; an empty cell leaves it as it is."""

_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("yes", "y", "true", "on", "1"), "true"),
    **dict.fromkeys(("no", "n", "false", "off", "0"), "false"),
}
"""How a checkbox may be written (Bulk API 2.0 guide, Valid Date Format and Boolean Values)."""

Ask = Callable[[str], Sequence[Mapping[str, Any]]]  # SOQL → records
Record = dict[str, Any]
Parents = Mapping[
    int, Mapping[str, Sequence[str]]
]  # column's place → folded cell → the ids of the records that have it


@dataclass(frozen=True, slots=True)
class Plain:
    """A column of a field's own values."""

    field: Field


@dataclass(frozen=True, slots=True)
class Linked:
    """A column such as `Account.Source_Id__c`: the parent is the record that has the value in that field."""

    reference: Field
    parent: Object
    key: Field


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one upload, in the header's order."""

    found: tuple[Plain | Linked, ...]

    @staticmethod
    def of(header: Sequence[str], one: Object, schema: Schema) -> "Columns":
        """Look up what a header names. Raises JobFailed for the first name that the object does not have."""
        found = tuple(_column(name, one, schema) for name in header)
        targets = [column.field.name if isinstance(column, Plain) else column.reference.name for column in found]
        twice = next((name for place, name in enumerate(targets) if name in targets[:place]), None)
        if twice is not None:
            raise JobFailed(f"InvalidBatch : Field name provided more than once : {twice}")
        return Columns(found)

    def records(self, rows: Sequence[Sequence[str]], schema: Schema, ask: Ask) -> list[Record | Problem]:
        """Give the record of each row, or what is wrong with a parent that it names."""
        linked = [(place, one) for place, one in enumerate(self.found) if isinstance(one, Linked)]
        parents = {
            place: _parents(one, {row[place] for row in rows} - {"", NULL}, schema, ask) for place, one in linked
        }
        return [self._record(row, parents) for row in rows]

    def _record(self, cells: Sequence[str], parents: Parents) -> Record | Problem:
        record: Record = {}
        for place, (column, cell) in enumerate(zip(self.found, cells, strict=True)):
            if not cell:
                continue
            name, boolean = (
                (column.field.name, column.field.type is FieldType.BOOLEAN)
                if isinstance(column, Plain)
                else (column.reference.name, False)
            )
            if cell == NULL:
                record[name] = None
            elif isinstance(column, Linked):
                ids = parents[place].get(cell.casefold(), ())
                if len(ids) != 1:
                    return _unlinked(column, cell, several=bool(ids))
                record[name] = ids[0]
            else:
                record[name] = _WORDS.get(cell.casefold(), cell) if boolean else cell
        return record


def _column(name: str, one: Object, schema: Schema) -> Plain | Linked:
    relationship, dot, key = name.rpartition(".")
    if dot:
        return _linked(name, relationship, key, one, schema)
    if not one.has(name) or one.field(name).type in COMPOUND:
        raise _unknown(name)
    return Plain(one.field(name))


def _linked(name: str, relationship: str, key: str, one: Object, schema: Schema) -> Linked:
    """Read `Account.Source_Id__c`, or `Lead:Who.Email` where the relationship leads to several objects."""
    kind, colon, plain = relationship.rpartition(":")
    reference = one.parent(plain)
    if reference is None:
        raise _unknown(name)
    targets = [each for each in reference.reference_to if schema.has(each)]
    if colon and len(targets) == 1:
        raise JobFailed(f"InvalidBatch : type is not needed for non polymorphic foreign key : {name}")
    if colon:
        targets = [each for each in targets if each.casefold() == kind.casefold()]
    if len(targets) != 1:
        raise _unknown(name)
    parent = schema.object(targets[0])
    field = parent.field(key) if parent.has(key) else None
    if field is None or not (field.external_id or field.unique or field.type in {FieldType.ID, FieldType.EMAIL}):
        raise _unknown(name)
    return Linked(reference, parent, field)


def _unknown(name: str) -> JobFailed:
    return JobFailed(f"InvalidBatch : Field name not found : {name}")


def _parents(column: Linked, cells: set[str], schema: Schema, ask: Ask) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    if cells:
        key = column.key.name
        text = f"SELECT Id, {key} FROM {column.parent.name} WHERE {key} IN :cells"  # noqa: S608 (the schema's names)
        try:
            records = ask(str(soql.parse(text).fill_texts({"cells": sorted(cells)}, schema)))
        except soql.SoqlError:  # a text that no value of the field can be
            return {}
        for record in records:
            found[str(record[key]).casefold()].append(str(record["Id"]))
    return found


def _unlinked(column: Linked, cell: str, *, several: bool) -> Problem:
    place = f"{column.key.name} in entity {column.parent.name}"
    if several:
        return Problem("INVALID_FIELD", f"More than one record found for external id field {place}: {cell}")
    return Problem("INVALID_FIELD", f"Foreign key external ID: {cell} not found for field {place}")
