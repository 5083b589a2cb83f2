"""The rights of an org's users: worked out once, and kept until a record that they come from is written."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Final, Generic, TypeVar

from upbeat.base import Clock, encode
from upbeat.localorg.rights.granting import (
    ADMINISTRATOR,
    READING,
    STANDARD_USER,
    WRITING,
    Grantor,
    granted_fields,
)
from upbeat.localorg.rights.grants import Can, Rights
from upbeat.localorg.rights.places import takes_grants
from upbeat.localorg.rights.reach import Reach, view
from upbeat.localorg.rights.reading import grants_of, held_by, people
from upbeat.localorg.rights.sharing import Sharing, SharingModel, default_model
from upbeat.localorg.setup import Founder
from upbeat.localorg.storage import Storage
from upbeat.schema import Object, Schema

V = TypeVar("V")

WELCOMING: Final[Mapping[str, Can]] = {
    ADMINISTRATOR: Can.EVERYTHING,
    STANDARD_USER: Can.WRITE,
    READING: Can.READ | Can.VIEW_ALL,
    WRITING: Can.EVERYTHING,
}
"""Who has a new object or field from the start, by the names of profiles and permission sets, and what they may do."""


class OrgRights:
    """Who may see and do what in one org."""

    def __init__(self, storage: Storage, process_user: str, clock: Clock) -> None:
        """Read from this storage. `process_user` stands for the org itself, which may do everything."""
        self._storage = storage
        self._process_user = process_user
        self._clock = clock

    def use(self, schema: Schema, models: Mapping[str, SharingModel]) -> None:
        """Judge by this schema and these org-wide defaults from now on."""
        self._schema = schema
        self.models = models
        everything = Rights.everything(schema)
        self._own = Reach(schema, everything, Sharing(schema, everything), "[]")
        self._held = _Kept[frozenset[str]](self._storage, "User", "PermissionSet", "PermissionSetAssignment")
        self._judged = _Kept[Reach](self._storage, "PermissionSet", "ObjectPermissions", "FieldPermissions")
        self._who = _Kept[str](self._storage, "User", "UserRole", "Group", "GroupMember")

    # What users may do

    def model(self, one: Object) -> SharingModel:
        """Give an object's org-wide default."""
        return self.models.get(one.name, default_model(one))

    def of(self, user_id: str) -> Rights:
        """Give what a user may see and change, object by object and field by field."""
        return self.reach(user_id).rights

    def reach(self, user_id: str) -> Reach:
        """Give a user's part of the org: its schema, rights and rows. No user at all is the org itself."""
        if user_id in {"", self._process_user}:
            return self._own
        held = self._held.get(user_id, lambda: held_by(self._storage, user_id))
        found = self._judged.get(held, lambda: self._judge(held))
        if not found.sharing.closed:
            return found
        who = self._who.get(user_id, lambda: encode(sorted(people(self._storage).principals(user_id))))
        return Reach(found.schema, found.rights, found.sharing, who)

    def _judge(self, held: frozenset[str]) -> Reach:
        rights = Rights.of(grants_of(self._storage, self._schema, held), self._schema)
        return Reach(view(self._schema, rights), rights, Sharing(self._schema, rights, self.models), "[]")

    # What an admin grants

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
        object or a field was granted before is replaced; `Can.NOTHING` takes it away. Raises OrgError for what cannot
        be granted.
        """
        with self._storage.transaction():
            return self._grantor().permission_set(name, label=label, system=system, objects=objects, fields=fields)

    def assign(self, name: str, user_id: str) -> None:
        """Give a user a permission set, who may have it already. Raises OrgError where there is none of that name."""
        with self._storage.transaction():
            self._grantor().assign(name, user_id)

    def connect(self, name: str, user_id: str) -> None:
        """Give a user one of Upbeat's own permission sets, `READING` or `WRITING`, made where the org has it not."""
        with self._storage.transaction():
            self._grantor().connect(name, user_id)

    def found(self) -> None:
        """Give the profiles their permission sets, where they have none yet."""
        if not self._storage.find("PermissionSet", "IsOwnedByProfile", [1], ["Id"]):
            with self._storage.transaction():
                self._grantor().found()

    def welcome(self, before: Schema, holders: Mapping[str, Can]) -> None:
        """Grant the objects and fields that the schema has and the one before had not."""
        objects, fields = list[str](), list[str]()
        for one in self._schema:
            old = before.object(one.name) if before.has(one.name) else None
            if old is None and takes_grants(one):
                objects.append(one.name)
            fields += granted_fields(one, [f for f in one.fields.values() if old is None or not old.has(f.name)])
        if objects or fields:
            self._grantor().welcome(objects, fields, holders)

    def _grantor(self) -> Grantor:
        now = self._clock.now()
        self._storage.journal.sign(self._process_user, now)
        return Grantor(self._storage, self._schema, Founder(self._storage, self._schema, now, self._process_user))


class _Kept(Generic[V]):
    """Values that come from the records of some objects, until one of these is written."""

    def __init__(self, storage: Storage, *names: str) -> None:
        self._storage = storage
        self._names = names
        self._stamp = -1
        self._values: dict[Hashable, V] = {}

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Give the value of a key, made anew where it may have changed."""
        stamp = self._storage.written(self._names)
        if stamp != self._stamp:
            self._values.clear()
            self._stamp = stamp
        if key not in self._values:
            self._values[key] = make()
        return self._values[key]
