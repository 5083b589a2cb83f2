"""A postal address as it compares: the house's number, the words of its street, its town; and how like two are."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from upbeat.matching import folding
from upbeat.matching.places import COUNTRIES, STATES
from upbeat.matching.tables import listed, spelt
from upbeat.matching.words import NOTHING, NUMBERS

_KINDS: Final = spelt("streets", "kinds")
_SIDES: Final = spelt("streets", "sides")
_BESIDE: Final = frozenset(listed("streets", "beside"))
_UNITS: Final = frozenset(listed("streets", "units"))
_WORDS: Final = spelt("streets", "words")
_TITLES: Final = frozenset(listed("streets", "titles"))
_BEFORE_NAMES: Final = frozenset({"st", "dr"})  # there they are `Saint` and `Doctor`
_CUT: Final = re.compile(
    r"(?<=[a-z]{3})(strasse|straat|str|weg|platz|plein|allee|gasse|laan|gade|gata|vagen|veien|gracht)$"
)
_BOX: Final = re.compile(
    r"\b(?:p\.? ?o\.? ?box|post ?office box|postbox|postbus|postfach|boite postale|b\.?p\.?|apartado(?: de correos)?"
    r"|casella postale|caixa postal)\s*(?:no\.?|#)?\s*\d[\d -]*"
)
_ASIDE: Final = re.compile(r"\([^()]*\)")  # `(East Side)`, `(c/o ...)`
_NUMBER: Final = re.compile(r"\d+[a-z]?")
_ORDINAL: Final = re.compile(r"(\d+)(?:st|nd|rd|th)")
_US_CODE: Final = re.compile(r"\d{5}(?:\d{4})?")
_RANGE: Final = re.compile(r"\b(\d+[a-z]?)\s*(?:-|/|\bto\b)\s*\d+[a-z]?\b")
_CACHED: Final = 1 << 14


class Address:
    """An address by what tells it from others; each part may be empty.

    `number` is the house's, `street` its words without `Street` and the like, `side` is `n` for North, `unit` a suite,
    `code` a postal code (of a United States one its five digits), `city`, `state` and `country` folded.
    """

    __slots__ = ("city", "code", "country", "kind", "number", "side", "state", "street", "unit")

    def __init__(self, number: str, street: str, side: str, kind: str, unit: str) -> None:
        """Keep what a street's line says; `read` finds it, and sets the town."""
        self.number, self.street, self.side, self.kind, self.unit = number, street, side, kind, unit
        self.code = self.city = self.state = self.country = ""

    @property
    def house(self) -> str:
        """A key of the house within its town, however its street is written: empty where it is not told."""
        return f"{self.number} {self.street}" if self.number and self.street else ""


def read(street: str, code: str = "", city: str = "", state: str = "", country: str = "") -> Address:
    """Read an address: `1653 West 43rd Street, Suite 2` is number `1653` of the street `43`, to the west.

    A PO box is no house: a street that is nothing but one says nothing, nor does the box's own postal code.
    """
    found = Address(*_street(street))
    if found.street or found.number or not street.strip():
        found.code = _code(code)
    found.city, found.state, found.country = _city(city), _known(state, STATES), _known(country, COUNTRIES)
    return found


@lru_cache(maxsize=_CACHED)
def _street(text: str) -> tuple[str, str, str, str, str]:
    """Give the number, the street's words, its side, its kind and the unit of a line, or of several."""
    bare = _BOX.sub(" ", _ASIDE.sub(" ", folding.latin(text).lower()))
    tokens = folding.words(_RANGE.sub(r"\1", bare).replace("#", " unit "))
    number, names, side, kind, unit = "", list[str](), "", "", ""
    in_unit = False
    for token, rest in ((token, tokens[at + 1 :]) for at, token in enumerate(tokens)):
        if token in _BESIDE and names:
            break
        if in_unit or (token in _UNITS and (names or number)):
            unit, in_unit = (token if in_unit else unit), not in_unit
        elif not number and (_NUMBER.fullmatch(token) or (_counts(token, rest) and not names)):
            number = str(NUMBERS.get(token, token))
        elif token in _SIDES and not side and (names or _names_follow(rest)):
            side = _SIDES[token]
        elif token in _KINDS and (names or not (token in _BEFORE_NAMES and _names_follow(rest))):
            kind = kind or _KINDS[token]
        elif token not in NOTHING and (names or token not in _TITLES):
            names.append(_plain(_WORDS.get(token, token)))
    return number, " ".join(names), side, kind, unit


def _counts(token: str, rest: Sequence[str]) -> bool:
    """Whether a word is a house's number, `One Main Street`, and not its street's name, `First Street`."""
    return token in NUMBERS and _names_follow(rest)


def _names_follow(rest: Sequence[str]) -> bool:
    """Whether a street's name is still to come, and not its kind alone: `North Avenue`, `N Avenue B`."""
    return len(rest) > 1 or (len(rest) == 1 and rest[0] not in _KINDS)


def _plain(word: str) -> str:
    """Write a word of a street's name in one way: `43` for `43rd`, `5` for `Fifth`, `haupt` for `Hauptstrasse`."""
    if word in NUMBERS:
        return str(NUMBERS[word])
    ordinal = _ORDINAL.fullmatch(word)
    return ordinal[1] if ordinal else _CUT.sub("", word)


def _code(text: str) -> str:
    bare = "".join(folding.words(text))
    return bare[:5] if _US_CODE.fullmatch(bare) else bare


@lru_cache(maxsize=_CACHED)
def _city(text: str) -> str:
    return " ".join(_WORDS.get(word, word) for word in folding.words(text) if word not in NOTHING)


def _known(text: str, names: dict[str, str]) -> str:
    bare = " ".join(folding.words(text))
    return names.get(bare, bare)
