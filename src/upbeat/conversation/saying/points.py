"""The points of a summary, each with its words: what it was for, what was learnt, decided, left open."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from upbeat.conversation.found import Finding, Kind
from upbeat.conversation.patterns import either
from upbeat.conversation.saying.heard import Heard, place
from upbeat.conversation.speech import Sentence, in_figures
from upbeat.conversation.values import Side

REASON: Final = "reason"
LEARNT: Final = "learnt"
DECIDED: Final = "decided"
OPEN: Final = "open"
_OPENING: Final = 0.25  # of the talk: what it is for is said early
_WHY_WE_MEET, _DECIDES, _LEAVES_OPEN = (
    re.compile(either(__package__ or "", "points", name)) for name in ("reason", "decided", "open")
)
_ELEMENTS: Final = (
    "identified_pain",
    "metrics",
    "economic_buyer",
    "decision_criteria",
    "decision_process",
    "paper_process",
    "competition",
    "champion",
)
_OF_A_PART: Final = {REASON: 1, DECIDED: 3, OPEN: 3}  # points at most: a summary is read in half a minute
_LEAST: Final = 3  # points of any talk that has so many sentences worth one
_WORTH: Final = 6  # words from which a sentence can be a point


def points(heard: Heard, established: Sequence[Finding], signals: Sequence[Finding]) -> Iterator[Finding]:
    """Give the points in the order of their parts, and within a part as they were said.

    `established` are the elements of the methodology, `signals` what else was found: both are things learnt.
    """
    used = set[tuple[int, str]]()
    made = list[Finding]()

    def take(part: str, sentence: Sentence, why: str, confidence: float) -> None:
        spot = place(sentence)
        if (spot.turn, spot.quote) not in used and len(sentence.words) >= _WORTH:
            used.add((spot.turn, spot.quote))
            made.append(Finding(Kind.POINT, part, _text(sentence), spot, confidence, why))

    early = heard.sentences[: max(int(len(heard.sentences) * _OPENING), 12)]
    for sentence in [one for one in early if _WHY_WE_MEET.search(one.said)][: _OF_A_PART[REASON]]:
        take(REASON, sentence, "says what the talk is for", 0.6)
    learnt = sorted(_learnt(established, signals), key=lambda one: one.place.turn)
    for one in learnt:
        if (one.place.turn, one.place.quote) not in used:
            used.add((one.place.turn, one.place.quote))
            what = one.name if one.kind is Kind.METHODOLOGY else f"{one.kind.value}, {one.name}"
            made.append(
                Finding(
                    Kind.POINT,
                    LEARNT,
                    one.value,
                    one.place,
                    one.confidence,
                    f"established as {what.replace('_', ' ')}",
                    by=one.by,
                )
            )
    for part, pattern, why in ((DECIDED, _DECIDES, "says what is agreed"), (OPEN, _LEAVES_OPEN, "leaves it open")):
        for sentence in _last(heard.sentences, pattern, _OF_A_PART[part]):
            take(part, sentence, why, 0.55)
    for sentence in _weightiest(heard):
        if len(made) >= _LEAST:
            break
        take(LEARNT, sentence, "the customer's longest statement that nothing else tells", 0.4)
    order = (REASON, LEARNT, DECIDED, OPEN)
    yield from sorted(made, key=lambda one: (order.index(one.name), one.place.turn))


def _last(sentences: Sequence[Sentence], pattern: re.Pattern[str], count: int) -> list[Sentence]:
    """Give the last sentences that fit a pattern, in their order."""
    fitting = (
        one for one in reversed(sentences) if len(one.words) >= _WORTH and pattern.search(one.said) and not one.asks
    )
    return list(reversed(list(islice(fitting, count))))


def _learnt(established: Sequence[Finding], signals: Sequence[Finding]) -> Iterator[Finding]:
    yield from (one for one in established if one.kind is Kind.METHODOLOGY and one.name in _ELEMENTS)
    yield from (one for one in signals if one.kind is Kind.EXPANSION)


def _weightiest(heard: Heard) -> list[Sentence]:
    said = [one for one in heard.theirs if not one.asks] or [one for one in heard.sentences if one.side is Side.OURS]
    return sorted(said, key=lambda one: -len(one.words))


def _text(sentence: Sentence) -> str:
    text = in_figures(sentence, 0, len(sentence.words) - 1)
    return text[:1].upper() + text[1:]
