"""What the org itself says of our users: field history, who made and changed its records, and what lies in the bin."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from upbeat.domain import Record
from upbeat.operations.reconciling.values import Change, Unchecked, What
from upbeat.salesforce import Reader, Rejected
from upbeat.schema import Object, Schema, SchemaError
from upbeat.timeline import FieldChange, field_changes, history_of, moment

_PAGE = 200  # record ids in one query
_PEOPLE = frozenset({"User", "Group"})
_BESIDE = ("History", "Share", "Feed", "ChangeEvent", "Tag", "TaskRelation")  # how objects end that stand beside others

Query = Callable[[str, Mapping[str, Any]], Sequence[Record]]


@dataclass
class Org:
    """One org, read over one connection: what `users`, by id, did there. Notes what could not be read."""

    reader: Reader
    schema: Schema
    users: Mapping[str, str]
    unchecked: list[Unchecked] = field(default_factory=list[Unchecked])
    _described: dict[str, Object] = field(default_factory=dict[str, Object])
    _tracked: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def changes(self, objects: Iterable[str], since: datetime, until: datetime) -> Iterator[Change]:
        """Give all that the org says they did between two moments."""
        for name in objects:
            yield from self._audited(name, since, until)
            yield from self._history(name, since, until)

    def object(self, name: str) -> Object | None:
        """Give an object as our eyes see it, or None where they do not."""
        if self.schema.has(name):
            return self.schema.object(name)
        if name not in self._described:
            try:
                self._described[name] = self.reader.schema([name]).object(name)
            except (Rejected, SchemaError):
                return None
        return self._described[name]

    def tracked(self, name: str) -> frozenset[str]:
        """Give the fields of an object whose history the org keeps; none where it does not tell."""
        if name not in self._tracked:
            self._tracked[name] = frozenset(self._read_tracked(name))
        return self._tracked[name]

    def last_changed(self, name: str, ids: Sequence[str]) -> dict[str, tuple[datetime, str, str]]:
        """Give when each record that is there was changed last, by whom it was made and by whom changed, by id."""
        found: dict[str, tuple[datetime, str, str]] = {}
        text = f"SELECT Id, CreatedById, LastModifiedById, LastModifiedDate FROM {name} WHERE Id IN :ids"  # noqa: S608  from the org
        for start in range(0, len(ids), _PAGE):
            for row in self._query(name, text, {"ids": list(ids[start : start + _PAGE])}):
                at = moment(row["LastModifiedDate"])
                found[row["Id"]] = (at, row["CreatedById"], row["LastModifiedById"])
        return found

    def references(self, name: str, ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """Give the records that each of some records refers to, by id; its people are none of them."""
        owner, found = self.object(name), dict[str, frozenset[str]]()
        fields = [] if owner is None else [one.name for one in owner.fields.values() if set(one.reference_to) - _PEOPLE]
        text = f"SELECT {', '.join(['Id', *fields])} FROM {name} WHERE Id IN :ids ALL ROWS"  # noqa: S608  from the org
        for start in range(0, len(ids) if fields else 0, _PAGE):
            for row in self._query(name, text, {"ids": list(ids[start : start + _PAGE])}):
                found[row["Id"]] = frozenset(str(row[one]) for one in fields if row[one])
        return found

    def history_of(self, name: str, ids: Sequence[str]) -> list[FieldChange]:
        """Give the whole field history of some records, whoever changed them."""
        owner, found = self.object(name), list[FieldChange]()
        for start in range(0, len(ids) if owner else 0, _PAGE):
            binds = {"ids": list(ids[start : start + _PAGE])}
            try:
                found += field_changes(self.reader.query, owner, "{record} IN :ids", binds) if owner else ()
            except Rejected as error:
                self._note(history_of(name)[0], error)
        return found

    def _audited(self, name: str, since: datetime, until: datetime) -> Iterator[Change]:
        """Give what the records' own fields say: made, changed last, or in the recycle bin."""
        for row in self._audit_rows(name, since):
            made, changed = moment(row["CreatedDate"]), moment(row["LastModifiedDate"])
            by, last_by, key = row["CreatedById"], row["LastModifiedById"], row["Id"]
            if by in self.users and since <= made < until:
                yield Change(What.CREATED, name, key, by, made)
            if last_by in self.users and since <= changed < until:
                what = What.DELETED if row.get("IsDeleted") else What.TOUCHED
                yield Change(what, name, key, last_by, changed)

    def _audit_rows(self, name: str, since: datetime) -> Sequence[Record]:
        binds = {"since": since, "users": list(self.users)}
        for more in (", IsDeleted", ""):  # a User is never deleted, and has no such field
            text = (
                f"SELECT Id, CreatedById, CreatedDate, LastModifiedById, LastModifiedDate{more} FROM {name} "  # noqa: S608  from the org
                "WHERE SystemModstamp >= :since AND (CreatedById IN :users OR LastModifiedById IN :users) ALL ROWS"
            )
            try:
                return self.reader.query(text, binds)
            except Rejected as error:
                if error.code != "INVALID_FIELD" or not more:
                    self._note(name, error)
                    return ()
        return ()

    def _history(self, name: str, since: datetime, until: datetime) -> Iterator[Change]:
        history, _ = history_of(name)
        if history not in self._histories or (owner := self.object(name)) is None:
            return
        where = "CreatedById IN :users AND CreatedDate >= :since AND CreatedDate < :until"
        binds = {"users": list(self.users), "since": since, "until": until}
        rows: dict[tuple[str, str, datetime], list[FieldChange]] = defaultdict(list)
        try:
            for one in field_changes(self.reader.query, owner, where, binds):
                rows[one.record_id, one.field, one.at].append(one)
        except Rejected as error:
            self._note(history, error)
        for (record_id, field_name, at), some in rows.items():  # a reference has a row of names and one of ids
            values = tuple(one.new for one in some)
            hidden = all(one.old is None and one.new is None for one in some)
            shown = () if hidden else values
            yield Change(What.FIELD, name, record_id, some[0].by, at, field_name, shown, some[0].row)

    @cached_property
    def _histories(self) -> frozenset[str]:
        return frozenset(self.reader.objects())

    def _read_tracked(self, name: str) -> Iterator[str]:
        try:
            text = "SELECT DurableId FROM EntityDefinition WHERE QualifiedApiName = :name"
            for one in self.reader.tooling(text, {"name": name}):
                text = (
                    "SELECT QualifiedApiName, IsFieldHistoryTracked FROM FieldDefinition WHERE EntityDefinitionId = :id"
                )
                for row in self.reader.tooling(text, {"id": one["DurableId"]}):
                    if row["IsFieldHistoryTracked"]:
                        yield row["QualifiedApiName"]
        except Rejected as error:
            self._note(f"which fields of {name} are tracked", error)

    def _query(self, name: str, text: str, binds: Mapping[str, Any]) -> Sequence[Record]:
        try:
            return self.reader.query(text, binds)
        except Rejected as error:
            self._note(name, error)
            return ()

    def _note(self, what: str, error: Rejected) -> None:
        self.unchecked.append(Unchecked(what, f"the org does not show it: {error.what}"))


def worth_reading(names: Iterable[str]) -> list[str]:
    """Give the objects that hold records of their own, and not what the org keeps beside others."""
    return [name for name in names if not name.endswith(_BESIDE)]
