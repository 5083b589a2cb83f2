"""How like two addresses are: the same house, the same street, the same town, or another."""

from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from upbeat.matching.addresses import Address

_HOUSE: Final = 4.5  # number, street and town: an office building has some companies, a house one
_HOUSE_NO_TOWN: Final = 3.8  # number and street, and nothing of the town
_HOUSE_OTHER_CODE: Final = 2.5  # a postal code is wrong more often than a street is there twice
_OTHER_SIDE: Final = -1.5  # North and South of one street are miles apart
_STREET: Final = 0.8  # the street, and nothing of the house
_NEAR: Final = -0.3  # next doors: a company's own two entrances
_OTHER_NUMBER: Final = -1.3
_OTHER_STREET: Final = -2.0
_TOWN: Final = 0.4  # the town alone
_CODE: Final = 0.9  # the postal code alone
_OTHER_TOWN: Final = -1.8  # another branch, mostly
_OTHER_STATE: Final = -1.5
_OTHER_COUNTRY: Final = -2.5
_UNIT: Final = -0.8  # another suite of one house
_DOORS: Final = 20  # numbers that are next doors: a block has some


class Placed(NamedTuple):
    """Two addresses beside each other: how like from 0 to 1, evidence in nats, and what differs."""

    score: float
    weight: float
    says: str


def compare(one: Address, other: Address) -> Placed | None:
    """Say how like two addresses are; None where they share no part."""
    if one.country and other.country and one.country != other.country:
        return Placed(0.0, _OTHER_COUNTRY, "another country")
    if one.street and other.street:
        return _streets(one, other)
    return _towns(one, other)


def _towns(one: Address, other: Address) -> Placed | None:
    if one.code and other.code and one.code == other.code:
        return Placed(0.5, _CODE, "the same postal code")
    if one.state and other.state and one.state != other.state:
        return Placed(0.0, _OTHER_STATE, "another state")
    if one.city and other.city:
        if _written_alike(one.city, other.city):
            return Placed(0.4, _TOWN, "the same town")
        return Placed(0.0, _OTHER_TOWN, "another town")
    if one.code and other.code:
        return Placed(0.0, _OTHER_TOWN / 2, "another postal code")
    return None


def _streets(one: Address, other: Address) -> Placed:
    if not _same_street(one.street, other.street):
        return Placed(0.0, _OTHER_STREET, "another street")
    if one.city and other.city and not _written_alike(one.city, other.city) and one.code != other.code:
        return Placed(0.2, _OTHER_TOWN, "another town")
    if one.side and other.side and not (one.side in other.side or other.side in one.side):
        return Placed(0.2, _OTHER_SIDE, "another side of the town")
    return _house(one, other) if one.number == other.number else _numbers(one.number, other.number)


def _house(one: Address, other: Address) -> Placed:
    if not one.number:
        return Placed(0.5, _STREET, "the same street")
    town = _same_town(one, other)
    weight = _HOUSE if town else _HOUSE_NO_TOWN if town is None else _HOUSE_OTHER_CODE
    if one.unit and other.unit and one.unit != other.unit:
        return Placed(0.8, weight + _UNIT, "the same house, another suite")
    return (
        Placed(0.9, weight, "the same house, another postal code")
        if town is False
        else Placed(1.0, weight, "the same house")
    )


def _numbers(one: str, other: str) -> Placed:
    if not (one and other):
        return Placed(0.5, _STREET, "the same street")
    near = one.isdigit() and other.isdigit() and abs(int(one) - int(other)) <= _DOORS
    if near or (len(one) > 2 and OSA.distance(one, other, score_cutoff=1) <= 1):
        return Placed(0.5, _NEAR, "nearly the same number of the street")
    return Placed(0.3, _OTHER_NUMBER, "another number of the street")


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
    mine, its = one.split(), other.split()
    short, long = (mine, its) if len(mine) <= len(its) else (its, mine)
    if set(short) <= set(long) and any(len(word) > 2 for word in short):
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
