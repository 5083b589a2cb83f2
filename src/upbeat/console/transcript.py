"""One call, meeting or mail: what was said, beside what was taken from it, each value leading to its words."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from upbeat.console.area import Area
from upbeat.console.asked import Asked, MissingError
from upbeat.console.calls import Call, call_of, records_of
from upbeat.console.paging import PageNumber, Part, part_of
from upbeat.console.permissions import Permission
from upbeat.console.reach import Number, reach, took_part
from upbeat.conversation import Conversation, Finding, Kind, Party, Place, Turn, measure
from upbeat.conversation.passage import passage
from upbeat.operations import Refused
from upbeat.operations.capture import Entry, Extracted, Heard, extracted, heard
from upbeat.operations.tracing import within

area = Area("calls")

_TURNS: Final = 50
"""Turns on one page of a transcript: an hour's talk has a thousand."""

_TITLES: Final = {
    Kind.METHODOLOGY: "Methodology",
    Kind.NEXT_STEP: "Next steps",
    Kind.POINT: "Points",
    Kind.OBJECTION: "Objections",
    Kind.COMPETITOR: "Competitors",
    Kind.EXPANSION: "Expansion",
    Kind.RISK: "Risks",
    Kind.ROLE: "Roles",
    Kind.SENTIMENT: "Mood",
}


