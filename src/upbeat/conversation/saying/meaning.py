"""What the words of a commitment stand for, where they only point: `it`, an invitation, a day in the next sentence."""

from collections.abc import Sequence
from typing import Final

from upbeat.conversation.dates import Day
from upbeat.conversation.saying.grammar import pattern
from upbeat.conversation.saying.lines import Line, called
from upbeat.conversation.saying.noting import in_its_week
from upbeat.conversation.saying.wording import subject

THING: Final = pattern("thing")
MEETING: Final = pattern("meeting")
_BACK: Final = 4  # sentences in which `it` was named
_ARRANGED: Final = 10  # sentences in which people agree when to meet
_ARTICLES: Final = frozenset(["a", "an", "the", "another", "our", "that", "to", "have", "do"])
_NAME: Final = 3  # words before what people meet for that belong to it: `technical deep dive`
_TOPIC: Final = 9  # words of what people meet for, with what it is about


def thing_before(lines: Sequence[Line], line: Line) -> tuple[str, frozenset[str]] | None:
    """Find what `it` is: the last thing with an article in the sentences before, and what it is about."""
    for other in reversed(lines[max(line.sentence.number - _BACK, 0) : line.sentence.number]):
        for spot in reversed(list(THING.finditer(other.text))):
            first, last = other.word_at(spot.start("thing")), other.word_at(spot.end("thing") - 1)
            stems = subject(other, first, last)
            if stems:
                return other.sentence.quote(first, last), stems
    return None


def day_behind(lines: Sequence[Line], line: Line, day: Day | None) -> tuple[Line, Day | None]:
    """Find a day that the next sentences of the same turn add, and nothing else: `This Thursday`."""
    until = line
    for other in lines[line.sentence.number + 1 : line.sentence.number + 3]:
        same = other.sentence.turn.number == line.sentence.turn.number
        if not same or other.sentence.asks or not other.is_day or called(other) is not None:
            break
        until, day = other, other.days[-1] if other.days[-1].date else day
    return until, day


def arranged(lines: Sequence[Line], line: Line) -> tuple[Day | None, str, frozenset[str]]:
    """Find what an invitation is for: the day that was last agreed, the topic that was proposed, and its stems."""
    near = lines[max(line.sentence.number - _ARRANGED, 0) : line.sentence.number + 1]
    agreed = None
    for other in near:
        for one in other.days:
            if one.date:
                week = agreed.date if agreed else None
                agreed = Day(in_its_week(one, other, week), one.start, one.end, one.spelt)
    for other in reversed(near[:-1]):
        if (spot := MEETING.search(other.text)) and not other.text.startswith("i will"):
            first, last = _around(other, other.word_at(spot.start()))
            return agreed, other.sentence.quote(first, last), subject(other, first, last)
    return agreed, "", frozenset()


def _around(line: Line, at: int) -> tuple[int, int]:
    """Give the words of a meeting's name: back to its article, and on to what it is about."""
    first = last = at
    words = line.sentence.words
    while first and first > at - _NAME and words[first - 1].text not in _ARTICLES and not words[first - 1].stop:
        first -= 1
    while last + 1 < len(words) and last < first + _TOPIC and not words[last].stop:
        last += 1
    return first, last
