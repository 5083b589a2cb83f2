"""Roles, permission sets, users and queues of definition files: records of the org, known by their names."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from upbeat import soql
from upbeat.base import nearest
from upbeat.base.files import DefinitionError, Path, Problem
from upbeat.localorg.definition_file.gathering import Gathered
from upbeat.localorg.definition_file.model import (
    OrgDefinition,
    PermissionSetDefinition,
    QueueDefinition,
    UserDefinition,
)
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError
from upbeat.localorg.rights import Can

CAN: Final[Mapping[str, Can]] = {
    "Read": Can.READ,
    "Create": Can.CREATE,
    "Edit": Can.EDIT,
    "Delete": Can.DELETE,
    "ViewAll": Can.VIEW_ALL,
    "ModifyAll": Can.MODIFY_ALL,
}
"""The file's words for what may be done."""


class People:
    """Roles, permission sets, users and queues: records of the org, known by their names."""

    def __init__(self, org: LocalOrg, files: list[OrgDefinition], found: Gathered) -> None:
        """Take those of these files, for this org."""
        self._org = org
        self._files = files
        self._found = found

    def check(self) -> None:
        """Look up every role, profile, manager and member that the files name."""
        roles = self._known("UserRole", "Name") | {name for file in self._files for name in file.roles}
        users = self._known("User", "Username") | {name.casefold() for file in self._files for name in file.users}
        profiles = self._known("Profile", "Name")
        sets = self._known("PermissionSet", "Name") | {name for file in self._files for name in file.permission_sets}
        for file in self._files:
            for name, role in file.roles.items():
                self._look(file, ("roles", name, "parent"), role.parent, roles, "role")
            for name, user in file.users.items():
                self._look(file, ("users", name, "role"), user.role, roles, "role")
                self._look(file, ("users", name, "profile"), user.profile, profiles, "profile")
                self._look(file, ("users", name, "manager"), user.manager, users, "user")
                for index, one in enumerate(user.permission_sets):
                    self._look(file, ("users", name, "permission_sets", index), one, sets, "permission set")
            for name, queue in file.queues.items():
                for index, member in enumerate(queue.members):
                    self._look(file, ("queues", name, "members", index), member, users, "user")

    def _look(self, file: OrgDefinition, path: Path, name: str | None, known: set[str], kind: str) -> None:
        if name is None or name in known or name.casefold() in known:
            return
        close = nearest(name, known)
        self._found.wrong(file, path, f"there is no {kind} {name}", f"Did you mean {close}?" if close else "")

    def write(self) -> None:
        """Create and update them, each after what it refers to."""
        for file in self._files:
            self._roles(file)
        for file in self._files:
            for name, granted in file.permission_sets.items():
                self._permission_set(file, name, granted)
        for file in self._files:
            for username, user in file.users.items():
                self._user(username, user)
        for file in self._files:
            for username, user in file.users.items():
                manager = self._id("User", "Username", user.manager)
                self._save("User", {"Username": username, "ManagerId": manager}, "Username")
            for name, queue in file.queues.items():
                self._queue(name, queue)

    def _roles(self, file: OrgDefinition) -> None:
        for name in file.roles:
            self._save("UserRole", {"Name": name, "DeveloperName": _developer_name(name)}, "Name")
        for name, role in file.roles.items():
            above = self._id("UserRole", "Name", role.parent)
            self._save("UserRole", {"Name": name, "ParentRoleId": above}, "Name")

    def _permission_set(self, file: OrgDefinition, name: str, granted: PermissionSetDefinition) -> None:
        try:
            self._org.rights.permission_set(
                name,
                label=granted.label or "",
                system=granted.system,
                objects={one: _can(words) for one, words in granted.objects.items()},
                fields={one: _can(words) for one, words in granted.fields.items()},
            )
        except OrgError as error:
            place = file.place("permission_sets", name)
            raise DefinitionError([Problem(place, error.what, error.fix)]) from error

    def _user(self, username: str, user: UserDefinition) -> None:
        key = self._org.user(username, last_name=user.last_name, profile=user.profile)
        for one in user.permission_sets:
            self._org.rights.assign(one, key)
        self._save(
            "User",
            {
                "Username": username,
                "LastName": user.last_name,
                "FirstName": user.first_name,
                "ProfileId": self._id("Profile", "Name", user.profile),
                "UserRoleId": self._id("UserRole", "Name", user.role),
                "Title": user.title,
                "IsActive": user.active,
                **({"TimeZoneSidKey": user.time_zone} if user.time_zone else {}),
            },
            "Username",
        )

    def _queue(self, name: str, queue: QueueDefinition) -> None:
        members = [str(self._id("User", "Username", one)) for one in queue.members]
        key = self._org.queue(name, objects=queue.objects, members=members)
        owned = self._values("SELECT SobjectType FROM QueueSobject WHERE QueueId = :key", key, "SobjectType")
        joined = self._values("SELECT UserOrGroupId FROM GroupMember WHERE GroupId = :key", key, "UserOrGroupId")
        for one in set(queue.objects) - owned:
            self._create("QueueSobject", {"QueueId": key, "SobjectType": one})
        for one in set(members) - joined:
            self._create("GroupMember", {"GroupId": key, "UserOrGroupId": one})

    def _save(self, name: str, row: Mapping[str, Any], by: str) -> None:
        """Create the record that a name tells apart, or write what is different."""
        fields = ", ".join({"Id", *row})
        found = self._query(f"SELECT {fields} FROM {name} WHERE {by} = :key", row[by])  # noqa: S608 (the catalogue's names)
        if not found:
            self._create(name, row)
        elif any(found[0][key] != value for key, value in row.items()):
            (saved,) = self._org.update(name, [{"Id": found[0]["Id"], **row}], self._org.process_user)
            self._check(name, saved.errors)

    def _create(self, name: str, row: Mapping[str, Any]) -> None:
        (saved,) = self._org.create(name, [row], self._org.process_user)
        self._check(name, saved.errors)

    @staticmethod
    def _check(name: str, errors: tuple[Any, ...]) -> None:
        if errors:
            raise OrgError(f"{name} cannot be saved: {errors[0].message}")

    def _id(self, name: str, by: str, value: str | None) -> str | None:
        if value is None:
            return None
        found = self._query(f"SELECT Id FROM {name} WHERE {by} = :key", value)  # noqa: S608 (the same)
        return str(found[0]["Id"]) if found else None

    def _known(self, name: str, by: str) -> set[str]:
        found = {str(row[by]) for row in self._org.query(f"SELECT {by} FROM {name}", self._org.process_user)}  # noqa: S608 (the same)
        return {one.casefold() for one in found} if by == "Username" else found

    def _values(self, text: str, key: str, column: str) -> set[str]:
        return {str(row[column]) for row in self._query(text, key)}

    def _query(self, text: str, key: str) -> list[dict[str, Any]]:
        return self._org.query(str(soql.parse(text).fill({"key": key})), self._org.process_user)


def _developer_name(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name)


def _can(words: Iterable[str]) -> Can:
    """Give what some words grant: `ViewAll` is VIEW_ALL."""
    found = Can.NOTHING
    for word in words:
        found |= CAN[word]
    return found
