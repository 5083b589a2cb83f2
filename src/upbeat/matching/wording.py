"""How like two names of companies are: which words they share, which only one has, and whether these make two of them.

Evidence is in nats, as log-odds add up: what is shared counts for as much as it is rare, and what stands against what
more than what one of them leaves out. `Acme` may be `Acme Tools`; `Acme Tools` is not `Acme Foods`.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from upbeat.matching.folding import without_umlauts
from upbeat.matching.forms import apart, without_misspelt
from upbeat.matching.names import Name, numbered
from upbeat.matching.people import GIVEN
from upbeat.matching.rarity import Rarity
from upbeat.matching.words import COMMON, COMPASS, SIDES, STRUCTURE, TRADES

_MOST: Final = 7.0  # nats that a whole name is worth: a name is never proof by itself
_PART: Final = 6.0  # that a part of a name is worth: groups have it in the names of all their companies
_WHOLE: Final = 6.0  # at the least, where nothing differs: few companies are called the very same, however plainly
_LEAST: Final = -4.5  # at the most, names speak against so much: one company goes by several
_OTHER: Final = 1.3  # times what is rare of words that stand against each other: they make it two companies
_OTHER_MOST: Final = 5.2
_MORE: Final = 0.8  # times what is rare of words that only one has: names are cut short more often than changed
_MORE_MOST: Final = 3.2  # however many: a long name has its department and its patron in it
_MARK: Final = 3.0  # a number, a side or a place that is another: branches and series are told apart by them
_MARKED: Final = 1.5  # one that only one name has
_FORMS: Final = 3.0  # legal forms of different kinds: a group and its subsidiary
_EASED: Final = 0.4  # of what speaks against is left where the house or the domain is one: it is no other branch then
_UNSURE: Final = (
    4.5  # at the most, of names that a slip or a turned order may make two: a person looks, or a domain says
)
_SLIP: Final = 0.7  # of a word's worth where it has as many letters wrong as may be
_CUT: Final = 0.85  # where it is cut short
_PLURAL: Final = 0.97
_PLURALS: Final = frozenset({"s", "es"})
_STUB: Final = 3  # letters that are left of a word cut short, and that are gone
_JOINED: Final = 0.95  # where words are written as one: `Good Will`, `Goodwill`
_INITIALS: Final = (3, 6)  # letters of an acronym: two are anybody's
_ACRONYM: Final = 5.0  # nats of a name that is the other's initials
_SHORT_FORM: Final = 4.2  # of one of two letters with `&` between them: a doubt, and no more
_SPOKEN: Final = 0.6  # times what is rare of words that only one has where people leave these out when they speak
_SPOKEN_MOST: Final = 2.0  # however many, and of a long name that begins like the other: then it is at least a doubt
_TELLING: Final = 9.0  # nats of words in common that are more than one rare word
_SHORTEST: Final = 4  # letters of a word in which one wrong is told from another word
_SURE: Final = 0.78  # of the letters of a longer word that has a slip are right


class Wording(NamedTuple):
    """Two names beside each other: nats for and against, how like they are from 0 to 1, and in what."""

    agrees: float
    against: float
    score: float
    mine: Sequence[str]  # words that only one has
    its: Sequence[str]  # and only the other
    alike: Sequence[str]  # written unlike, and the same
    kinds: bool = False  # whether their legal forms are of two kinds
    numbered: bool = False  # whether numbers or letters stand against each other: never one for certain
    opposed: bool = False  # whether words do of which one is rare, or sides
    placed: bool = False  # whether only one has a place, or each another

    def weight(self, *, eased: bool) -> float:
        """Give the evidence in nats; `eased` where the records share what other branches and companies would not."""
        return max(_LEAST, self.agrees - self.against * (_EASED if eased else 1.0))

    @property
    def says(self) -> str:
        """What is alike and what differs, for a reader."""
        parts = [f"written unlike: {', '.join(self.alike)}"] if self.alike else []
        if self.mine and self.its:
            parts.append(f"{' '.join(self.mine)} against {' '.join(self.its)}")
        elif self.mine or self.its:
            parts.append(f"only one has {', '.join([*self.mine, *self.its])}")
        elif not parts:
            parts.append("the same words in another order" if self.score < 1 and not self.kinds else "the same name")
        if self.kinds:
            parts.append("legal forms of two kinds")
        return "; ".join(parts)


def compare(one: Name, other: Name, rarity: Rarity) -> Wording | None:
    """Say how like two names are; None where one of them is empty."""
    if not (one.words and other.words):
        return None
    if one.others or other.others:
        return max((_beside(mine, its, rarity) for mine in _all(one) for its in _all(other)), key=_in_all)
    return _beside(one, other, rarity)


def _all(name: Name) -> Iterable[Name]:
    """Give a name as it is written, and those that it says it goes by as well."""
    return (name, *(one for one in name.others if one.words))


def _in_all(wording: Wording) -> float:
    return wording.agrees - wording.against


def _beside(one: Name, other: Name, rarity: Rarity) -> Wording:
    differ = _FORMS if apart(one.kind, other.kind) else 0.0
    if one.words == other.words or one.run == other.run:
        worth = _worth(one.words, rarity)
        return Wording(
            min(_PART if differ else _MOST, max(_WHOLE, worth)),
            differ,
            0.9 if differ else 1.0,
            (),
            (),
            (),
            bool(differ),
        )
    return _unlike(one, other, rarity, differ)


def _unlike(one: Name, other: Name, rarity: Rarity, against: float) -> Wording:
    shared = one.bag & other.bag
    mine = [word for word in one.words if word not in shared]
    its = [word for word in other.words if word not in shared]
    alike = list[str]()
    agrees, least = _worth(shared, rarity), 1.0
    mine, its = _unjoined(mine, its, one), _unjoined(its, mine, other)
    if mine and its and one.sure and other.sure:  # a sound that is one letter off is another character
        worth, least = _alike(mine, its, alike, rarity, among=bool(shared))
        agrees += worth
    if mine and its:
        if joined := _joined(mine, its, one, other):
            alike.append(f"{' '.join(mine)} and {' '.join(its)}")
            agrees += joined * min(_worth(mine, rarity), _worth(its, rarity))
            mine, its, least = [], [], min(least, joined)
        elif worth := _initials(mine, its, one, other):
            return Wording(worth, against, 0.8, (), (), [f"{one.text} and {other.text}"])
        elif one.sure is not other.sure:  # how the one is read is not certain: nothing speaks against it
            return Wording(min(_PART, agrees), 0.0, 0.3, mine, its, alike)
    elif mine or its:
        mine, its = without_misspelt(mine), without_misspelt(its)
    kinds = against > 0
    opposed = _opposed(mine, its)
    left, right = _worth(mine, rarity), _worth(its, rarity)
    if spoken := _spoken(one, other, mine, its, agrees):
        against += min(_SPOKEN_MOST, _SPOKEN * (left + right))
    else:
        against += _marks(one, other, mine, its)
    numbers = mine and its and not any(word.isalpha() for word in (*mine, *its))
    if not numbers and not spoken:
        against += min(_OTHER_MOST, _OTHER * min(left, right)) + min(_MORE_MOST, _MORE * abs(left - right))
    whole = not (mine or its)
    like = min(0.95, agrees / (agrees + (left + right) / 2)) if agrees else 0.0
    if whole:
        agrees = max(agrees, _WHOLE * least)
    unsure = least < _JOINED or _turned(one, other) or _turned(other, one)
    most = _MOST * least if whole or numbers else _PART
    return Wording(
        min(most, agrees, _UNSURE if unsure else _MOST),
        against,
        like,
        mine,
        its,
        alike,
        kinds,
        numbered=any(map(numbered, mine)) and any(map(numbered, its)),
        opposed=opposed,
        placed=bool((mine or its) and one.places ^ other.places),
    )


def _opposed(mine: Sequence[str], its: Sequence[str]) -> bool:
    """Whether words stand against each other that are more than two departments of one company."""
    return bool(mine and its) and any(word in SIDES or word not in COMMON for word in (*mine, *its))


def _turned(one: Name, other: Name) -> bool:
    """Whether what is `of` what in one name stands the other way round in the other: `Bank of China`, `China Bank`."""
    place = {word: at for at, word in enumerate(other.words)}
    return any(what in place and place[what] - 1 == place.get(whose) for what, whose in one.of)


def _unjoined(words: list[str], against: Sequence[str], name: Name) -> list[str]:
    """Take a letter that may be `and` off the words that only one name has, unless another letter stands against it."""
    if name.joining.isdisjoint(words) or any(map(numbered, against)):
        return words
    return [word for word in words if word not in name.joining]


def _worth(words: Iterable[str], rarity: Rarity) -> float:
    found = 0.0
    for word in words:
        found += rarity.of(word)
    return found


def _alike(mine: list[str], its: list[str], alike: list[str], rarity: Rarity, *, among: bool) -> tuple[float, float]:
    """Take the words out of both that are one written unlike; give what they are worth, and how like the least is."""
    found = list[tuple[float, str, str]]()
    for word in mine:
        first, last = word[0], word[-1]
        for their in its:
            if (their[0] == first or their[-1] == last) and (same := _same(word, their, among=among)):
                found.append((same, word, their))
    worth, least = 0.0, 1.0
    for same, word, their in sorted(found, key=_likest_first) if len(found) > 1 else found:
        if word in mine and their in its:
            mine.remove(word)
            its.remove(their)
            worth += same * min(rarity.of(word), rarity.of(their))
            least = min(least, same)
            alike.append(f"{word} and {their}")
    return worth, least


def _likest_first(found: tuple[float, str, str]) -> tuple[float, list[str]]:
    """Order words that are alike in one way, whichever of the names comes first."""
    same, *words = found
    return -same, sorted(words)


def _marks(one: Name, other: Name, mine: Sequence[str], its: Sequence[str]) -> float:
    """Give what numbers, sides and places speak against, beside what they do as words."""
    found = 0.0
    if one.marks or other.marks:
        left, right = one.marks.intersection(mine), other.marks.intersection(its)
        if not (left and right):  # an initial is left out without being another
            left, right = ({word for word in each if len(word) > 1 or word.isdigit()} for each in (left, right))
        found += _mark(left, right)
    here, there = one.places - other.places, other.places - one.places
    if (here and there) or mine or its:  # else a place is misspelt that only one name has
        found += _mark(here, there)
    return found


def _mark(left: AbstractSet[str], right: AbstractSet[str]) -> float:
    return _MARK if left and right else _MARKED if left or right else 0.0


def _same(one: str, other: str, *, among: bool) -> float:
    """Give how much of a word's worth two are, written unlike: a plural, a slip of the pen, a word cut short.

    A stub counts only among other words that are shared: `Bay` alone is no `Bayside`.
    """
    if not (one.isalpha() and other.isalpha()):
        return 0.0
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    if longer.startswith(shorter) and (more := longer[len(shorter) :]):
        if more in _PLURALS:
            return _PLURAL
        if among and len(shorter) >= _STUB and len(more) >= _STUB:
            return _CUT
    if without_umlauts(one) == without_umlauts(other):
        return _PLURAL
    if shorter in SIDES or longer in SIDES or _sides_differ(one, other):
        return 0.0
    return _slip(one, other, among=among) or _slip(one.removesuffix("s"), other.removesuffix("s"), among=False)


def _sides_differ(one: str, other: str) -> bool:
    """Whether words begin with two points of the compass: `Northwestern` is no slip of `Northeastern`."""
    here, there = _sided(one), _sided(other)
    return bool(here and there) and here != there


def _sided(word: str) -> str:
    """Give the point of the compass that a word begins with: `north` of `northeastern`, or an empty text."""
    return next((side for side in COMPASS if word.startswith(side)), "")


def _slip(one: str, other: str, *, among: bool) -> float:
    """Give how much of its worth a word is that has a letter or two wrong: more letters, more that may be.

    Among other words that are shared a letter may be missing of a short one too.
    """
    shortest, longest = sorted((len(one), len(other)))
    if longest < _SHORTEST or shortest < max(_SHORTEST - (among and shortest < longest), _SURE * longest - 1):
        return 0.0
    right = OSA.normalized_similarity(one, other, score_cutoff=min(_SURE, 1 - 1 / longest))
    return _SLIP + (1 - _SLIP) * max(0.0, (right - _SURE) / (1 - _SURE)) if right else 0.0


def _joined(mine: Sequence[str], its: Sequence[str], one: Name, other: Name) -> float:
    """Give how much of their worth words are that the other writes as one, or as several."""
    left, right = "".join(mine), "".join(its)
    if left == right or one.run == other.run:
        return _JOINED
    if left.isalpha() and right.isalpha() and len(mine) != len(its) and _slip(left, right, among=False):
        return _SLIP
    return 0.0


def _spoken(one: Name, other: Name, mine: Sequence[str], its: Sequence[str], agrees: float) -> bool:
    """Whether only one name has words more, and such as people leave out: trades, first names, most of a long name."""
    if bool(mine) is bool(its):
        return False
    long, short, more = (one, other, mine) if mine else (other, one, its)
    if long.marks.intersection(more) or any(place.startswith("country") for place in long.places ^ short.places):
        return False
    if agrees >= _TELLING and len(short.words) > 1 and long.words[: len(short.words)] == short.words:
        return True
    if any(word in TRADES for word in more):
        cities = {word for place in long.places - short.places for word in place.split()[1:]}
        return all(word in TRADES or word in cities for word in more)
    return len(more) == 1 and more[0] in GIVEN and long.words[0] == more[0]


def _initials(mine: Sequence[str], its: Sequence[str], one: Name, other: Name) -> float:
    """Give what it is worth that one name has the initials of the other, alone or beside words that both have."""
    if _acronym(one, other) or _acronym(other, one):
        return _ACRONYM
    for short, long, name, whole in ((mine, its, one, other), (its, mine, other, one)):
        letters = [word for word in short if word not in STRUCTURE]
        words = [word for word in long if word not in STRUCTURE]
        if len(letters) != 1 or not 1 < len(words) == len(letters[0]) <= _INITIALS[1]:
            continue
        if letters[0] == "".join(word[0] for word in words):
            if any(word not in COMMON for word in one.bag & other.bag):
                return _ACRONYM
            if "&" in name.text and "&" in whole.text:
                return _SHORT_FORM
    return 0.0


def _acronym(short: Name, long: Name) -> bool:
    least, most = _INITIALS
    if len(short.words) != 1 or not least <= len(short.words[0]) <= most:
        return False
    return short.words[0] in {long.initials, "".join([word[0] for word in long.words])}
