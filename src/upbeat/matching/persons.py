"""How sure it is that two records speak of one person: a lead of a contact, or of another lead."""

from typing import Final

from upbeat.matching import people, phones, wording
from upbeat.matching.likeness import Agreement, Likeness, Way
from upbeat.matching.rarity import Rarity
from upbeat.matching.tables import listed
from upbeat.matching.told import Told

_BEFORE: Final = -4.0  # log-odds before any evidence, of records that share an address, a last name or a number
_EMAIL: Final = 8.5  # a person's own address
_DESK: Final = 1.0  # one that several write from: info@
_OTHER_EMAIL: Final = -0.5  # people have several
_NAME: Final = 9.0  # nats from two people's names, the least like, to the very same
_OTHER_NAME: Final = -4.0  # two names at one address: a household, an assistant, a new hire's predecessor
_WRITTEN: Final = 2.0  # an address that is made of the other's name
_PHONE: Final = 2.5  # a colleague has it too
_OTHER_PHONE: Final = -0.3
_COMPANY: Final = 0.5  # of what companies' names say: people change companies, and have namesakes in none of them
_HOST: Final = 2.0  # two addresses of one company
_DESKS: Final = frozenset(listed("people", "desks"))


def compare_people(one: Told, other: Told, rarity: Rarity) -> Likeness:
    """Say how sure it is that two records are of one person; their companies count for less than their names."""
    found = [*_email(one, other), *_name(one, other), *_phone(one, other)]
    company = wording.compare(one.name, other.name, rarity)
    if company is not None:
        weight = _COMPANY * company.weight(eased=False)
        found.append(Agreement(Way.NAME, one.company, other.company, company.score, weight, company.says))
    return Likeness.of(_BEFORE, found)


def desk(email: str) -> bool:
    """Whether an address is an office's, from which several people write: `info@`, `sales.uk@`."""
    return any(word in _DESKS for word in people.from_address(email.partition("@")[0])[:1])


def _email(one: Told, other: Told) -> list[Agreement]:
    mine, its = one.email.strip().casefold(), other.email.strip().casefold()
    if not (mine and its):
        return []
    if mine == its and desk(mine):
        score, weight, says = 0.5, _DESK, "the same address of an office"
    elif mine == its:
        score, weight, says = 1.0, _EMAIL, "the same address"
    elif one.host and one.host == other.host:
        score, weight, says = 0.3, _HOST + _OTHER_EMAIL, f"another address at {one.host}"
    else:
        score, weight, says = 0.0, _OTHER_EMAIL, "another address"
    return [Agreement(Way.EMAIL, one.email, other.email, score, weight, says)]


def _name(one: Told, other: Told) -> list[Agreement]:
    mine, its = one.person, other.person
    alike = people.likeness(mine, its)
    if alike is not None:
        says = "another name" if not alike else "the same name" if alike == 1 else "nearly the same name"
        weight = _OTHER_NAME + _NAME * alike if alike else _OTHER_NAME
        return [Agreement(Way.PERSON, _full(one), _full(other), alike, weight, says)]
    for named, addressed in ((one, other), (other, one)):
        if named.person.last and addressed.email and people.written(named.person, addressed.email.partition("@")[0]):
            return [Agreement(Way.PERSON, _full(one), _full(other), 0.7, _WRITTEN, "an address made of the name")]
    return []


def _phone(one: Told, other: Told) -> list[Agreement]:
    mine, its = one.phone, other.phone
    if not (mine and its):
        return []
    same = phones.same(mine, its)
    says = "the same number" if same else "another number"
    weight = _PHONE if same else _OTHER_PHONE
    return [Agreement(Way.PHONE, one.phone_text, other.phone_text, float(same), weight, says)]


def _full(told: Told) -> str:
    return f"{told.first_name} {told.last_name}".strip() or told.email
