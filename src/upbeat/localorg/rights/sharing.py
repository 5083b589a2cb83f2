"""Which rows of an object a user reaches, as a condition in SQL: org-wide defaults, owners, roles, shares, parents.

The condition is over the object's own columns. In it, `_principals` holds the ids whose records are the user's: those
of `People.principals`. `TRUE` and `FALSE` stand where no row needs to be looked at.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Any, Final

from upbeat.base import nearest
from upbeat.localorg.problems import OrgError
from upbeat.localorg.rights.grants import Can, Rights
from upbeat.localorg.rights.places import place, takes_grants
from upbeat.localorg.rights.shares import share_of
from upbeat.schema import Field, Object, Schema

EVERY: Final = "TRUE"
NO: Final = "FALSE"
PRINCIPALS: Final = "_principals"
_MINE: Final = f"(SELECT id FROM {PRINCIPALS})"  # noqa: S608 (our own name)


class SharingModel(StrEnum):
    """An org-wide default: what everybody may do with a record that is not theirs, in the Metadata API's words."""

    PRIVATE = "Private"
    READ = "Read"
    READ_WRITE = "ReadWrite"
    READ_WRITE_TRANSFER = "ReadWriteTransfer"
    FULL_ACCESS = "FullAccess"
    CONTROLLED_BY_PARENT = "ControlledByParent"


class Level(IntEnum):
    """How far access to a record goes; each includes those before it, as UserRecordAccess has them."""

    READ = 1
    EDIT = 2
    DELETE = 3
    TRANSFER = 4


_OPEN: Final[Mapping[SharingModel, frozenset[Level]]] = {
    SharingModel.PRIVATE: frozenset(),
    SharingModel.CONTROLLED_BY_PARENT: frozenset(),
    SharingModel.READ: frozenset({Level.READ}),
    SharingModel.READ_WRITE: frozenset({Level.READ, Level.EDIT}),
    SharingModel.READ_WRITE_TRANSFER: frozenset({Level.READ, Level.EDIT, Level.TRANSFER}),
    SharingModel.FULL_ACCESS: frozenset(Level),
}
_SHIPPED: Final[Mapping[str, SharingModel]] = {
    "Campaign": SharingModel.FULL_ACCESS,
    "Case": SharingModel.READ_WRITE_TRANSFER,
    "Lead": SharingModel.READ_WRITE_TRANSFER,
}
_SHARED_AS: Final[Mapping[Level, str]] = {
    Level.READ: "('Read', 'Edit', 'All')",
    Level.EDIT: "('Edit', 'All')",
    Level.DELETE: "('All')",
    Level.TRANSFER: "('All')",
}
_MAY: Final[Mapping[Level, Can]] = {
    Level.READ: Can.READ,
    Level.EDIT: Can.EDIT,
    Level.DELETE: Can.DELETE,
    Level.TRANSFER: Can.EDIT,
}
_TRANSFER: Final[Mapping[str, str]] = {"Case": "TransferAnyCase", "Lead": "TransferAnyLead"}
_OF_ACCOUNT: Final = ("Case", "Contact", "Opportunity")  # what an account's owner, and its readers, see of each other


def default_model(one: Object) -> SharingModel:
    """Give the org-wide default that an object has until an admin sets another."""
    where = place(one)
    inherits = where.parents and (where.governed_by != one.name)
    return SharingModel.CONTROLLED_BY_PARENT if inherits else _SHIPPED.get(one.name, SharingModel.READ_WRITE)


@dataclass(frozen=True, slots=True)
class Guard:
    """A reference, the level at which a user must reach what it leads to, and the objects where that may fail."""

    field: Field
    level: Level
    targets: tuple[Object, ...]


