"""Permission sets, roles and groups as the org keeps them, read from their records into values."""

from collections.abc import Iterable
from typing import Final

from upbeat.localorg.rights.grants import Can, Grants
from upbeat.localorg.rights.principals import Group, People
from upbeat.localorg.storage import Row, Storage
from upbeat.schema import Schema

PERMISSION: Final = "Permissions"  # how the names of a permission set's own fields begin: `PermissionsViewAllData`
ON_OBJECT: Final = {
    "PermissionsRead": Can.READ,
    "PermissionsCreate": Can.CREATE,
    "PermissionsEdit": Can.EDIT,
    "PermissionsDelete": Can.DELETE,
    "PermissionsViewAllRecords": Can.VIEW_ALL,
    "PermissionsModifyAllRecords": Can.MODIFY_ALL,
}
ON_FIELD: Final = {"PermissionsRead": Can.READ, "PermissionsEdit": Can.EDIT}
GRANTING: Final = ("FieldPermissions", "ObjectPermissions", "PermissionSet", "PermissionSetAssignment", "User")
BELONGING: Final = ("Group", "GroupMember", "User", "UserRole")
"""The objects whose records say what users may do, and those that say where users belong."""


def held_by(storage: Storage, user_id: str) -> frozenset[str]:
    """Give the ids of a user's permission sets, that of the profile among them."""
    profiles = {row["ProfileId"] for row in storage.fetch("User", [user_id], ["ProfileId"]).values()}
    own = storage.find("PermissionSet", "ProfileId", profiles - {None}, ["Id", "IsOwnedByProfile", "IsDeleted"])
    given = storage.find("PermissionSetAssignment", "AssigneeId", [user_id], ["PermissionSetId", "IsDeleted"])
    found = {str(row["Id"]) for row in own if row["IsOwnedByProfile"] and not row["IsDeleted"]}
    return frozenset(found | {str(row["PermissionSetId"]) for row in given if not row["IsDeleted"]})


def grants_of(storage: Storage, schema: Schema, permission_sets: Iterable[str]) -> Grants:
    """Give what permission sets grant together; names are spelt as the schema spells them where it knows them."""
    ids = list(permission_sets)
    names = {one.name.casefold(): one.name for one in schema}
    system = {
        name.removeprefix(PERMISSION)
        for row in storage.fetch("PermissionSet", ids).values()
        for name, value in row.items()
        if value and name.startswith(PERMISSION) and not row["IsDeleted"]
    }
    objects, fields = dict[str, Can](), dict[str, Can]()
    for row in _live(storage, "ObjectPermissions", ids):
        name = names.get(str(row["SobjectType"]).casefold(), "")
        objects[name] = objects.get(name, Can.NOTHING) | _can(row, ON_OBJECT)
    for row in _live(storage, "FieldPermissions", ids):
        owner, _, name = str(row["Field"]).partition(".")
        one = schema.object(owner) if schema.has(owner) else None
        if one is not None and one.has(name):
            dotted = f"{one.name}.{one.field(name).name}"
            fields[dotted] = fields.get(dotted, Can.NOTHING) | _can(row, ON_FIELD)
    return Grants(frozenset(system), objects, fields)


def people(storage: Storage) -> People:
    """Give the org's users, roles, groups and members."""
    roles = _column(storage, "UserRole", "Id", "ParentRoleId")
    groups = {
        str(row["Id"]): Group(
            str(row["Type"]),
            str(row["RelatedId"] or ""),
            bosses=row["Type"] != "Regular" or bool(row["DoesIncludeBosses"]),
        )
        for row in storage.find("Group", "IsDeleted", [0], ["Id", "Type", "RelatedId", "DoesIncludeBosses"])
    }
    members = _column(storage, "GroupMember", "GroupId", "UserOrGroupId")
    return People(dict(_column(storage, "User", "Id", "UserRoleId")), dict(roles), groups, members)


def _column(storage: Storage, name: str, key: str, value: str) -> list[tuple[str, str]]:
    rows = storage.find(name, "IsDeleted", [0], [key, value])
    return [(str(row[key]), str(row[value])) for row in rows if row[value]]


def _live(storage: Storage, name: str, ids: list[str]) -> list[Row]:
    return [row for row in storage.find(name, "ParentId", ids) if not row["IsDeleted"]]


def _can(row: Row, flags: dict[str, Can]) -> Can:
    found = Can.NOTHING
    for column, can in flags.items():
        if row[column]:
            found |= can
    return found.whole
