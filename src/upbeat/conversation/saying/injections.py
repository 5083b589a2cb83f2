"""Words that tell the note-taker what to write: flagged for a person, and never followed.

Looked for in English, German, French, Spanish, Italian, Dutch, Portuguese, Polish and the Scandinavian languages, said
or typed, in the shapes that prompts have, and through characters that are not seen. What people ask of each other (`put
that in the minutes`) is none: somebody must speak to the machine, or give it orders about the record.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from upbeat.conversation.found import Injection, Place
from upbeat.conversation.patterns import either, filled, lines
from upbeat.conversation.values import Conversation, Side, Turn

_WORDS: Final = {
    name: either(__package__ or "", "injections", name)
    for name in ("MACHINE", "ORDER", "POLITE", "RECORD", "OLD", "RULES", "DICTATE", "AUTOMATIC", "WRITTEN", "MEANT")
}


def _read(text: str) -> re.Pattern[str]:
    return re.compile(filled(text, _WORDS), re.IGNORECASE)


_TOLD: Final = tuple(
    (frozenset(marks.split(",")), _read(text))
    for marks, _, text in (line.partition(" ;; ") for line in lines(__package__ or "", "injections", "told"))
)
_MARKS: Final = frozenset[str]().union(*(marks for marks, _ in _TOLD))
_GOES_ON: Final = _read(either(__package__ or "", "injections", "goes on"))
_UNSEEN: Final = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
_SENTENCE: Final = re.compile(r"(?<![.?!\u2026])[.?!\u2026]+[\"'\u201d\u2019)]*(?=\s|$)|\n\s*\n")
_LONGEST: Final = 200  # characters of what it asks for


def injections(conversation: Conversation) -> tuple[Injection, ...]:
    """Give each passage that instructs the note-taker: with the sentences after it in which the orders go on."""
    return tuple(one for turn in conversation.turns for one in _of(turn, ours=conversation.side(turn) is Side.OURS))


def _of(turn: Turn, *, ours: bool) -> Iterator[Injection]:
    text, places = _seen(turn.text)
    small = text.lower()
    marked = {mark for mark in _MARKS if mark in small}
    spots = [
        spot
        for marks, pattern in _TOLD
        if not marked.isdisjoint(marks)
        for spot in pattern.finditer(text)
        if not (ours and _is_work(spot[0]))
    ]
    if not spots:
        return
    ends = [0, *(one.end() for one in _SENTENCE.finditer(text)), len(text)]
    until = -1
    for spot in sorted(spots, key=lambda one: (one.start(), -one.end())):
        if spot.end() <= until:
            continue
        begins = max(one for one in ends if one <= spot.start() + len(spot[0]) - len(spot[0].lstrip(" .!?,;:\n")))
        until = min(one for one in ends if one >= spot.end())
        while until < len(text) and _GOES_ON.match(text[until:].lstrip()):
            until = min(one for one in ends if one > until)
        quote = turn.text[places[begins] : places[until - 1] + 1].strip()
        yield Injection(Place(turn.number, turn.start, quote), _asked(text[spot.start() : until]))


def _is_work(said: str) -> bool:
    """Whether words are what colleagues say of a record among themselves: `mark it as won`."""
    return bool(re.match(r"[.!?;\s]*(?:and |please )*(?:set|mark|change|update|move|put)\b", said, re.IGNORECASE))


def _asked(passage: str) -> str:
    text = " ".join(passage.split()).lstrip(".,;:!? ")
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(" ")[0] + " \u2026"


def _seen(text: str) -> tuple[str, Sequence[int]]:
    """Give a text as a reader sees it, without characters that have no shape, and each one's place in the text."""
    if text.isascii():
        return text, range(len(text) + 1)
    letters, places = list[str](), list[int]()
    for at, letter in enumerate(text):
        if letter in _UNSEEN:
            continue
        plain = {"\u2019": "'", "\u2018": "'", "\u00a0": " "}.get(letter) or unicodedata.normalize("NFKC", letter)
        letters.append(plain if len(plain) == 1 else letter)
        places.append(at)
    return "".join(letters), [*places, len(text)]
