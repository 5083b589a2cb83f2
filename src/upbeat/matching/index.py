"""A million companies in memory, to find the few that a record may belong to. Pure.

A row is kept as one text, and its keys as numbers of one sorted array: some 400 bytes a company. Finding goes from what
is quick and telling to what is slow, and the next way is gone only where nothing found so far is as alike as `enough`:

    keys         rows that share the rarest of its keys: a host, a phone, a house, a rare word of the name
    spelling     rows with a word that is one slip of the pen away from one of its own
    scan         rows whose name begins or ends alike, `SCAN` at most, by how alike the names are as a whole

Each candidate says by which way it was found.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import astuple, dataclass
from enum import StrEnum
from itertools import islice, pairwise
from math import log
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from upbeat.matching.blocking import (
    Columns,
    Keys,
    Kind,
    begin,
    code,
    end,
    halves,
    halves_near,
    keys_of,
    rows_of,
    spans,
    texts_of,
)
from upbeat.matching.comparing import compare, score
from upbeat.matching.hosts import domain
from upbeat.matching.likeness import EVERY, Likeness, Way
from upbeat.matching.rarity import Rarity
from upbeat.matching.told import Fields, Told

Record = Mapping[str, Any]

SCAN: Final = 20_000
"""Names that a scan compares at most: some five milliseconds."""

ENOUGH: Final = 0.6
"""As alike as this, and no slower way is gone: below it nothing counts as a match at all."""

_CHUNK: Final = 50_000  # rows whose keys are made at once: some fifty megabytes of texts
_BLOCK: Final = 1_000  # rows that are weighed against each other
_SHORT_LIST: Final = 64  # of those, whose names are compared as a whole
_MORE: Final = 10  # rows that are scored beside those that are asked for: keys do not know what speaks against
_SPELT: Final = 4  # letters of a word that is looked for with a slip in it: most words of three are one slip apart
_ALIKE: Final = 80.0  # of a hundred, for a name that a scan finds: five letters, one of them wrong
_GONE: Final = 10_000  # rows that are gone, from which on their texts are given up when they are the half
_SEPARATOR: Final = "\x1f"

Rows = NDArray[np.int64]
_NO_ROWS: Final[Rows] = np.empty(0, np.int64)


class Via(StrEnum):
    """How a candidate was found."""

    KEYS = "shared keys"
    SPELLING = "a word spelled nearly alike"
    SCAN = "a scan of names"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that may be the one looked for, how alike it is, and by which way it was found.

    `row` has what the index keeps of it: the id, and of each thing that its fields say the first that says it.
    """

    record_id: str
    row: Record
    likeness: Likeness
    via: Via = Via.KEYS


