"""The first step of a save: a client's values, checked one by one, on a record that is read or begun."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from upbeat.localorg import problems
from upbeat.localorg.drafts import Draft
from upbeat.localorg.problems import Unfit
from upbeat.localorg.saving.kinds import Kinds
from upbeat.localorg.storage import Row
from upbeat.localorg.values import Accept, accept, stamp
from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.soql.layout import COMPOUND, Stored

_ENVELOPE: Final = frozenset({"attributes", "Id"})


class Taking:
    """Drafts of one object's records from a client's rows."""

    def __init__(self, owner: Object, schema: Schema) -> None:
        """Work out once what every row of the object needs."""
        self._owner = owner
        fields = [field for field in owner.fields.values() if field.type not in COMPOUND]
        kept = [field for field in fields if not field.formula]
        self._kinds = Kinds(owner)
        self._accepts: dict[str, tuple[Field, Accept]] = {one.name: (one, accept(one, schema)) for one in fields}
        self._blank: Row = {"IsDeleted": 0}
        self._blank.update({one.name: _begin(one) for one in kept})
        self._defaults = {one.name: str(one.default) for one in kept if isinstance(one.default, str)}

    def accept(self, name: str, value: Any) -> Stored:
        """Turn a client's value for one field into the stored form. Raises Unfit."""
        return self._accepts[name][1](value)

    def begin(self, position: int, key: str, row: Mapping[str, Any], user_id: str, now: datetime) -> Draft:
        """Give the draft of a new record."""
        at = stamp(now)
        audit: Row = {"Id": key, "CreatedDate": at, "CreatedById": user_id, "OwnerId": user_id} | touched(at, user_id)
        new = self._blank | {name: value for name, value in audit.items() if name in self._blank}
        draft = Draft(position, key, {}, new, frozenset(), now, at)
        if self._kinds:
            new["RecordTypeId"] = self._kinds.default
        self._take(draft, row)
        for name, default in self._kinds.defaults(draft, self._defaults).items():
            if new[name] is None and name not in draft.given:
                new[name] = default
        if new.get("OwnerId", "") is None:
            new["OwnerId"] = user_id
        return draft

    def change(self, position: int, row: Mapping[str, Any], old: Row, user_id: str, now: datetime) -> Draft:
        """Give the draft of a record as it stands, changed."""
        at = stamp(now)
        new = old | {name: value for name, value in touched(at, user_id).items() if name in old}
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
            found = self._accepts.get(key)
            if found is None and self._owner.has(key):  # a compound field: its parts are written
                locked.append(key)
                continue
            if found is None:
                draft.problems.append(problems.no_such_field(key, self._owner.name))
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
        self._kinds.check(draft)
        if locked:
            draft.problems.append(problems.not_writeable(tuple(locked)))


def _begin(field: Field) -> str | int | None:
    return int(bool(field.default)) if field.type is FieldType.BOOLEAN else None


def touched(at: str, user_id: str) -> Row:
    """Give the fields that say who changed a record last, and when."""
    return {"LastModifiedDate": at, "LastModifiedById": user_id, "SystemModstamp": at}
