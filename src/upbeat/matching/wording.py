"""How like two names of companies are: which words they share, which only one has, and whether these make two of them.

Evidence is in nats, as log-odds add up: what is shared counts for as much as it is rare, and what stands against what
more than what one of them leaves out. `Acme` may be `Acme Tools`; `Acme Tools` is not `Acme Foods`.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from upbeat.matching.folding import without_umlauts
from upbeat.matching.forms import apart
from upbeat.matching.names import Name
from upbeat.matching.rarity import Rarity
from upbeat.matching.words import SIDES

MOST: Final = 8.0  # nats that a name is worth: a name is never proof by itself
WHOLE: Final = 6.0  # at the least, where nothing differs: few companies are called the very same, however plainly
AGAINST: Final = 7.0  # at the most, that names speak against
_OTHER: Final = 1.3  # times what is rare of words that stand against each other: they make it two companies
_MORE: Final = 0.55  # times what is rare of words that only one has: names are cut short more often than changed
_MARK: Final = 4.0  # a number, a side or a place that is another: branches and series are told apart by them
_MARKED: Final = 1.5  # one that only one name has
_FORMS: Final = 2.5  # legal forms of different kinds: a group and its subsidiary
_SLIP: Final = 0.7  # of a word's worth where it has as many letters wrong as may be
_CUT: Final = 0.85  # where it is cut short
_PLURAL: Final = 0.97
_PLURALS: Final = frozenset({"s", "es"})
_STUB: Final = 3  # letters that are left of a word cut short, and that are gone
_JOINED: Final = 0.95  # where words are written as one: `Good Will`, `Goodwill`
_ACRONYM: Final = 5.0  # nats of a name that is the other's initials
_SURE: Final = 0.78  # of the letters of a word that has a slip are right


class Wording(NamedTuple):
    """Two names beside each other: evidence in nats, how like they are from 0 to 1, and what differs, for a reader."""

    weight: float
    score: float
    says: str


NOTHING: Final = Wording(0.0, 0.0, "")


def compare(one: Name, other: Name, rarity: Rarity) -> Wording:
    """Say how like two names are; nothing where one of them is empty."""
    if not (one.words and other.words):
        return NOTHING
    differ = apart(one.form, other.form)
    if one.words == other.words or one.joined == other.joined:
        weight = min(MOST, max(WHOLE, sum(map(rarity.of, one.words))))
        if not differ:
            return Wording(weight, 1.0, "the same name")
        return Wording(weight - _FORMS, 0.9, f"the same name, but {one.form} and {other.form}")
    return _unlike(one, other, rarity, _FORMS if differ else 0.0)


def _unlike(one: Name, other: Name, rarity: Rarity, against: float) -> Wording:
    shared = one.bag & other.bag
    mine = [word for word in one.words if word not in shared]
    its = [word for word in other.words if word not in shared]
    worth = sum(map(rarity.of, shared))
    slips = list[str]()
    for word in mine[:]:
        found = max(((_same(word, their), their) for their in its), default=(0.0, ""))
        if found[0]:
            gain, their = found
            mine.remove(word)
            its.remove(their)
            worth += gain * min(rarity.of(word), rarity.of(their))
            slips.append(f"{word}/{their}")
    if mine and its:
        joined = _joined(mine, its, one, other)
        if joined:
            slips.append(f"{' '.join(mine)}/{' '.join(its)}")
            worth += joined * min(sum(map(rarity.of, mine)), sum(map(rarity.of, its)))
            mine, its = [], []
        elif _acronym(one, other) or _acronym(other, one):
            return Wording(_ACRONYM - against, 0.8, f"{one.text} / {other.text}: one is the other's initials")
    left, right = sum(map(rarity.of, mine)), sum(map(rarity.of, its))
    whole = worth if mine or its else max(worth, WHOLE * (_SLIP if slips else 1))
    marks = _marks(one, other, mine, its)
    against += _OTHER * min(left, right) + _MORE * abs(left - right) + marks
    total = worth + (left + right) / 2
    weight = max(-AGAINST, min(MOST, whole) - against)
    return Wording(weight, worth / total if total else 0.0, _says(slips, mine, its))


def _marks(one: Name, other: Name, mine: Sequence[str], its: Sequence[str]) -> float:
    """Give what numbers, sides and places speak against, beside what they do as words."""
    left, right = one.marks.intersection(mine), other.marks.intersection(its)
    here, there = one.places - other.places, other.places - one.places
    return _mark(left, right) + _mark(here, there)


def _mark(left: AbstractSet[str], right: AbstractSet[str]) -> float:
    return _MARK if left and right else _MARKED if left or right else 0.0


def _same(one: str, other: str) -> float:
    """Give how much of a word's worth two are, written unlike: a plural, a slip of the pen, a word cut short."""
    if (one[0] != other[0] and one[-1] != other[-1]) or not (one.isalpha() and other.isalpha()):
        return 0.0
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    if longer.startswith(shorter) and (more := longer[len(shorter) :]):
        if more in _PLURALS:
            return _PLURAL
        if len(shorter) >= _STUB and len(more) >= _STUB:
            return _CUT
    if without_umlauts(one) == without_umlauts(other):
        return _PLURAL
    return 0.0 if len(shorter) < 4 or shorter in SIDES or longer in SIDES else _slip(one, other)


def _slip(one: str, other: str) -> float:
    """Give how much of its worth a word is that has a letter or two wrong: more letters, more that may be."""
    if len(one) < 4 or len(other) < 4:
        return 0.0
    right = OSA.normalized_similarity(one, other, score_cutoff=_SURE)
    return _SLIP * right / _SURE if right else 0.0


def _joined(mine: Sequence[str], its: Sequence[str], one: Name, other: Name) -> float:
    """Give how much of their worth words are that the other writes as one, or as several."""
    for left, right in (("".join(mine), "".join(its)), (one.joined, other.joined)):
        if left == right:
            return _JOINED
        if left.isalpha() and right.isalpha() and len(mine) != len(its) and _slip(left, right):
            return _SLIP
    return 0.0


def _acronym(short: Name, long: Name) -> bool:
    return (
        len(short.words) == 1
        and 3 <= len(short.joined) <= 6
        and short.joined == "".join(word[0] for word in long.words)
    )


def _says(slips: Sequence[str], mine: Sequence[str], its: Sequence[str]) -> str:
    parts = [f"written unlike: {', '.join(slips)}"] if slips else []
    if mine or its:
        parts.append(
            f"only one has {', '.join([*mine, *its])}"
            if not (mine and its)
            else f"{' '.join(mine)} against {' '.join(its)}"
        )
    return "; ".join(parts) or "the same words in another order"