class Index:
    """Rows of one object, found by what they tell. Not for several threads while rows are put in or dropped."""

    def __init__(self, fields: Fields) -> None:
        """Begin with no rows; `fields` says which fields of a row say what."""
        self._fields: tuple[tuple[str, ...], ...] = astuple(fields)
        self._begin()

    @classmethod
    def of(cls, rows: Iterable[Record], fields: Fields) -> "Index":
        """Index rows that hold `Id` and the fields; of several with one id the last counts."""
        made = cls(fields)
        made._add(rows)
        return made

    def _begin(self) -> None:
        self._rows: list[str] = []  # packed, by number
        self._names: list[str] = []  # without spaces, by number
        self._numbers: dict[str, int] = {}  # by record id; a row whose number is not here is gone
        self._keys: Keys = np.empty(0, np.uint64)  # sorted
        self._words: list[str] = []  # that are looked for with a slip, by number
        self._known: set[str] = set()  # the same
        self._halves: Keys = np.empty(0, np.uint64)  # of these, sorted
        self.rarity = Rarity(_Counts(self._keys), 0)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._numbers)

    def __contains__(self, record_id: str) -> bool:
        """Whether a row is in."""
        return record_id in self._numbers

    def put(self, rows: Iterable[Record]) -> int:
        """Put rows in, in place of those with the same ids; give how many say something new."""
        fresh = [row for row in rows if self._says_something_new(row)]
        if fresh:
            self._add(fresh)
        return len(fresh)

    def drop(self, record_ids: Iterable[str]) -> int:
        """Take rows out; give how many were in."""
        before = len(self)
        for one in record_ids:
            self._numbers.pop(one, None)
        return before - len(self)

    def find(
        self, one: Told, most: int = 5, enough: float = ENOUGH, ways: AbstractSet[Way] = EVERY
    ) -> tuple[Candidate, ...]:
        """Give the rows that are most like what a record tells, the likest first, `most` at most.

        Rows are compared by the `ways` that may count.
        """
        looking, found = _Looking.of(one), dict[int, tuple[float, Via]]()
        for via, way in ((Via.KEYS, self._by_keys), (Via.SPELLING, self._by_spelling), (Via.SCAN, self._by_scan)):
            for number in way(looking, most + _MORE):
                if number not in found:
                    found[number] = score(one, self._told(number), self.rarity, ways), via
            if any(sure >= enough for sure, _ in found.values()):
                break
        ranked = sorted(found, key=lambda number: (-found[number][0], self._id(number)))
        return tuple(self._candidate(one, number, found[number][1], ways) for number in ranked[:most])

    def near(self, one: Told, most: int = _SHORT_LIST) -> tuple[str, ...]:
        """Give the ids of the rows that share the rarest keys of what a record tells, the most telling first."""
        return tuple(self._id(number) for number in self._by_keys(_Looking.of(one), most))

    def _by_keys(self, looking: "_Looking", most: int) -> list[int]:
        return self._weighed(looking.keys, looking.name, most)

    def _by_spelling(self, looking: "_Looking", most: int) -> list[int]:
        near = [(Kind.WORD, word) for one in looking.words if len(one) >= _SPELT for word in self._one_slip_from(one)]
        return self._weighed([*looking.keys, *near], looking.name, most) if near else []

    def _by_scan(self, looking: "_Looking", most: int) -> list[int]:
        """Give the rows whose whole name is spelled most alike."""
        if len(self._rows) <= SCAN:
            rows, names = None, self._names
        else:
            edges = (Kind.BEGINS, begin(looking.name)), (Kind.ENDS, end(looking.name))
            rows = np.unique(np.concatenate([_NO_ROWS, *(found for found, _ in self._rarest(edges, SCAN))]))
            near: list[int] = rows.tolist()
            names = [self._names[number] for number in near]
        if not names:
            return []
        alike = process.cdist([looking.name], names, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.float32)[0]
        best = np.flatnonzero(alike)
        best = best[np.argsort(-alike[best], kind="stable")]
        numbers: list[int] = (best if rows is None else rows[best]).tolist()
        return [number for number in numbers if self._is_in(number)][:most]

    def _weighed(self, asked: Iterable[tuple[Kind, str]], name: str, most: int) -> list[int]:
        """Give the rows that share the most telling of these keys, by how much those tell, and by the whole name."""
        found = self._rarest(asked, _BLOCK) or self._shared(asked)
        rows = np.concatenate([_NO_ROWS, *(some for some, _ in found)])
        weights = np.repeat([weight for _, weight in found], [len(some) for some, _ in found])
        distinct, which = np.unique(rows, return_inverse=True)
        tells = np.bincount(which, weights)
        first = np.argsort(-tells, kind="stable")[:_SHORT_LIST]
        numbers: list[int] = distinct[first].tolist()
        whole = log(len(self._rows) + 1) / 100  # a name that is the same tells as much as a word that one name has
        ranked = sorted(
            (-weight - whole * fuzz.ratio(name, self._names[number]), number)
            for number, weight in zip(numbers, tells[first].tolist(), strict=True)
            if self._is_in(number)
        )
        return [number for _, number in ranked[:most]]

    def _rarest(self, asked: Iterable[tuple[Kind, str]], most: int) -> list[tuple[Rows, float]]:
        """Give the rows of the rarest of these keys, as many as have `most` rows together, and what each key tells."""
        found, total = list[tuple[Rows, float]](), 0
        for size, _, start, stop in self._spans(asked):
            total += size
            if total > most:
                break
            found.append((rows_of(self._keys[start:stop]), log(1 + len(self._rows) / size)))
        return found

    def _shared(self, asked: Iterable[tuple[Kind, str]]) -> list[tuple[Rows, float]]:
        """Give the rows that share as many keys as it takes for them to be few, where each key has very many rows."""
        rows = _NO_ROWS
        for _, _, start, stop in self._spans(asked):
            these = rows_of(self._keys[start:stop])
            both = np.intersect1d(rows, these, assume_unique=True) if len(rows) else these
            rows = both if len(both) else rows
            if len(rows) <= _BLOCK:
                break
        return [(rows[:_BLOCK], 1.0)]

    def _spans(self, asked: Iterable[tuple[Kind, str]]) -> list[tuple[int, int, int, int]]:
        """Give how many rows each of these keys has, its place, and where they begin and end, the rarest first."""
        codes = [code(kind, text) for kind, text in dict.fromkeys(asked) if text]
        found = enumerate(spans(self._keys, codes))
        return sorted((stop - start, place, start, stop) for place, (start, stop) in found if stop > start)

    def _one_slip_from(self, word: str) -> list[str]:
        """Give the words of names that are one letter more, less, other or swapped away from a word."""
        codes = [code(Kind.HALF, half) for half in halves_near(word)]
        found = np.concatenate([_NO_ROWS, *(rows_of(self._halves[at:to]) for at, to in spans(self._halves, codes))])
        numbers: set[int] = set(found.tolist())
        words = sorted(self._words[number] for number in numbers)
        near = process.extract(word, words, scorer=OSA.distance, score_cutoff=1, limit=None)
        return [one for one, distance, _ in near if distance]

    def _candidate(self, one: Told, number: int, via: Via, ways: AbstractSet[Way]) -> Candidate:
        likeness = compare(one, self._told(number), self.rarity, ways)
        return Candidate(self._id(number), self._row(number), likeness, via)

    def _told(self, number: int) -> Told:
        return Told(*self._rows[number].split(_SEPARATOR)[1:])

    def _id(self, number: int) -> str:
        return self._rows[number].partition(_SEPARATOR)[0]

    def _is_in(self, number: int) -> bool:
        return self._numbers.get(self._id(number)) == number

    def _says_something_new(self, row: Record) -> bool:
        number = self._numbers.get(row["Id"])
        return number is None or [self._rows[number]] != _packed([row], _columns([row], self._fields))

    def _add(self, rows: Iterable[Record]) -> None:
        rest, keys, words = iter(rows), list[Keys](), set[str]()
        while chunk := list(islice(rest, _CHUNK)):
            first, columns = len(self._rows), _columns(chunk, self._fields)
            texts = texts_of(Columns(columns[0], _hosts(columns[1], columns[2]), columns[3], columns[4]), domain)
            keys.append(keys_of(texts, first))
            words.update(texts.words)
            self._names += texts.names
            self._rows += _packed(chunk, columns)
            self._numbers.update(zip((row["Id"] for row in chunk), range(first, len(self._rows)), strict=True))
        self._keys = _merged(self._keys, keys)
        self._learn(words)
        self.rarity = Rarity(_Counts(self._keys), len(self._rows))
        if len(self._rows) > _GONE + 2 * len(self):
            self._forget_what_is_gone()

    def _learn(self, words: Iterable[str]) -> None:
        """Keep the words that may be looked for with a slip in them."""
        fresh = [one for one in words if len(one) >= _SPELT and not one.isdigit() and one not in self._known]
        self._halves = _merged(self._halves, [halves(fresh, len(self._words))])
        self._known.update(fresh)
        self._words += fresh

    def _forget_what_is_gone(self) -> None:
        kept = [self._row(number) for number in self._numbers.values()]
        self._begin()
        self._add(kept)

    def _row(self, number: int) -> dict[str, Any]:
        record_id, *values = self._rows[number].split(_SEPARATOR)
        named = {names[0]: value or None for names, value in zip(self._fields, values, strict=True) if names}
        return {"Id": record_id, **named}


