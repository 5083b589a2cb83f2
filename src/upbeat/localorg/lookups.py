"""Other records that a save has to look at: owners, parents, names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from upbeat.localorg.formulas import Formulas
from upbeat.localorg.storage import Row, Storage
from upbeat.localorg.values import exact, seen
from upbeat.schema import Field, Object, Schema


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

    def paths(self) -> Iterator[str]:
        """Give the dotted paths that it is made of."""
        yield from self.fields
        for relationship, below in self.parents.items():
            yield from (f"{relationship}.{path}" for path in below.paths())

    def with_paths(self, more: Iterable[str]) -> "Tree":
        """Give a tree that has these paths too."""
        return Tree.of([*self.paths(), *more])


class Lookups:
    """Reads of other records, a batch at a time."""

    def __init__(self, storage: Storage, schema: Schema, formulas: Formulas) -> None:
        """Read from this storage, of objects of this schema and its formula fields."""
        self._storage = storage
        self._schema = schema
        self._formulas = formulas
        self._by_prefix = {one.key_prefix: one.name for one in schema if one.key_prefix}
        self._prefixes = {one.name.casefold(): one.key_prefix for one in schema}

    def object_of(self, record_id: str, reference: Field | None = None) -> str:
        """Name the object of an id, among those a reference may lead to; empty where it is none of them."""
        prefix = record_id[:3]
        if not prefix or reference is None:
            return self._by_prefix.get(prefix, "")
        return next((name for name in reference.reference_to if self._prefixes.get(name.casefold()) == prefix), "")

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

    def records(self, owner: Object, rows: Collection[Row], tree: Tree) -> list[dict[str, Any]]:
        """Give what a formula sees of rows in the stored form: the tree's fields, and parents nested.

        Formula fields are worked out, with what they read beside them; a parent that is blank is None.
        """
        calculated = self._formulas.among(owner, tree.fields)
        whole = tree.with_paths(path for one in calculated for path in one.paths) if calculated else tree
        own = [(name, owner.field(name)) for name in whole.fields if owner.has(name)]
        absent = dict.fromkeys(name for name in whole.fields if not owner.has(name))
        found: list[dict[str, Any]] = []
        for row, above in zip(rows, self._parents(owner, rows, whole), strict=True):
            record = {name: seen(owner, field, row) for name, field in own} | absent | above
            for one in calculated:
                record[one.field.name] = exact(one.field, self._formulas.value(one, record))
            found.append(record)
        return found

    def _parents(self, owner: Object, rows: Collection[Row], tree: Tree) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [dict.fromkeys(tree.parents) for _ in rows]
        for relationship, below in tree.parents.items():
            reference = owner.parent(relationship)
            if reference is None:  # the tree comes from a checked formula, on another object a queue's owner may be
                continue
            ids = {str(row[reference.name]) for row in rows if row.get(reference.name)}
            records = self._by_id(ids, reference, below)
            for row, nested in zip(rows, found, strict=True):
                nested[relationship] = records.get(str(row.get(reference.name)))
        return found

    def _by_id(self, ids: Iterable[str], reference: Field, tree: Tree) -> Mapping[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name, some in self.sorted_by_object(ids, reference).items():
            rows = self._storage.fetch(name, some)
            found.update(zip(rows, self.records(self._schema.object(name), rows.values(), tree), strict=True))
        return found
