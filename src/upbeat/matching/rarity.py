"""How telling a word of a name is: the fewer names have it, the more it says that two names share it."""

from collections.abc import Mapping
from math import log
from typing import Final

from upbeat.matching.places import PLACES
from upbeat.matching.words import COMMON, STRUCTURE

_KNOWN: Final = 2_000  # names that what is generally known of words counts as, beside the names of an index
_ANY: Final = 0.2  # of names might as well have a word like a legal form: `group`
_OFTEN: Final = 0.05  # of names have a word that many have: `global`, `services`
_PLACE: Final = 0.015  # have a country or a city in them
_SHORT: Final = 0.01  # have a number, or a letter or two
_SELDOM: Final = 0.002  # have a word of which nothing is known: a person's or a brand's


class Rarity:
    """How many of some names have each word. Without any names it is what is generally known of words."""

    __slots__ = ("_counts", "_known", "_names")

    def __init__(self, counts: Mapping[str, int], names: int) -> None:
        """Keep in how many of so many names each word stands; a word that is missing stands in none."""
        self._counts = counts
        self._names = names
        self._known = dict[str, float]()

    def of(self, word: str) -> float:
        """Give how telling a word is, in nats: the logarithm of how many names there are for one that has it."""
        found = self._known.get(word)
        if found is None:
            share = (self._counts.get(word, 0) + _KNOWN * _expected(word)) / (self._names + _KNOWN)
            found = self._known[word] = -log(min(share, 1.0))
        return found


NEUTRAL: Final = Rarity({}, 0)
"""For names of which there is no index."""


def _expected(word: str) -> float:
    """Give in what share of names a word is to be expected, by what is generally known of words."""
    if word in COMMON:
        return _ANY if word in STRUCTURE else _OFTEN
    if word in PLACES:
        return _PLACE
    return _SHORT if len(word) <= 2 or word.isdigit() else _SELDOM