@dataclass(frozen=True)
class Sharing:
    """How far one user reaches into the records of each object. `models` are the org-wide defaults that were set."""

    schema: Schema
    rights: Rights
    models: Mapping[str, SharingModel] = dataclasses.field(default_factory=dict[str, SharingModel])
    _guards: dict[str, tuple["Guard", ...]] = dataclasses.field(
        default_factory=dict[str, Any], init=False, compare=False
    )

    def rows(self, one: Object, level: Level = Level.READ) -> str:
        """Give the condition of the rows that the user reaches at a level."""
        return self._rows(one, level, ())

    @cached_property
    def limits(self) -> Mapping[str, str]:
        """Of each object that the user does not see whole, the condition of the rows that are seen."""
        found = {one.name: self.rows(one) for one in self.schema}
        return {name: rows for name, rows in found.items() if rows != EVERY}

    @cached_property
    def closed(self) -> bool:
        """Whether there is any row of any object that may be out of the user's reach."""
        return any(self.rows(one, level) != EVERY for one in self.schema for level in Level)

    def guards(self, one: Object) -> tuple["Guard", ...]:
        """Give the references of an object through which a record could be tied to one that the user does not reach."""
        found = self._guards.get(one.name)
        if found is None:
            found = self._guards[one.name] = tuple(self._guarded(one))
        return found

    def _guarded(self, one: Object) -> Iterator["Guard"]:
        for field in one.fields.values():
            level = _tied_at(one, field)
            closed = tuple(target for target in self._known(field.reference_to) if self.rows(target, level) != EVERY)
            if closed:
                yield Guard(field, level, closed)

    def _rows(self, one: Object, level: Level, below: tuple[str, ...]) -> str:
        can = self.rights.on(one.name).can
        if not can & _MAY[level]:
            return NO
        if can & (Can.VIEW_ALL if level is Level.READ else Can.MODIFY_ALL) or not place(one).shared:
            return EVERY
        model = self.models.get(one.name, default_model(one))
        if model is SharingModel.CONTROLLED_BY_PARENT:
            return self._by_parents(one, level, (*below, one.name))
        if level in _OPEN[model]:
            return EVERY
        if level is Level.TRANSFER and self._transfers(one):
            return self._rows(one, Level.EDIT, below)
        return either((*self._own(one, level), *self._implicit(one, level)))

    def _transfers(self, one: Object) -> bool:
        return self.rights.may("TransferAnyEntity") or self.rights.may(_TRANSFER.get(one.name, "TransferAnyEntity"))

    def _own(self, one: Object, level: Level) -> list[str]:
        """The rows that the user owns or is given by a share."""
        found = [f'"OwnerId" IN {_MINE}'] if one.has("OwnerId") else list[str]()
        share = share_of(one.name) if one.custom else f"{one.name}Share"
        if self.schema.has(share):
            parent, access = ("ParentId", "AccessLevel") if one.custom else (f"{one.name}Id", f"{one.name}AccessLevel")
            found.append(_shared(share, parent, access, level))
        return found

    def _implicit(self, one: Object, level: Level) -> list[str]:
        """What Salesforce shares by itself: an account with those who have something of it, and the other way about."""
        found = list[str]()
        if one.name == "Account" and level is Level.READ:
            for child in self._known(_OF_ACCOUNT):
                if self.models.get(child.name, default_model(child)) is not SharingModel.CONTROLLED_BY_PARENT:
                    mine = either(self._own(child, Level.READ))
                    found.append(
                        f'"Id" IN (SELECT "AccountId" FROM main."{child.name}" WHERE "IsDeleted" = 0 AND {mine})'  # noqa: S608 (names are the schema's)
                    )
        if one.name in _OF_ACCOUNT and level <= Level.EDIT:
            access = f"{one.name}AccessForAccountOwner"
            wanted = "('Read', 'Edit')" if level is Level.READ else "('Edit')"
            found.append(
                f'"AccountId" IN (SELECT a."Id" FROM main."Account" AS a JOIN main."User" AS u ON u."Id" = a."OwnerId" '  # noqa: S608 (names are the schema's)
                f'JOIN main."UserRole" AS r ON r."Id" = u."UserRoleId" '
                f'WHERE a."IsDeleted" = 0 AND a."OwnerId" IN {_MINE} AND r."{access}" IN {wanted})'
            )
            if self.schema.has("AccountShare"):
                found.append(_shared("AccountShare", "AccountId", f"{one.name}AccessLevel", level, '"AccountId"'))
        return found

    def _by_parents(self, one: Object, level: Level, below: tuple[str, ...]) -> str:
        """The rows whose parent the user reaches: where every parent is open to the user, all rows."""
        reach = level if takes_grants(one) or level is Level.READ else _changed_at(one)
        lines, closed = list[str](), False
        for name in _parents(one):
            limits = [
                (target, self._rows(target, reach, below) if target.name not in below else NO)
                for target in self._known(one.field(name).reference_to)
            ]
            limited = [(target, rows) for target, rows in limits if rows != EVERY]
            closed = closed or bool(limited)
            prefixes = ", ".join(f"'{target.key_prefix}'" for target, _ in limited)
            lines.append(f'substr("{name}", 1, 3) NOT IN ({prefixes})' if limited else f'"{name}" IS NOT NULL')
            lines += [
                f'"{name}" IN (SELECT "Id" FROM main."{target.name}" WHERE {rows})'  # noqa: S608 (names are the schema's)
                for target, rows in limited
                if rows != NO
            ]
        if not closed and _parents(one):
            return EVERY
        return either((*self._own(one, level), *lines))

    def _known(self, names: Iterable[str]) -> list[Object]:
        return [self.schema.object(name) for name in names if self.schema.has(name)]


