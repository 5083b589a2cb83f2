"""Territories beside each other: which can never be reached, which share something, what lies between them in none.

The first territory that a record fits is its own. So one that takes all that a later one would leaves that one empty.
That a narrow one stands before a wide one is how a pool says what counts more, and no fault. That two of the same kind
share something, and neither lies in the other, is seldom meant.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any

from upbeat.base import company
from upbeat.formula import Formula, partial
from upbeat.formula.excluding import impossible, negated
from upbeat.formula.tree import Node
from upbeat.workflows.pool import Territory
from upbeat.workflows.pool_spans import covers, holes, shared, words
from upbeat.workflows.pool_words import Numbers, PostalCodes


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two territories that a record may fit both, by their positions; `asks` is the word that stands for where.

    `whole` is whether the later one is never reached. Else `example` is what lies in both: `US, postal codes 10*`.
    """

    earlier: tuple[int, ...]
    later: int
    whole: bool
    asks: str
    example: str = ""


def crossings(territories: Sequence[Territory]) -> Iterator[Crossing]:
    """Give, for each territory, what of it the ones before it take: all of it, or a part that they share."""
    asked = [_asked(one) for one in territories]
    for later, mine in enumerate(asked):
        if (taken := _taken(asked[:later], mine)) is not None:
            yield Crossing(taken, later, whole=True, asks=_first(mine))
            continue
        for earlier, theirs in enumerate(asked[:later]):
            if theirs.keys() == mine.keys() and (both := _met(theirs, mine)) and not _within(theirs, mine):
                yield Crossing((earlier,), later, whole=False, asks=_first(mine), example=both)


def gaps(territories: Sequence[Territory]) -> Iterator[tuple[tuple[int, ...], PostalCodes]]:
    """Give the postal codes that lie between territories of one country and in none, with the territories' positions.

    Only territories that ask for nothing but where a record is are looked at, beside each other where they name the
    same countries; where another one takes the country whatever the code, nothing is left out.
    """
    beside: dict[tuple[str, ...], list[int]] = {}
    for index, one in enumerate(territories):
        asks = _asked(one)
        if asks and asks.keys() <= {"countries", "postal_codes"}:
            beside.setdefault(tuple(sorted(asks.get("countries", ()))), []).append(index)
    for countries, several in beside.items():
        known = [territories[index] for index in several]
        if all(one.postal_codes for one in known) and not _takes_all(territories, countries):
            for hole in holes([*chain.from_iterable(one.postal_codes for one in known)]):
                yield tuple(several), hole


def _takes_all(territories: Sequence[Territory], countries: Iterable[str]) -> bool:
    """Whether one of the territories takes all of these countries; without any, all there is."""
    place = {"countries": named} if (named := dict.fromkeys(countries, "")) else {}
    return any(_within(place, asks) for one in territories if not (asks := _asked(one)).keys() - {"countries"})


# --- what a territory asks -------------------------------------------------------------------------------------------

Asked = Mapping[str, Any]  # what is asked, by the word of the file; what asks nothing is left out


@dataclass(frozen=True, slots=True)
class _Kind:
    """How values of one word are compared: what two share in words, empty for nothing, and whether one has all of it.

    `joined` puts together what several ask, where that can be said.
    """

    meet: Callable[[Any, Any], str]
    has: Callable[[Any, Any], bool]
    joined: Callable[[Iterable[Any]], Any] | None = None


def _asked(one: Territory) -> Asked:
    found: dict[str, Any] = {
        "accounts": {company(name): name for name in one.accounts},
        "states": _folded(one.states),
        "countries": _folded(one.countries),
        "industries": _folded(one.industries),
        "postal_codes": one.postal_codes,
        "employees": one.employees,
        "revenue": one.revenue,
        "when": None if one.when is None or _always(one.when) else one.when,
    }
    return {word: value for word, value in found.items() if value}


