"""Parents that a client names by a value and not by id: `Account.Key__c` over a column, or a record within a row."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from upbeat import soql
from upbeat.localorg.problems import Problem, Unfit, no_such_field
from upbeat.localorg.values import accept
from upbeat.schema import Field, FieldType, Object, Schema

Ask = Callable[[str], Sequence[Mapping[str, Any]]]  # SOQL → records


@dataclass(frozen=True, slots=True)
class Linked:
    """A way to name a parent: it is the record of the object `parent` that has the value in the field `key`."""

    reference: Field
    parent: Object
    key: Field


@dataclass(frozen=True, slots=True)
class Parents:
    """The parents that a user may name: objects and fields are those of the user's schema, and so are the records."""

    schema: Schema
    ask: Ask

    def linked(self, one: Object, relationship: str, key: str, kind: str = "") -> Linked:
        """Look up `Account` and `Key__c`; `kind` names the object of a relationship that leads to several.

        Raises Unfit for what is no relationship, leads to no one object, or is no field that records are found by.
        """
        reference = one.parent(relationship)
        if reference is None:
            raise Unfit(no_such_field(relationship, one.name))
        targets = [each for each in reference.reference_to if self.schema.has(each)]
        if kind:
            targets = [each for each in targets if each.casefold() == kind.casefold()]
        if len(targets) != 1:
            what = "The external foreign key reference does not reference a valid entity"
            raise Unfit(Problem("INVALID_FIELD", f"{what}: {relationship}"))
        parent = self.schema.object(targets[0])
        field = parent.field(key) if parent.has(key) else None
        if field is None or not (field.external_id or field.unique or field.type in {FieldType.ID, FieldType.EMAIL}):
            what = "does not match an External ID, Salesforce Id, or indexed field"
            raise Unfit(Problem("INVALID_FIELD", f"Field name provided, {key} {what} for {parent.name}"))
        return Linked(reference, parent, field)

    def find(self, linked: Linked, values: Iterable[Any]) -> "Found":
        """Read the parents that have these values, in one query."""
        found, key = Found(linked, self.schema), linked.key.name
        wanted = sorted({text for value in values if (text := found.text(value))})
        if wanted:
            text = f"SELECT Id, {key} FROM {linked.parent.name} WHERE {key} IN :wanted"  # noqa: S608 (the schema's names)
            for record in self.ask(str(soql.parse(text).fill_texts({"wanted": wanted}, self.schema))):
                found.keep(record[key], str(record["Id"]))
        return found


class Found:
    """The parents that were found by one field."""

    def __init__(self, linked: Linked, schema: Schema) -> None:
        """Begin with none."""
        self._linked = linked
        self._accept = accept(linked.key, schema)
        self._ids: dict[str, list[str]] = defaultdict(list)

    def text(self, value: Any) -> str:
        """Give a value as its field keeps it, empty where no record can have it."""
        try:
            stored = self._accept(value)
        except Unfit:
            return ""
        return "" if stored is None else str(stored)

    def keep(self, value: Any, key: str) -> None:
        """Keep a parent with its value."""
        self._ids[self.text(value).casefold()].append(key)

    def id(self, value: Any) -> str | Problem:
        """Give the id of the one parent that has a value, or say that none has, or several."""
        ids = self._ids.get(self.text(value).casefold(), [])
        place = f"{self._linked.key.name} in entity {self._linked.parent.name}"
        if len(ids) == 1:
            return ids[0]
        if ids:
            return Problem("INVALID_FIELD", f"More than one record found for external id field {place}: {value}")
        return Problem("INVALID_FIELD", f"Foreign key external ID: {value} not found for field {place}")
