"""Legal forms of companies, short and written out, in the main European, American and Asian languages.

Each is of a kind: two of one kind do not tell companies apart (`Inc.`, `Corp.`), two of different kinds do, somewhat
(`AG`, `GmbH`: a group and its subsidiary often share a name). Written as `folding.words` gives them.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from upbeat.matching.tables import listed


class Kind(StrEnum):
    """What sort of company a legal form makes."""

    ANY = "a company"  # the word says only that it is one
    PRIVATE = "a private limited company"
    PUBLIC = "a stock company"
    PARTNERS = "a partnership"
    PUBLIC_GOOD = "a non-profit body"


KINDS: Final = {tuple(form.split()): kind for kind in Kind for form in listed("forms", kind.name.lower())}
"""The kind of each form, by its words."""
_BEFORE: Final = frozenset(tuple(form.split()) for form in listed("forms", "before"))
_LONG: Final = 8  # letters of a form in which a slip is told from another word


def _sizes(forms: Iterable[tuple[str, ...]], at: int) -> dict[str, tuple[int, ...]]:
    """Give of how many words forms are, the longest first, by their word at one end."""
    found = dict[str, set[int]]()
    for form in forms:
        found.setdefault(form[at], set()).add(len(form))
    return {word: tuple(sorted(sizes, reverse=True)) for word, sizes in found.items()}


_AT_END: Final = _sizes(KINDS, -1)
_AT_START: Final = _sizes(_BEFORE, 0)
_LONG_FORMS: Final = [form for form in map(" ".join, KINDS) if len(form) >= _LONG]
_WRITTEN_OUT: Final = [*_LONG_FORMS, *(one.removesuffix(" company") for one in _LONG_FORMS if "stock" in one)]


def stripped(words: list[str]) -> tuple[list[str], str]:
    """Take the legal forms off a name's words: those that are left, and the form that says most, or an empty text.

    A name that is nothing but forms keeps its words: `Limited` is a shop, `Company` a band.
    """
    start, end, said = 0, len(words), ""
    while end > 1 and (sizes := _AT_END.get(words[end - 1])):
        size = _of_sizes(words, end, sizes)
        if not size:
            break
        said = _telling(said, words[end - size : end])
        end -= size
    if words and (sizes := _AT_START.get(words[0])):
        for size in sizes:
            if size < end and tuple(words[:size]) in _BEFORE:
                said, start = _telling(said, words[:size]), size
                break
    if end > start + 1 and words[end - 1] == "and":  # `Sons & Co.`
        end -= 1
    return (words if end - start == len(words) else words[start:end]), said


def _of_sizes(words: Sequence[str], end: int, sizes: Sequence[int]) -> int:
    for size in sizes:
        if size < end and (size == 1 or tuple(words[end - size : end]) in KINDS):
            return size
    return 0


def _telling(said: str, words: Sequence[str]) -> str:
    """Give of two forms of one name the one that says more than that it is a company's."""
    return " ".join(words) if not said or kind(said) is Kind.ANY else said


def kind(form: str) -> Kind:
    """Give the kind of a legal form, as `stripped` gives it; `Kind.ANY` for none."""
    return KINDS.get(tuple(form.split()), Kind.ANY)


def apart(one: Kind, other: Kind) -> bool:
    """Whether two legal forms make two companies of different kinds; a form that is left out tells nothing."""
    return one is not other and one is not Kind.ANY and other is not Kind.ANY


def without_misspelt(words: Sequence[str]) -> list[str]:
    """Take a form that is written out with a slip off the words that only one of two names has: `Aktiengeselschaft`."""
    for at in range(len(words)):
        text = " ".join(words[at:])
        if len(text) >= _LONG and process.extractOne(text, _WRITTEN_OUT, scorer=OSA.distance, score_cutoff=2):
            return [word for word in words[:at] if (word,) not in KINDS]
    return list(words)
