"""What the name above a turn says of its speaker: a person's name, a device and whose it is, a room, or nothing.

Meeting software writes what people or their machines are called: `Bellweather, Tom (Havelund)`, `iPhone von Jana`,
`Meeting Room 4`, `Speaker 1`, `+44 20 7946 0123`. A label is never believed further than its words go.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from unicodedata import name as letter_name
from unicodedata import normalize

from upbeat.matching import folding
from upbeat.matching.people import PARTICLES, TITLES


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DEVICES: Final = _set(
    "android computer desktop galaxy handy huawei imac ipad iphone laptop macbook mac mobile notebook oneplus pc phone"
    " pixel redmi samsung surface tablet telefon telefono telephone thinkpad xiaomi"
)
_MODELS: Final = _set("air fold google max mini note plus pro se ultra windows xl xr xs")
_WHOSE: Final = _set("af av d da de del der di do des for fra i la le of van vom von z")
_ROOMS: Final = _set(
    "auditorium besprechung besprechungsraum boardroom conf conference conferentiekamer huddle konferenzraum"
    " meetingraum meetingroom motesrum room sitzungszimmer vergaderruimte vergaderzaal"
)
_ROOMS_FIRST: Final = _set("raum saal sala salle salon zaal")  # which are last names, too: `Marco Sala`
_NOBODY: Final = _set(  # what stands where the software knows no name
    "anonymous attendee call caller deltagare dial extern external gast gaste guest hablante host ich id in inbound"
    " interlocuteur intervenant invitado invite invited io locuteur me meeting moi no number orador organiser"
    " organizer outbound parlante participant participante presenter private pstn relatore speaker speakers spk"
    " sprecher sprecherin spreker talare teilnehmer teilnehmerin unbekannt unbekannter unidentified unknown"
    " unverified user voice web webex wireless yo you zoom"
)
_OURS: Final = _set("agent rep representative salesperson seller")
_THEIRS: Final = _set("buyer client customer kunde kundin prospect")
_SEVERAL: Final = _set("all alle audience crosstalk everybody everyone group mehrere multiple several")
_MACHINES: Final = _set("avoma bot copilot fathom fireflies notetaker notetakers otter recorder recording tldv")
_PRONOUNS: Final = re.compile(r"[a-z]{1,5}(?:\s*/\s*[a-z]{1,6}){1,2}", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+\.[^\s<>()\[\],;:]+")
_ASIDE: Final = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_BEHIND: Final = re.compile(r"\s+(?:[-\u2013\u2014|/@\u00b7]|from|at)\s+|\s*\|\s*")  # `Tom Bellweather | Havelund`
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBER: Final = re.compile(r"\+?[\d\s().*x/-]{5,}")
_LONGEST: Final = 300  # characters of a label that are read: a name, a title and a company have fewer
_WHOLE: Final = 2  # words of a name that says which person it is, and not which Tom


class Sort(StrEnum):
    """What a label is the name of."""

    PERSON = "a person"
    DEVICE = "a device"
    ROOM = "a room"
    NOBODY = "nobody"
    SEVERAL = "several people"
    MACHINE = "a machine that takes notes"


@dataclass(frozen=True, slots=True)
class Label:
    """A label as far as it speaks: `names` are the words of a person's name, in each way that it may be cut.

    `company` is what it says beside the name, or with it: `Havelund - Tom`. `ours` is the side that
    it names: `Agent`, `Customer`. `address` is an email address that stands in it or is all of it.
    """

    text: str
    sort: Sort
    names: tuple[tuple[str, ...], ...] = ()
    company: str = ""
    address: str = ""
    ours: bool | None = None

    @property
    def whole(self) -> bool:
        """Whether it has a first and a last name, by which a person is told from everybody else."""
        return self.sort is Sort.PERSON and any(len(one) >= _WHOLE for one in self.names)


def read(text: str) -> Label:
    """Read a label. `Gil's iPad` is a device of `gil`, `Bellweather, Tom (Havelund)` is `bellweather tom`."""
    told = " ".join(normalize("NFKC", text[:_LONGEST]).split())
    found = _ADDRESS.search(told)
    address = found[0].casefold() if found else ""
    bare, company = _without_asides(_ADDRESS.sub(" ", told).strip(" <>\"'"))
    if not bare and address:
        return Label(text, Sort.PERSON, (tuple(_local(address)),), company, address)
    tokens = folding.words(bare)
    words = [word for word in tokens if not word.isdigit()]
    sort = _sort(bare, tokens, words)
    if sort is Sort.DEVICE:
        names = _owners(words)
        return Label(text, sort, tuple(names or _owners(folding.words(company))), company if names else "", address)
    if sort is not Sort.PERSON:
        ours = True if _OURS & set(words) else False if _THEIRS & set(words) else None
        return Label(text, sort, (), company, address, ours)
    names = dict.fromkeys(tuple(name_words(one)) for one in _cuts(bare))
    parts = _BEHIND.split(bare)
    return Label(text, sort, tuple(filter(None, names)), company or (" ".join(parts) if parts[1:] else ""), address)


def name_words(text: str) -> list[str]:
    """Give the words of a person's name in small ASCII letters, without titles and the small words of last names."""
    found = [word for word in folding.words(text) if word not in TITLES]
    return [word for word in found if word not in PARTICLES] or found


