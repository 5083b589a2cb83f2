"""From a row of an upload to a record: what each column's header names, and what each cell's text means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from upbeat.localorg.jobs import JobFailed
from upbeat.localorg.parents import Found, Linked, Parents
from upbeat.localorg.problems import Problem, Unfit
from upbeat.schema import Field, FieldType, Object
from upbeat.soql.layout import COMPOUND

NULL: Final = "#N/A"
"""The cell that empties a field; an empty cell leaves it as it is."""

_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("yes", "y", "true", "on", "1"), "true"),
    **dict.fromkeys(("no", "n", "false", "off", "0"), "false"),
}
"""How a checkbox may be written (Bulk API 2.0 guide, Valid Date Format and Boolean Values)."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plain:
    """A column of a field's own values."""

    field: Field


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one upload, in the header's order."""

    found: tuple[Plain | Linked, ...]

    @staticmethod
    def of(header: Sequence[str], one: Object, parents: Parents) -> "Columns":
        """Look up what a header names. Raises JobFailed for the first name that the object does not have."""
        found = tuple(_column(name, one, parents) for name in header)
        targets = [column.field.name if isinstance(column, Plain) else column.reference.name for column in found]
        twice = next((name for place, name in enumerate(targets) if name in targets[:place]), None)
        if twice is not None:
            raise JobFailed(f"InvalidBatch : Field name provided more than once : {twice}")
        return Columns(found)

    def records(self, rows: Sequence[Sequence[str]], parents: Parents) -> list[Record | Problem]:
        """Give the record of each row, or what is wrong with a parent that it names."""
        linked = [(place, one) for place, one in enumerate(self.found) if isinstance(one, Linked)]
        found = {place: parents.find(one, {row[place] for row in rows} - {"", NULL}) for place, one in linked}
        return [self._record(row, found) for row in rows]

    def _record(self, cells: Sequence[str], found: Mapping[int, Found]) -> Record | Problem:
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
                parent = found[place].id(cell)
                if isinstance(parent, Problem):
                    return parent
                record[name] = parent
            else:
                record[name] = _WORDS.get(cell.casefold(), cell) if boolean else cell
        return record


def _column(name: str, one: Object, parents: Parents) -> Plain | Linked:
    relationship, dot, key = name.rpartition(".")
    if dot:
        return _linked(name, relationship, key, one, parents)
    if not one.has(name) or one.field(name).type in COMPOUND:
        raise _unknown(name)
    return Plain(one.field(name))


def _linked(name: str, relationship: str, key: str, one: Object, parents: Parents) -> Linked:
    """Read `Account.Source_Id__c`, or `Lead:Who.Email` where the relationship leads to several objects."""
    kind, colon, plain = relationship.rpartition(":")
    reference = one.parent(plain)
    if colon and reference is not None and sum(map(parents.schema.has, reference.reference_to)) == 1:
        raise JobFailed(f"InvalidBatch : type is not needed for non polymorphic foreign key : {name}")
    try:
        return parents.linked(one, plain, key, kind)
    except Unfit:
        raise _unknown(name) from None


def _unknown(name: str) -> JobFailed:
    return JobFailed(f"InvalidBatch : Field name not found : {name}")
