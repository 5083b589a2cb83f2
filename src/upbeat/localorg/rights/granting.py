"""Permission sets made and filled: those of the profiles that an org comes with, and what an admin adds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from upbeat.localorg.problems import OrgError
from upbeat.localorg.rights.grants import Can
from upbeat.localorg.rights.places import governing, permissionable, takes_grants
from upbeat.localorg.rights.reading import ON_FIELD, ON_OBJECT, PERMISSION
from upbeat.localorg.setup import Founder
from upbeat.localorg.storage import Row, Storage
from upbeat.schema import Field, Object, Schema

ADMINISTRATOR: Final = "System Administrator"
STANDARD_USER: Final = "Standard User"
API_ONLY: Final = "Minimum Access - API Only Integrations"
_SYSTEM: Final[Mapping[str, frozenset[str]]] = {
    STANDARD_USER: frozenset({"ApiEnabled", "ConvertLeads", "EditEvent", "EditTask", "ViewSetup"}),
    API_ONLY: frozenset({"ApiEnabled", "ApiUserOnly"}),
}
"""The system permissions of a profile, but for the administrator's, who has every one."""

READING: Final = "Upbeat_Reading"
WRITING: Final = "Upbeat_Writing"
_OF_CLIENTS: Final[Mapping[str, tuple[Can, frozenset[str]]]] = {
    READING: (Can.READ | Can.VIEW_ALL, frozenset({"ApiEnabled", "ViewSetup"})),
    WRITING: (
        Can.EVERYTHING,
        frozenset({"ApiEnabled", "ConvertLeads", "EditEvent", "EditTask", "TransferAnyEntity", "ViewSetup"}),
    ),
}
"""The permission sets of Upbeat's two identities: what they may do with every object, and their system permissions."""


