"""What a free text speaks of, by cues: words and phrases that tell a kind, found where the writer means them.

A cue is compared by the stems of its words: `demo` finds demos, `resell` reselling, `*` stands for up to three words.
What is negated (`we do not need a demo`), what is over (`thanks for the demo`), and what somebody else wrote below a
reply is no cue. It reads English.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*|\*")
_ENDS_CLAUSE: Final = re.compile(r"[.!?;:]+(?=\s|$)|\n\s*\n|\n\s*[-*\u2022]|\u2014")
_EARLIER: Final = re.compile(  # from here on a reply quotes what it answers, or signs
    r"^(?:-- ?$|-{2,} ?original message|_{5,}\s*$|on .{0,200}wrote:\s*$|from: .{0,200}\n(?:sent|date|to): )",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_LINE: Final = re.compile(r"^>.*$", re.MULTILINE)

_NEGATORS: Final = frozenset({"not", "no", "never", "without", "neither", "nor", "none"})
_NEGATING_PAIRS: Final = frozenset({("rather", "than"), ("instead", "of"), ("other", "than"), ("except", "for")})
_NO_NEGATION: Final = frozenset({("not", "only"), ("not", "just"), ("not", "sure"), ("why", "not"), ("no", "doubt")})
_UNWANTED_AFTER: Final = frozenset({"needed", "required", "necessary", "wanted", "what"})  # `a demo is not needed`
_REACH: Final = 6  # words that a negator rules before the next clause: as far as English puts between it and its noun
_OVER: Final = (  # what stands before something that is behind the writer
    ("thanks", "for"), ("thank", "you", "for"), ("after",), ("following",), ("already", "had"), ("already", "seen"),
    ("already", "did"), ("previous",),
)  # fmt: skip
_DETERMINERS: Final = frozenset({"a", "an", "the", "our", "your", "my", "this", "that", "last"})
_NEW_CLAUSE: Final = frozenset({"but", "however", "although", "though", "yet"})
_SUBJECTS: Final = frozenset({"i", "we", "you", "he", "she", "they", "it", "can", "could", "would", "please", "just"})
_GAP: Final = 3  # words that a * may stand for
_LONGEST_QUOTE: Final = 300  # characters


@dataclass(frozen=True, slots=True)
class Mention:
    """A cue that was found: of which kind, how many words it has, and the words of the text around it, verbatim."""

    kind: str
    cue: str
    weight: int
    quote: str


@dataclass(frozen=True, slots=True)
class _Word:
    text: str  # in small letters, contractions written out
    stem: str
    start: int
    end: int
    clause: int


@dataclass(frozen=True, slots=True)
class _Match:
    kind: str
    cue: str
    first: int
    last: int
    weight: int


def mentions(text: str, cues: Mapping[str, Sequence[str]]) -> tuple[Mention, ...]:
    """Give what a text means of each kind's cues, each cue once, in the order in which the text says them.

    Of cues that overlap the longer counts: `partner portal` is no mention of `partner`.
    """
    own = _own_words(text)
    words = _words(own)
    found = [one for kind, several in cues.items() for cue in several for one in _matches(words, kind, cue)]
    longest = sorted(found, key=lambda one: (-one.weight, one.first))
    kept = list[_Match]()
    for one in longest:
        if not any(_overlap(one, other) and other.weight > one.weight for other in kept):
            kept.append(one)
    meant = (one for one in sorted(kept, key=lambda one: one.first) if _is_meant(words, one))
    first: dict[tuple[str, str], _Match] = {}
    for one in meant:
        first.setdefault((one.kind, one.cue), one)
    return tuple(Mention(one.kind, one.cue, one.weight, _quote(own, words, one)) for one in first.values())


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Give what an English word has in common with its other forms: `integrat` for integrates and integrating."""
    word = word.casefold()
    for ending, put, least in (("ies", "y", 2), ("ied", "y", 2), ("sses", "ss", 1), ("ing", "", 3), ("ed", "", 3)):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= least and (put or re.search("[aeiouy]", rest)):
            word = rest + put
            if not put and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]  # planned, but selling
            break
    else:
        if len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
            word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def _own_words(text: str) -> str:
    """Give a text of the same places, with what its writer only quotes blanked."""
    earlier = _EARLIER.search(text)
    own = text if earlier is None else text[: earlier.start()]
    return _QUOTED_LINE.sub(lambda line: " " * len(line[0]), own)


