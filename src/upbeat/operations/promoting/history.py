"""What became of fields and records after a moment, by the org's own history, or by the record as it is now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from upbeat.apply import same
from upbeat.base import is_id, to_18
from upbeat.domain import Record
from upbeat.salesforce import Reader, SalesforceError
from upbeat.timeline import history_of, moment

_CHUNK = 200  # record ids a query

Key = tuple[str, str]  # a record's id, a field's name


@dataclass(frozen=True, slots=True)
class Move:
    """What a field became: its value, who changed it, and when, both empty where only the record now tells."""

    value: Any
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """The moves of fields of one object's records. `sources` says where they come from."""

    moves: Mapping[Key, Sequence[Move]]
    now: Mapping[str, Record]
    tracked: frozenset[str]
    sources: tuple[str, ...] = field(default=())

    def knows(self, record_id: str, name: str) -> bool:
        """Whether anything can be said of a field of a record."""
        return name in self.tracked or name in self.now.get(record_id, {})

    def first(self, record_id: str, name: str, since: datetime) -> Move | None:
        """Give the field's first move since a moment; of a field that is not tracked, what it is now.

        History has whole seconds, so what happened within the second counts as later.
        """
        if name not in self.tracked:
            return Move(self.now[record_id][name])
        start = since.replace(microsecond=0)
        return next((one for one in self.moves.get((record_id, name), ()) if moment(one.at) >= start), None)


def changes_of(reader: Reader, target: str, ids: Sequence[str], names: Sequence[str]) -> Changes:
    """Read what became of these fields of these records."""
    sources: list[str] = []
    keys = list(dict.fromkeys(ids))
    tracked = _tracked(reader, target, names, sources)
    moves: Mapping[Key, Sequence[Move]] = {}
    if tracked:
        try:
            moves = _moves(reader, target, keys, tracked)
            sources.append(history_of(target)[0])
        except SalesforceError as error:
            sources.append(f"{history_of(target)[0]} cannot be read ({error.what})")
            tracked = frozenset[str]()
    others = [one for one in names if one not in tracked]
    now: Mapping[str, Record] = {}
    if others:
        try:
            now = _now(reader, target, keys, others)
            sources.append(f"the record as it is now, for {target}.{', '.join(others)}: no history of it")
        except SalesforceError as error:
            sources.append(f"{target} cannot be read ({error.what})")
    return Changes(moves, now, tracked, tuple(sources))


def tasks_about(reader: Reader, ids: Sequence[str]) -> dict[str, list[Record]]:
    """Give the tasks about these records, oldest first. Raises SalesforceError."""
    found: dict[str, list[Record]] = defaultdict(list)
    columns = "WhatId, WhoId, OwnerId, Subject, CreatedById, CreatedDate"
    for chunk in _chunks(ids):
        text = f"SELECT {columns} FROM Task WHERE WhatId IN :ids OR WhoId IN :ids ORDER BY CreatedDate, Id"  # noqa: S608  our own text
        for row in reader.query(text, {"ids": chunk}):
            for key in {row["WhatId"], row["WhoId"]} & set(chunk):
                found[key].append(row)
    return found


def alike(one: Any, other: Any) -> bool:
    """Whether two values are one, as the org and its history write them: `2500.50`, `true`, ids of either length."""
    return same(one, other) or _plain(one) == _plain(other)


def _plain(value: Any) -> Any:
    match value:
        case bool():
            return str(value).casefold()
        case int() | float() | Decimal():
            return Decimal(str(value)).normalize()
        case str() if is_id(value.strip()):
            return to_18(value.strip())
        case str():
            try:
                return Decimal(value).normalize()
            except InvalidOperation:
                return value.strip() or None
        case _:
            return value


def _tracked(reader: Reader, target: str, names: Sequence[str], sources: list[str]) -> frozenset[str]:
    text = (
        "SELECT QualifiedApiName, IsFieldHistoryTracked FROM FieldDefinition "
        "WHERE EntityDefinition.QualifiedApiName = :object AND QualifiedApiName IN :names"
    )
    try:
        rows = reader.tooling(text, {"object": target, "names": list(names)})
    except SalesforceError as error:
        sources.append(f"which fields of {target} are tracked cannot be read ({error.what})")
        return frozenset()
    return frozenset(row["QualifiedApiName"] for row in rows if row["IsFieldHistoryTracked"])


def _moves(reader: Reader, target: str, ids: Sequence[str], names: frozenset[str]) -> dict[Key, list[Move]]:
    history, parent = history_of(target)
    called = {_called(name): name for name in names}
    found: dict[Key, list[Move]] = defaultdict(list)
    columns = f"{parent}, Field, OldValue, NewValue, CreatedById, CreatedDate"
    for chunk in _chunks(ids):
        text = f"SELECT {columns} FROM {history} WHERE {parent} IN :ids AND Field IN :fields ORDER BY CreatedDate, Id"  # noqa: S608  our own text
        for row in reader.query(text, {"ids": chunk, "fields": list(called)}):
            name = called[row["Field"]]
            if name.endswith("Id") and not is_id(str(row["NewValue"] or row["OldValue"] or "")):
                continue  # a reference is told twice: by name and by id
            found[row[parent], name].append(Move(row["NewValue"], row["CreatedById"], row["CreatedDate"]))
    return found


def _now(reader: Reader, target: str, ids: Sequence[str], names: Sequence[str]) -> dict[str, Record]:
    columns = ", ".join(dict.fromkeys(["Id", *names]))
    return {
        row["Id"]: row
        for chunk in _chunks(ids)
        for row in reader.query(f"SELECT {columns} FROM {target} WHERE Id IN :ids", {"ids": chunk})  # noqa: S608  names of the schema
    }


def _called(name: str) -> str:
    """Give what history calls a field: a standard reference by its relationship, `Owner` for OwnerId."""
    return name if name.endswith("__c") else name.removesuffix("Id")


def _chunks(ids: Sequence[str]) -> list[list[str]]:
    keys = list(dict.fromkeys(ids))
    return [keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK)]
