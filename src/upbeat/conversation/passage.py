"""Where a conversation speaks of something: the one stretch of turns in which the words that are asked for are dense.

Words alone are compared, without their usual endings; whoever says it in quite other words is not found. Where the
question names a speaker, their own turns count half as much again.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.conversation.values import Conversation

_WORD: Final = re.compile(r"[^\W_]{2,}")
_ENDING: Final = re.compile(r"(?<=\w{3})(?:ing|ed|es|s|ly)$")
_REACH: Final = 8  # turns over which a word still speaks: a subject is not named in each turn
_OF_SPEAKER: Final = 1.5
_ASKING: Final = frozenset(
    _WORD.findall(
        """an and are as at be by did do does for from had has have he her him his how if in is it
        its me my of on or our she so that the their them then they this to us was we were what when
        where which who whom why will with would you your about summarize summarise discuss
        discussed discussion say said think thought talk meeting call group team there people like
        just got get okay yeah um uh"""
    )
)
"""Words that stand in any question and in any talk."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of turns, `first` to `last`, both among them; `words` are those of the question that stand in it."""

    first: int
    last: int
    words: tuple[str, ...]


def passage(conversation: Conversation, question: str) -> Passage | None:
    """Give the stretch that speaks of what is asked; None where no turn has a word of it."""
    turns = conversation.turns
    said = [_words(one.text) for one in turns]
    named = {one.label for one in turns if one.label and one.label.casefold() in question.casefold()}
    for label in named:
        question = re.sub(re.escape(label), " ", question, flags=re.IGNORECASE)
    held = Counter(word for words in said for word in words)
    weights = {word: math.log(1 + len(turns) / held[word]) ** 2 for word in _words(question) if word in held}
    if not weights:
        return None
    places = defaultdict[str, list[int]](list)
    for number, words in enumerate(said):
        for word in words & weights.keys():
            places[word].append(number)
    of_named = {number for number, one in enumerate(turns) if one.label in named}
    first, last = _densest(_heat(places, weights, of_named, len(turns)))
    found = tuple(word for word in weights if any(first <= at <= last for at in places[word]))
    return Passage(first, last, found)


def _words(text: str) -> frozenset[str]:
    found = (_ENDING.sub("", one) for one in _WORD.findall(text.casefold()) if one not in _ASKING)
    return frozenset(found)


def _heat(
    places: Mapping[str, Sequence[int]], weights: Mapping[str, float], of_named: set[int], turns: int
) -> list[float]:
    """Give for each turn how much of what is asked is spoken of around it: a word counts by the nearest place of it."""
    heat = [0.0] * turns
    for word, numbers in places.items():
        near = dict[int, float]()
        for at in numbers:
            strength = _OF_SPEAKER if at in of_named else 1.0
            for turn in range(max(0, at - _REACH), min(turns, at + _REACH + 1)):
                near[turn] = max(near.get(turn, 0.0), strength * (1 - abs(turn - at) / (_REACH + 1)))
        for turn, share in near.items():
            heat[turn] += weights[word] * share
    return heat


def _densest(heat: Sequence[float]) -> tuple[int, int]:
    """Give the stretch that stands out most above the mean: the largest sum of a run (Kadane's algorithm)."""
    mean = sum(heat) / len(heat)
    best, first, last = -math.inf, 0, 0
    running, begin = 0.0, 0
    for number, one in enumerate(heat):
        if running <= 0:
            running, begin = 0.0, number
        running += one - mean
        if running > best:
            best, first, last = running, begin, number
    return first, last
