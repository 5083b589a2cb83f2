"""Whether two values are one value written twice: by what is ignored between them, or by a letter or two.

What two real values may differ in acquits them: digits (`Tier 1`, `Tier 2`), signs that mean something (`C`, `C++`), an
ending (`Retail`, `Retailer`; `Partner`, `Partners`), the first letter (`Inbound`, `Outbound`), a prefix that turns the
meaning round (`Interstate`, `Intrastate`). Everything is about short values of a list; free text has no look-alikes.
"""

import re
from collections import Counter
from enum import StrEnum
from itertools import takewhile
from typing import Final

from rapidfuzz.distance import OSA

from upbeat.base import plain

_TOKENS: Final = re.compile(r"[^\W\d_]+|\d+|[+#<>=%$€£@]")
_DASHES: Final = re.compile("[\N{HYPHEN}-\N{EM DASH}\N{MINUS SIGN}]")
_MEANT: Final = frozenset("+#<>=%$€£@")  # signs that tell values apart
_ENDINGS: Final = frozenset({"a", "al", "an", "d", "ed", "er", "es", "i", "ic", "ing", "ist", "ly"}) | frozenset(
    {"n", "o", "or", "r", "s", "t", "y"}
)
_TURNS: Final = (("inter", "intra"), ("micro", "macro"), ("hyper", "hypo"), ("pre", "pro"), ("per", "pro"))
_SHORTEST: Final = 5  # letters of a word in which one wrong letter is told from another word
_LONG: Final = 10  # letters of a word in which two are
_NUMERAL: Final = re.compile(r"[ivxlcdm]+")
_LETTERS: Final = 3  # letters that a value needs, so that its spaces and signs say nothing: N/A is not NA


class Likeness(StrEnum):
    """What one value has otherwise than the other."""

    CAPITALS = "capitals"
    SPACES = "spaces"
    ACCENTS = "accents"
    PUNCTUATION = "punctuation"
    SPELLING = "spelling"


def key(value: str) -> str:
    """Give what is left of a value without capitals, accents, spaces and punctuation: `gtxpro` of `GTX Pro`.

    Two runs of digits stay apart by the sign between them (`1-5` is no `15` and no `1.5`), and a sign that means
    something stays (`C++`).
    """
    text = _DASHES.sub("-", plain(value).replace("&", " and "))
    found, end = list[str](), 0
    for token in _TOKENS.finditer(text):
        if found and found[-1][-1].isdigit() and token.group()[0].isdigit():
            found.append("".join(text[end : token.start()].split()) or "|")
        found.append(token.group())
        end = token.end()
    return "".join(found)


def variant(one: str, other: str) -> Likeness | None:
    """Say in what two values differ that have one key; None for values that are two, or the very same."""
    if one == other or key(one) != key(other):
        return None
    enough = sum(letter.isalpha() for letter in one) >= _LETTERS
    folds = _FOLDS if enough else _FOLDS[:_SURE]
    found = next((likeness for likeness, fold in folds if fold(one) == fold(other)), None)
    return found or (Likeness.PUNCTUATION if enough else None)


def misspelt(one: str, other: str, *, most: int = 2, replaced: bool = True) -> str:
    """Give the word of `one` that is a word of `other` with a letter wrong, or two in a long one; empty for no such.

    `most` is the number of wrong letters that long words may have; without `replaced` letters are lost, doubled or
    swapped alone, as one for another makes `Export` of `Expert`. It is the same either way round: which of the two is
    the wrong one, the numbers of records say, or a list that has only one of them.
    """
    words, others = _words(one), _words(other)
    if len(words) != len(others):
        return ""
    unlike = [(word, its) for word, its in zip(words, others, strict=True) if word != its]
    if len(unlike) != 1 or not _slip(*unlike[0], most) or not (replaced or _letters_kept(*unlike[0])):
        return ""
    return unlike[0][0]


def _slip(one: str, other: str, most: int) -> bool:
    """Whether a word is another with a letter lost, doubled, swapped or wrong."""
    if not (one.isalpha() and other.isalpha()) or one[0] != other[0] or (_NUMERAL.fullmatch(one + other)):
        return False
    shorter, longer = sorted((one, other), key=len)
    allowed = 0 if len(shorter) < _SHORTEST else most if len(shorter) >= _LONG else 1
    if OSA.distance(one, other, score_cutoff=allowed) > allowed:
        return False
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(shorter, longer, strict=False)))
    ending, its = shorter[common:], longer[common:]
    if not ending and its in _ENDINGS:
        return False
    if ending and common >= len(shorter) - 1 and ending[-1] != its[-1]:  # Mexica, Mexico; policy, policies
        return False
    return not any({shorter[: len(a)], longer[: len(b)]} == {a, b} for pair in _TURNS for a, b in (pair, pair[::-1]))


def _letters_kept(one: str, other: str) -> bool:
    """Whether the longer word has every letter of the shorter, in whatever order."""
    shorter, longer = sorted((one, other), key=len)
    return not Counter(shorter) - Counter(longer)


def _words(value: str) -> list[str]:
    return _TOKENS.findall(plain(value).replace("&", " and "))


def _spaceless(value: str) -> str:
    return "".join(plain(value).split())


def _bare(value: str) -> str:
    return value.strip()


def _small(value: str) -> str:
    return value.strip().casefold()


_FOLDS: Final = (
    (Likeness.SPACES, _bare),
    (Likeness.CAPITALS, _small),
    (Likeness.ACCENTS, plain),
    (Likeness.SPACES, _spaceless),
)
"""What is ignored, from the least to the most; what all of them leave apart differs in punctuation."""

_SURE: Final = 2  # of them, that hold for values of any length
