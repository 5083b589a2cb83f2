"""What a save brings with it in other tables: history, stage history, the date of last activity, groups of roles."""

from collections.abc import Iterable, Sequence
from typing import Final

from upbeat.localorg.drafts import Draft
from upbeat.localorg.saving.derived import Setting
from upbeat.localorg.setup import Founder
from upbeat.localorg.storage import Row, Storage
from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.soql.layout import Stored

_SNAPSHOT: Final = ("StageName", "Amount", "ExpectedRevenue", "CloseDate", "Probability", "ForecastCategory")
_SNAPSHOT_ON: Final = ("StageName", "Amount", "CloseDate", "Probability", "ForecastCategory")


class Effects:
    """The consequences of saving one object's records."""

    def __init__(self, owner: Object, storage: Storage, setting: Setting) -> None:
        """Find out once what the object's saves bring with them."""
        self._schema = setting.schema
        self._storage = storage
        self._lookups = setting.lookups
        self._history = _history_of(owner, setting.schema)
        self._parent = f"{owner.name}Id" if not owner.custom else "ParentId"
        self._tracked = [one for one in owner.fields.values() if one.history] if self._history else []
        self._snapshots = owner.name == "Opportunity"
        self._activity = owner.name in {"Task", "Event"}
        self._roles = owner.name == "UserRole"
        self._relates = owner.name == "Task"

    def follow(self, drafts: Sequence[Draft], user_id: str) -> None:
        """Write what these saved drafts bring with them."""
        if self._history is not None:
            self._write_history(self._history, drafts, user_id)
        if self._snapshots:
            self._write_snapshots(drafts, user_id)
        if self._activity:
            self._move_last_activity(drafts)
        if self._relates:
            self._relate([draft for draft in drafts if draft.changed("WhoId") or draft.changed("WhatId")], user_id)
        if self._roles:
            self._write_role_groups([draft for draft in drafts if draft.created], user_id)

    def _write_history(self, history: Object, drafts: Sequence[Draft], user_id: str) -> None:
        changes = [
            (draft, field)
            for draft in drafts
            if not draft.created
            for field in self._tracked
            if draft.changed(field.name)
        ]
        linked = [(draft, field) for draft, field in changes if field.type is FieldType.REFERENCE]
        ids = {str(row[field.name]) for draft, field in linked for row in (draft.old, draft.new) if row[field.name]}
        names = self._lookups.names(ids) if ids else {}
        rows: list[Row] = [self._row(draft, "created", None, None, user_id) for draft in drafts if draft.created]
        for draft, field in changes:
            old, new = _shown(field, draft.old[field.name]), _shown(field, draft.new[field.name])
            called = _called(field)
            if field.type is FieldType.REFERENCE:  # one row with the names, one with the ids, as Salesforce keeps them
                rows.append(self._row(draft, called, names.get(str(old)), names.get(str(new)), user_id))
            rows.append(self._row(draft, called, old, new, user_id))
        for row, key in zip(rows, self._storage.new_ids(history.key_prefix, len(rows)), strict=True):
            row["Id"] = key
        self._storage.insert(history.name, rows)

    def _row(self, draft: Draft, called: str, old: Stored, new: Stored, user_id: str) -> Row:
        return {
            "Id": None,
            self._parent: draft.id,
            "CreatedById": user_id,
            "CreatedDate": draft.at,
            "Field": called,
            "OldValue": old,
            "NewValue": new,
        }

    def _write_snapshots(self, drafts: Sequence[Draft], user_id: str) -> None:
        moved = [draft for draft in drafts if any(draft.changed(name) for name in _SNAPSHOT_ON)]
        ids = self._storage.new_ids("008", len(moved))
        rows: list[Row] = []
        for draft, key in zip(moved, ids, strict=True):
            now = draft.at
            audit: Row = {"Id": key, "OpportunityId": draft.id, "CreatedById": user_id, "CreatedDate": now}
            rows.append(audit | {"SystemModstamp": now} | {name: draft.new[name] for name in _SNAPSHOT})
        self._storage.insert("OpportunityHistory", rows)

    def _relate(self, drafts: Sequence[Draft], user_id: str) -> None:
        """Keep the person and the record that a task names among what it is related to (Shared Activities)."""
        pairs = [(draft, name) for draft in drafts for name in ("WhoId", "WhatId") if draft.changed(name)]
        left = {(draft.id, draft.old[name]) for draft, name in pairs if not draft.created and draft.old[name]}
        if left:
            columns = ["Id", "TaskId", "RelationId"]
            rows = self._storage.find("TaskRelation", "TaskId", {task for task, _ in left}, columns)
            gone = [str(row["Id"]) for row in rows if (row["TaskId"], row["RelationId"]) in left]
            self._storage.remove("TaskRelation", gone)
        fresh = [(draft, name) for draft, name in pairs if draft.new[name]]
        made: list[Row] = []
        ids = self._storage.new_ids("0RT", len(fresh))
        for (draft, name), key in zip(fresh, ids, strict=True):
            related, by = draft.new[name], {"CreatedById": user_id, "LastModifiedById": user_id}
            dated = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), draft.at)
            row: Row = {"Id": key, "TaskId": draft.id, "RelationId": related, "IsWhat": int(name == "WhatId")}
            made.append(row | {"AccountId": self._lookups.value(str(related), "AccountId")} | by | dated)
        self._storage.insert("TaskRelation", made)

    def _write_role_groups(self, drafts: Sequence[Draft], user_id: str) -> None:
        """Give each new role the groups that records are shared with: those in the role, and those below it too."""
        for draft in drafts:
            named: Row = {"Name": draft.text("Name")[:40], "DeveloperName": draft.new.get("DeveloperName")}
            rows = [named | {"Type": kind, "RelatedId": draft.id} for kind in ("Role", "RoleAndSubordinates")]
            Founder(self._storage, self._schema, draft.now, user_id).write("Group", rows)

    def _move_last_activity(self, drafts: Iterable[Draft]) -> None:
        latest: dict[str, str] = {}
        for draft in drafts:
            done = draft.new.get("IsClosed", 1)  # an event counts as it stands, a task once it is closed
            day = draft.text("ActivityDate") or draft.at[:10]
            for key in filter(None, (draft.text(column) for column in ("WhoId", "WhatId", "AccountId"))):
                if done:
                    latest[key] = max(day, latest.get(key, day))
        for name, ids in self._lookups.sorted_by_object(latest).items():
            if self._schema.object(name).has("LastActivityDate"):
                found = self._storage.fetch(name, ids, ["LastActivityDate"])
                moved = [key for key, row in found.items() if latest[key] > str(row["LastActivityDate"] or "")]
                self._storage.update(name, [(key, {"LastActivityDate": latest[key]}) for key in sorted(moved)])


def _history_of(owner: Object, schema: Schema) -> Object | None:
    if owner.custom:
        name = owner.name.removesuffix("c") + "History"
    else:
        name = "OpportunityFieldHistory" if owner.name == "Opportunity" else f"{owner.name}History"
    return schema.object(name) if schema.has(name) else None


def _shown(field: Field, stored: Stored) -> Stored:
    return ("true" if stored else "false") if field.type is FieldType.BOOLEAN else stored


def _called(field: Field) -> str:
    """Give the name that history has for a field: `Owner` for OwnerId, a custom field's own."""
    return field.relationship if field.relationship and not field.custom else field.name
