"""Commitments in a line of talk: `I'll send`, `can you check with`, `we should set up`.

Deeds are those that are done after a talk. `I'll be honest`, `let me share my screen` and `we'll see` are none, and a
deed that is also done in a demonstration (`I'll add a shift`) counts with a day or with somebody whom it is for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from upbeat.conversation.dates import Day
from upbeat.conversation.saying.grammar import (
    Force,
    Frame,
    Who,
    beginnings,
    frames,
    heads,
    orders,
    pattern,
    progressive,
)
from upbeat.conversation.saying.lines import Line


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment in a line: its words from `first` to `last`, where `verb` is the word of the deed.

    `named` is the place among the parties of the one who is told by name. `refers` says that the deed is only pointed
    at: `I'll do that`, `I'll send it`.
    """

    line: Line
    who: Who
    force: Force
    first: int
    verb: int
    last: int
    named: int | None
    day: Day | None
    refers: bool

    @property
    def gives(self) -> bool:
        """Whether the other side is told that they will have it: `you'll have it by Friday`."""
        return self.who is Who.SPEAKER and self.line.sentence.words[self.first].text == "you"


@dataclass(frozen=True, slots=True)
class _Found:
    """A way to commit that fits: where it begins, its deed, and whom it names."""

    who: Who
    force: Force
    start: int
    deed: re.Match[str]
    named: str | None = None
    dated: bool = False


_WILLING: Final = frozenset(["will", "shall", "can", "could", "would", "going"])  # any deed has one, and a day
_HABIT: Final = pattern("habit")
_IN_THE_TALK: Final = pattern("in the talk")
_UNSURE: Final = pattern("unsure")
_POINTS: Final = pattern("points")
_ENDS: Final = pattern("ends")
_FOR_SOMEBODY: Final = pattern("for somebody")
_SAID_BY_OTHERS: Final = pattern("said by others")
_CONDITION: Final = pattern("condition")
_NO_DUE_DAY: Final = pattern("no due day")
_TAKES_BACK: Final = pattern("takes back")
_GOES_ON: Final = pattern("goes on to the day")
_BEHIND: Final = 25  # characters behind a deed that still say whether it is done at once: `while we talk`


def promises(line: Line) -> tuple[Promise, ...]:
    """Give the commitments that a line makes, in its order."""
    known = not heads().isdisjoint(line.vocabulary) or (not _WILLING.isdisjoint(line.vocabulary) and line.days)
    if not known or _HABIT.search(line.text):
        return ()
    found: dict[int, list[_Found]] = {}
    for one in _framed(line):
        found.setdefault(one.deed.start("deed"), []).append(one)
    if not found:
        found = {one.deed.start("deed"): [one] for one in _bare(line)}
    order = [several for _, several in sorted(found.items())]
    kept = list[Promise]()
    for index, several in enumerate(order):
        until = order[index + 1][0].start - 1 if index + 1 < len(order) else len(line.text)
        promise = next((one for fits in several if (one := _promise(line, fits, until))), None)
        if promise is not None:
            kept.append(promise)
    return tuple(kept)


def _framed(line: Line) -> Iterator[_Found]:
    if not beginnings().search(line.text):
        return
    words = line.vocabulary | {"@"} if "@" in line.text else line.vocabulary
    for one in frames():
        if one.needs.isdisjoint(words):
            continue
        for begins in one.begins.finditer(line.text):
            deed = one.deed.match(line.text, begins.end())
            if deed and not _is_said_of_others(line.text[: begins.start()], one):
                named = begins.groupdict().get("named")
                yield _Found(one.who, one.force, begins.start(), deed, named, one.dated)


def _bare(line: Line) -> Iterator[_Found]:
    if spot := orders().search(line.text):
        yield _Found(Who.ADDRESSEE, Force.FIRM, spot.start("deed"), spot)
    elif (spot := progressive().search(line.text)) and not line.sentence.asks:
        yield _Found(Who.SPEAKER, Force.FIRM, spot.start(), spot)


def _is_said_of_others(before: str, frame: Frame) -> bool:
    """Whether somebody else's words are told, or the words hang on a condition that is no more than thought of."""
    return bool(_CONDITION.search(before) if frame.who is Who.NOBODY else _SAID_BY_OTHERS.search(before))


def _promise(line: Line, found: _Found, until: int) -> Promise | None:
    text, deed = line.text, found.deed
    end = _ENDS.search(text, deed.end("deed"), until)
    stop = end.start() if end else until
    if _IN_THE_TALK.search(text, found.start, min(until, stop + _BEHIND)):
        return None
    if found.who is Who.SPEAKER and _UNSURE.search(text, deed.end("deed"), until):
        return None  # a condition that others must fulfil: what they would do is no step yet
    verb, last = line.word_at(deed.start("deed")), line.word_at(max(stop - 1, 0))
    day = _day(line, verb, last)
    if day is None and _GOES_ON.search(text[stop:until]):
        day = _day(line, last, line.word_at(max(until - 1, 0)))
    if not _counts(line, found, day, until):
        return None
    return Promise(
        line, found.who, _force(line, found), line.word_at(found.start), verb, last,
        int(found.named) if found.named else None, day, bool(_POINTS.search(text[deed.start("deed") : stop])),
    )  # fmt: skip


def _counts(line: Line, found: _Found, day: Day | None, until: int) -> bool:
    """Whether a slight deed has a day, which `today` is not in the midst of a talk, or somebody whom it is for."""
    begins, said = found.deed.start("deed"), found.deed.groupdict()
    dated = day is not None and line.sentence.text[day.start : day.end].lower() != "today"
    if said.get("any") is not None:
        return dated and day is not None and day.date is not None
    if said.get("slight") is not None:
        return dated or bool(_FOR_SOMEBODY.search(line.text, begins, until))
    return day is not None or not found.dated or (found.who is Who.ADDRESSEE and line.sentence.asks)


def _force(line: Line, found: _Found) -> Force:
    """Give how firm it is: what asks is less firm than what states the same."""
    if line.sentence.asks and found.force is Force.FIRM and found.who in {Who.ADDRESSEE, Who.NAMED}:
        return Force.ASKED
    if line.sentence.asks and found.force is Force.MOOTED:
        return Force.OFFER
    return found.force


def _day(line: Line, first: int, last: int) -> Day | None:
    """Give the day by which a deed is due: one told by its number, else the first; the last where one is taken back."""
    said = line.sentence.text.lower()
    named = [one for one in line.days_within(first, last) if not _NO_DUE_DAY.search(said[: one.start])]
    if not named:
        return None
    if any(_TAKES_BACK.search(said[one.end : two.start]) for one, two in pairwise(named)):
        return named[-1]
    return next((one for one in named if one.spelt), named[0])
