"""What was found in a conversation: each thing with the words that prove it, who said them and when (law 5)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from upbeat.conversation.values import Conversation


class Kind(StrEnum):
    """What sort of thing was found. `Finding.name` says which of them."""

    METHODOLOGY = "methodology"  # an element, by its key in the methodology's file: economic_buyer
    NEXT_STEP = "next step"
    POINT = "point"  # of the summary, by its part: reason, learnt, decided, open
    SENTIMENT = "sentiment"  # positive, neutral, negative, mixed
    OBJECTION = "objection"
    COMPETITOR = "competitor"  # by its name
    EXPANSION = "expansion"  # product, budget, headcount
    RISK = "risk"
    ROLE = "role"  # of a person in the deal: Economic Buyer, Champion …


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a conversation: a verbatim part of one turn, said so many seconds from the beginning."""

    turn: int
    at: float
    quote: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was said.

    `value` is fit for a field. `person` is the place among the parties of whom it speaks: who has the next step, whose
    role it is. `confidence` goes from 0 to 1, and `by` is "rules" or the model's name. `why` says which words led here;
    what was said before and holds no more stands in `supersedes`, and `why` says what beat it.
    """

    kind: Kind
    name: str
    value: str
    place: Place
    confidence: float
    why: str
    by: str = "rules"
    person: int | None = None
    due: date | None = None
    supersedes: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Injection:
    """Somebody told the note-taker what to write. It is shown to a person, and changes nothing."""

    place: Place
    asks: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """What an extractor gave that does not count, and why."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found in one conversation, in the order in which it was said."""

    findings: tuple[Finding, ...] = ()
    injections: tuple[Injection, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    def of(self, kind: Kind) -> tuple[Finding, ...]:
        """Give the findings of a kind."""
        return tuple(one for one in self.findings if one.kind is kind)

    def element(self, name: str) -> Finding | None:
        """Give what holds of an element of the methodology, or None where the talk does not establish it."""
        return next((one for one in self.of(Kind.METHODOLOGY) if one.name == name), None)


def grounded(reading: Reading, conversation: Conversation) -> Reading:
    """Give a reading without what is not proved: a quote that its turn does not have, or that an injection dictates."""
    kept, dropped = list[Finding](), list(reading.dropped)
    for one in reading.findings:
        if why := _unproved(one, reading, conversation):
            dropped.append(Dropped(one, why))
        else:
            kept.append(replace(one, supersedes=tuple(_true_places(one, conversation))))
    return replace(reading, findings=tuple(kept), dropped=tuple(dropped))


def stands(place: Place, conversation: Conversation) -> bool:
    """Whether a turn has these very words."""
    inside = 0 <= place.turn < len(conversation.turns)
    return inside and bool(place.quote.strip()) and place.quote in conversation.turns[place.turn].text


def _true_places(one: Finding, conversation: Conversation) -> Iterator[Place]:
    return (place for place in one.supersedes if stands(place, conversation))


def _unproved(one: Finding, reading: Reading, conversation: Conversation) -> str:
    if not stands(one.place, conversation):
        return "its quote does not stand in its turn"
    if any(_overlap(one.place, told.place) for told in reading.injections):
        return "its quote tells the note-taker what to write"
    return ""


def _overlap(one: Place, other: Place) -> bool:
    return one.turn == other.turn and (one.quote in other.quote or other.quote in one.quote)