@dataclass(frozen=True, slots=True)
class Grantor:
    """Writes permission sets, what they grant, and who has them."""

    storage: Storage
    schema: Schema
    founder: Founder

    def found(self) -> None:
        """Give each profile of a new org the permission set that it owns."""
        for profile in self.storage.find("Profile", "IsDeleted", [0], ["Id", "Name"]):
            name, key = str(profile["Name"]), str(profile["Id"])
            every = {one.removeprefix(PERMISSION) for one in self._permissions()}
            system = every - {"ApiUserOnly"} if name == ADMINISTRATOR else _SYSTEM.get(name, frozenset[str]())
            row: Row = {"Name": f"X{key}", "Label": key, "ProfileId": key, "IsOwnedByProfile": 1, "IsCustom": 0}
            (made,) = self.founder.write("PermissionSet", [row | self._system(system)])
            self.storage.update("Profile", [(key, self._system(system))])
            if name != API_ONLY:
                can = Can.EVERYTHING if name == ADMINISTRATOR else Can.WRITE
                self._write_objects(made, {one.name: can for one in self.schema if takes_grants(one)})
                self._write_fields(made, dict.fromkeys(every_field(self.schema), Can.READ | Can.EDIT))

    def permission_set(
        self,
        name: str,
        *,
        label: str = "",
        system: Iterable[str] = (),
        objects: Mapping[str, Can] | None = None,
        fields: Mapping[str, Can] | None = None,
    ) -> str:
        """Make a permission set, or add to the one of that name or of the profile of that name, and give its id.

        `system` are names such as `ViewSetup`, `objects` of objects, `fields` such as `Account.Industry`. What an
        object or a field was granted before is replaced; `Can.NOTHING` takes it away. Raises OrgError for a name that
        there is not.
        """
        objects, fields = objects or {}, fields or {}
        named = [PERMISSION + one for one in system]
        self._check(named, objects, fields)
        key = self._holder(name)
        if key is None:
            row: Row = {"Name": name, "Label": label or name.replace("_", " "), "IsOwnedByProfile": 0, "IsCustom": 1}
            (key,) = self.founder.write("PermissionSet", [row | self._system(system)])
        elif named:
            self.storage.update("PermissionSet", [(key, dict.fromkeys(named, 1))])
        self._write_objects(key, objects)
        self._write_fields(key, fields)
        return key

    def connect(self, name: str, user_id: str) -> None:
        """Give a user `READING` or `WRITING`, which is made where the org has it not."""
        if self._holder(name) is None:
            can, system = _OF_CLIENTS[name]
            objects = {one.name: can for one in self.schema if takes_grants(one)}
            fields = dict.fromkeys(every_field(self.schema), can & (Can.READ | Can.EDIT))
            self.permission_set(name, system=system, objects=objects, fields=fields)
        self.assign(name, user_id)

    def assign(self, name: str, user_id: str) -> None:
        """Give a user a permission set. Raises OrgError where there is none of that name."""
        key = self._holder(name)
        if key is None:
            raise OrgError(f"there is no permission set {name}", fix="Make it first.")
        had = self.storage.find("PermissionSetAssignment", "AssigneeId", [user_id], ["PermissionSetId", "IsDeleted"])
        if not any(row["PermissionSetId"] == key and not row["IsDeleted"] for row in had):
            self.founder.write("PermissionSetAssignment", [{"PermissionSetId": key, "AssigneeId": user_id}])

    def welcome(self, objects: Iterable[str], fields: Iterable[str], holders: Mapping[str, Can]) -> None:
        """Grant new objects and fields, as far as `Can` says, to the holders of these names of which there are some."""
        objects, fields = list(objects), list(fields)
        for name, can in holders.items():
            key = self._holder(name)
            if key is not None:
                self._write_objects(key, dict.fromkeys(objects, can))
                self._write_fields(key, dict.fromkeys(fields, can & (Can.READ | Can.EDIT)))

    def _holder(self, name: str) -> str | None:
        """Give the id of the permission set of that name, or of that a profile of the name owns."""
        rows = self.storage.find("PermissionSet", "Name", [name], ["Id", "IsDeleted"])
        profiles = [row["Id"] for row in self.storage.find("Profile", "Name", [name], ["Id"])]
        rows += self.storage.find("PermissionSet", "ProfileId", profiles, ["Id", "IsDeleted"])
        return next((str(row["Id"]) for row in rows if not row["IsDeleted"]), None)

    def _check(self, named: Iterable[str], objects: Iterable[str], fields: Iterable[str]) -> None:
        known = self._permissions()
        unknown = [one for one in named if one not in known]
        unknown += [one for one in objects if not (self.schema.has(one) and takes_grants(self.schema.object(one)))]
        unknown += [one for one in fields if not self._grantable(one)]
        if unknown:
            fix = "Name system permissions, objects that take permissions, and fields as Account.Industry."
            raise OrgError(f"{unknown[0]} cannot be granted", fix=fix)

    def _grantable(self, dotted: str) -> bool:
        owner, _, name = dotted.partition(".")
        one = self.schema.object(owner) if self.schema.has(owner) else None
        return one is not None and one.has(name) and permissionable(one, one.field(name))

    def _permissions(self) -> list[str]:
        return [name for name in self.schema.object("PermissionSet").fields if name.startswith(PERMISSION)]

    def _system(self, names: Iterable[str]) -> Row:
        wanted = {PERMISSION + one for one in names}
        return {name: int(name in wanted) for name in self._permissions()}

    def _write_objects(self, key: str, objects: Mapping[str, Can]) -> None:
        self._drop("ObjectPermissions", "SobjectType", key, objects)
        rows = [
            Row(ParentId=key, SobjectType=name)
            | {column: int(bool(can.whole & flag)) for column, flag in ON_OBJECT.items()}
            for name, can in objects.items()
            if can
        ]
        self.founder.write("ObjectPermissions", rows)

    def _write_fields(self, key: str, fields: Mapping[str, Can]) -> None:
        self._drop("FieldPermissions", "Field", key, fields)
        rows = [
            Row(ParentId=key, SobjectType=name.partition(".")[0], Field=name)
            | {column: int(bool(can.whole & flag)) for column, flag in ON_FIELD.items()}
            for name, can in fields.items()
            if can
        ]
        self.founder.write("FieldPermissions", rows)

    def _drop(self, name: str, column: str, key: str, values: Iterable[str]) -> None:
        """Take away what was granted on these."""
        wanted = {value.casefold() for value in values}
        rows = self.storage.find(name, "ParentId", [key], ["Id", column, "IsDeleted"])
        old = [str(row["Id"]) for row in rows if not row["IsDeleted"] and str(row[column]).casefold() in wanted]
        self.storage.update(name, [(one, {"IsDeleted": 1}) for one in old])


def every_field(schema: Schema, objects: Iterable[Object] | None = None) -> list[str]:
    """Give all fields that field permissions are granted on, as `Account.Industry`."""
    return [
        dotted
        for one in (schema if objects is None else objects)
        for dotted in granted_fields(one, one.fields.values())
    ]


def granted_fields(one: Object, fields: Iterable[Field]) -> list[str]:
    """Give those of an object's fields that field permissions are granted on; of an address, the address."""
    return [
        f"{one.name}.{field.name}"
        for field in fields
        if permissionable(one, field) and governing(one, field) == field.name
    ]