def _taken(before: Sequence[Asked], mine: Asked) -> tuple[int, ...] | None:
    """Give the territories that take all of one, the fewest that do; None where something is left to it."""
    alone = next((index for index, one in enumerate(before) if _within(mine, one)), None)
    if alone is not None:
        return (alone,)
    for word, kind in _KINDS.items():
        if kind.joined is None or word not in mine:
            continue
        met = ((index, one) for index, one in enumerate(before) if word in one and kind.meet(one[word], mine[word]))
        others = {index: one[word] for index, one in met if _within(mine, _less(one, word))}
        if others and kind.has(kind.joined(others.values()), mine[word]):
            return tuple(others)
    return None


def _less(one: Asked, word: str) -> Asked:
    return {name: value for name, value in one.items() if name != word}


def _within(one: Asked, other: Asked) -> bool:
    """Whether all that fits one fits the other."""
    return all(word in one and _KINDS[word].has(value, one[word]) for word, value in other.items())


def _met(one: Asked, other: Asked) -> str:
    """Say what fits both of two that ask the same words; empty where nothing does, or it cannot be shown."""
    found: list[str] = []
    for word, value in one.items():
        if not (both := _KINDS[word].meet(value, other[word])):
            return ""
        found.append(both)
    return ", ".join(found)


def _first(asks: Asked) -> str:
    """Give the word that says most closely where a territory is."""
    return next((word for word in _KINDS if word in asks), "name")


# --- how each word is compared ---------------------------------------------------------------------------------------


Names = Mapping[str, str]  # names as they are compared, and as they are written


def _folded(names: Iterable[str]) -> Names:
    return {name.casefold(): name for name in names}


def _both(one: Names, other: Names) -> str:
    return ", ".join(name for key, name in one.items() if key in other)


def _codes(one: Sequence[PostalCodes], other: Sequence[PostalCodes]) -> str:
    met = [words(span) for span in shared(one, other)]
    more = f" and {len(met) - 3} more" if len(met) > 3 else ""
    return f"postal codes {', '.join(met[:3])}{more}" if met else ""


def _numbers(one: Numbers, other: Numbers) -> str:
    least = max((end for end in (one.least, other.least) if end is not None), default=None)
    most = min((end for end in (one.most, other.most) if end is not None), default=None)
    if least is not None and most is not None and least >= most:
        return str(least) if least == most else ""
    return f"{'' if least is None else least}-{'' if most is None else most}"


def _spans(one: Numbers, other: Numbers) -> bool:
    """Whether the first span has all of the second."""
    low, high = Decimal("-Infinity"), Decimal("Infinity")
    starts = (low if one.least is None else one.least) <= (low if other.least is None else other.least)
    return starts and (high if one.most is None else one.most) >= (high if other.most is None else other.most)


def _same_formula(one: Formula, other: Formula) -> str:
    return f"where {one.text.strip()}" if one.canonical == other.canonical else ""


def _implied(one: Formula, other: Formula) -> bool:
    """Whether the first formula is true wherever the second is."""
    return bool(one.fields & other.fields) and impossible(_not(one.text), _read(other.text))


def _always(one: Formula) -> bool:
    return impossible(_not(one.text))


@lru_cache(maxsize=4096)  # each is held against each
def _read(text: str) -> Node:
    return partial.read(text)


@lru_cache(maxsize=4096)
def _not(text: str) -> Node:
    return negated(partial.read(text))


def _has_names(one: Names, other: Names) -> bool:
    return one.keys() >= other.keys()


def _together(several: Iterable[Names]) -> Names:
    return {key: name for one in several for key, name in one.items()}


_NAMES = _Kind(_both, _has_names, _together)
_KINDS: Mapping[str, _Kind] = {  # the closest first
    "accounts": _NAMES,
    "postal_codes": _Kind(_codes, covers, lambda several: tuple(chain.from_iterable(several))),
    "states": _NAMES,
    "countries": _NAMES,
    "industries": _NAMES,
    "employees": _Kind(lambda one, other: (met := _numbers(one, other)) and f"employees {met}", _spans),
    "revenue": _Kind(lambda one, other: (met := _numbers(one, other)) and f"revenue {met}", _spans),
    "when": _Kind(_same_formula, _implied),
}