@dataclass(frozen=True, slots=True)
class Words:
    """A part of a turn, `marked` where a value was taken from it."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One turn: who, on whose side, when from the beginning, and their words."""

    number: int
    at: str
    speaker: str
    side: str
    parts: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Where words stand: the turn's number, its time, who spoke, and the address that shows it."""

    turn: int
    at: str
    speaker: str
    quote: str
    to: str


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that was heard, with the words that prove it; `before` are words that held no more after them."""

    name: str
    value: str
    why: str
    by: str
    confidence: float
    proof: Proof
    before: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """What was heard of one kind."""

    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A value on its way to a field, and where its words stand; `proof` is None where they stand in no turn."""

    value: Extracted
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who took part; `object` is empty for nobody the org knows for certain."""

    name: str
    side: str
    object: str
    record_id: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that it may be of, with what speaks for it."""

    object: str
    record_id: str
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run that the conversation began, which opens for whoever asks."""

    run: str
    workflow: str
    object: str
    record_id: str
    stands: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """One conversation: what was said, beside what was taken from it.

    Where nothing is kept, `call.why` says why. `talk_ratio` is our people's part of all speech, None where it is not
    known. `words` is what was looked for in it, and `missing` whether nobody said a word of it.
    """

    call: Call
    object: str
    people: tuple[Person, ...]
    candidates: tuple[Candidate, ...]
    talk_ratio: float | None
    questions: int
    said: Part[Said]
    text: str
    heard: tuple[Values, ...]
    taken: tuple[Taken, ...]
    told: tuple[Proof, ...]
    odd: tuple[str, ...]
    runs: tuple[Run, ...]
    words: str
    missing: bool


@area.page("/calls/{key}", needs=Permission.WATCH, template="calls/call.html", title="Call")
def call(
    asked: Asked, key: str, page: PageNumber | None = None, about: str = "", turn: Number | None = None
) -> Transcript:
    """Give a conversation; `about` keeps the stretch that speaks of something, `turn` opens the page it stands on."""
    try:
        found = heard(asked.house, key)
    except Refused as error:
        raise MissingError(error.what, fix="Look for it in the list of calls.") from None
    talk = None if found.captured is None else found.captured.conversation
    if not took_part(asked, [one.record_id for one in (talk.parties if talk else ()) if one.record_id]):
        raise MissingError("there is no such call, or it is not yours to see", fix="Look for it in the list of calls.")
    taken = extracted(asked.house, found.listed.key, talk)
    entry = Entry(found.listed, "", 0.0, 0, ()) if talk is None else _entry(found, talk)
    opens = _opens(asked, found, entry, taken)
    taken = tuple(
        replace(one, record_id=one.record_id if one.record_id in opens else "", run=one.run if one.run in opens else "")
        for one in taken
    )
    if talk is None:
        return _gone(found, entry, taken, opens)
    stretch = passage(talk, about) if about else None
    turns = talk.turns if stretch is None else talk.turns[stretch.first : stretch.last + 1]
    shown = part_of(turns, page or (turn // _TURNS + 1 if turn is not None and stretch is None else 1), _TURNS)
    pointer = _Pointer(found.listed.key, talk)
    marks = _marks(found, taken)
    measures = measure(talk)
    return Transcript(
        call=call_of(entry, opens),
        object=found.object,
        people=tuple(_person(one, opens) for one in talk.parties),
        candidates=tuple(
            Candidate(one.object, one.record_id if one.record_id in opens else "", one.name or one.object, one.reasons)
            for one in found.captured.link.candidates
        )
        if found.captured
        else (),
        talk_ratio=measures.talk_ratio,
        questions=measures.questions,
        said=Part(tuple(_said(talk, one, marks) for one in shown.rows), shown.total, shown.page, shown.pages),
        text=talk.text,
        heard=tuple(_heard(found, pointer)),
        taken=tuple(Taken(one, None if one.turn is None else pointer.at(one.turn, one.quote)) for one in taken),
        told=() if found.reading is None else tuple(pointer.to(one.place) for one in found.reading.injections),
        odd=talk.odd,
        runs=_runs(found, opens),
        words=about,
        missing=bool(about) and stretch is None,
    )


def _entry(found: Heard, talk: Conversation) -> Entry:
    return Entry(found.listed, talk.title, talk.seconds, len(talk.turns), tuple(talk.called))


def _gone(found: Heard, entry: Entry, taken: Iterable[Extracted], opens: Collection[str]) -> Transcript:
    """Give what is left of a conversation whose words are not kept."""
    return Transcript(
        call=call_of(entry, opens),
        object=found.object,
        people=(),
        candidates=(),
        talk_ratio=None,
        questions=0,
        said=Part((), 0, 1, 1),
        text="",
        heard=(),
        taken=tuple(Taken(one, None) for one in taken),
        told=(),
        odd=(),
        runs=_runs(found, opens),
        words="",
        missing=False,
    )


def _opens(asked: Asked, found: Heard, entry: Entry, taken: Sequence[Extracted]) -> frozenset[str]:
    """Give the runs and records of a conversation whose pages are for whoever asks."""
    parties = () if found.captured is None else found.captured.conversation.parties
    candidates = () if found.captured is None else found.captured.link.candidates
    named = {one.record_id for some in (parties, candidates, taken, found.runs) for one in some if one.record_id}
    runs = {*(one.run for one in found.runs), *(one.run for one in taken)}
    return within(asked.house, reach(asked), runs=runs, records={*named, *records_of(entry)})


def _person(one: Party, opens: Collection[str]) -> Person:
    has_page = one.record_id in opens and one.kind != "User"
    return Person(one.name or one.address, str(one.side), one.kind, one.record_id if has_page else "")


def _runs(found: Heard, opens: Collection[str]) -> tuple[Run, ...]:
    return tuple(
        Run(
            run=one.run,
            workflow=one.workflow,
            object=one.object,
            record_id=one.record_id if one.record_id in opens else "",
            stands=one.outcome or one.state,
            mode=one.mode,
        )
        for one in found.runs
        if one.run in opens
    )


class _Pointer:
    """Says where words of one conversation stand, and which address shows them."""

    def __init__(self, key: str, talk: Conversation) -> None:
        self._key = key
        self._talk = talk

    def to(self, place: Place) -> Proof:
        return self.at(place.turn, place.quote)

    def at(self, turn: int, quote: str) -> Proof:
        said = self._talk.turns[turn]
        to = f"/calls/{self._key}?page={turn // _TURNS + 1}#turn-{turn}"
        return Proof(turn, _clock(said.start), _speaker(self._talk, said), quote, to)


def _speaker(talk: Conversation, turn: Turn) -> str:
    party = talk.speaker(turn)
    return turn.label if party is None else party.name or party.address or turn.label


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=int(seconds)))


def _marks(found: Heard, taken: Iterable[Extracted]) -> dict[int, list[str]]:
    """Give the words that something rests on, by the place of their turn."""
    marks: dict[int, list[str]] = {}
    for one in () if found.reading is None else found.reading.findings:
        marks.setdefault(one.place.turn, []).append(one.place.quote)
    for each in taken:
        if each.turn is not None:
            marks.setdefault(each.turn, []).append(each.quote)
    return marks


def _said(talk: Conversation, turn: Turn, marks: dict[int, list[str]]) -> Said:
    parts = tuple(_parts(turn.text, marks.get(turn.number, ())))
    return Said(turn.number, _clock(turn.start), _speaker(talk, turn), str(talk.side(turn)), parts)


def _parts(text: str, quotes: Iterable[str]) -> list[Words]:
    """Cut a turn where words begin and end that something rests on; where two overlap, both are marked."""
    marked = [False] * len(text)
    for quote in quotes:
        start = text.find(quote)
        if start >= 0:
            marked[start : start + len(quote)] = [True] * len(quote)
    found: list[Words] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or marked[at] != marked[begin]:
            found.append(Words(text[begin:at], marked[begin]))
            begin = at
    return found


def _heard(found: Heard, pointer: _Pointer) -> list[Values]:
    findings = () if found.reading is None else found.reading.findings
    kinds = Counter(one.kind for one in findings)
    return [
        Values(title, tuple(_value(one, pointer) for one in findings if one.kind is kind))
        for kind, title in _TITLES.items()
        if kinds[kind]
    ]


def _value(one: Finding, pointer: _Pointer) -> Value:
    before = tuple(pointer.to(each) for each in one.supersedes)
    return Value(one.name, one.value, one.why, one.by, one.confidence, pointer.to(one.place), before)
