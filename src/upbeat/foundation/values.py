"""Which of a field's values are a slip of the pen for another: judged over all values with their numbers of records."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from upbeat.base import plain
from upbeat.foundation.spelling import Likeness, key, misspelt, variant
from upbeat.foundation.vocabularies import Vocabulary, known_words

RARER: Final = 4  # times as many records a value has, of which another is the misspelling
_HITS: Final = 3  # values of a vocabulary that a field has at least, and
_SHARE: Final = 0.3  # this part of its values, so that the vocabulary is the field's


@dataclass(frozen=True, slots=True)
class Suspect:
    """A value as stored, what it should be, and where that stands: `in the picklist`."""

    value: str
    records: int
    should: str
    likeness: Likeness
    source: str


def suspects(
    counts: Mapping[str, int], picklist: Collection[str] = (), vocabularies: Sequence[Vocabulary] = ()
) -> list[Suspect]:
    """Find the values that are variants of another value of the field, of its picklist or of its vocabulary.

    `counts` are the records by value, `picklist` the active values where the field has a list, `vocabularies` lists
    that the field may be of: they count where enough of the field's values stand in them, and then for spelling alone,
    because a field has a style of its own. The most pressing comes first.
    """
    by_key = defaultdict[str, list[str]](list)
    for value in counts:
        by_key[key(value)].append(value)
    listed = {key(value): value for value in picklist}
    found = [one for its, values in by_key.items() if its for one in _written(counts, values, listed.get(its))]
    taken = {one.value for one in found}
    rest = {value: number for value, number in counts.items() if value not in taken and key(value)}
    of_field = [one for one in vocabularies if _is_of(by_key, one)]
    found += [one for value in rest if (one := _spelt(value, rest, listed, of_field)) is not None]
    return sorted(found, key=lambda one: (-one.records, one.value))


def _written(counts: Mapping[str, int], values: Sequence[str], listed: str | None) -> Iterable[Suspect]:
    """Tell values of one key apart from the one that is right: the picklist's, else the one most records have."""
    right = listed or max(values, key=lambda value: (counts[value], value == value.strip(), len(value.split()), value))
    for value in values:
        likeness = variant(value, right)
        if likeness is not None:
            yield Suspect(value, counts[value], right, likeness, "the picklist" if listed else "the field")


def _spelt(
    value: str, counts: Mapping[str, int], listed: Mapping[str, str], vocabularies: Sequence[Vocabulary]
) -> Suspect | None:
    """Tell a misspelt value: a word of it is nearly one of the field's, of its list's or of its vocabulary's."""
    its = key(value)
    of_list = [] if its in listed else [(word, "the picklist", 2) for word in listed.values()]
    of_field = [
        (other, "the field", 2)
        for other, number in counts.items()
        if number >= RARER * counts[value] and not (its in listed and key(other) in listed)
    ]
    of_words = [(word, one.name, 1 + (" countries" in one.name)) for one in vocabularies for word in one.words.values()]
    if any(its in one.words for one in vocabularies):
        return None
    bare = plain(value)
    for other, source, most in (*of_list, *of_field, *of_words):
        if OSA.distance(bare, plain(other), score_cutoff=most) > most:
            continue
        word = misspelt(value, other, most=most, replaced=source != "the field")
        if word and word not in known_words():
            return Suspect(value, counts[value], other, Likeness.SPELLING, source)
    return None


def _is_of(keys: Collection[str], vocabulary: Vocabulary) -> bool:
    """Whether enough of a field's values stand in a vocabulary."""
    hits = sum(one in vocabulary.words for one in keys)
    return hits >= _HITS and hits >= _SHARE * len(keys)
