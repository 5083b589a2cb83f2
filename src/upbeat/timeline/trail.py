"""Field history: who changed which tracked field of a record, to what, and when.

Salesforce keeps it in an object beside each one that it tracks, for 18 to 24 months, and of the fields that an admin
chose alone (Salesforce Help, Field History Tracking). A reference has two rows a change: one with names, one with ids.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from upbeat.domain import Record
from upbeat.schema import Object

Query = Callable[[str, Mapping[str, Any]], Sequence[Record]]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One row of field history. `field` is the field's own name, as OwnerId where the row says Owner; `by` an id."""

    row: str
    object: str
    record_id: str
    field: str
    old: Any
    new: Any
    by: str
    at: datetime


def history_of(name: str) -> tuple[str, str]:
    """Give the object that holds the history of another, and the field of it that names the record."""
    if name.endswith("__c"):
        return f"{name.removesuffix('c')}History", "ParentId"
    return ("OpportunityFieldHistory" if name == "Opportunity" else f"{name}History"), f"{name}Id"


def field_changes(query: Query, owner: Object, where: str, binds: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Give the rows of an object's field history that a condition selects, oldest first.

    `where` may name the record's field as `{record}`. Rows that tell of no field, such as `created`, are left out.
    Raises whatever `query` raises where the org has no such history, or does not show it.
    """
    history, parent = history_of(owner.name)
    text = (
        f"SELECT Id, {parent}, Field, OldValue, NewValue, CreatedById, CreatedDate FROM {history} "  # noqa: S608  from the schema
        f"WHERE {where.format(record=parent)} ORDER BY CreatedDate, Id"
    )
    for row in query(text, binds):
        field = field_called(owner, row["Field"])
        if field:
            at = moment(row["CreatedDate"])
            values = (row["OldValue"], row["NewValue"], row["CreatedById"])
            yield FieldChange(row["Id"], owner.name, row[parent], field, *values, at)


def field_called(owner: Object, called: str) -> str:
    """Give the field that history calls so: `Owner` is OwnerId. Empty where it is none."""
    if owner.has(called):
        return owner.field(called).name
    reference = owner.parent(called)
    return reference.name if reference is not None else ""


def moment(text: str) -> datetime:
    """Read a moment as REST writes it."""
    return datetime.fromisoformat(text).astimezone(UTC)
