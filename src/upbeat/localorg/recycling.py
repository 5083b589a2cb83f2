"""The recycle bin: records that are deleted, what goes with them, and how they come back."""

from collections.abc import Iterable, Iterator
from typing import Final

from upbeat.localorg import problems
from upbeat.localorg.lookups import Lookups
from upbeat.localorg.problems import Problem, Saved
from upbeat.localorg.storage import Row, Storage
from upbeat.schema import Object, Schema

_ALSO: Final = {("Contact", "AccountId"), ("Opportunity", "AccountId"), ("Task", "WhatId"), ("Task", "WhoId")} | {
    ("Event", "WhatId"),
    ("Event", "WhoId"),
    ("Note", "ParentId"),
}


class RecycleBin:
    """Deletes and undeletes. What a record owns goes and comes back with it."""

    def __init__(self, storage: Storage, schema: Schema, lookups: Lookups) -> None:
        """Work on this storage."""
        self._storage = storage
        self._schema = schema
        self._lookups = lookups

    def delete(self, record_id: str, user_id: str, now: str) -> Saved:
        """Put a record and what it owns into the bin."""
        return self._turn(record_id, user_id, now, deleted=True)

    def undelete(self, record_id: str, user_id: str, now: str) -> Saved:
        """Take a record out of the bin, with what went there along with it."""
        return self._turn(record_id, user_id, now, deleted=False)

    def _turn(self, record_id: str, user_id: str, now: str, *, deleted: bool) -> Saved:
        name = self._lookups.object_of(record_id)
        row = self._storage.fetch(name, [record_id]).get(record_id) if name else None
        if row is None:
            return Saved(record_id, errors=(problems.NO_SUCH_RECORD,))
        one = self._schema.object(name)
        if not one.deletable:
            return Saved(record_id, errors=(problems.not_deletable(name),))
        if bool(row["IsDeleted"]) is deleted or not (deleted or one.undeletable):
            return Saved(record_id, errors=(problems.IS_DELETED if deleted else _NOT_DELETED,))
        then = str(row["SystemModstamp"])  # what went to the bin with it bears the same moment
        touched: Row = {
            "IsDeleted": int(deleted),
            "LastModifiedDate": now,
            "LastModifiedById": user_id,
            "SystemModstamp": now,
        }
        for owner, ids in self._with(one, [record_id], None if deleted else then):
            kept = {column: value for column, value in touched.items() if column == "IsDeleted" or owner.has(column)}
            self._storage.update(owner.name, [(key, kept) for key in ids])
        return Saved(record_id)

    def _with(self, one: Object, ids: list[str], then: str | None) -> Iterator[tuple[Object, list[str]]]:
        """Give the records and what they own; `then` picks, from what is in the bin, what went there at that moment."""
        yield one, ids
        for child, field in self._owned(one):
            rows = self._storage.find(child.name, field, ids)
            mine = [row for row in rows if (then is None) is not bool(row["IsDeleted"])]
            found = [str(row["Id"]) for row in mine if then is None or row.get("SystemModstamp", then) == then]
            if found:
                yield from self._with(child, found, then)

    def _owned(self, one: Object) -> Iterable[tuple[Object, str]]:
        for relationship in one.children:
            child = self._schema.object(relationship.object)
            required = not child.field(relationship.field).nillable
            if child.has("IsDeleted") and (required or (child.name, relationship.field) in _ALSO):
                yield child, relationship.field


_NOT_DELETED: Final = Problem("UNDELETE_FAILED", "Entity is not in the recycle bin")
