"""What a record's type says of its values: which picklist values it may have, and which it begins with."""

from collections.abc import Mapping

from upbeat.localorg import problems
from upbeat.localorg.drafts import Draft
from upbeat.schema import Field, FieldType, Object, RecordType

_FIELD = "RecordTypeId"


class Kinds:
    """The record types of one object, as saves look at them."""

    def __init__(self, owner: Object) -> None:
        """Find out once what each record type allows."""
        self._fields = owner.fields
        self._typed = owner.has(_FIELD)
        self._known = {kind.id: kind for kind in owner.record_types if kind.active and kind.available}
        self.default = next((key for key, kind in self._known.items() if kind.default), None)

    def __bool__(self) -> bool:
        """Whether there is a record type."""
        return bool(self._known)

    def check(self, draft: Draft) -> None:
        """Refuse a record type that nobody may choose, and values that it does not have."""
        if not self._typed:
            return
        key = draft.text(_FIELD)
        if key and _FIELD in draft.given and draft.changed(_FIELD) and key not in self._known:
            draft.problems.append(problems.not_this_record_type(self._fields[_FIELD], key))
        kind = self._known.get(key)
        for name in kind.picklists if kind else ():
            field, value = self._fields[name], draft.text(name)
            if kind and value and name in draft.given and _refusing(field):
                allowed = {one.value for one in kind.picklists[name]}
                unknown = [part for part in _parts(field, value) if part not in allowed]
                draft.problems.extend(problems.not_in_picklist(field, part) for part in unknown[:1])

    def defaults(self, draft: Draft, plain: Mapping[str, str]) -> Mapping[str, str]:
        """Give what a new record begins with, of the fields' own defaults and those of its type."""
        kind = self._known.get(draft.text(_FIELD)) if self._typed else None
        if kind is None or not kind.picklists:
            return plain
        kept = {name: value for name, value in plain.items() if _has(kind, name, value)}
        return kept | {name: one.value for name, values in kind.picklists.items() for one in values if one.default}


def _has(kind: RecordType, name: str, value: str) -> bool:
    return name not in kind.picklists or any(one.value == value for one in kind.picklists[name])


def _refusing(field: Field) -> bool:
    """Whether the API holds a value to the record type: a restricted picklist, and a stage, as of the sales process."""
    return field.restricted or field.name == "StageName"


def _parts(field: Field, value: str) -> list[str]:
    return value.split(";") if field.type is FieldType.MULTIPICKLIST else [value]
