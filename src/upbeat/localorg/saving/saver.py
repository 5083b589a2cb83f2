"""Saves of one object's records, from first step to last."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from upbeat.base import full_id, is_id
from upbeat.localorg import problems
from upbeat.localorg.drafts import Draft
from upbeat.localorg.duplicates import Duplicates
from upbeat.localorg.problems import Problem, Saved
from upbeat.localorg.rules import Rules
from upbeat.localorg.saving.checks import Checks, UserGlobals
from upbeat.localorg.saving.derived import Setting
from upbeat.localorg.saving.effects import Effects
from upbeat.localorg.saving.numbers import numbered
from upbeat.localorg.saving.taking import Taking
from upbeat.localorg.storage import Row, Storage
from upbeat.schema import Object
from upbeat.soql.layout import Stored


class Saver:
    """Saves of one object's rows, by the names of the schema. Build a new one when the schema or the rules change."""

    def __init__(
        self,
        owner: Object,
        storage: Storage,
        rules: Rules,
        duplicates: Duplicates,
        setting: Setting,
        user_globals: UserGlobals,
    ) -> None:
        """Work out once what every save of the object needs."""
        self.owner = owner
        self._storage = storage
        self._taking = Taking(owner, setting.schema)
        self._checks = Checks(owner, storage, rules, duplicates, setting, user_globals)
        self._duplicates = duplicates
        self._effects = Effects(owner, storage, setting)
        self._numbered = [one for one in owner.fields.values() if one.auto_number]

    def accept(self, name: str, value: Any) -> Stored:
        """Turn a client's value for one field into the stored form. Raises Unfit."""
        return self._taking.accept(name, value)

    def create(self, rows: Sequence[Mapping[str, Any]], user_id: str, now: datetime) -> list[Saved]:
        """Create a record for each row."""
        ids = self._storage.new_ids(self.owner.key_prefix, len(rows))
        keyed = enumerate(zip(ids, rows, strict=True))
        drafts = [self._taking.begin(n, key, row, user_id, now) for n, (key, row) in keyed]
        self._checks.run(drafts, user_id)
        good = [draft for draft in drafts if not draft.problems]
        for field in self._numbered:
            first = self._storage.count_up(f"number:{self.owner.name}.{field.name}", len(good))
            for number, draft in enumerate(good, first):
                draft.new[field.name] = numbered(field, number, draft.now)
        self._storage.insert(self.owner.name, [draft.new for draft in good])
        self._follow(good, user_id)
        return [Saved("" if d.problems else d.id, created=not d.problems, errors=tuple(d.problems)) for d in drafts]

    def update(self, rows: Sequence[Mapping[str, Any]], user_id: str, now: datetime) -> list[Saved]:
        """Update the record that each row names by `Id`. A record named twice is saved twice, in order."""
        results: dict[int, Saved] = {}
        waves: list[dict[str, int]] = []  # in each, a record is named once
        for position, row in enumerate(rows):
            key = named_id(row)
            wave = next((one for one in waves if key not in one), None)
            if wave is None:
                waves.append(wave := {})
            wave[key] = position
        for wave in waves:
            self._update_once([(n, key, rows[n]) for key, n in wave.items()], user_id, now, results)
        return [results[n] for n in range(len(rows))]

    def _update_once(
        self,
        wave: Sequence[tuple[int, str, Mapping[str, Any]]],
        user_id: str,
        now: datetime,
        results: dict[int, Saved],
    ) -> None:
        stored = self._storage.fetch(self.owner.name, [key for _, key, _ in wave])
        drafts: list[Draft] = []
        for position, key, row in wave:
            old = stored.get(key)
            if old is None or old["IsDeleted"]:
                results[position] = Saved(key, errors=(self._absent(key, old),))
            elif self.owner.name == "Lead" and old["IsConverted"]:
                results[position] = Saved(key, errors=(problems.converted_lead(),))
            else:
                drafts.append(self._taking.change(position, row, old, user_id, now))
        self._checks.run(drafts, user_id)
        good = [draft for draft in drafts if not draft.problems]
        self._storage.update(self.owner.name, [(draft.id, draft.changes()) for draft in good])
        self._follow(good, user_id)
        results.update({draft.position: Saved(draft.id, errors=tuple(draft.problems)) for draft in drafts})

    def _follow(self, saved: Sequence[Draft], user_id: str) -> None:
        self._effects.follow(saved, user_id)
        self._duplicates.report(saved, user_id)

    def _absent(self, key: str, old: Row | None) -> Problem:
        if old is not None:
            return problems.IS_DELETED
        if not is_id(key) or key[:3] != self.owner.key_prefix:
            return problems.wrong_id(self.owner.field("Id"), key)
        return problems.NO_SUCH_RECORD


def named_id(row: Mapping[str, Any]) -> str:
    """Give the 18-character id that a row names, or what stands there instead."""
    named = row.get("Id")
    return full_id(named) or str(named or "")
