"""Covering what nobody outside needs in order to read a text, and uncovering it in what comes back.

Names are covered by what they are names of, the same name always by the same cover, so that a reader can still tell who
said what of whom. Covering loses nothing: what is uncovered is the text, letter by letter. What is found is what stands
written; a number that is spoken out in words is not.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

import phonenumbers

PERSON: Final = "Person"
COMPANY: Final = "Company"
REGIONS: Final = ("US", "GB")  # whose numbers are known without a country code; with one, every country's are
_SHORTEST: Final = 3  # letters of a name that is looked for by itself: shorter ones are words, such as Al and Ed
_FEWEST: Final = 7  # digits of a number to call: what has fewer is a year, a room, a price
_DAY: Final = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}")  # which has as many digits as a number to call
_WORD: Final = re.compile(r"\w+")
_COVER: Final = re.compile(r"\[[A-Z][a-z]+(?: [a-z]+)* \d+[a-z]*\]")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK: Final = re.compile(r"\b(?:https?|wss?|ftp)://[^\s<>\"')\]]+", re.IGNORECASE)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD: Final = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")
_NATIONAL: Final = re.compile(
    r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b"  # social security number, United States
    r"|\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?(?:\d{2} ?){3}[A-D]\b"  # national insurance number, United Kingdom
    r"|\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}\b"  # numéro de sécurité sociale, France
    r"|\b\d{8}-?[A-HJ-NP-TV-Z]\b"  # DNI, Spain
)


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    kind: str
    of: str  # what tells it from others of its kind, so that forms of one name share a number


@dataclass(frozen=True, slots=True)
class _Form:
    """How a name may be written; `exact` where its capitals count. `words` are all that a text with it must have."""

    form: str
    name: str
    kind: str
    exact: bool
    words: frozenset[str]


class Covers:
    """The covers of one question: texts that go out together share them."""

    def __init__(self, names: Mapping[str, str], present: Iterable[str] = ()) -> None:
        """Cover these names, each by the word for what it names: `{"Dana Reyes": "Person"}`.

        Who is `present` is called by a part of their name too; of all others the whole name is looked for.
        """
        forms = {*_forms({**names, **dict.fromkeys(present, PERSON)}, set(present))}
        self._names = sorted(forms, key=lambda one: (-len(one.form), one.form, one.name))
        self._numbers: dict[tuple[str, str], int] = {}
        self._forms: dict[tuple[str, str], list[str]] = {}
        self._behind: dict[str, str] = {}  # what stands behind each cover

    @property
    def count(self) -> int:
        """How many different words are covered."""
        return len(self._behind)

    def cover(self, text: str) -> str:
        """Give a text as it may go out."""
        parts, at = list[str](), 0
        for one in _apart(sorted(self._found(text), key=lambda one: (one.start, -one.end))):
            parts += text[at : one.start], self._cover_of(one.kind, one.of, text[one.start : one.end])
            at = one.end
        return "".join([*parts, text[at:]])

    def uncover(self, text: str) -> str:
        """Give a text with what stands behind its covers."""
        return _COVER.sub(lambda found: self._behind.get(found[0], found[0]), text)

    def uncover_all(self, value: Any) -> Any:
        """Give plain values, however deep, with what stands behind the covers in their texts."""
        match value:
            case str():
                return self.uncover(value)
            case dict():
                return {name: self.uncover_all(one) for name, one in cast("dict[str, Any]", value).items()}
            case list() | tuple():
                return [self.uncover_all(one) for one in cast("Sequence[Any]", value)]
            case _:
                return value

    def _cover_of(self, kind: str, of: str, written: str) -> str:
        """Give the cover of words; other forms of the same name have its number and a letter."""
        key = (kind, of)
        number = self._numbers.setdefault(key, 1 + sum(one == kind for one, _ in self._numbers))
        forms = self._forms.setdefault(key, [])
        if written not in forms:
            forms.append(written)
        cover = f"[{kind} {number}{_letters(forms.index(written))}]"
        self._behind[cover] = written
        return cover

    def _found(self, text: str) -> Iterator[_Found]:
        for found in _COVER.finditer(text):  # what looks like a cover and is none must not be uncovered
            yield _Found(*found.span(), "Text", found[0])
        yield from _patterns(text)
        words = set(_WORD.findall(text.casefold()))
        for one in self._names:
            if one.words <= words:  # an org knows thousands of names, and a text says few of them
                pattern = rf"(?<!\w){re.escape(one.form)}(?!\w)"
                for found in re.finditer(pattern, text, 0 if one.exact else re.IGNORECASE):
                    yield _Found(*found.span(), one.kind, one.name)


def _patterns(text: str) -> Iterator[_Found]:
    for found in _LINK.finditer(text):
        if _holds_more(found[0]):
            yield _Found(*found.span(), "Link", found[0])
    for kind, pattern, holds in (
        ("Address", _MAIL, None),
        ("Bank account", _IBAN, _is_iban),
        ("Card", _CARD, _is_card),
        ("Identity number", _NATIONAL, None),
    ):
        for found in pattern.finditer(text):
            if holds is None or holds(re.sub(r"[ -]", "", found[0])):
                yield _Found(*found.span(), kind, found[0].casefold())
    for region in REGIONS:
        for one in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE):
            if sum(map(str.isdigit, one.raw_string)) >= _FEWEST and not _DAY.fullmatch(one.raw_string):
                yield _Found(one.start, one.end, "Phone", one.raw_string)


def _forms(names: Mapping[str, str], present: Collection[str]) -> Iterator[_Form]:
    """Give every form of each name. One part of a person's name is looked for as it is written: mark is not Mark."""
    for name, kind in names.items():
        plain = " ".join(name.split())
        if len(plain) < _SHORTEST:
            continue
        yield _form(plain, plain, kind, exact=" " not in plain)
        if name in present:
            parts = (part for part in plain.split() if len(part) >= _SHORTEST and part != plain)
            yield from (_form(part, plain, kind, exact=True) for part in parts)


def _form(form: str, name: str, kind: str, *, exact: bool) -> _Form:
    return _Form(form, name, kind, exact, frozenset(_WORD.findall(form.casefold())))


def _apart(found: Sequence[_Found]) -> Iterator[_Found]:
    """Give those that do not overlap: of two that do, the one that begins first, and of these the longer one."""
    end = 0
    for one in found:
        if one.start >= end:
            yield one
            end = one.end


def _letters(place: int) -> str:
    """Give the letters that tell the forms of one name apart; the first has none."""
    return "" if place == 0 else _letters((place - 1) // 26) + chr(ord("a") + (place - 1) % 26)


def _holds_more(link: str) -> bool:
    """Whether a link says more than which page it is: a token, a login, a signature."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return True
    return bool(parts.query or parts.fragment or parts.username) or any(len(one) > 24 for one in parts.path.split("/"))


def _is_iban(text: str) -> bool:
    """Whether the check digits of ISO 13616 are right."""
    digits = "".join(str(int(one, 36)) for one in text[4:] + text[:4])
    return int(digits) % 97 == 1


def _is_card(text: str) -> bool:
    """Whether the check digit of ISO/IEC 7812 is right (Luhn)."""
    doubled = (int(one) * (1 + place % 2) for place, one in enumerate(reversed(text)))
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0
