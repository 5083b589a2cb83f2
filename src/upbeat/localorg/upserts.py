"""Upsert: update the record that an external id names, or create it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from upbeat.localorg import problems
from upbeat.localorg.problems import Problem, Refused, Saved, Unfit
from upbeat.localorg.rights import Gate
from upbeat.localorg.storage import Row
from upbeat.soql.layout import Stored


class Standing(StrEnum):
    """How a row stands to the record that it names."""

    NEW = "new"  # there is no such record
    SAME = "same"  # the record has all its values already
    CHANGED = "changed"


class Upsert:
    """Upserts of one object by one field."""

    def __init__(self, saver: Gate, external_id: str) -> None:
        """Raises Refused (404) where the object has no such field, or it holds no external ids."""
        owner = saver.owner
        field = owner.field(external_id) if owner.has(external_id) else None
        if field is None or not (field.external_id or field.name == "Id"):
            raise Refused(404, problems.no_record(external_id))
        self._field = field
        self._saver = saver

    def matches(self, values: Sequence[Any]) -> list[list[str]]:
        """Give, for each value, the ids of the records that have it."""
        keys = [self._key(value) for value in values]
        found: dict[str, list[str]] = defaultdict(list)
        wanted = [key for key in keys if isinstance(key, str | int | float)]
        for row in self._saver.storage.find(
            self._saver.owner.name, self._field.name, wanted, ["Id", self._field.name, "IsDeleted"]
        ):
            if not row["IsDeleted"]:
                found[_fold(row[self._field.name])].append(str(row["Id"]))
        found = {key: self._saver.seen(ids) for key, ids in found.items()}
        return [[] if isinstance(key, Problem) else found.get(_fold(key), []) for key in keys]

    def compare(self, rows: Sequence[Mapping[str, Any]]) -> list[Standing]:
        """Give how each row stands to the record that it names."""
        matches = self.matches([row.get(self._field.name) for row in rows])
        stored = self._saver.storage.fetch(self._saver.owner.name, [key for ids in matches for key in ids])
        return [
            Standing.NEW if not ids else Standing.SAME if self._same(stored[ids[0]], row) else Standing.CHANGED
            for row, ids in zip(rows, matches, strict=True)
        ]

    def _same(self, stored: Row, row: Mapping[str, Any]) -> bool:
        return all(self._holds(stored, name, value) for name, value in row.items())

    def _holds(self, stored: Row, name: str, value: Any) -> bool:
        try:
            return stored[name] == self._saver.accept(name, value)
        except Unfit:
            return False

    def save(self, rows: Sequence[Mapping[str, Any]], user_id: str, now: datetime) -> list[Saved]:
        """Write the rows and give one result each, in order."""
        values = [row.get(self._field.name) for row in rows]
        results: dict[int, Saved] = {}
        new: list[int] = []
        old: dict[int, str] = {}
        seen: set[str] = set()
        for position, (value, ids) in enumerate(zip(values, self.matches(values), strict=True)):
            key = self._key(value)
            if isinstance(key, Problem):
                results[position] = Saved(errors=(key,))
            elif len(ids) > 1:
                results[position] = Saved(errors=(problems.several_matches(value),))
            elif key is not None and _fold(key) in seen:
                results[position] = Saved(errors=(problems.named_twice(value),))
            elif ids:
                old[position] = ids[0]
            elif self._field.name == "Id" and key is not None:  # an id is given by the org alone
                results[position] = Saved(errors=(problems.NO_SUCH_RECORD,))
            else:
                new.append(position)
            seen.add(_fold(key))
        updates = [{**rows[position], "Id": key} for position, key in old.items()]
        results.update(zip(old, self._saver.update(updates, user_id, now), strict=True))
        results.update(zip(new, self._saver.create([rows[position] for position in new], user_id, now), strict=True))
        return [results[position] for position in range(len(rows))]

    def _key(self, value: Any) -> Stored | Problem:
        if value is None and self._field.name != "Id":
            return problems.missing((self._field.name,))
        try:
            return self._saver.accept(self._field.name, value)
        except Unfit as unfit:
            return unfit.problem


def _fold(key: object) -> str:
    return str(key).casefold()
