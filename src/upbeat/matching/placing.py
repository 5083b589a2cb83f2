"""How like two addresses are: the same house, the same street, the same town, or another."""

from typing import Final

from rapidfuzz.distance import OSA

from upbeat.matching.addresses import Address
from upbeat.matching.likeness import Evidence

_HOUSE: Final = Evidence(1.0, 4.5, "the same house")  # an office building has some companies, a house one
_HOUSE_NO_TOWN: Final = Evidence(0.95, 3.8, "the same house, whatever the town")
_HOUSE_OTHER_CODE: Final = Evidence(0.9, 2.5, "the same house, another postal code")  # that is wrong more often
_SUITE: Final = Evidence(0.8, 3.0, "the same house, another suite")
_STREET: Final = Evidence(0.5, 0.8, "the same street")  # and nothing of the house
_NEAR: Final = Evidence(0.5, -0.3, "nearly the same number of the street")  # a company's own two entrances
_OTHER_NUMBER: Final = Evidence(0.3, -1.3, "another number of the street")
_OTHER_SIDE: Final = Evidence(0.2, -1.5, "another side of the town")  # North and South of one street are miles apart
_OTHER_STREET: Final = Evidence(0.0, -2.0, "another street")
_CODE: Final = Evidence(0.5, 0.9, "the same postal code")
_OTHER_CODE: Final = Evidence(0.0, -0.9, "another postal code")
_TOWN: Final = Evidence(0.4, 0.4, "the same town")
_OTHER_TOWN: Final = Evidence(0.0, -1.8, "another town")  # another branch, mostly
_OTHER_STATE: Final = Evidence(0.0, -1.5, "another state")
_OTHER_COUNTRY: Final = Evidence(0.0, -2.5, "another country")
_DOORS: Final = 20  # numbers that are next doors: a block has some


def compare(one: Address, other: Address) -> Evidence | None:
    """Say how like two addresses are; None where they share no part."""
    if one.country and other.country and one.country != other.country:
        return _OTHER_COUNTRY
    if one.street and other.street:
        return _streets(one, other)
    return _towns(one, other)


def _towns(one: Address, other: Address) -> Evidence | None:
    if one.code and other.code and one.code == other.code:
        return _CODE
    if one.state and other.state and one.state != other.state:
        return _OTHER_STATE
    if one.city and other.city:
        if _written_alike(one.city, other.city):
            return _TOWN
        return _OTHER_TOWN
    if one.code and other.code:
        return _OTHER_CODE
    return None


def _streets(one: Address, other: Address) -> Evidence:
    if not _same_street(one.street, other.street):
        return _OTHER_STREET
    if one.city and other.city and not _written_alike(one.city, other.city) and one.code != other.code:
        return _OTHER_TOWN
    if one.side and other.side and not (one.side in other.side or other.side in one.side):
        return _OTHER_SIDE
    return _house(one, other) if one.number == other.number else _numbers(one.number, other.number)


def _house(one: Address, other: Address) -> Evidence:
    if not one.number:
        return _STREET
    town = _same_town(one, other)
    if one.unit and other.unit and one.unit != other.unit:
        return _SUITE
    return _HOUSE if town else _HOUSE_NO_TOWN if town is None else _HOUSE_OTHER_CODE


def _numbers(one: str, other: str) -> Evidence:
    if not (one and other):
        return _STREET
    near = one.isdigit() and other.isdigit() and abs(int(one) - int(other)) <= _DOORS
    if near or (len(one) > 2 and OSA.distance(one, other, score_cutoff=1) <= 1):
        return _NEAR
    return _OTHER_NUMBER


def _same_town(one: Address, other: Address) -> bool | None:
    """Whether two addresses are in one town; None where they do not say."""
    if one.code and other.code:
        return one.code == other.code
    if one.city and other.city:
        return _written_alike(one.city, other.city)
    return None


def _same_street(one: str, other: str) -> bool:
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return True
    mine, its = frozenset(one.split()), frozenset(other.split())
    if (mine <= its or its <= mine) and any(len(word) > 2 for word in mine & its):
        return True
    return _written_alike(one, other)


def _written_alike(one: str, other: str) -> bool:
    """Whether two texts are one but for a slip: never where it is a digit."""
    if one == other:
        return True
    if any(letter.isdigit() for letter in one + other):
        return False
    allowed = 0 if min(len(one), len(other)) < 4 else 1 if max(len(one), len(other)) < 9 else 2
    return bool(allowed) and OSA.distance(one, other, score_cutoff=allowed) <= allowed
