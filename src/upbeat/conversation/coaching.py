"""How each rep's calls stand beside the others': what they ask, what they establish, and where they fall behind. Pure.

A rep is compared with everybody else on the team, and not with a mean that they are a part of themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from upbeat.base import Rate, rate
from upbeat.conversation.found import Kind, Place, Reading
from upbeat.conversation.link import Captured
from upbeat.conversation.measuring import measure
from upbeat.conversation.rubric import clarity, depth, discovery
from upbeat.conversation.values import Side

_EXAMPLES: Final = 2
_ROUNDING: Final = 1e-9  # what two shares differ by in floating point alone


@dataclass(frozen=True, slots=True)
class Call:
    """One talk with a customer. `rep` is the user whose it is; `asked` the last question of discovery, if any.

    `talk_ratio` is from 0 to 1, None where it cannot be measured; `depth` and `clarity` go from 0 to 4.
    `established` has, by element of the methodology, the words that prove it.
    """

    key: str
    began: datetime
    rep: str
    name: str
    talk_ratio: float | None
    depth: int
    clarity: int
    established: Mapping[str, Place]
    asked: Place | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A call to listen to, and the words in it, seconds from its beginning; without a quote nothing was asked there."""

    key: str
    began: datetime
    at: float
    quote: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a rep's calls establish an element, and of everybody else's.

    Where they fall behind, `lacking` are their newest calls that do not establish it, with the last question of
    discovery, and `shown` the newest of others that do, with the words that prove it.
    """

    element: str
    share: Rate
    others: Rate
    behind: bool
    lacking: tuple[Example, ...] = ()
    shown: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Rep:
    """One rep's calls: how many, the means of their numbers, what they establish; `few` are too few to say anything."""

    rep: str
    name: str
    calls: int
    few: bool
    talk_ratio: float | None
    depth: float
    clarity: float
    elements: tuple[Coverage, ...]


def call_of(one: Captured, reading: Reading) -> Call | None:
    """Give a talk as it counts here; None where no customer speaks, it was written, or nobody of ours has it."""
    talk = one.conversation
    with_them = any(talk.side(turn) is Side.THEIRS for turn in talk.turns)
    if not with_them or talk.written or not one.owner:
        return None
    asked = discovery(talk)
    return Call(
        key=talk.key,
        began=talk.began,
        rep=one.owner,
        name=next(party.name or party.address for party in talk.parties if party.record_id == one.owner),
        talk_ratio=measure(talk).talk_ratio,
        depth=depth(asked, reading).level,
        clarity=clarity(talk, reading).level,
        established={found.name: found.place for found in reading.of(Kind.METHODOLOGY)},
        asked=asked[-1].place if asked else None,
    )


def reps(calls: Sequence[Call], elements: Sequence[str], margin: float, least: int) -> list[Rep]:
    """Give every rep beside the others, whoever falls behind most often first.

    A rep falls behind in an element where the share of their calls that establish it is below the others' by more than
    the `margin`, and there are `least` calls on both sides.
    """
    newest = sorted(calls, key=lambda one: one.began, reverse=True)
    found = [_rep(rep, newest, elements, margin, least) for rep in sorted({one.rep for one in calls})]
    return sorted(found, key=lambda one: (-sum(each.behind for each in one.elements), one.name))


def _rep(rep: str, calls: Sequence[Call], elements: Sequence[str], margin: float, least: int) -> Rep:
    mine, others = [one for one in calls if one.rep == rep], [one for one in calls if one.rep != rep]
    ratios = [one.talk_ratio for one in mine if one.talk_ratio is not None]
    return Rep(
        rep=rep,
        name=mine[0].name,
        calls=len(mine),
        few=len(mine) < least,
        talk_ratio=_mean(ratios) if ratios else None,
        depth=_mean([one.depth for one in mine]),
        clarity=_mean([one.clarity for one in mine]),
        elements=tuple(_coverage(name, mine, others, margin, least) for name in elements),
    )


def _coverage(element: str, mine: Sequence[Call], others: Sequence[Call], margin: float, least: int) -> Coverage:
    share, theirs = _share(element, mine), _share(element, others)
    enough = min(share.of, theirs.of) >= max(least, 1)
    if not enough or (theirs.share or 0) - (share.share or 0) <= margin + _ROUNDING:
        return Coverage(element, share, theirs, behind=False)
    lacking = (_example(one, one.asked) for one in mine if element not in one.established)
    shown = (_example(one, one.established[element]) for one in others if element in one.established)
    return Coverage(element, share, theirs, behind=True, lacking=_first(lacking), shown=_first(shown))


def _share(element: str, calls: Sequence[Call]) -> Rate:
    return rate(sum(element in one.established for one in calls), len(calls))


def _example(one: Call, place: Place | None) -> Example:
    return Example(one.key, one.began, 0.0, "") if place is None else Example(one.key, one.began, place.at, place.quote)


def _first(some: Iterator[Example]) -> tuple[Example, ...]:
    return tuple(one for one, _ in zip(some, range(_EXAMPLES), strict=False))


def _mean(numbers: Sequence[float]) -> float:
    return round(sum(numbers) / len(numbers), 4)
