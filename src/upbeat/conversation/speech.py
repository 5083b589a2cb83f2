"""What was said, sentence by sentence, in words that compare: contractions written out, fillers left out, numbers read.

Each word keeps its place in its turn, so whatever is found in the words can be quoted as it was said. Only English is
read this way.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate
from operator import eq
from typing import Final, NamedTuple

from upbeat.conversation.amounts import Amount, amounts, day_of_month, is_number, tells_number
from upbeat.conversation.values import Conversation, Side, Turn
from upbeat.conversation.vocabulary import listed

_WORD: Final = re.compile(
    r"([\u00a3$\u20ac]?\d[\d,]*(?:\.\d+)?(?:[a-zA-Z]{1,3}\b|%)?|[^\W\d_]+(?:['\u2019][^\W\d_]+)*|%)"
    r"([^\w\u00a3$\u20ac%]*)"
)
_SENTENCE: Final = re.compile(
    r"[^.?!\u2026]*(?:(?:(?<=\d)\.(?=\d)|(?<=\b[A-Z])\.|(?<=\bMr)\.|(?<=\bMs)\.|(?<=\bDr)\.|(?<=\bMrs)\."
    r"|\.(?=\w))[^.?!\u2026]*)*[.?!\u2026]*[\"'\u201d\u2019)]*"
)
_NOISE: Final = re.compile(  # what whoever wrote it down heard beside the words: `{vocalsound}`, `[laughter]`
    r"\{[a-z_ -]{3,30}\}"
    r"|[\[(<](?:laugh|chuckl|giggl|cough|cross ?talk|inaudible|unintelligible|indistinct|noise|background|music|silence"
    r"|pause|applause|sigh|vocal ?sound|gap|disfmarker|sneez|sniff|overlap|breath)[^\])>\n]{0,24}[\])>]",
    re.IGNORECASE,
)
_FILLERS: Final = listed("fillers")
_NO_STOPS: Final = frozenset({"", " ", "-", "\n"})  # what may stand between two words of one clause
_IN_COMMAS: Final = frozenset({"like", "well", "say"})  # fillers only where commas stand around them
_PAIRS: Final = frozenset({("you", "know"), ("i", "mean"), ("sort", "of"), ("kind", "of"), ("to", "be")})
_NOT_FLUENT: Final = _FILLERS | _IN_COMMAS | {first for first, _ in _PAIRS}
_IS: Final = listed("is")
_WRITTEN_OUT: Final = {
    "can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"),
    "ain't": ("is", "not"), "gonna": ("going", "to"), "wanna": ("want", "to"), "gotta": ("got", "to"),
    "dunno": ("do", "not", "know"), "yeah": ("yes",), "yep": ("yes",), "yup": ("yes",), "aye": ("yes",),
    "nope": ("no",), "nah": ("no",), "let's": ("let", "us"), "organisation": ("organization",), "'em": ("them",),
}  # fmt: skip
_ENDINGS: Final = {"'ve": "have", "'re": "are", "'ll": "will", "'d": "would", "'m": "am"}
_LONG: Final = 60  # words after which a sentence without a full stop is cut at its next clause
_ENDLESS: Final = 240  # words at which it is cut wherever it stands: what is looked for in one takes the square of them


class Word(NamedTuple):
    """A word as it compares, and where it stands in its turn. `stop` says that a comma or the like stands behind it."""

    text: str
    start: int
    end: int
    stop: bool = False
    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a turn: its words, and the text that cues are looked for in, with a space before and after each."""

    turn: Turn
    side: Side
    number: int  # among all sentences of the conversation
    start: int
    end: int
    words: tuple[Word, ...]
    said: str
    asks: bool  # ends as a question
    _begins: tuple[int, ...]

    @property
    def text(self) -> str:
        """The sentence as it was said."""
        return self.turn.text[self.start : self.end]

    def word_at(self, place: int) -> int:
        """Give which word stands at a place of `said`."""
        return max(bisect_right(self._begins, place) - 1, 0)

    def quote(self, first: int, last: int) -> str:
        """Give the words from one to another as they were said."""
        return self.turn.text[self.words[first].start : self.words[last].end]


def sentences(conversation: Conversation) -> tuple[Sentence, ...]:
    """Give all sentences in the order in which they were said. Whoever reads for several things does it once."""
    found = list[Sentence]()
    for turn in conversation.turns:
        side = conversation.side(turn)
        for start, end, words in _cut(turn.text):
            said, begins = _said(words)
            asks = turn.text[start:end].rstrip("\"'\u201d\u2019)").endswith("?")
            found.append(Sentence(turn, side, len(found), start, end, words, said, asks, begins))
    return tuple(found)


def in_figures(sentence: Sentence, first: int, last: int) -> str:
    """Give the words from one to another as they were said, without fillers, with their numbers in figures."""
    parts, at = list[str](), -1
    text = sentence.turn.text
    for word in sentence.words[first : last + 1]:
        if word.start < at:
            continue  # the second word of a contraction
        said = str(word.amount) if word.amount is not None else text[word.start : word.end]
        between = text[at : word.start] if at >= 0 else ""
        parts.append(_joint(between) + said if at >= 0 else said)
        at = word.end
    return "".join(parts).strip()


def _joint(between: str) -> str:
    """Give what stands between two kept words: fillers that stood there are gone, their commas too."""
    bare = between.strip()
    if not bare:
        return between and " "
    if _WORD.search(bare):
        return " "
    return between if len(between) <= 2 else " "


