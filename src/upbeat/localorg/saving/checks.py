"""The second step of a save: what a record as a whole must hold to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from upbeat.localorg import problems
from upbeat.localorg.currencies import ISO_CODE, OF_USER
from upbeat.localorg.drafts import Draft
from upbeat.localorg.duplicates import Duplicates
from upbeat.localorg.problems import Problem
from upbeat.localorg.rules import Rules
from upbeat.localorg.saving.derived import DERIVE, Setting
from upbeat.localorg.storage import Storage
from upbeat.schema import Field, FieldType, Object
from upbeat.soql.layout import COMPOUND

UserGlobals = Callable[[str], Mapping[str, Any]]

_KEY: Final = ("Id", "IsDeleted")

_TOGETHER: Final = {
    "FieldPermissions": ("ParentId", "Field"),
    "GroupMember": ("GroupId", "UserOrGroupId"),
    "ObjectPermissions": ("ParentId", "SobjectType"),
    "PermissionSetAssignment": ("PermissionSetId", "AssigneeId"),
    "TaskRelation": ("TaskId", "RelationId"),
}
"""The two fields that no two records of an object have alike."""


class Checks:
    """The checks of one object's drafts. Each is given the drafts that passed those before it."""

    def __init__(
        self,
        owner: Object,
        storage: Storage,
        rules: Rules,
        duplicates: Duplicates,
        setting: Setting,
        user: UserGlobals,
    ) -> None:
        """Work out once what every draft is asked."""
        self._owner = owner
        self._storage = storage
        self._lookups = setting.lookups
        self._rules = rules
        self._duplicates = duplicates
        self._setting = setting
        self._user = user
        self._derivation = DERIVE.get(owner.name)
        fields = [field for field in owner.fields.values() if field.type not in COMPOUND]
        self._needed = [
            one for one in fields if one.createable and not one.nillable and one.type is not FieldType.BOOLEAN
        ]
        self._references = [one for one in fields if one.reference_to and (one.createable or one.updateable)]
        self._unique = [one for one in fields if one.unique]

    def run(self, drafts: Sequence[Draft], user_id: str) -> None:
        """Put beside each draft what is wrong with it."""
        for check in (
            self._denominate,
            self._require,
            self._derive,
            self._refer,
            self._distinguish,
            self._validate,
            self._compare,
        ):
            check([draft for draft in drafts if not draft.problems], user_id)

    def _denominate(self, drafts: Sequence[Draft], user_id: str) -> None:
        """Give a record the currency of whoever saves it, and an opportunity product that of its opportunity."""
        if not self._owner.has(ISO_CODE):
            return
        if self._owner.name == "OpportunityLineItem":
            ids = {draft.text("OpportunityId") for draft in drafts}
            deals = self._storage.fetch("Opportunity", ids, [ISO_CODE])
            for draft in drafts:
                own = deals.get(draft.text("OpportunityId"), {}).get(ISO_CODE)
                if ISO_CODE in draft.given and draft.new[ISO_CODE] not in {None, own}:
                    draft.problems.append(problems.another_currency(self._owner.field(ISO_CODE)))
                draft.new[ISO_CODE] = own
        blank = [draft for draft in drafts if draft.new[ISO_CODE] is None]
        own = self._lookups.value(user_id, OF_USER) if blank else None
        for draft in blank:
            draft.new[ISO_CODE] = own or self._setting.schema.currency

    def _require(self, drafts: Sequence[Draft], _: str) -> None:
        for draft in drafts:
            new, given = draft.new, draft.given
            blank = [f.name for f in self._needed if new[f.name] is None and (not f.defaulted or f.name in given)]
            if blank:
                draft.problems.append(problems.missing(tuple(blank)))

    def _derive(self, drafts: Sequence[Draft], _: str) -> None:
        if self._derivation is not None:
            for draft in drafts:
                self._derivation(draft, self._setting)

    def _refer(self, drafts: Sequence[Draft], _: str) -> None:
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
                    bad[key] = problems.inactive_owner(key, self._owner)
                elif row.get("Type", "Queue") != "Queue" or (extra == ["Type"] and not self._queued(key)):
                    bad[key] = problems.not_this_queue()
                else:
                    del bad[key]
        return bad

    def _queued(self, group_id: str) -> bool:
        rows = self._storage.find("QueueSobject", "QueueId", [group_id], ["SobjectType"])
        return any(row["SobjectType"] == self._owner.name for row in rows)

    def _distinguish(self, drafts: Sequence[Draft], _: str) -> None:
        for field in self._unique:
            good = [draft for draft in drafts if not draft.problems]  # the database stops at the first
            fresh = [draft for draft in good if draft.changed(field.name) and draft.new[field.name] is not None]
            if fresh:
                self._check_unique(field, fresh)
        if self._owner.name in _TOGETHER:
            self._check_together(*_TOGETHER[self._owner.name], [draft for draft in drafts if not draft.problems])

    def _check_together(self, one: str, other: str, drafts: Sequence[Draft]) -> None:
        values = [draft.new[one] for draft in drafts]
        found = self._storage.find(self._owner.name, one, values, [*_KEY, one, other])
        taken = {(row[one], str(row[other]).casefold()): str(row["Id"]) for row in found if not row["IsDeleted"]}
        for draft in drafts:
            holder = taken.setdefault((draft.new[one], draft.text(other).casefold()), draft.id)
            if holder != draft.id:
                draft.problems.append(problems.duplicate(self._owner.field(other), holder))

    def _check_unique(self, field: Field, drafts: Sequence[Draft]) -> None:
        values = [draft.new[field.name] for draft in drafts]
        found = self._storage.find(self._owner.name, field.name, values, [*_KEY, field.name])
        taken = {str(row[field.name]).casefold(): str(row["Id"]) for row in found if not row["IsDeleted"]}
        for draft in drafts:
            holder = taken.setdefault(str(draft.new[field.name]).casefold(), draft.id)
            if holder != draft.id:
                draft.problems.append(problems.duplicate(field, holder))

    def _validate(self, drafts: Sequence[Draft], user_id: str) -> None:
        if not (drafts and self._rules):
            return
        user: Mapping[str, Any] = self._user(user_id) if self._rules.asks_user else {}
        records = self._lookups.records(self._owner, [draft.new for draft in drafts], self._rules.reads)
        priors = self._lookups.records(self._owner, [draft.old for draft in drafts], self._rules.reads_prior)
        for draft, record, prior in zip(drafts, records, priors, strict=True):
            draft.problems.extend(self._rules.check(draft, record, prior, user))

    def _compare(self, drafts: Sequence[Draft], _: str) -> None:
        self._duplicates.check(drafts)
