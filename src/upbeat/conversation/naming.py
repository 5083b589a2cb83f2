"""How well a label fits somebody who took part, by their names alone."""

from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import cache
from typing import Final, NamedTuple

from upbeat.base.companies import LEGAL_FORMS
from upbeat.conversation import labels
from upbeat.conversation.labels import Label, foreign, name_words, skeleton
from upbeat.conversation.values import Party
from upbeat.matching import folding, people
from upbeat.matching.words import NOTHING

_ALIKE: Final = 0.7  # of two whole names: a short first name and one slip in the last, as `matching.people` counts
_CONSONANTS: Final = 4  # of a whole name in another script: fewer are those of many names
_BEGINNING: Final = 3  # letters of a first name that people cut short
_LOGIN: Final = 4  # letters of a login that stands for a name: `jsmi`
_SHORT: Final = 0.9  # what `matching.people` gives a short form of a first name


class Fit(IntEnum):
    """How well a label fits a name, from not at all to beyond doubt."""

    NONE = 0
    HINT = 1  # a part of the name, and something beside it that is not known of them: worth showing to a person
    PART = 2  # a first name, a last name, initials: it fits whoever else has them too
    NEAR = 3  # first and last name, one of them with a slip, or in another script
    WHOLE = 4  # first and last name, one of them short, or one with more names
    SAME = 5


class Fitting(NamedTuple):
    """A fit, and what it rests on, in words."""

    fit: Fit
    says: str = ""


_NOT: Final = Fitting(Fit.NONE)


def fitting(label: Label, party: Party) -> Fitting:
    """Say how well a label fits somebody."""
    if label.text in party.labels:
        return Fitting(Fit.SAME, "the source says so")
    if label.address:
        same = label.address == party.address
        return Fitting(Fit.SAME, "the label is their address") if same else _NOT
    each = [_one(label, mine, theirs, party) for mine in label.names for theirs in names_of(party)]
    best = max(each, default=_NOT, key=lambda one: one.fit)
    doubtful = best.fit is Fit.PART and label.company and not fits_company(label.company, party)
    return Fitting(Fit.HINT, best.says) if doubtful else best


@cache
def names_of(party: Party) -> tuple[tuple[str, ...], ...]:
    """Give the words of somebody's name, in each way that is known: where they have none, those of their address."""
    last, _, first = ("" if "@" in party.name else party.name).partition(",")
    found = [tuple(name_words(f"{first} {last}"))]
    if not any(found) and party.address:
        local = party.address.partition("@")[0]
        found.append(tuple(people.from_address(local)))
    return tuple(filter(None, found))


def fitting_names(one: str, other: str) -> Fitting:
    """Say how well two names fit, wherever they stand."""
    return fitting(labels.read(one), Party(other))


def fits_company(company: str, party: Party) -> bool:
    """Whether a company that a label names is somebody's, by a word of its name or of their address."""
    told = set(folding.words(company)) - _SMALL
    host = party.address.partition("@")[2].partition(".")[0]
    theirs = set(folding.words(party.company)) - _SMALL
    return bool(told & theirs) or any(len(word) > len("abc") and word in host for word in told)


_SMALL: Final = NOTHING | LEGAL_FORMS | {"group"}


def _one(label: Label, mine: Sequence[str], theirs: Sequence[str], party: Party) -> Fitting:
    ways = _single(mine[0], theirs, party) if len(mine) == 1 < len(theirs) else _several(label, mine, theirs, party)
    return next(ways, _NOT)


def _several(label: Label, mine: Sequence[str], theirs: Sequence[str], party: Party) -> Iterator[Fitting]:
    """Give how two names fit, the best way first."""
    one, other = _plain(mine), _plain(theirs)
    if sorted(one) == sorted(other):
        yield Fitting(Fit.SAME if len(one) > 1 else Fit.PART, "the same name")
    if min(len(one), len(other)) > 1:
        if set(one) < set(other) or set(other) < set(one):
            yield Fitting(Fit.WHOLE, "the same names, and one of them has more")
        if _initial(mine, theirs):
            yield Fitting(Fit.PART, "the same first name, and the initial of the last")
        turned = [*mine[1:], mine[0]]
        alike = max(people.likeness(_person(words), _person(theirs)) or 0.0 for words in (mine, turned))
        if alike >= _SHORT:
            yield Fitting(Fit.WHOLE, "the same name, and one of them short")
        if alike >= _ALIKE or _begins(mine, theirs):
            yield Fitting(Fit.NEAR, "nearly the same name")
    if (foreign(label.text) or foreign(party.name)) and _sounds_alike(mine, theirs):
        yield Fitting(Fit.NEAR, "the same name in another script")


def _single(word: str, theirs: Sequence[str], party: Party) -> Iterator[Fitting]:
    """Give how a single word fits a whole name, the best way first: as its login, its first name or its last."""
    person = _person(theirs)
    glued = {"".join(theirs), "".join(reversed(theirs))}
    if len(word) >= _LOGIN and (word in glued or (word not in theirs and people.written(person, word))):
        yield Fitting(Fit.WHOLE, "their name in one word")
    if _plain([word])[0] in _plain(theirs):
        yield Fitting(Fit.PART, "a part of their name")
    first = people.Person(person.first[:1], person.last)
    if len(word) > 1 and people.likeness(people.Person((word,), person.last), first) == _SHORT:
        yield Fitting(Fit.PART, "a short form of their name")
    if foreign(party.name) and skeleton(word) in {skeleton(one) for one in theirs} - {""}:
        yield Fitting(Fit.PART, "a part of their name in another script")


def _initial(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether one is `Tom B.` of the other's `Tom Bellweather`."""
    return any(
        len(short) > 1 and len(short[-1]) == 1 and short[0] == long[0] and long[-1].startswith(short[-1])
        for short, long in ((mine, theirs), (theirs, mine))
    )


def _begins(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether one first name is the beginning of the other, as `Gwen` of `Gwendolyn`: not `Paul` of `Paula`."""
    short, long = sorted((mine[0], theirs[0]), key=len)
    return mine[-1] == theirs[-1] and len(short) >= _BEGINNING and len(long) > len(short) + 1 and long.startswith(short)


def _sounds_alike(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    one, other = sorted(map(skeleton, mine)), sorted(map(skeleton, theirs))
    glued = "".join(mine) in {"".join(theirs), "".join(reversed(theirs))}
    return glued or (one == other and len("".join(one)) >= _CONSONANTS)


def _plain(words: Sequence[str]) -> list[str]:
    return [folding.without_umlauts(word) for word in words]


def _person(words: Sequence[str]) -> people.Person:
    return people.Person(tuple(words[:-1]), words[-1])
