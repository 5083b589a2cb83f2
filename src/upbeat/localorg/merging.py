"""Merging: up to three records of one kind become one, as Salesforce's merge call has it.

The others go to the recycle bin, where `MasterRecordId` says which record took their place; what referred to them
refers to that one. The values of the one that stays are its own, but for those that the request gives. Each request
is carried out whole or not at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from upbeat.base import is_id, to_18
from upbeat.localorg import problems
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import Problem, Refused, Saved
from upbeat.schema import Field, Object

MERGEABLE: Final = ("Lead", "Contact", "Account")
"""What clients may merge (SOAP API Developer Guide, merge; cases, which it names since, are not merged here)."""
MOST: Final = 2
"""Records that one request merges into another (the same)."""

_OWN: Final = ("History", "Share", "Feed", "ChangeEvent")  # how objects end that stay with the record they are of
_NOT_MOVED: Final = frozenset({"DuplicateRecordItem", "UserRecordAccess", "ProcessInstance", "User"})
_ONCE: Final[Mapping[str, str]] = {"CampaignMember": "CampaignId"}
"""Children of which a record has one at most for each value of a field: a second one goes with the record that goes."""


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """What is asked: the record that stays, with the `values` it is to have, and the ids of those that go."""

    object: str
    master_id: str
    others: Sequence[str]
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of a request: which records are gone and which were moved, or why nothing was done."""

    master_id: str
    merged: Sequence[str] = ()
    moved: Sequence[str] = ()
    errors: tuple[Problem, ...] = ()


class _Unfit(Exception):  # noqa: N818 (what it says of the request)
    def __init__(self, *found: Problem) -> None:
        super().__init__(found[0].message)
        self.problems = found


def merge(org: LocalOrg, asked: MergeRequest, user_id: str) -> Merged:
    """Merge the records of one request."""
    try:
        with org.transaction():
            return _Merge(org, asked, user_id).run()
    except (_Unfit, Refused) as failed:
        return Merged(asked.master_id, errors=failed.problems)


class _Merge:
    def __init__(self, org: LocalOrg, asked: MergeRequest, user_id: str) -> None:
        self._org = org
        self._asked = asked
        self._user = user_id
        self._object = org.object(asked.object, user_id)

    def run(self) -> Merged:
        master = self._found(self._asked.master_id)
        if not 0 < len(self._asked.others) <= MOST:
            raise _Unfit(Problem("MERGE_FAILED", f"Specify one or {MOST} records to merge into the master record"))
        others = [self._found(one) for one in self._asked.others]
        if len({master, *others}) <= len(others):
            raise _Unfit(Problem("MERGE_FAILED", "A record can be merged only once, and not into itself"))
        moved = [key for one in others for key in self._move(one, master)]
        for one in self._org.delete(others, self._user, into=master):
            _must(one)
        [saved] = self._org.update(self._object.name, [{**self._asked.values, "Id": master}], self._user)
        _must(saved)
        return Merged(master, others, moved)

    def _found(self, key: str) -> str:
        """Give a record's id, where the user sees it and it can be merged."""
        if not is_id(key) or key[:3] != self._object.key_prefix:
            raise _Unfit(problems.malformed_id(key))
        name, key = self._object.name, to_18(key)
        try:
            record = self._org.record(name, key, user_id=self._user)
        except Refused as refused:
            gone = problems.IS_DELETED in refused.problems
            raise _Unfit(problems.IS_DELETED if gone else problems.NO_SUCH_RECORD) from None
        if record.get("IsConverted"):
            raise _Unfit(problems.converted_lead())
        return key

    def _move(self, loser: str, master: str) -> list[str]:
        """Let what refers to a record refer to another; give what was moved, as far as the user sees it."""
        moved: list[str] = []
        for child, reference in self._referring():
            text = f"SELECT Id FROM {child.name} WHERE {reference.name} = '{loser}'"  # noqa: S608 (the same)
            rows = [row["Id"] for row in self._org.query(text, self._org.process_user)]
            rows = [key for key in rows if key not in self._doubled(child, reference, loser, master)]
            if not rows:
                continue
            seen = self._org.rights.reach(self._user).schema
            if seen.has(child.name) and seen.object(child.name).has(reference.name):
                moved += [row["Id"] for row in self._org.query(text, self._user) if row["Id"] in rows]
            itself = {key: {reference.name: None if key == master else master} for key in rows}
            self._org.put(child.name, itself, self._user)
        return moved

    def _referring(self) -> Iterator[tuple[Object, Field]]:
        for child in self._org.schema:
            if child.name.endswith(_OWN) or child.name in _NOT_MOVED or not child.queryable:
                continue
            if child.has("LastModifiedById") and child.has("IsDeleted"):
                for one in child.fields.values():
                    if self._object.name in one.reference_to and one.name != "MasterRecordId":
                        yield child, one

    def _doubled(self, child: Object, reference: Field, loser: str, master: str) -> set[str]:
        """Give the children that the master has already."""
        if child.name not in _ONCE:
            return set()
        by, name = _ONCE[child.name], reference.name
        text = f"SELECT Id, {by}, {name} FROM {child.name} WHERE {name} IN ('{loser}', '{master}')"  # noqa: S608 (ids)
        rows = self._org.query(text, self._org.process_user)
        has = {row[by] for row in rows if row[name] == master}
        return {row["Id"] for row in rows if row[name] == loser and row[by] in has}


def _must(saved: Saved) -> None:
    if not saved.ok:
        raise _Unfit(*saved.errors)
