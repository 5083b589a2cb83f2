"""Who may come in and do what: the org's people with the roles that policy.yaml gives them, and the roles."""

from dataclasses import dataclass
from typing import Final

from upbeat.operations.house import House
from upbeat.workflows import Permission, Person, named_by, permissions

USERS_ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class User:
    """A person of the org. `roles` are the policy's, `leads` how many stand below them."""

    username: str
    name: str
    roles: tuple[str, ...]
    permissions: tuple[Permission, ...]
    leads: int


@dataclass(frozen=True, slots=True)
class Users:
    """One page of the people who may come in, by name, and how many there are."""

    users: tuple[User, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Role:
    """A role of policy.yaml: who holds it, and what for: `releases` are effects, `permits` permissions."""

    name: str
    people: tuple[str, ...]
    releases: tuple[str, ...]
    permits: tuple[Permission, ...]
    takes_live: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A permission and, in words, who holds it."""

    permission: Permission
    says: str
    by: str


def users(house: House, wanted: str = "", page: int = 1) -> Users:
    """Give the org's people who may come in, those whose name or username holds `wanted`.

    Raises SalesforceError where the org is away and nobody has asked it for a minute.
    """
    people, word = house.get_people().all().values(), wanted.casefold()
    found = [one for one in people if one.active and one.internal and not one.integration]
    found = [one for one in found if word in one.name.casefold() or word in one.username.casefold()]
    found.sort(key=lambda one: (one.name.casefold(), one.username))
    first = (page - 1) * USERS_ON_A_PAGE
    return Users(tuple(_user(house, one) for one in found[first : first + USERS_ON_A_PAGE]), len(found))


def roles(house: House) -> tuple[Role, ...]:
    """Give the roles of the policy that decides, as policy.yaml orders them."""
    policy = house.policy
    by_act = {str(act): named for act, named in policy.permissions.by_act().items()}
    return tuple(
        Role(
            name,
            people,
            tuple(str(one.effect) for one in policy.rules if name in one.roles),
            tuple(one for one in Permission if name in by_act.get(one, ())),
            name in policy.promotion.roles,
        )
        for name, people in policy.roles.items()
    )


def held(house: House) -> tuple[Held, ...]:
    """Give every permission with who holds it."""
    return tuple(Held(one, one.says, named_by(house.policy, one)) for one in Permission)


def _user(house: House, person: Person) -> User:
    policy, below = house.policy, house.get_people().below(person.username)
    found = permissions(policy, person.username, leads=bool(below), asked=False)
    mine = tuple(role for role in policy.roles if policy.holds(person.username, role))
    return User(person.username, person.name, mine, tuple(one for one in Permission if one in found), len(below))