@dataclass(frozen=True, slots=True)
class _Looking:
    """What is looked for: the keys that rows may share with it, the words of its name, and the name without spaces."""

    keys: Sequence[tuple[Kind, str]]
    words: Sequence[str]
    name: str

    @staticmethod
    def of(one: Told) -> "_Looking":
        texts = texts_of(Columns([one.company], [one.host], [one.phone_text], [one.street_text]), domain)
        pairs = [first + second for first, second in pairwise(texts.words)]  # `Harbor Line` for `Harborline`
        keys = [(Kind.WORD, word) for word in (*texts.words, *pairs)]
        keys += [(Kind.NAME, texts.names[0]), (Kind.HOST, texts.hosts[0])]
        keys += [(Kind.PHONE, texts.phones[0]), (Kind.HOUSE, texts.houses[0])]
        return _Looking(keys, texts.words, texts.names[0])


class _Counts(Mapping[str, int]):
    """In how many names each word stands, counted where it is asked for."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def __getitem__(self, word: str) -> int:
        [(start, stop)] = spans(self._keys, [code(Kind.WORD, word)])
        return stop - start

    def __iter__(self) -> Iterator[str]:
        raise TypeError("words are counted where they are asked for, and not listed")

    def __len__(self) -> int:
        return len(self._keys)


def _columns(rows: Sequence[Record], fields: Sequence[tuple[str, ...]]) -> list[list[str]]:
    """Give what rows say, a list for each thing that they may say: the first of its fields that says it."""
    found = list[list[str]]()
    for names in fields:
        column = [row.get(names[0]) or "" for row in rows] if names else [""] * len(rows)
        if len(names) > 1:
            for at in [at for at, value in enumerate(column) if not value]:
                row = rows[at]
                column[at] = next((row[name] for name in names if row.get(name)), "")
        found.append(column)
    return found


def _hosts(websites: Sequence[str], emails: Sequence[str]) -> list[str]:
    return [website or email for website, email in zip(websites, emails, strict=True)]


def _packed(rows: Sequence[Record], columns: Sequence[Sequence[str]]) -> list[str]:
    return [_SEPARATOR.join(values) for values in zip((row["Id"] for row in rows), *columns, strict=True)]


def _merged(keys: Keys, more: Sequence[Keys]) -> Keys:
    """Put keys into sorted ones, each once."""
    fresh = np.sort(np.concatenate([*more, np.empty(0, np.uint64)]))
    fresh = fresh[np.append(True, fresh[1:] != fresh[:-1])[: len(fresh)]]
    return np.insert(keys, np.searchsorted(keys, fresh), fresh) if len(keys) else fresh
