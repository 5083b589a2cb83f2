"""The recycle bin: records that are deleted, what becomes of those that refer to them, and how they come back.

A reference says by its delete constraint what a delete means for its record: it is deleted too, it holds its parent
back, or it loses its reference. What was deleted along with a record comes back with it alone, and gets its
references back where nobody has put another record there since. After fifteen days, or when the bin is emptied, a
record is gone for good.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from upbeat.localorg import problems
from upbeat.localorg.lookups import Lookups
from upbeat.localorg.problems import Problem, Saved
from upbeat.localorg.storage import Row, Storage
from upbeat.localorg.values import stamp
from upbeat.schema import DeleteConstraint, Field, Object, Schema

KEPT: Final = timedelta(days=15)
"""How long a deleted record can be restored (Salesforce Help, View, Restore, and Manage the Recycle Bin)."""

_AUDIT: Final = frozenset({"CreatedById", "LastModifiedById"})
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS "_bin" (
    id TEXT PRIMARY KEY, root TEXT NOT NULL, object TEXT NOT NULL, at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS "_bin.root" ON "_bin" (root);
CREATE INDEX IF NOT EXISTS "_bin.at" ON "_bin" (at);
CREATE TABLE IF NOT EXISTS "_cut" (
    root TEXT NOT NULL, object TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, parent TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS "_cut.root" ON "_cut" (root);
"""


@dataclass(slots=True)
class _Going:
    """What a delete takes along, what it cuts off, and what holds it back."""

    records: dict[str, list[str]] = field(default_factory=dict[str, list[str]])  # ids by object, the record's own first
    cuts: list[tuple[Object, Field, Row]] = field(default_factory=list[tuple[Object, Field, Row]])
    holds: list[tuple[Object, Row]] = field(default_factory=list[tuple[Object, Row]])

    def ids(self) -> set[str]:
        """Give all ids that go."""
        return {key for ids in self.records.values() for key in ids}


