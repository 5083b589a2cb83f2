"""What each identity sees, changes and never changes: from the org's own words, held against what runs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from upbeat.domain import Tier
from upbeat.gate import FLOOR
from upbeat.operations.house import House
from upbeat.operations.needs import Access, Need
from upbeat.salesforce import Reader, Rejected

_POWERS: Final[Mapping[str, str]] = MappingProxyType({
    "PermissionsModifyAllData": "Modify All Data",
    "PermissionsViewAllData": "View All Data",
    "PermissionsManageUsers": "Manage Users",
    "PermissionsCustomizeApplication": "Customize Application",
    "PermissionsAuthorApex": "Author Apex",
})  # fmt: skip
"""Permissions over a whole org, which no identity of Upbeat's has a use for."""

_WRITING: Final = "writing"  # the connection
_DELETES: Final = (Access.CREATE, Access.DELETE)  # what was created is taken back so, and a merge ends so
_OF_PROFILE: Final = f"SELECT Profile.Name, {', '.join(f'Profile.{one}' for one in _POWERS)} FROM User WHERE Id = :me"  # noqa: S608  names of our own
_OF_SETS: Final = (
    f"SELECT PermissionSet.Label, PermissionSet.IsOwnedByProfile, "  # noqa: S608  names of our own
    f"{', '.join(f'PermissionSet.{one}' for one in _POWERS)} FROM PermissionSetAssignment WHERE AssigneeId = :me"
)


@dataclass(frozen=True, slots=True)
class ObjectAccess:
    """What an identity may do with the records of one object that it can reach; field names in the org's order."""

    object: str
    sees: tuple[str, ...]
    creates: tuple[str, ...]
    edits: tuple[str, ...]
    deletes: bool


@dataclass(frozen=True, slots=True)
class IdentityAccess:
    """One identity. `unknown` says what the org would not tell of it.

    `lent` is whether it is a person's own, lent for what they approve. `to_spare` is what a local org lets its writing
        identity do beyond what runs, so that any workflow can be tried.
    """

    connection: str
    username: str
    profile: str
    permission_sets: tuple[str, ...]
    powers: tuple[str, ...]
    objects: tuple[ObjectAccess, ...]
    too_much: tuple[str, ...]
    to_spare: tuple[str, ...]
    too_little: tuple[str, ...]
    unknown: tuple[str, ...]
    lent: bool = False