def _said(words: Sequence[Word]) -> tuple[str, tuple[int, ...]]:
    texts = [word.text for word in words]
    begins = tuple(accumulate((len(text) + 1 for text in texts[:-1]), initial=1))
    return f" {' '.join(texts)} ", begins


@lru_cache(maxsize=4096)  # turns: a talk is read for its elements, for what is said beside them, and for its numbers
def _cut(text: str) -> tuple[tuple[int, int, tuple[Word, ...]], ...]:
    return tuple(_cuts(_NOISE.sub(lambda one: " " * len(one[0]), text)))


def _cuts(text: str) -> Iterator[tuple[int, int, tuple[Word, ...]]]:
    for spot in _SENTENCE.finditer(text):
        start, end = spot.span()
        words = _words(text, start, end)
        if not words:
            continue
        for part in _parts(words):
            first = part[0].start if part[0] is not words[0] else words[0].start
            last = end if part[-1] is words[-1] else part[-1].end
            yield first, last, tuple(part)


def _parts(words: list[Word]) -> Iterator[list[Word]]:
    """Cut a sentence that does not end: speech written down without full stops."""
    while len(words) > _LONG:
        cut = next(
            (
                at
                for at in range(_LONG // 2, min(len(words) - 5, _ENDLESS))
                if words[at].text in {"and", "so", "but", "then", "because"}
            ),
            _ENDLESS if len(words) > _ENDLESS else 0,
        )
        if not cut:
            break
        yield words[:cut]
        words = words[cut:]
    yield words


def _words(text: str, start: int, end: int) -> list[Word]:
    plain = list[Word]()
    for spot in _WORD.finditer(text, start, end):
        written, behind = spot.groups()
        said, first, stop = written.lower(), spot.start(), behind not in _NO_STOPS
        last = first + len(written)
        if said.isalpha() and said not in _WRITTEN_OUT:
            plain.append(Word(said, first, last, stop))
        else:
            parts = _written_out(said.replace("\u2019", "'"))
            plain += (Word(part, first, last) for part in parts[:-1])
            plain.append(Word(parts[-1], first, last, stop))
    texts = [word.text for word in plain]
    if not _NOT_FLUENT.isdisjoint(texts) or any(map(eq, texts, texts[1:])):
        plain = _fluent(plain)
    return _numbered(plain)


def _written_out(word: str) -> tuple[str, ...]:
    """Give a contraction as its words, and a genitive as two: `ruth 's`."""
    if "'" not in word:
        return _WRITTEN_OUT.get(word, (word,))
    if word in _WRITTEN_OUT:
        return _WRITTEN_OUT[word]
    if word.endswith("n't"):
        return (word.removesuffix("n't"), "not")
    for ending, full in _ENDINGS.items():
        if word.endswith(ending):
            return (word.removesuffix(ending), full)
    if word.endswith("'s"):
        stem = word.removesuffix("'s")
        return (stem, "is" if stem in _IS else "'s")
    return (word,)


def _fluent(words: list[Word]) -> list[Word]:
    """Leave out fillers, and of a word that is said twice in a row the first."""
    kept, at = list[Word](), 0
    while at < len(words):
        word, before = words[at], words[at - 1] if at else None
        pair = (word.text, words[at + 1].text) if at + 1 < len(words) else ("", "")
        alone = (before is None or before.stop) and word.stop
        if pair in _PAIRS and _is_filling(pair, words, at):
            at += 3 if pair == ("to", "be") else 2
            continue
        filler = word.text in _FILLERS and not (word.text == "oh" and before is not None and not before.stop)
        again = pair == (word.text, word.text) and not is_number(word.text)
        if filler or again or (word.text in _IN_COMMAS and alone):
            at += 1
            continue
        kept.append(word)
        at += 1
    return kept


def _is_filling(pair: tuple[str, str], words: list[Word], at: int) -> bool:
    if pair in {("sort", "of"), ("kind", "of")}:
        return at == 0 or words[at - 1].text not in {"what", "this", "that", "a", "some", "any", "which", "the"}
    if pair == ("to", "be"):
        return at + 2 < len(words) and words[at + 2].text in {"honest", "fair", "frank"}
    return words[at + 1].stop and (at == 0 or words[at - 1].stop)


def _numbered(words: list[Word]) -> list[Word]:
    """Put a number in the place of the words that say it: `#380000`, with `%` or `$` where that was said as well."""
    texts = [word.text for word in words]
    if not any(map(tells_number, texts)):
        return words
    apart = frozenset(at for at, word in enumerate(words) if word.stop)
    found = {one.first: one for one in amounts(texts, apart)}
    made, at = list[Word](), 0
    while at < len(words):
        day = day_of_month(texts, at)
        if day is not None and texts[at] not in {"first", "second", "third"}:
            made.append(Word(f"{day[0]}th", words[at].start, words[day[1]].end, words[day[1]].stop))
            at = day[1] + 1
        elif at in found:
            one = found[at]
            sign = "%" if one.percent else "$" if one.currency else ""
            figure = f"#{_plain(one.number)}{sign}"
            made.append(Word(figure, words[at].start, words[one.last].end, words[one.last].stop, one))
            at = one.last + 1
        else:
            made.append(words[at])
            at += 1
    return made


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
