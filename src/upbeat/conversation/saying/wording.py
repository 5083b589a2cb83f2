"""A next step in a few words: `Send the renewal quote with the fourteen extra seats`."""

import re
from typing import Final

from upbeat.conversation.dates import Day
from upbeat.conversation.saying.lines import Line
from upbeat.conversation.saying.promising import Promise
from upbeat.conversation.speech import Word

_TO_WHOM: Final = frozenset({"you", "us", "me"})
_GIVING: Final = frozenset(
    {"send", "get", "give", "email", "mail", "forward", "show", "drop", "bring", "share", "write", "resend"}
)
_BEFORE_DAY: Final = frozenset(
    {"by", "on", "before", "for", "this", "next", "until", "at", "within", "latest", "no", "later", "than"}
)
_TRAILING: Final = frozenset({
    "then", "for", "you", "to", "and", "or", "by", "on", "so", "too", "as", "well", "okay", "right", "please", "but",
    "tonight", "also", "with", "at", "before", "if", "me", "us", "the", "in", "probably", "now", "i", "of", "yes",
    "sorry", "from",
})  # fmt: skip
_COMMON_WORDS: Final = """
a an the i we you he she they it me us him her them my our your his its their this that these those and or but so then
to of in on at for with by from as into over up out back is are was be will would can could should have has do does
not if when what which who how where whether let get send give make put take go come set check some any all more most
there here one thing things stuff bit copy today tomorrow week month day end monday tuesday wednesday thursday friday
next please okay yes no about after before until tonight morning afternoon call see know sure try need want also too
very itself today again also share say said quick full whole new proper final revised updated
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())
_REPORTS: Final = re.compile(
    r"(?:revert|(?:come|get|circle|report) back|let \w+ know|confirm$"
    r"|keep \w+ (?:posted|updated|informed|in the loop))\b",
    re.IGNORECASE,
)
_LONGEST: Final = 120  # characters of a next step's text


def wording(promise: Promise) -> str:
    """Give the deed of a promise in the imperative, as it was said, without the day and without whom it is for."""
    words = list(promise.line.sentence.words[promise.verb : promise.last + 1])
    words = _without_days(words, promise.line, promise.line.days)
    words = _without_receiver(words)
    given = promise.gives and words[1:]
    words = words[1:] if given else words
    while words and words[-1].text in _TRAILING:
        words.pop()
    said = _sentence(words, promise.line)
    return f"Give {said[:1].lower()}{said[1:]}" if given else said


def reports(text: str) -> bool:
    """Whether a step's words only say that its outcome will be told."""
    return bool(_REPORTS.match(text))


def subject(line: Line, first: int = 0, last: int | None = None) -> frozenset[str]:
    """Give the stems of the words of a line that say what it is about."""
    several = line.sentence.words[first : None if last is None else last + 1]
    return frozenset(
        stem(one.text) for one in several if one.text.isalpha() and one.text not in _COMMON and len(one.text) > 2
    )


def about(text: str) -> frozenset[str]:
    """Give the stems of a text's words that say what it is about."""
    return frozenset(stem(one) for one in re.findall(r"[a-z]{3,}", text.lower()) if one not in _COMMON)


def stem(word: str) -> str:
    """Give what the forms of a word have in common, roughly: `invoice` and `invoicing` begin alike."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _without_days(words: list[Word], line: Line, named: tuple[Day, ...]) -> list[Word]:
    origin, kept = line.sentence.start, list[Word]()
    for word in words:
        inside = any(one.start <= word.start - origin < one.end for one in named)
        if inside:
            while kept and kept[-1].text in _BEFORE_DAY:
                kept.pop()
            continue
        if kept and kept[-1].text == word.text:
            kept.pop()  # said again: `the, um, the`
        kept.append(word)
    return kept


def _without_receiver(words: list[Word]) -> list[Word]:
    if len(words) > 2 and words[0].text in _GIVING and words[1].text in _TO_WHOM:
        return [words[0], *words[2:]]
    return words


def _sentence(words: list[Word], line: Line) -> str:
    text, parts, at = line.sentence.turn.text, list[str](), -1
    for word in words:
        if word.start < at:
            continue
        comma = "," if parts and text[at : at + 1] == "," else ""
        parts.append((comma + " " if parts else "") + text[word.start : word.end])
        at = word.end
    said = "".join(parts).replace(", ,", ",")
    if len(said) > _LONGEST:
        said = said[:_LONGEST].rpartition(" ")[0]
    return said[:1].upper() + said[1:]
