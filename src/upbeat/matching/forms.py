"""Legal forms of companies, short and written out, in the main European, American and Asian languages.

Each is of a kind: two of one kind do not tell companies apart (`Inc.`, `Corp.`), two of different kinds do, somewhat
(`AG`, `GmbH`: a group and its subsidiary often share a name). Written as `folding.words` gives them.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

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
_LAST: Final = frozenset(form[-1] for form in KINDS)
_FIRST: Final = frozenset(form[0] for form in KINDS)
_LONGEST: Final = max(map(len, KINDS))
_BEFORE: Final = frozenset(tuple(form.split()) for form in listed("forms", "before"))


def stripped(words: Sequence[str]) -> tuple[list[str], str]:
    """Take the legal forms off a name's words: those that are left, and the form that says most, or an empty text.

    A name that is nothing but forms keeps its words: `Limited` is a shop, `Company` a band.
    """
    start, end, said = 0, len(words), list[str]()
    while end > 1 and words[end - 1] in _LAST:
        size = _at_end(words, end)
        if not size or end - size < 1:
            break
        said.append(" ".join(words[end - size : end]))
        end -= size
    if words and words[0] in _FIRST:
        size = next((n for n in range(min(_LONGEST, end - 1), 0, -1) if tuple(words[:n]) in _BEFORE), 0)
        if size:
            said.append(" ".join(words[:size]))
            start = size
    if end > start + 1 and words[end - 1] == "and":  # `Sons & Co.`
        end -= 1
    return list(words[start:end]), next((one for one in said if kind(one) is not Kind.ANY), said[0] if said else "")


def kind(form: str) -> Kind:
    """Give the kind of a legal form, as `stripped` gives it; `Kind.ANY` for none."""
    return KINDS.get(tuple(form.split()), Kind.ANY)


def apart(one: str, other: str) -> bool:
    """Whether two legal forms make two companies of different kinds; a form that is left out tells nothing."""
    return Kind.ANY not in (kinds := {kind(one), kind(other)}) and len(kinds) > 1


def _at_end(words: Sequence[str], end: int) -> int:
    return next((n for n in range(min(_LONGEST, end), 0, -1) if tuple(words[end - n : end]) in KINDS), 0)