@dataclass(frozen=True, slots=True)
class AccessReport:
    """Every connected identity, and what none of them ever does, whatever the org would let it."""

    identities: tuple[IdentityAccess, ...]
    never: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether each of our identities may do what runs needs, and the reading one nothing else.

        What people who lend their name may do is theirs.
        """
        return not any(one.too_much or one.too_little for one in self.identities if not one.lent)


def access(house: House, needs: Mapping[str, Sequence[Need]]) -> AccessReport:
    """Ask the org about each connected identity; `needs` is what each of them needs, by connection.

    In a local org, whose writing identity may change every record, that is no fault of whoever set it up.

    Raises SalesforceError.
    """
    named = sorted({need.object for one in needs.values() for need in one})
    readers = house.get_readers()
    spares = {_WRITING} if house.local else set[str]()
    identities = [
        _identity(one, reader, needs[one], named, spares=one in spares)
        if one in needs
        else _lent(_identity(one, reader, needs[_WRITING], named, spares=True))
        for one, reader in readers.items()
    ]
    return AccessReport(tuple(identities), _never())


def _identity(
    connection: str, reader: Reader, needs: Sequence[Need], named: Sequence[str], *, spares: bool
) -> IdentityAccess:
    who = reader.userinfo()
    unknown: list[str] = []
    profiles = _told(reader, _OF_PROFILE, who["user_id"], "Profile", unknown)
    sets = _told(reader, _OF_SETS, who["user_id"], "PermissionSet", unknown)
    powers = tuple(label for field, label in _POWERS.items() if any(one[field] for one in (*profiles, *sets)))
    objects = tuple(one for one in (_object(reader, name) for name in named) if one is not None)
    beyond = tuple(_beyond(objects, needs))
    return IdentityAccess(
        connection=connection,
        username=who["preferred_username"],
        profile=next((one["Name"] for one in profiles), ""),
        permission_sets=tuple(sorted(one["Label"] for one in sets if not one["IsOwnedByProfile"])),
        powers=powers,
        objects=objects,
        too_much=(*_over_all(powers), *(() if spares else beyond)),
        to_spare=beyond if spares else (),
        too_little=tuple(_too_little(objects, needs)),
        unknown=tuple(unknown),
    )


def _lent(identity: IdentityAccess) -> IdentityAccess:
    """Give a person who lends their name: only what they lack for it is worth saying."""
    return replace(identity, lent=True, too_much=(), to_spare=())


def _told(reader: Reader, query: str, user_id: str, name: str, unknown: list[str]) -> list[dict[str, Any]]:
    """Give the profile, or the permission sets, of a user; where the org does not tell, `unknown` says so."""
    try:
        return [row[name] for row in reader.query(query, {"me": user_id}) if row[name] is not None]
    except Rejected as error:
        unknown.append(f"{name}: {error.what}")
        return []


def _object(reader: Reader, name: str) -> ObjectAccess | None:
    """Give what describe says of an object to this user; None where the user does not see it at all."""
    try:
        told = reader.describe(name)
    except Rejected:
        return None
    fields: list[dict[str, Any]] = told["fields"]
    return ObjectAccess(
        object=told["name"],
        sees=tuple(one["name"] for one in fields),
        creates=tuple(one["name"] for one in fields if told["createable"] and one["createable"]),
        edits=tuple(one["name"] for one in fields if told["updateable"] and one["updateable"]),
        deletes=bool(told["deletable"]),
    )


def _over_all(powers: Iterable[str]) -> Iterable[str]:
    for power in powers:
        yield f"{power}: it reaches beyond every object that a workflow names"


def _beyond(objects: Iterable[ObjectAccess], needs: Sequence[Need]) -> Iterable[str]:
    wanted = {(need.object, need.access) for need in needs}
    for one in objects:
        can = [
            *(["create"] if one.creates and (one.object, Access.CREATE) not in wanted else []),
            *(["edit"] if one.edits and (one.object, Access.EDIT) not in wanted else []),
            *(["delete"] if one.deletes and not wanted & {(one.object, each) for each in _DELETES} else []),
        ]
        if can:
            yield f"{one.object}: it may {' and '.join(can)} records, and no workflow has it do so"


def _too_little(objects: Iterable[ObjectAccess], needs: Sequence[Need]) -> Iterable[str]:
    by_name = {one.object: one for one in objects}
    for need in needs:
        found = by_name.get(need.object)
        if need.access is Access.CONVERT or (need.access is Access.DELETE and found and found.deletes):
            continue  # describe does not tell who may convert leads
        allowed = {
            Access.READ: found.sees if found else (),
            Access.CREATE: found.creates if found else (),
            Access.EDIT: found.edits if found else (),
            Access.DELETE: (),
        }[need.access]
        if need.field not in allowed:
            what = f"{need.object}.{need.field}" if need.field else need.object
            yield f"{what}: it cannot {need.access} it ({'; '.join(need.why)})"


def _never() -> tuple[str, ...]:
    """Say what holds whatever the org would let an identity do: the line forbids it, and not a setting."""
    tiers = {tier: sorted(str(one) for one, floor in FLOOR.items() if floor is tier) for tier in Tier}
    held = [f"without a person's {tier}: {', '.join(names)}" for tier, names in tiers.items() if names]
    return (
        "the reading identity changes nothing: no write is ever sent over it",
        "the writing identity changes only what a live workflow names, and the gate has cleared and written down",
        "nothing is deleted but what Upbeat created, or merges once a person approves, and then to the recycle bin",
        *held,
    )
