"""Where a company sits, and whether two addresses are one place, several, or cannot be told."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from upbeat.base import plain

_WORDS: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d+")
_US_CODE: Final = re.compile(r"\d{5}(\d{4})?")
_ABBREVIATED: Final = 3  # letters of a country that is not written out
_WORDS_FOR: Final = {
    "ave": "avenue av",
    "blvd": "boulevard bd",
    "ct": "court",
    "dr": "drive",
    "e": "east",
    "hwy": "highway",
    "ln": "lane",
    "n": "north",
    "pkwy": "parkway",
    "pl": "place platz plein",
    "rd": "road",
    "s": "south",
    "sq": "square",
    "st": "street str straat strasse",
    "w": "west",
}
_CUT: Final = {"straat": "str", "strasse": "str", "plein": "pl", "platz": "pl"}  # at the end of a word
_END: Final = re.compile(f"(?<=[a-z])({'|'.join(_CUT)})$")
_BOX: Final = re.compile(r"\b(apartado( de correos)?|bp|boite postale|p\.? ?o\.? ?box|postbus|postfach) *\d[\d ]*")
_SHORT: Final[dict[str, str]] = {word: short for short, words in _WORDS_FOR.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Place:
    """An address by what tells it from others; each part may be empty."""

    street: str = ""  # words, shortened alike
    number: str = ""  # the first number of the street: the house, mostly
    code: str = ""
    city: str = ""
    state: str = ""
    country: str = ""

    @property
    def exact(self) -> str:
        """A key of the very house, or empty where street and postal code do not both say it."""
        return f"{self.code}:{self.street}" if self.code and self.street and self.number else ""


def place(street: str, code: str, city: str, state: str, country: str) -> Place:
    """Give an address as it compares: `12 Main Street` is `12 main st`, a long postal code its five digits.

    A PO box is nowhere: where a street is nothing but one, it says nothing, nor does the box's own postal code.
    """
    house = _BOX.sub(" ", plain(street).replace("b.p.", "bp"))
    found: list[str] = _WORDS.findall(house)
    words = [_SHORT.get(word) or _END.sub(lambda end: _CUT[end.group()], word) for word in found]
    number = _NUMBER.search(house)
    bare = "".join(_WORDS.findall(plain(code))) if words or not street.strip() else ""
    shortened = bare[:5] if _US_CODE.fullmatch(bare) else bare
    return Place(" ".join(words), number.group() if number else "", shortened, _key(city), _key(state), _key(country))


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return "".join(_WORDS.findall(plain(name)))


def same_place(one: Place, other: Place) -> bool | None:
    """Whether two addresses are one place; None where they do not say enough.

    A state or a country counts only where both are written the same way: `IL` is no other place than `Illinois`.
    """
    if _differ(one.code, other.code) or _differ(one.city, other.city) or _differ(one.number, other.number):
        return False
    if one.street and other.street:
        return _same_street(one, other)
    far = _differ(one.state, other.state) and len(one.state) == len(other.state)
    far = far or (_differ(one.country, other.country) and min(len(one.country), len(other.country)) > _ABBREVIATED)
    return False if far else None


def _same_street(one: Place, other: Place) -> bool:
    """Whether two streets of one town are one: the same words, or a number and a word in common."""
    if one.street == other.street:
        return True
    shared = set(one.street.split()) & set(other.street.split())
    return one.number == other.number != "" and bool(shared - {one.number})


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)
