"""Which of a million companies are worth comparing with one: coarse keys that both sides share. Pure.

A company has a key for each word of its name, for its name without spaces, for how that begins and ends, its host, its
phone and its house. A key is coarser than what it stands for and says nothing by itself: how alike two companies are is
for `compare`. Keys are made of a whole column of texts at once, because a million rows leave ten microseconds each.
"""

import re
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from upbeat.matching.folding import latin
from upbeat.matching.forms import KINDS
from upbeat.matching.tables import spelt
from upbeat.matching.words import NOTHING, WRITTEN

Keys = NDArray[np.uint64]  # the hash of a key in the upper 32 bits, the number of its row in the lower

MARK: Final = "|"
"""Between the words of two rows."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_DIGITS: Final = 7  # of a number: a local one without its area, which many people leave out
_EDGE: Final = 4  # letters by which a name begins or ends
_STEM: Final = 4  # letters of a street's name: `Michigan` and `Mich.` share them
_BITS: Final = 32
_ROW: Final = (1 << _BITS) - 1
_ALL: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio: its multiples spread evenly (Knuth, TAOCP 6.4)
_HOST: Final = re.compile(r"^[ \t]*(?:[a-z][a-z0-9+.-]*://)?(?:[^@/\n]*@)?(?:www\d?\.)?([^/:?#\s]*).*$", re.MULTILINE)
_EXTENSION: Final = re.compile(r"[x#;,/].*")
_BEFORE_THE_NAME: Final = NOTHING | set(spelt("streets", "kinds")) | set(spelt("streets", "sides"))


def _table(dropped: str, kept: str = _LETTERS) -> dict[int, str | None]:
    """Make a table that keeps some letters, drops some signs, and puts a space for all others."""
    table: dict[int, str | None] = dict.fromkeys(range(128), " ")
    table |= {ord(letter): letter for letter in kept} | {ord(sign): None for sign in dropped}
    return table | {ord("\n"): MARK}


_TRIMMINGS: Final = NOTHING | {form[0] for form in KINDS if len(form) == 1}
_WORDS: Final = _table(dropped=".'`")
_NUMBERS: Final = {number: None for number in range(128) if chr(number) not in "0123456789\n"}


class Kind(IntEnum):
    """What a key is made of."""

    WORD = 1
    NAME = 2
    HOST = 3
    PHONE = 4
    HOUSE = 5
    BEGINS = 6
    ENDS = 7
    HALF = 8  # of a word


_SALTS: Final = {kind: kind * _GOLDEN & _ALL for kind in Kind}


class Columns(NamedTuple):
    """What keys are made of: a text for each row, empty for what is not known."""

    names: Sequence[str]
    hosts: Sequence[str]  # or whole addresses of the web or of mail
    phones: Sequence[str]
    streets: Sequence[str]


class Texts(NamedTuple):
    """What of the columns makes keys. A text for each row, but of `words`, where a `MARK` stands between two rows."""

    words: list[str]
    names: list[str]  # without spaces and what tells no company from another
    hosts: list[str]
    phones: list[str]
    houses: list[str]


def texts_of(columns: Columns, registered: Callable[[str], str]) -> Texts:
    """Read columns. `registered` gives of a host with more than one dot the part that an organisation registers."""
    told = _joined(columns.names).lower().translate(_WORDS).replace(MARK, f" {MARK} ").split()
    words = [WRITTEN.get(word, word) for word in told]
    hosts = _HOST.findall(_joined(columns.hosts).lower())
    phones = _EXTENSION.sub("", _joined(columns.phones).lower()).translate(_NUMBERS).split("\n")
    streets = _joined(columns.streets).lower().translate(_WORDS).split(MARK)
    return Texts(
        words=words,
        names="".join([word for word in words if word not in _TRIMMINGS]).split(MARK),
        hosts=[one if one.count(".") < 2 else registered(one) for one in hosts],
        phones=[one[-_DIGITS:] if len(one) >= _DIGITS else "" for one in phones],
        houses=[_house(one) for one in streets],
    )


def keys_of(texts: Texts, first: int) -> Keys:
    """Make the keys of rows that are numbered from `first`."""
    rows = np.arange(first, first + len(texts.names))
    owners = first + np.cumsum(_hashes(texts.words) == hash(MARK))
    made = (
        _keys(Kind.WORD, ["" if word == MARK else word for word in texts.words], owners),
        _keys(Kind.NAME, texts.names, rows),
        _keys(Kind.HOST, texts.hosts, rows),
        _keys(Kind.PHONE, texts.phones, rows),
        _keys(Kind.HOUSE, texts.houses, rows),
        _keys(Kind.BEGINS, [begin(one) for one in texts.names], rows),
        _keys(Kind.ENDS, [end(one) for one in texts.names], rows),
    )
    return np.concatenate(made)


def begin(name: str) -> str:
    """Give how a name without spaces begins."""
    return name[:_EDGE]


def end(name: str) -> str:
    """Give how a name without spaces ends."""
    return name[-_EDGE:]


def halves(words: Sequence[str], first: int) -> Keys:
    """Make keys of the halves of words, numbered from `first`: one slip of the pen leaves one half as it was."""
    rows = np.arange(first, first + len(words))
    starts = [f"{len(one)}<{one[: len(one) // 2]}" for one in words]
    ends = [f"{len(one)}>{one[len(one) // 2 :]}" for one in words]
    return np.concatenate((_keys(Kind.HALF, starts, rows), _keys(Kind.HALF, ends, rows)))


def halves_near(word: str) -> list[str]:
    """Give the halves that a word shares with every word which has one letter more, less or other than it."""
    found = list[str]()
    for length in range(len(word) - 1, len(word) + 2):
        start = length // 2
        found += [f"{length}<{word[:start]}", f"{length}>{word[start - length :]}"]
    return found


def code(kind: Kind, text: str) -> int:
    """Give the number of a key, below 2**32: what stands in the upper half of a key with its row."""
    return ((hash(text) ^ _SALTS[kind]) & _ALL) >> _BITS


def spans(keys: Keys, codes: Sequence[int]) -> list[tuple[int, int]]:
    """Give where each code's rows stand in sorted keys, from and to."""
    wanted = np.array([codes, [one + 1 for one in codes]], dtype=np.uint64) << np.uint64(_BITS)
    starts, stops = (row.tolist() for row in np.searchsorted(keys, wanted))
    return list(zip(starts, stops, strict=True))


