"""Other records that a save has to look at: owners, parents, names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from upbeat.localorg.storage import Row, Storage
from upbeat.localorg.values import exact
from upbeat.schema import Field, Schema


@dataclass(frozen=True, slots=True)
class Tree:
    """What to read of a record: fields of its own, and of its parents by relationship."""

    fields: set[str] = field(default_factory=set[str])
    parents: dict[str, "Tree"] = field(default_factory=dict[str, "Tree"])

    @staticmethod
    def of(paths: Iterable[str]) -> "Tree":
        """Build the tree of dotted paths such as `Account.Owner.Email`."""
        root = Tree()
        for path in paths:
            *relationships, name = path.split(".")
            here = root
            for step in relationships:
                here = here.parents.setdefault(step, Tree())
            here.fields.add(name)
        return root


class Lookups:
    """Reads of other records, a batch at a time."""

    def __init__(self, storage: Storage, schema: Schema) -> None:
        """Read from this storage, of objects of this schema."""
        self._storage = storage
        self._schema = schema
        self._by_prefix = {one.key_prefix: one.name for one in schema}

    def object_of(self, record_id: str, reference: Field | None = None) -> str:
        """Name the object of an id, among those a reference may lead to; empty where it is none of them."""
        names = reference.reference_to if reference else self._by_prefix.values()
        return next((n for n in names if self._schema.has(n) and self._prefix(n) == record_id[:3]), "")

    def _prefix(self, name: str) -> str:
        return self._schema.object(name).key_prefix

    def sorted_by_object(self, ids: Iterable[str], reference: Field | None = None) -> dict[str, set[str]]:
        """Give the ids by the object that each belongs to."""
        found: dict[str, set[str]] = defaultdict(set)
        for record_id in ids:
            name = self.object_of(record_id, reference)
            if name:
                found[name].add(record_id)
        return found

    def value(self, record_id: str, column: str) -> Any:
        """Give one stored value of a record, or None where there is no such record or field."""
        name = self.object_of(record_id)
        if not name or not self._schema.object(name).has(column):
            return None
        return self._storage.fetch(name, [record_id], [column]).get(record_id, {}).get(column)

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Give what people call each record by; ids of nameless records are left out."""
        found: dict[str, str] = {}
        for name, some in self.sorted_by_object(ids).items():
            column = self._schema.object(name).name_field
            if column is not None:
                rows = self._storage.fetch(name, some, [column.name])
                found.update({key: str(row[column.name]) for key, row in rows.items() if row[column.name]})
        return found

    def parents(self, owner: str, rows: Iterable[Row], tree: Tree) -> list[dict[str, Any]]:
        """Give each row's parents, nested under their relationship names; a parent that is blank is None."""
        of = self._schema.object(owner)
        kept = list(rows)
        found: list[dict[str, Any]] = [{} for _ in kept]
        for relationship, below in tree.parents.items():
            reference = of.parent(relationship)
            if reference is None:  # the tree comes from a checked formula, on another object a queue's owner may be
                continue
            ids = {str(row[reference.name]) for row in kept if row.get(reference.name)}
            records = self._records(ids, reference, below)
            for row, nested in zip(kept, found, strict=True):
                nested[reference.relationship] = records.get(str(row.get(reference.name)))
        return found

    def _records(self, ids: Iterable[str], reference: Field, tree: Tree) -> Mapping[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name, some in self.sorted_by_object(ids, reference).items():
            of = self._schema.object(name)
            rows = self._storage.fetch(name, some)
            above = self.parents(name, rows.values(), tree)
            for (key, row), nested in zip(rows.items(), above, strict=True):
                own = {
                    one: exact(of.field(one), row[of.field(one).name]) if of.has(one) else None for one in tree.fields
                }
                found[key] = {**own, **nested}
        return found