class RecycleBin:
    """Deletes and undeletes."""

    def __init__(self, storage: Storage, schema: Schema, lookups: Lookups) -> None:
        """Work on this storage."""
        self._storage = storage
        self._schema = schema
        self._lookups = lookups
        self._referring: dict[str, list[tuple[Object, Field]]] = defaultdict(list)
        for one in schema:
            for reference in one.fields.values():
                for name in reference.reference_to if reference.name not in _AUDIT else ():
                    self._referring[name].append((one, reference))
        for sql in filter(str.strip, _TABLES.split(";")):
            storage.execute(sql)

    def delete(self, record_id: str, user_id: str, now: datetime, into: str = "") -> Saved:
        """Put a record into the bin, with what it owns; `into` is the record that took its place in a merge."""
        self.age(now)
        name = self._lookups.object_of(record_id)
        row = self._storage.fetch(name, [record_id]).get(record_id) if name else None
        problem = self._undeletable(name, row)
        if row is None or problem is not None:
            return Saved(record_id, errors=(problem or problems.NO_SUCH_RECORD,))
        one = self._schema.object(name)
        going = self._gather(one, record_id)
        held = self._held(one, row, going)
        if held is not None:
            return Saved(record_id, errors=(held,))
        merged: dict[str, Row] = {record_id: {"MasterRecordId": into}} if into else {}
        for owner, ids in going.records.items():
            self._turn(owner, ids, user_id, now, 1, merged)
        self._storage.write(
            'INSERT OR REPLACE INTO "_bin" VALUES (?, ?, ?, ?)',
            [(key, record_id, owner, stamp(now)) for owner, ids in going.records.items() for key in ids],
        )
        self._cut(record_id, going, now)
        return Saved(record_id)

    def _undeletable(self, name: str, row: Row | None) -> Problem | None:
        if row is None:
            return problems.NO_SUCH_RECORD
        if not self._schema.object(name).deletable:
            return problems.not_deletable(name)
        return problems.IS_DELETED if row["IsDeleted"] else None

    def _gather(self, one: Object, record_id: str) -> _Going:
        going = _Going({one.name: [record_id]})
        waiting = [(one, [record_id])]
        for owner, ids in waiting:
            for child, reference in self._referring[owner.name]:
                rows = self._storage.find(child.name, reference.name, ids)
                gone = set(going.records.get(child.name, ()))
                live = [row for row in rows if not row["IsDeleted"] and row["Id"] not in gone]
                if reference.delete_constraint is DeleteConstraint.CASCADE and live:
                    more = [str(row["Id"]) for row in live]
                    going.records.setdefault(child.name, []).extend(more)
                    going.holds.extend((child, row) for row in live if _is_final(child, row))
                    waiting.append((child, more))
                elif reference.delete_constraint is DeleteConstraint.RESTRICT:
                    going.holds.extend((child, row) for row in live)
                else:
                    going.cuts.extend((child, reference, row) for row in live)
        return going

    def _held(self, one: Object, row: Row, going: _Going) -> Problem | None:
        """Give what holds the record back: records that are bound to it, and do not go with it."""
        gone = going.ids()
        for child, held in going.holds:
            if _is_final(child, held) or held["Id"] not in gone:
                called = [_called(of, held) for of, held in going.holds if of is child]
                return problems.holds_back(_called(one, row), child, called)
        return None

    def _cut(self, root: str, going: _Going, now: datetime) -> None:
        gone = going.ids()
        for child, reference, row in going.cuts:
            if row["Id"] not in gone:
                cut: Row = {reference.name: None, **_stamped(child, now)}
                self._storage.update(child.name, [(str(row["Id"]), cut)])
                values = (root, child.name, row["Id"], reference.name, row[reference.name])
                self._storage.write('INSERT INTO "_cut" VALUES (?, ?, ?, ?, ?)', [values])

    def undelete(self, record_id: str, user_id: str, now: datetime) -> Saved:
        """Take a record out of the bin, with what went there along with it."""
        self.age(now)
        name = self._lookups.object_of(record_id)
        row = self._storage.fetch(name, [record_id]).get(record_id) if name else None
        if row is None:
            return Saved(record_id, errors=(problems.NO_SUCH_RECORD,))
        going = self._binned(record_id)
        if not row["IsDeleted"] or not going or not self._schema.object(name).undeletable:
            return Saved(record_id, errors=(problems.NOT_IN_BIN,))
        lost = self._lost(going)
        while stay := {key: (one, parent) for _, one, key, parent in lost if not one.nillable}:
            if record_id in stay:
                return Saved(record_id, errors=(problems.parent_in_bin(*stay[record_id]),))
            self._leave(going, stay)
            lost = self._lost(going)
        taken = self._taken(going)
        if taken is not None:
            return Saved(record_id, errors=(taken,))
        blank: dict[str, Row] = defaultdict(dict)
        if row.get("MasterRecordId"):
            blank[record_id]["MasterRecordId"] = None
        for _, reference, key, _ in lost:
            blank[key][reference.name] = None
        for owner, ids in going.items():
            self._turn(owner, ids, user_id, now, 0, blank)
        self._mend(record_id, now)
        self._forget([record_id])
        return Saved(record_id)

    def _binned(self, root: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key, owner in self._storage.execute('SELECT id, object FROM "_bin" WHERE root = ? ORDER BY rowid', (root,)):
            found[owner].append(key)
        return found

    def _lost(self, going: dict[str, list[str]]) -> list[tuple[str, Field, str, str]]:
        """Give the references to what stays deleted: object, field, the record's id and the parent's."""
        coming = {key for ids in going.values() for key in ids}
        found: list[tuple[str, Field, str, str]] = []
        for name, ids in going.items():
            rows = self._storage.fetch(name, ids).values()
            for reference in self._schema.object(name).fields.values():
                if reference.reference_to:
                    dead = self._dead(
                        {str(row[reference.name]) for row in rows if row[reference.name]} - coming, reference
                    )
                    found += [
                        (name, reference, str(row["Id"]), str(row[reference.name]))
                        for row in rows
                        if row[reference.name] in dead
                    ]
        return found

    def _leave(self, going: dict[str, list[str]], stay: Mapping[str, tuple[Field, str]]) -> None:
        """Leave records in the bin with a parent that they need; they come back with that one."""
        for name, ids in going.items():
            going[name] = [key for key in ids if key not in stay]
        self._storage.write(
            'UPDATE "_bin" SET root = coalesce((SELECT root FROM "_bin" WHERE id = ?), root) WHERE id = ?',
            [(parent, key) for key, (_, parent) in stay.items()],
        )

    def _dead(self, ids: Collection[str], reference: Field) -> set[str]:
        """Give those of the ids that are no live record."""
        dead = set(ids)
        for name, some in self._lookups.sorted_by_object(ids, reference).items():
            dead -= {key for key, row in self._storage.fetch(name, some, ["IsDeleted"]).items() if not row["IsDeleted"]}
        return dead

    def _taken(self, going: dict[str, list[str]]) -> Problem | None:
        """Say where a unique value has gone to another record meanwhile."""
        for name, ids in going.items():
            rows = self._storage.fetch(name, ids).values()
            for unique in [one for one in self._schema.object(name).fields.values() if one.unique]:
                values = [row[unique.name] for row in rows if row[unique.name] is not None]
                for other in self._storage.find(name, unique.name, values, ["Id", "IsDeleted"]):
                    if not other["IsDeleted"]:
                        return problems.duplicate(unique, str(other["Id"]))
        return None

    def _mend(self, root: str, now: datetime) -> None:
        """Give back the references that the delete cut off, where they are blank still."""
        cuts = self._storage.execute('SELECT object, id, field, parent FROM "_cut" WHERE root = ?', (root,))
        for name, key, reference, parent in cuts:
            if not (self._schema.has(name) and self._schema.object(name).has(reference)):
                continue
            row = self._storage.fetch(name, [key], [reference, "IsDeleted"]).get(key)
            still = row is not None and row[reference] is None and not row["IsDeleted"]
            if still and not self._dead([parent], self._schema.object(name).field(reference)):
                mended: Row = {reference: parent, **_stamped(self._schema.object(name), now)}
                self._storage.update(name, [(key, mended)])

    def _turn(
        self, name: str, ids: Collection[str], user_id: str, now: datetime, deleted: int, values: Mapping[str, Row]
    ) -> None:
        """Mark records as deleted, or as live again, with these values by id."""
        at, one = stamp(now), self._schema.object(name)
        touched: Row = {"LastModifiedDate": at, "LastModifiedById": user_id, "SystemModstamp": at}
        kept: Row = {"IsDeleted": deleted} | {key: value for key, value in touched.items() if one.has(key)}
        self._storage.update(name, [(key, {**kept, **values.get(key, {})}) for key in ids])

    def empty(self, record_id: str, _: str, now: datetime) -> Saved:
        """Take a record out of the bin for good, with what went there along with it."""
        self.age(now)
        if not self._binned(record_id):
            return Saved(record_id, errors=(problems.NOT_IN_BIN,))
        self._forget([record_id], erase=True)
        return Saved(record_id)

    def age(self, now: datetime) -> None:
        """Empty the bin of what has been in it for too long."""
        since = stamp(now - KEPT)
        old = self._storage.execute('SELECT DISTINCT root FROM "_bin" WHERE at < ?', (since,))
        self._forget([root for (root,) in old], erase=True)

    def _forget(self, roots: Iterable[str], *, erase: bool = False) -> None:
        for root in roots:
            for name, ids in self._binned(root).items() if erase else ():
                if self._schema.has(name):
                    self._storage.remove(name, ids)
            self._storage.execute('DELETE FROM "_bin" WHERE root = ?', (root,))
            self._storage.execute('DELETE FROM "_cut" WHERE root = ?', (root,))


def _is_final(one: Object, row: Row) -> bool:
    """Whether a record holds its account back although it belongs to it: a deal that is won, a contract in force."""
    return bool(one.name == "Opportunity" and row["IsWon"]) or (one.name == "Contract" and row["Status"] == "Activated")


def _called(one: Object, row: Row) -> str:
    return str((one.name_field and row.get(one.name_field.name)) or row["Id"])


def _stamped(one: Object, now: datetime) -> Row:
    """A record that gains or loses a reference by another's delete is changed, and by nobody."""
    return {"SystemModstamp": stamp(now)} if one.has("SystemModstamp") else {}