def rows_of(keys: Keys) -> NDArray[np.int64]:
    """Give the rows that stand in keys."""
    return (keys & np.uint64(_ROW)).astype(np.int64)


def _keys(kind: Kind, texts: list[str], rows: NDArray[np.int64]) -> Keys:
    """Put each text's hash above the number of its row; an empty text, whose hash is 0, tells nothing."""
    hashes = _hashes(texts)
    told = hashes != 0
    salted = hashes[told].view(np.uint64) ^ np.uint64(_SALTS[kind])
    return (salted & ~np.uint64(_ROW)) | rows[told].astype(np.uint64)


def _hashes(texts: list[str]) -> NDArray[np.int64]:
    return np.fromiter(map(hash, texts), np.int64, len(texts))


def _joined(texts: Sequence[str]) -> str:
    """Join texts by line ends, with none inside of a text, in the letters that most keyboards have."""
    joined = "\n".join(texts)
    if joined.count("\n") >= len(texts):
        texts = [" ".join(one.splitlines()) for one in texts]
        joined = "\n".join(texts)
    return joined if joined.isascii() else "\n".join([one if one.isascii() else latin(one) for one in texts])


def _house(street: str) -> str:
    """Give the number and the first letters of the street's name, whichever stands first; nothing without both."""
    number = name = ""
    for word in street.split():
        if word[0] <= "9":
            number = number or word
        elif not name and len(word) > 1 and word not in _BEFORE_THE_NAME:
            name = word
        if number and name:
            return f"{number} {name[:_STEM]}"
    return ""
