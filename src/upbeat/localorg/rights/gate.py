"""What stands before the save path: rows that their writer may not write are refused, the others go on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upbeat.base import full_id
from upbeat.localorg import problems
from upbeat.localorg.incoming import Given, passed
from upbeat.localorg.problems import Problem, Refused, Saved
from upbeat.localorg.rights.grants import Can, Rights
from upbeat.localorg.rights.places import place
from upbeat.localorg.rights.reach import Reach
from upbeat.localorg.rights.sharing import Level
from upbeat.localorg.saving import Saver, named_id
from upbeat.localorg.storage import Storage
from upbeat.schema import Object
from upbeat.soql.layout import Stored


@dataclass(frozen=True)
class Gate:
    """The saves of one object by one user. `rights_of` gives the rights of other users, who are to own records.

    Rows come by the names of the schema, as `incoming.received` gives them: what is judged here is what is saved.
    """

    saver: Saver
    reach: Reach
    storage: Storage
    rights_of: Callable[[str], Rights]

    @property
    def owner(self) -> Object:
        """The object, as the user sees it. Raises Refused (404) where there is none for the user."""
        if not self.reach.schema.has(self.saver.owner.name):
            raise Refused(404, problems.NOT_FOUND)
        return self.reach.schema.object(self.saver.owner.name)

    def accept(self, name: str, value: Any) -> Stored:
        """Turn a client's value for one field into the stored form. Raises Unfit."""
        return self.saver.accept(name, value)

    def seen(self, ids: Sequence[str]) -> list[str]:
        """Give those of the ids whose records the user sees."""
        hidden = self.reach.beyond(self.storage.execute, self.saver.owner.name, ids, Level.READ)
        return [key for key in ids if key not in hidden]

    def create(self, rows: Sequence[Given], user_id: str, now: datetime) -> list[Saved]:
        """Create a record for each row that the user may create."""
        refused = self._without(Can.CREATE, rows) or (
            self._ties(rows, {}) | self._owners(rows, user_id) | self._fields(rows)
        )
        return passed(rows, refused, lambda some: self.saver.create(some, user_id, now))

    def update(self, rows: Sequence[Given], user_id: str, now: datetime) -> list[Saved]:
        """Update the record that each row names by `Id`, where the user may."""
        keys = {n: named_id(row) for n, row in enumerate(rows)}
        refused = self._without(Can.EDIT, rows) or (  # of several reasons the last is told
            self._ties(rows, keys)
            | self._transfers(rows, keys)
            | self._owners(rows, user_id)
            | self._fields(rows)
            | self._rows(keys)
        )
        return passed(rows, refused, lambda some: self.saver.update(some, user_id, now), keys)

    def _without(self, needed: Can, rows: Sequence[Given]) -> dict[int, Problem]:
        """Refuse all rows where nobody does this with the object, or the user has not the permission."""
        owner, creates = self.saver.owner, needed is Can.CREATE
        can = self.reach.rights.on(owner.name).can
        if not can & Can.READ:
            problem = problems.no_such_object(owner.name)
        elif not (owner.createable if creates else owner.updateable):
            problem = problems.not_supported(owner.name, "create" if creates else "update")
        elif not can & needed:
            problem = problems.not_permitted(owner, "inserted" if creates else "updated")
        else:
            return {}
        return dict.fromkeys(range(len(rows)), problem)

    def _rows(self, keys: Mapping[int, str]) -> dict[int, Problem]:
        """Refuse what the user does not see, as if it were not there, and what the user sees and may not edit."""
        name = self.saver.owner.name
        fixed = self.reach.beyond(self.storage.execute, name, keys.values(), Level.EDIT)
        hidden = self.reach.beyond(self.storage.execute, name, fixed, Level.READ) if fixed else set[str]()
        return {
            n: problems.NO_SUCH_RECORD if key in hidden else problems.NO_ACCESS
            for n, key in keys.items()
            if key in fixed
        }

    def _fields(self, rows: Sequence[Given]) -> dict[int, Problem]:
        """Refuse values of fields that the user does not see, or may only read."""
        on = self.reach.rights.on(self.saver.owner.name)
        barred = on.hidden | on.fixed
        if not barred:
            return {}
        named = {n: tuple(name for name in row if name in barred) for n, row in enumerate(rows)}
        return {n: problems.not_writeable(names) for n, names in named.items() if names}

    def _owners(self, rows: Sequence[Given], user_id: str) -> dict[int, Problem]:
        """Refuse an owner who could not read the record."""
        name = self.saver.owner.name
        if not place(self.saver.owner).shared:
            return {}
        owners = {n: owner for n, row in enumerate(rows) if (owner := full_id(row.get("OwnerId")))[:3] == "005"}
        blind = {one for one in set(owners.values()) - {user_id} if not self.rights_of(one).on(name).can & Can.READ}
        known = self.storage.fetch("User", blind, ["IsActive"]) if blind else {}
        return {n: problems.BLIND_OWNER for n, owner in owners.items() if owner in known}

    def _transfers(self, rows: Sequence[Given], keys: Mapping[int, str]) -> dict[int, Problem]:
        """Refuse another owner for a record that the user may not give away."""
        wanted = {n: (key, owner) for n, key in keys.items() if (owner := full_id(rows[n].get("OwnerId")))}
        if not wanted:
            return {}
        name = self.saver.owner.name
        kept = self.reach.beyond(self.storage.execute, name, [key for key, _ in wanted.values()], Level.TRANSFER)
        owned = self.storage.fetch(name, kept, ["OwnerId"]) if kept else {}
        return {
            n: problems.NO_ACCESS
            for n, (key, owner) in wanted.items()
            if key in owned and owned[key]["OwnerId"] != owner
        }

    def _ties(self, rows: Sequence[Given], keys: Mapping[int, str]) -> dict[int, Problem]:
        """Refuse references to records that the user does not reach; one that a record has already may stay."""
        found: dict[int, Problem] = {}
        for guard in self.reach.sharing.guards(self.saver.owner):
            name = guard.field.name
            wanted = {n: key for n, row in enumerate(rows) if (key := full_id(row.get(name)))}
            for target in guard.targets:
                ids = {key for key in wanted.values() if key[:3] == target.key_prefix}
                closed = self.reach.beyond(self.storage.execute, target.name, ids, guard.level) if ids else set[str]()
                tied = {n: key for n, key in wanted.items() if key in closed}
                had = self.storage.fetch(self.saver.owner.name, [keys[n] for n in tied if n in keys], [name])
                found |= {
                    n: problems.NO_ACCESS_TO_PARENT
                    for n, key in tied.items()
                    if n not in keys or had.get(keys[n], {}).get(name) != key
                }
        return found


def not_to_delete(reach: Reach, storage: Storage, ids: Sequence[str]) -> dict[str, Saved]:
    """Give the refusals of those of these records that the user may not delete, or undelete."""
    found: dict[str, Saved] = {}
    of = {one.key_prefix: one for one in reach.sharing.schema if one.key_prefix}
    for prefix in {key[:3] for key in ids} & of.keys():
        some, name = [key for key in ids if key[:3] == prefix], of[prefix].name
        kept = reach.beyond(storage.execute, name, some, Level.DELETE)
        hidden = reach.beyond(storage.execute, name, kept, Level.READ) if kept else set[str]()
        for key in kept:
            found[key] = Saved(key, errors=(problems.NO_SUCH_RECORD if key in hidden else problems.NO_ACCESS,))
    return found
