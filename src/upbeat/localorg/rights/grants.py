"""What permission sets grant, and what a user may do by all of them together: plain values.

Grants only ever add: a user may do what the profile or any assigned permission set grants.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from upbeat.localorg.rights.places import governing, permissionable, place
from upbeat.schema import Object, Schema


class Can(IntFlag):
    """What is granted on an object's records; on a field, READ or EDIT."""

    NOTHING = 0
    READ = 1
    CREATE = 2
    EDIT = 4
    DELETE = 8
    VIEW_ALL = 16
    MODIFY_ALL = 32
    WRITE = READ | CREATE | EDIT | DELETE
    EVERYTHING = WRITE | VIEW_ALL | MODIFY_ALL

    @property
    def whole(self) -> "Can":
        """This with what it depends on: nobody edits what they cannot read, nor modifies all without viewing all."""
        return _WHOLE[self]


_NEEDS: Final = {
    Can.CREATE: Can.READ,
    Can.EDIT: Can.READ,
    Can.DELETE: Can.READ | Can.EDIT,
    Can.VIEW_ALL: Can.READ,
    Can.MODIFY_ALL: Can.READ | Can.EDIT | Can.DELETE | Can.VIEW_ALL,
}


def _with_needs(some: Can) -> Can:
    found = some
    for one, needed in _NEEDS.items():
        found |= needed if one & some else Can.NOTHING
    return found


_WHOLE: Final = {some: _with_needs(some) for some in map(Can, range(Can.EVERYTHING + 1))}


@dataclass(frozen=True, slots=True)
class Grants:
    """What one or more permission sets grant.

    `system` are names such as `ViewAllData`; `objects` maps an object's name, and `fields` names such as
    `Account.Industry`, to what is granted on it. Names are as the records write them, and may lead nowhere.
    """

    system: frozenset[str] = frozenset()
    objects: Mapping[str, Can] = dataclasses.field(default_factory=dict[str, Can])
    fields: Mapping[str, Can] = dataclasses.field(default_factory=dict[str, Can])


@dataclass(frozen=True, slots=True)
class ObjectRights:
    """What a user may do with an object: `hidden` names the fields that are not there, `fixed` those only read."""

    can: Can
    hidden: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rights:
    """What a user may see and change, object by object and field by field, records' own sharing aside."""

    system: frozenset[str]
    objects: Mapping[str, ObjectRights]

    @staticmethod
    def of(grants: Grants, schema: Schema) -> "Rights":
        """Work out what grants mean in an org of these objects."""
        everywhere = Can.NOTHING
        if "ViewAllData" in grants.system or "ModifyAllData" in grants.system:
            everywhere = Can.READ | Can.VIEW_ALL
        if "ModifyAllData" in grants.system:
            everywhere = Can.EVERYTHING
        objects = {one.name: _on(one, grants, everywhere) for one in schema}
        return Rights(grants.system, objects)

    @staticmethod
    def everything(schema: Schema) -> "Rights":
        """Give the rights of the org itself."""
        return Rights(_ALL_SYSTEM, {one.name: ObjectRights(Can.EVERYTHING) for one in schema})

    def may(self, permission: str) -> bool:
        """Whether the user has a system permission, such as `ViewSetup`."""
        return permission in self.system

    def on(self, name: str) -> ObjectRights:
        """Give the rights on an object, by its name as the schema spells it."""
        return self.objects.get(name, _NONE)


_NONE: Final = ObjectRights(Can.NOTHING)
_ALL_SYSTEM: Final = frozenset({"ApiEnabled", "ViewAllData", "ModifyAllData"})


def _on(one: Object, grants: Grants, everywhere: Can) -> ObjectRights:
    can = _can(one, grants, everywhere)
    hidden, fixed = set[str](), set[str]()
    for field in one.fields.values() if can & Can.READ else ():
        if permissionable(one, field):
            granted = grants.fields.get(f"{one.name}.{governing(one, field)}", Can.NOTHING)
            if not granted:
                hidden.add(field.name)
            elif not granted & Can.EDIT:
                fixed.add(field.name)
    return ObjectRights(can, frozenset(hidden), frozenset(fixed))


def _can(one: Object, grants: Grants, everywhere: Can) -> Can:
    where = place(one)
    if where.governed_by:
        over = grants.objects.get(where.governed_by, Can.NOTHING).whole | everywhere
        if where.governed_by == one.name or not over & Can.EDIT:
            return over if where.governed_by == one.name else over & (Can.READ | Can.VIEW_ALL)
        return over | Can.WRITE  # whoever edits an opportunity adds and removes its contact roles
    reads = not where.read_with or where.read_with in grants.system
    writes = not where.write_with or where.write_with in grants.system
    if not where.shared:
        return (Can.READ | Can.VIEW_ALL if reads else Can.NOTHING) | (Can.EVERYTHING if writes else Can.NOTHING)
    return Can.READ | (Can.WRITE if writes else Can.NOTHING) | everywhere
