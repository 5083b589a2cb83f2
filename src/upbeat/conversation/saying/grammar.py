"""The grammar of a commitment as the file beside it says: who commits, how firmly, and to which deeds."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

from upbeat.conversation.patterns import either, filled, lines


class Who(Enum):
    """Whose deed it is, as the words tell."""

    SPEAKER = "I"
    ADDRESSEE = "you"
    NAMED = "by name"
    NOBODY = "we"


class Force(Enum):
    """How firm it is."""

    FIRM = "said"  # stands, unless the other side declines it
    ASKED = "asked"  # stands when the one who was asked agrees
    OFFER = "offered"  # stands when the other side takes it
    MOOTED = "suggested"  # stands as nobody's, until somebody takes it


@dataclass(frozen=True, slots=True)
class Frame:
    """A way to commit. `needs` are words of which a line has one that fits; the patterns are for a line's text."""

    who: Who
    force: Force
    needs: frozenset[str]
    begins: re.Pattern[str]
    deed: re.Pattern[str]
    dated: bool = False  # counts with a day only


_FILE: Final = (__package__ or "", "grammar")
_SOMEBODY: Final = r"@\d+"  # as a line has the names of those who take part
_BY_NAME: Final = r"@(?P<named>\d+)(?: (?!(?:to|will|can|is|has|should|needs|could)\b)[a-z]+)?"  # and their last name
_NEEDS: Final = {
    Who.SPEAKER: frozenset({"i", "me", "let", "happy", "glad", "you"}),
    Who.ADDRESSEE: frozenset({"you", "please", "we", "i"}),
    Who.NAMED: frozenset({"@"}),
    Who.NOBODY: frozenset({"we", "us", "let", "somebody", "someone", "anybody", "one", "you", "worth", "it"}),
}


def pattern(section: str) -> re.Pattern[str]:
    """Give a section of the file as one pattern for the text of a line."""
    return re.compile(_expanded(either(*_FILE, section)))


@cache
def frames() -> tuple[Frame, ...]:
    """Give all frames in the order of the file: where two fit the same deed, the first counts."""
    return tuple(_frame(line) for line in lines(*_FILE, "frames"))


@cache
def beginnings() -> re.Pattern[str]:
    """Give what all frames begin with as one pattern: most lines have none, and are read no further."""
    begins = (_expanded(line.split(" ;; ")[1]).replace("(?P<named>", "(?:") for line in lines(*_FILE, "frames"))
    return re.compile(rf"(?<!\S)(?:{'|'.join(begins)}) ")


@cache
def orders() -> re.Pattern[str]:
    """Give what an order without a subject looks like, at the beginning of a line."""
    before = _expanded(either(*_FILE, "before an order"))
    return re.compile(rf"^(?:(?:{before}) (?:, )?)*(?P<deed>{_expanded(either(*_FILE, 'orders'))})")


@cache
def progressive() -> re.Pattern[str]:
    """Give what somebody is doing and has not done yet: `I'm writing that one-pager`."""
    return re.compile(rf"\bi am (?P<deed>{_expanded(either(*_FILE, 'progressive'))})")


@cache
def heads() -> frozenset[str]:
    """Give the words of all deeds but the commonest: a line without any of them commits nobody.

    `Need` is one of them: `I need the form from you` asks without a deed.
    """
    names = ("deeds", "slight", "shared", "to people", "orders", "progressive")
    deeds = [either(*_FILE, name) for name in names] + [line.split(" ;; ")[2] for line in lines(*_FILE, "frames")]
    return frozenset(re.findall(r"[a-z]{2,}", " ".join(deeds))) - frozenset(either(*_FILE, "no deeds").split()) | {
        "need"
    }


def _frame(line: str) -> Frame:
    told, begins, deeds = line.split(" ;; ")
    who, force, *marks = told.split()
    named = {f"={name}": either(*_FILE, name) for name in ("deeds", "shared", "to people", "given", "anything")}
    for name, all_ in named.items():
        deeds = deeds.replace(name, all_)
    slight = rf"|(?P<slight>{_expanded(either(*_FILE, 'slight'))})" if "slight" in marks else ""
    opening = rf"(?:{either(*_FILE, 'opening')})" if "opens" in marks else ""
    adverbs = either(*_FILE, "adverbs")
    return Frame(
        Who[who.upper()],
        Force[force.upper()],
        _NEEDS[Who[who.upper()]],
        re.compile(rf"{opening}(?<!\S){_expanded(begins)} "),
        re.compile(rf"{adverbs}(?P<deed>(?P<strong>{_expanded(deeds)}){slight})(?:(?<= )|(?![a-z]))"),
        dated="dated" in marks,
    )


def _expanded(text: str) -> str:
    ahead = rf"(?:{either(*_FILE, 'day ahead')})"
    return filled(text, {"NAMED": _BY_NAME, "NAME": _SOMEBODY, "DAY": ahead})
