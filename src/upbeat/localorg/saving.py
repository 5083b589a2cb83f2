"""The save path: what happens to a batch of one object's rows between a client's call and the tables.

In Salesforce's order: read the record or begin a new one; take the client's values (type, format, length, picklist);
fill defaults; refuse required fields that are blank; work out derived fields; look at references and unique fields;
validation rules; write; then history and the other effects. A row that fails any of it is left out, with every reason.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from upbeat.base import is_id, to_18
from upbeat.localorg import problems
from upbeat.localorg.derived import DERIVE, Setting
from upbeat.localorg.drafts import Draft
from upbeat.localorg.effects import Effects
from upbeat.localorg.lookups import Lookups, Tree
from upbeat.localorg.problems import Problem, Saved, Unfit
from upbeat.localorg.rules import Rules
from upbeat.localorg.storage import Row, Storage
from upbeat.localorg.values import Accept, accept, stamp
from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.soql.layout import COMPOUND, Stored

UserGlobals = Callable[[str], Mapping[str, Any]]

_KEY: Final = ("Id", "IsDeleted")
_ENVELOPE: Final = frozenset({"attributes", "Id", "id"})


class Saver:
    """Saves of one object. Build a new one when the schema or the rules change."""

    def __init__(
        self, owner: Object, schema: Schema, storage: Storage, rules: Rules, setting: Setting, user_globals: UserGlobals
    ) -> None:
        """Work out once what every save of the object needs."""
        self.owner = owner
        self._storage = storage
        self._lookups = Lookups(storage, schema)
        self._effects = Effects(owner, schema, storage, self._lookups)
        self._rules = rules
        self._parents = Tree.of(f"{path}.{name}" for path, names in rules.parents.items() for name in names)
        self._setting = setting
        self._user_globals = user_globals
        self._derive = DERIVE.get(owner.name)
        fields = [field for field in owner.fields.values() if field.type not in COMPOUND]
        self._accepts: dict[str, tuple[Field, Accept]] = {one.name: (one, accept(one, schema)) for one in fields}
        self._folded = {one.name.casefold(): one.name for one in fields}
        self._blank: Row = {"IsDeleted": 0}
        self._blank.update({one.name: _begin(one) for one in fields})
        self._defaults = {one.name: str(one.default) for one in fields if isinstance(one.default, str)}
        self._needed = [
            one for one in fields if one.createable and not one.nillable and one.type is not FieldType.BOOLEAN
        ]
        self._references = [one for one in fields if one.reference_to and (one.createable or one.updateable)]
        self._unique = [one for one in fields if one.unique]
        self._numbered = [one for one in fields if one.auto_number]

    def accept(self, name: str, value: Any) -> Stored:
        """Turn a client's value for one field into the stored form. Raises Unfit."""
        return self._accepts[name][1](value)

    def create(self, rows: Sequence[Mapping[str, Any]], user_id: str, now: datetime) -> list[Saved]:
        """Create a record for each row."""
        ids = self._storage.new_ids(self.owner.key_prefix, len(rows))
        drafts = [self._begin(n, key, row, user_id, now) for n, (key, row) in enumerate(zip(ids, rows, strict=True))]
        self._check(drafts, user_id)
        good = [draft for draft in drafts if not draft.problems]
        for field in self._numbered:
            first = self._storage.count_up(f"number:{self.owner.name}.{field.name}", len(good))
            for number, draft in enumerate(good, first):
                draft.new[field.name] = f"{number:08d}"
        self._storage.insert(self.owner.name, [draft.new for draft in good])
        self._effects.follow(good, user_id)
        return [Saved("" if d.problems else d.id, created=not d.problems, errors=tuple(d.problems)) for d in drafts]

    def update(self, rows: Sequence[Mapping[str, Any]], user_id: str, now: datetime) -> list[Saved]:
        """Update the record that each row names by `Id`. A record named twice is saved twice, in order."""
        results: dict[int, Saved] = {}
        waves: list[dict[str, int]] = []  # in each, a record is named once
        for position, row in enumerate(rows):
            key = _key(row)
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
            else:
                drafts.append(self._change(position, row, old, user_id, now))
        self._check(drafts, user_id)
        good = [draft for draft in drafts if not draft.problems]
        self._storage.update(self.owner.name, [(draft.id, draft.changes()) for draft in good])
        self._effects.follow(good, user_id)
        results.update({draft.position: Saved(draft.id, errors=tuple(draft.problems)) for draft in drafts})

    def _absent(self, key: str, old: Row | None) -> Problem:
        if old is not None:
            return problems.IS_DELETED
        if not is_id(key) or key[:3] != self.owner.key_prefix:
            return problems.wrong_id(self.owner.field("Id"), key)
        return problems.NO_SUCH_RECORD

    def _begin(self, position: int, key: str, row: Mapping[str, Any], user_id: str, now: datetime) -> Draft:
        at = stamp(now)
        audit: Row = {"Id": key, "CreatedDate": at, "CreatedById": user_id, "OwnerId": user_id} | _touched(at, user_id)
        new = self._blank | {name: value for name, value in audit.items() if name in self._blank}
        draft = Draft(position, key, {}, new, frozenset(), now, at)
        self._take(draft, row)
        for name, default in self._defaults.items():
            if new[name] is None and name not in draft.given:
                new[name] = default
        if new.get("OwnerId", "") is None:
            new["OwnerId"] = user_id
        return draft

    def _change(self, position: int, row: Mapping[str, Any], old: Row, user_id: str, now: datetime) -> Draft:
        at = stamp(now)
        new = old | {name: value for name, value in _touched(at, user_id).items() if name in old}
        draft = Draft(position, str(old["Id"]), old, new, frozenset(), now, at)
        self._take(draft, row)
        return draft

    def _take(self, draft: Draft, row: Mapping[str, Any]) -> None:
        """Put the client's values into the draft, and what is wrong with them beside it."""
        given: list[str] = []
        locked: list[str] = []
        for key, value in row.items():
            if key in _ENVELOPE:
                continue
            found = self._accepts.get(key) or self._accepts.get(self._folded.get(key.casefold(), ""))
            if found is None:
                draft.problems.append(problems.no_such_field(key, self.owner.name))
                continue
            field, take = found
            if not (field.createable if draft.created else field.updateable):
                locked.append(field.name)
                continue
            try:
                draft.new[field.name] = take(value)
            except Unfit as unfit:
                draft.problems.append(unfit.problem)
            given.append(field.name)
        draft.given = frozenset(given)
        if locked:
            draft.problems.append(problems.not_writeable(tuple(locked)))

    def _check(self, drafts: Sequence[Draft], user_id: str) -> None:
        for draft in drafts:
            new, given = draft.new, draft.given
            blank = [f.name for f in self._needed if new[f.name] is None and (not f.defaulted or f.name in given)]
            if blank and not draft.problems:
                draft.problems.append(problems.missing(tuple(blank)))
            if self._derive is not None and not draft.problems:
                self._derive(draft, self._setting)
        self._check_references([draft for draft in drafts if not draft.problems])
        for field in self._unique:
            self._check_unique(field, [draft for draft in drafts if not draft.problems])
        self._check_rules([draft for draft in drafts if not draft.problems], user_id)

    def _check_references(self, drafts: Sequence[Draft]) -> None:
        for field in self._references:
            pointing = [draft for draft in drafts if draft.changed(field.name) and draft.new[field.name] is not None]
            if not pointing:
                continue
            ids = {str(draft.new[field.name]) for draft in pointing}
            bad = self._bad_references(field, ids)
            for draft in pointing:
                found = bad.get(str(draft.new[field.name]))
                if found is not None:
                    draft.problems.append(found)

    def _bad_references(self, field: Field, ids: set[str]) -> dict[str, Problem]:
        """Give what is wrong with each id that the field may not hold."""
        bad = dict.fromkeys(ids, problems.NO_SUCH_RECORD)
        for name, some in self._lookups.sorted_by_object(ids, field).items():
            extra = {"User": ["IsActive"], "Group": ["Type"]}.get(name, []) if field.name == "OwnerId" else []
            for key, row in self._storage.fetch(name, some, ["IsDeleted", *extra]).items():
                if row["IsDeleted"]:
                    bad[key] = problems.IS_DELETED
                elif row.get("IsActive") == 0:
                    bad[key] = problems.inactive_owner(key, self.owner)
                elif row.get("Type", "Queue") != "Queue" or (extra == ["Type"] and not self._queued(key)):
                    bad[key] = problems.not_this_queue()
                else:
                    del bad[key]
        return bad

    def _queued(self, group_id: str) -> bool:
        rows = self._storage.find("QueueSobject", "QueueId", [group_id], ["SobjectType"])
        return any(row["SobjectType"] == self.owner.name for row in rows)

    def _check_unique(self, field: Field, drafts: Sequence[Draft]) -> None:
        fresh = [draft for draft in drafts if draft.changed(field.name) and draft.new[field.name] is not None]
        if not fresh:
            return
        found = self._storage.find(self.owner.name, field.name, [d.new[field.name] for d in fresh], [*_KEY, field.name])
        taken = {str(row[field.name]).casefold(): str(row["Id"]) for row in found if not row["IsDeleted"]}
        for draft in fresh:
            holder = taken.setdefault(str(draft.new[field.name]).casefold(), draft.id)
            if holder != draft.id:
                draft.problems.append(problems.duplicate(field, holder))

    def _check_rules(self, drafts: Sequence[Draft], user_id: str) -> None:
        user: Mapping[str, Any] = self._user_globals(user_id) if self._rules.asks_user and drafts else {}
        above = self._lookups.parents(self.owner.name, [draft.new for draft in drafts], self._parents)
        for draft, parents in zip(drafts, above, strict=True):
            draft.problems.extend(self._rules.check(draft, parents, user))


def _begin(field: Field) -> str | int | None:
    return int(bool(field.default)) if field.type is FieldType.BOOLEAN else None


def _touched(at: str, user_id: str) -> Row:
    return {"LastModifiedDate": at, "LastModifiedById": user_id, "SystemModstamp": at}


def _key(row: Mapping[str, Any]) -> str:
    """Give the 18-character id that a row names, or what stands there instead."""
    named = row.get("Id", row.get("id"))
    return to_18(named) if isinstance(named, str) and is_id(named) else str(named or "")