def models_of(schema: Schema, given: Mapping[str, SharingModel | str]) -> dict[str, SharingModel]:
    """Read org-wide defaults by object. Raises OrgError for one that there is not, or that the object cannot have."""
    found = dict[str, SharingModel]()
    for name, model in given.items():
        one = schema.object(name)
        if str(model) not in set(SharingModel):
            close = nearest(str(model), list(SharingModel))
            raise OrgError(
                f"there is no org-wide default {model}", where=one.name, fix=f"Did you mean {close or 'Private'}?"
            )
        owned = one.has("OwnerId") and place(one).shared
        if not owned or (model == SharingModel.CONTROLLED_BY_PARENT and not _parents(one)):
            raise OrgError(f"{one.name} cannot be {model}", where=one.name, fix="Its records are shared as they are.")
        found[one.name] = SharingModel(model)
    return found


def either(conditions: Iterable[str]) -> str:
    """Give the condition that holds where one of these does."""
    found = [one for one in conditions if one != NO]
    return f"({' OR '.join(found)})" if found else NO


def _parents(one: Object) -> list[str]:
    """Give the references through which parents pass their sharing on; of a custom object, those it must have."""
    named = place(one).parents or [
        field.name for field in one.fields.values() if field.custom and field.reference_to and not field.nillable
    ]
    return [name for name in named if one.has(name)]


def _tied_at(one: Object, reference: Field) -> Level:
    """Give how far a user must reach a record to tie another to it: to edit it, where the other is a part of it."""
    where = place(one)
    if reference.name not in where.parents or takes_grants(one) or not where.governed_by:
        return Level.READ
    return _changed_at(one)


def _changed_at(one: Object) -> Level:
    """Give how far a user must reach a record to change what belongs to it: a share gives away what is the owner's."""
    return Level.DELETE if one.name.endswith("Share") else Level.EDIT


def _shared(share: str, parent: str, access: str, level: Level, key: str = '"Id"') -> str:
    return (
        f'{key} IN (SELECT "{parent}" FROM main."{share}" WHERE "IsDeleted" = 0 '  # noqa: S608 (names are the schema's)
        f'AND "{access}" IN {_SHARED_AS[level]} AND "UserOrGroupId" IN {_MINE})'
    )