def _words(text: str) -> list[_Word]:
    breaks = [one.end() for one in _ENDS_CLAUSE.finditer(text)]
    found, clause, passed = list[_Word](), 0, 0
    spots = list(_WORD.finditer(text))
    for index, spot in enumerate(spots):
        while passed < len(breaks) and breaks[passed] <= spot.start():
            passed, clause = passed + 1, clause + 1
        said = spot[0].casefold().replace("\u2019", "'")
        after = spots[index + 1][0].casefold() if index + 1 < len(spots) else ""
        between = text[spots[index - 1].end() : spot.start()] if index else ""
        if said in _NEW_CLAUSE or ("," in between and said in _SUBJECTS) or (said == "and" and after in _SUBJECTS):
            clause += 1
        for part in _written_out(said):
            found.append(_Word(part, stem(part), spot.start(), spot.end(), clause))
    return found


def _written_out(word: str) -> tuple[str, ...]:
    """Give a contraction as its words: `can not` for can't."""
    if word in {"can't", "cannot", "cant"}:
        return ("can", "not")
    if word == "won't":
        return ("will", "not")
    if word.endswith("n't"):
        return (word.removesuffix("n't"), "not")
    return (word.partition("'")[0],) if word.endswith("'s") else (word.replace("'", ""),)


@lru_cache(maxsize=4096)
def _pattern(cue: str) -> tuple[str, ...]:
    return tuple("*" if one.text == "*" else one.stem for one in _words(cue))


def _matches(words: Sequence[_Word], kind: str, cue: str) -> Iterator[_Match]:
    pattern = _pattern(cue)
    weight = sum(one != "*" for one in pattern)
    if not weight:
        return
    for start in range(len(words)):
        end = _end(words, start, pattern)
        if end is not None:
            yield _Match(kind, cue, start, end, weight)


def _end(words: Sequence[_Word], at: int, pattern: tuple[str, ...]) -> int | None:
    """Give the last word of a match that begins at a word, or None."""
    if not pattern:
        return at - 1
    if pattern[0] == "*":
        ends = (_end(words, at + gap, pattern[1:]) for gap in range(_GAP + 1))
        return next((one for one in ends if one is not None), None)
    fits = at < len(words) and words[at].stem == pattern[0]
    return _end(words, at + 1, pattern[1:]) if fits else None


def _overlap(one: _Match, other: _Match) -> bool:
    return one.first <= other.last and other.first <= one.last


def _is_meant(words: Sequence[_Word], match: _Match) -> bool:
    """Whether a match is neither negated nor behind the writer."""
    clause = words[match.first].clause
    before = [one.text for one in words[max(match.first - _REACH, 0) : match.first] if one.clause == clause]
    after = [one.text for one in words[match.last + 1 : match.last + 4] if one.clause == words[match.last].clause]
    return not (_negates(before) or _is_unwanted(after) or _is_over(before))


def _negates(before: Sequence[str]) -> bool:
    pairs = list(pairwise([*before, ""]))
    harmless = {index for index, pair in enumerate(pairs) if pair in _NO_NEGATION}
    harmless |= {index + 1 for index, pair in enumerate(pairs) if pair in _NO_NEGATION}
    if any(pair in _NEGATING_PAIRS for pair in pairs):
        return True
    return any(one in _NEGATORS and index not in harmless for index, one in enumerate(before))


def _is_unwanted(after: Sequence[str]) -> bool:
    return "not" in after and any(one in _UNWANTED_AFTER for one in after[after.index("not") :])


def _is_over(before: Sequence[str]) -> bool:
    near = list(before)
    while near and near[-1] in _DETERMINERS:
        near.pop()
    return any(tuple(near[-len(one) :]) == one for one in _OVER)


def _quote(text: str, words: Sequence[_Word], match: _Match) -> str:
    """Give the clause that a match stands in, word for word; of a long one what is around the match."""
    clauses = range(words[match.first].clause, words[match.last].clause + 1)
    around = [one for one in words if one.clause in clauses]
    start, end = around[0].start, around[-1].end
    begins, ends = words[match.first].start, words[match.last].end
    spare = max(_LONGEST_QUOTE - (ends - begins), 0) // 2
    return text[max(start, begins - spare) : min(end, ends + spare)]
