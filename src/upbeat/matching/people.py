"""A person's name as it compares: first and last name in one spelling, short names as the long ones they are of."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from upbeat.matching import folding
from upbeat.matching.tables import listed, sorted_by_head
from upbeat.matching.words import COMMON, PLACEHOLDERS, WRITTEN

TITLES: Final = frozenset(listed("people", "titles"))
PARTICLES: Final = frozenset(listed("people", "particles"))
_NONE: Final = frozenset[str]()


def _families() -> dict[str, frozenset[str]]:
    """Give the names that a name may be short for: `alex` is of two."""
    found = dict[str, set[str]]()
    for head, shorts in sorted_by_head("people", "short").items():
        for name in (head, *shorts):
            found.setdefault(name, set()).add(head)
    return {name: frozenset(heads) for name, heads in found.items()}


_FAMILIES: Final = _families()
GIVEN: Final = frozenset(_FAMILIES)
"""First names, short and long."""
_WHOLE: Final = 2  # words of a person's name that stands where a company's should
_CACHED: Final = 1 << 14


class Person(NamedTuple):
    """A person's name in small ASCII letters: all first names, and the last name without particles and titles."""

    first: tuple[str, ...]
    last: str

    def __bool__(self) -> bool:
        """Whether there is a name at all."""
        return bool(self.first or self.last)


def untitled(words: Sequence[str]) -> Sequence[str]:
    """Take the titles off the front of a text that may be a person's name: two words that can be one are left."""
    at = next((at for at, word in enumerate(words) if word not in TITLES), 0)
    rest = words[at:]
    return (
        rest
        if len(rest) == _WHOLE and not any(word in COMMON or WRITTEN.get(word) in COMMON for word in rest)
        else words
    )


@lru_cache(maxsize=_CACHED)
def read(first: str, last: str) -> Person:
    """Read a name from two fields, or, where `first` is empty, from one: `Bob Meyer`, `Meyer, Bob`."""
    if not first and "," in last:
        last, _, first = last.partition(",")
    given, family = _told(first), _told(last)
    if not given and len(family) > 1:
        at = next((n for n, word in enumerate(family[:-1]) if n and word in PARTICLES), len(family) - 1)
        given, family = family[:at], family[at:]
    kept = [word for word in family if word not in PARTICLES] or family
    return Person(tuple(given), "".join(kept))


def _told(text: str) -> list[str]:
    """Give the words of a name but its titles; none of what stands for a name that is not told: `Unknown`."""
    found = [word for word in folding.words(text) if word not in TITLES]
    return [] if "".join(found) in PLACEHOLDERS else found


def likeness(one: Person, other: Person) -> float | None:
    """Give how like two names are, from 0 to 1; None where a last name is missing.

    1 is the same, 0.9 a short name or an initial of the other's, or both names the other way round, 0.8 a slip of the
    pen, 0.6 a last name alone, 0 two people.
    """
    if not (one.last and other.last):
        return None
    family = _alike(one.last, other.last)
    if not family:
        if one.first and other.first and one.first[0] == other.last and other.first[0] == one.last:
            return 0.9
        double = _part(one.last, other.last)
        if not double:
            return 0.0
        family = 0.8
    if not (one.first and other.first):
        return 0.6 * family
    return family * max(_given(mine, its) for mine in one.first[:2] for its in other.first[:2])


def from_address(local: str) -> tuple[str, ...]:
    """Give the words of an address before its `@`: `bob`, `meyer` of `bob.meyer2`."""
    return tuple(
        word for word in ("".join(letter for letter in part if letter.isalpha()) for part in _parts(local)) if word
    )


def written(person: Person, local: str) -> bool:
    """Whether an address before its `@` is made of a name: `bmeyer`, `bob.meyer`, `meyer.b`, `robert`."""
    if not person:
        return False
    whole = "".join(from_address(local))
    firsts = set(person.first[:1]) | {first[0] for first in person.first[:1]}
    firsts |= {short for first in person.first[:1] for short, heads in _FAMILIES.items() if first in heads}
    made = {first + person.last for first in firsts} | {person.last + first for first in firsts}
    return whole in made or (len(person.last) > 3 and whole == person.last)


def _given(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if (len(one) == 1 or len(other) == 1) and one[0] == other[0]:
        return 0.9
    if _FAMILIES.get(one, _NONE) & _FAMILIES.get(other, _NONE):
        return 0.9
    return _alike(one, other)


def _alike(one: str, other: str) -> float:
    """1 for the same name, 0.8 for one with a slip: not with an ending more, as Simone is no Simon."""
    if one == other or folding.without_umlauts(one) == folding.without_umlauts(other):
        return 1.0
    shorter = min(len(one), len(other))
    if one.startswith(other) or other.startswith(one) or shorter < 4:
        return 0.0
    allowed = 1 if shorter < 8 else 2
    return 0.8 if OSA.distance(one, other, score_cutoff=allowed) <= allowed else 0.0


def _part(one: str, other: str) -> bool:
    """Whether a double name has the other in it: `meyerschmidt`, `schmidt`."""
    shorter, longer = sorted((one, other), key=len)
    return (
        len(shorter) > 3 and (longer.startswith(shorter) or longer.endswith(shorter)) and len(longer) - len(shorter) > 3
    )


def _parts(local: str) -> list[str]:
    return folding.words(local.partition("+")[0].replace(".", " "))
