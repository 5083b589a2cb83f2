"""A sentence as a line of words with its commas, and the days that it names: what commitments are looked for in."""

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from upbeat.conversation.dates import Day, days
from upbeat.conversation.patterns import either
from upbeat.conversation.saying.grammar import pattern
from upbeat.conversation.saying.named import People
from upbeat.conversation.speech import Sentence

_OF_DAYS: Final = frozenset(either("upbeat.conversation", "dates", "words of days").split())
_FIGURE: Final = re.compile(r"\d")
_CALLED: Final = pattern("called")
_BESIDE_A_DAY: Final = pattern("beside a day")
_BARE_NUMBER: Final = re.compile(
    r"(?:the )?(?:\d{1,2} ?(?:st|nd|rd|th)|(?:(?:twenty|thirty)[- ])?[a-z]+(?:th|rd|nd|st))"
)
_MONTH: Final = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|tember|ober)?\b"
)
_MONTH_HOLDS: Final = 4  # sentences
_LETTERS: Final = 4  # of other words: a name, an hour
_STRAIGHT: Final = str.maketrans({"\u2019": "'", "\u2018": "'"})


@dataclass(frozen=True)
class Line:
    """A sentence.

    `text` is its words with a space between them, `,` for a stop, and `@3` for the fourth of the parties.
    """

    sentence: Sentence
    today: date
    people: People
    before: "Line | None" = None  # the sentence before it

    @cached_property
    def _built(self) -> tuple[str, tuple[int, ...]]:
        parts, begins, at = list[str](), list[int](), 0
        named = self.people.by_name
        for word in self.sentence.words:
            begins.append(at)
            party = named.get(word.text)
            text = (word.text.lstrip("#") if party is None else f"@{party}") + (" ," if word.stop else "")
            parts.append(text)
            at += len(text) + 1
        return " ".join(parts).rstrip(" ,"), tuple(begins)

    @property
    def text(self) -> str:
        """Its words, contractions written out, numbers in figures."""
        return self._built[0]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Its words."""
        return frozenset(word.text for word in self.sentence.words)

    def word_at(self, place: int) -> int:
        """Give which word stands at a place of `text`."""
        return max(bisect_right(self._built[1], place) - 1, 0)

    def place_of(self, word: int) -> int:
        """Give where a word stands in `text`."""
        return self._built[1][word]

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The days it names; their places count from the sentence's beginning."""
        if _OF_DAYS.isdisjoint(self.vocabulary) and not _FIGURE.search(self.sentence.text):
            return ()
        said = self.sentence.text.lower().translate(_STRAIGHT)
        return tuple(self._in_its_month(one, said) for one in days(said, self.today))

    def _in_its_month(self, day: Day, said: str) -> Day:
        """`The seventeenth`, soon after `the tenth of July`, is the seventeenth of July."""
        if day.date is None or not _BARE_NUMBER.fullmatch(said[day.start : day.end]):
            return day
        earlier = self.before
        for _ in range(_MONTH_HOLDS):
            if earlier is None:
                break
            for one in reversed(earlier.days):
                if one.date and _MONTH.search(earlier.sentence.text.lower()[one.start : one.end]):
                    last = monthrange(one.date.year, one.date.month)[1]
                    there = one.date.replace(day=min(day.date.day, last))
                    return Day(there, day.start, day.end, day.spelt) if there > self.today else day
            earlier = earlier.before
        return day

    @property
    def is_day(self) -> bool:
        """Whether it says a day and hardly anything else: `Friday then`, `Okay, by the twelfth`."""
        if not self.days:
            return False
        named = sum(one.end - one.start for one in self.days)
        return len(_BESIDE_A_DAY.sub("", self.sentence.text.lower().translate(_STRAIGHT))) <= named + _LETTERS

    def days_within(self, first: int, last: int) -> tuple[Day, ...]:
        """Give the days that stand among its words from one to another."""
        words, origin = self.sentence.words, self.sentence.start
        begins, ends = words[first].start - origin, words[min(last, len(words) - 1)].end - origin
        return tuple(one for one in self.days if begins <= one.start and one.end <= ends + 1)


def called(line: Line) -> int | None:
    """Give whom a line calls by name: `Priya, can you …`, `could you send it, Tom?`."""
    for spot in _CALLED.finditer(line.text):
        who = int(spot["first"] or spot["last"])
        if who != line.sentence.turn.party:
            return who
    return None


def in_lines(said: Sequence[Sentence], today: date, people: People) -> list[Line]:
    """Give sentences as lines, each with the one before it."""
    made = list[Line]()
    for one in said:
        made.append(Line(one, today, people, made[-1] if made else None))
    return made