def foreign(text: str) -> bool:
    """Whether a text has letters of another script than Latin: each of them is written in several ways in ours."""
    return any(letter.isalpha() and not letter_name(letter, "").startswith("LATIN") for letter in text)


def skeleton(word: str) -> str:
    """Give the consonants of a word as any way to write it in Latin letters has them: `srgy` of neither `Sergei`."""
    for written, sound in _SOUNDS:
        word = word.replace(written, sound)
    kept = [letter for letter in word if letter not in _VOWELS]
    return "".join(letter for at, letter in enumerate(kept) if not at or kept[at - 1] != letter)


_SOUNDS: Final = (
    *(("shch", "s"), ("sch", "s"), ("sh", "s"), ("tch", "c"), ("ch", "c"), ("cz", "c"), ("sz", "s"), ("zh", "z")),
    *(("kh", "h"), ("ts", "c"), ("tz", "c"), ("ph", "f"), ("ck", "k"), ("x", "ks"), ("q", "k"), ("w", "v")),
)
_VOWELS: Final = frozenset("aeiouyj")  # and the half vowels, of which each table makes something else


def _without_asides(text: str) -> tuple[str, str]:
    """Take what stands in brackets out of a label; give the rest, and what of it may be a company."""
    company = ""
    for aside in _ASIDE.findall(text):
        words = folding.words(aside)
        says = [word for word in words if word not in _NOBODY and not word.isdigit()]
        if says and not _PRONOUNS.fullmatch(aside.strip()):
            company = company or aside.strip()
    return _ASIDE.sub(" ", text).strip(), company


def _sort(bare: str, tokens: Sequence[str], words: Sequence[str]) -> Sort:
    some = set(words)
    if _SEVERAL & some and some <= _SEVERAL | _NOBODY:
        return Sort.SEVERAL
    if _MACHINES & some or ("note" in some and "taker" in some):
        return Sort.MACHINE
    if not words or _NUMBER.fullmatch(bare) or some <= _NOBODY | _OURS | _THEIRS or _is_a_model(words):
        return Sort.NOBODY
    if _ROOMS & some or (words[0] in _ROOMS_FIRST and "," not in bare):
        return Sort.ROOM
    return Sort.DEVICE if any(_is_device(word) for word in tokens) else Sort.PERSON


def _is_a_model(words: Sequence[str]) -> bool:
    """Whether words are the number of a device's model: `SM-G991B`."""
    return any(not word.isalpha() for word in words) and all(len(word) < len("tom") for word in words if word.isalpha())


def _is_device(word: str) -> bool:
    return word in _DEVICES or (word[-1:] == "s" and word[:-1] in _DEVICES)


def _owners(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Give the names that are left of a device's: `gil` of `Gil's iPad`, `tom` of `Toms iPhone`, `jana`."""
    left = [word for word in words if not _is_device(word) and word not in _MODELS | _WHOSE and word.isalpha()]
    if not left:
        return []
    bare = [(*left[:-1], left[-1][:-1])] if left[-1].endswith("s") and len(left[-1]) > _WHOLE else []
    return [tuple(left), *bare]


def _cuts(bare: str) -> Iterator[str]:
    """Give the parts of a label that may be the name: the whole of it, and what stands before a company or a title."""
    yield bare.replace(",", " ").replace("_", " ")
    parts = _BEHIND.split(bare)
    if len(parts) > 1:
        yield from (part.replace(",", " ") for part in parts)
    if (
        len(before := bare.split(",", maxsplit=1)[0].split()) >= _WHOLE
    ):  # `Tom Bellweather, CFO`, and not `Bellweather, Tom`
        yield " ".join(before)
    if _CAMEL.search(bare) and " " not in bare:
        yield _CAMEL.sub(" ", bare)


def _local(address: str) -> list[str]:
    """Give the words of an address before its `@`."""
    return name_words(address.partition("@")[0].partition("+")[0].replace(".", " ").replace("_", " "))
