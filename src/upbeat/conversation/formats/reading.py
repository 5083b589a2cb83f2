"""One way from a file to a conversation, whatever the file's format: it is told by what stands in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from hashlib import sha256
from pathlib import PurePath
from re import IGNORECASE
from re import compile as pattern
from typing import Final, NamedTuple

from upbeat.base import digest
from upbeat.base.companies import plain as plain_text
from upbeat.conversation import documents, language
from upbeat.conversation.consent import consent
from upbeat.conversation.files import Noticed, Unreadable, decoded, pdf, visible, word
from upbeat.conversation.formats import cues, gong, plain, turns
from upbeat.conversation.formats.meeting import Meeting
from upbeat.conversation.formats.said import Said
from upbeat.conversation.speakers import with_speakers
from upbeat.conversation.values import Conversation, Medium, Party, Turn

FORMATS: Final = "WebVTT, SRT, Gong's JSON, text or .docx with names and times, or the text of a PDF"
_LONGEST_TITLE: Final = 1000  # characters: what is longer is no title, and every word of it is looked at
_NOBODY: Final = Meeting()
_PRESENT: Final = pattern(
    r"(?:attendees|participants|present|teilnehmer|participantes|présents)\s*:\s*(.+)", IGNORECASE
)


class _Told(NamedTuple):
    """What a file tells, in whichever format: what was said in it, or the turns themselves."""

    said: list[Said]
    meeting: Meeting
    notes: str = ""
    turns: tuple[Turn, ...] = ()


def read(name: str, data: bytes, beside: Meeting = _NOBODY) -> Conversation:
    """Give the conversation that a file holds: talk, or what somebody wrote, each page of it a turn of its author.

    `name` is how the file is called to people; `beside` is what else is known of the meeting, and is believed before
    the file. What was odd and mended stands in `odd`. Raises Unreadable, with the file, the line where there is one,
    and what to do, where it is no transcript, and where nothing tells when the talk was.
    """
    odd = Noticed()
    written = _written(name, data, beside, odd)
    told = written or _told(name, data, beside, odd)
    meeting = beside.over(told.meeting)
    if meeting.began is None:
        raise Unreadable(
            "nothing tells when this was",
            where=name,
            fix='Lay a meeting.json beside it, as {"title": …, "start": "2026-03-03T10:00:00+01:00"}.',
        )
    until = None if meeting.seconds is None else round(meeting.seconds * 1000)
    spoken = told.turns or turns.turned(told.said, meeting.parties, until, odd)
    if not spoken:
        odd.say("nobody speaks in it")
    if meeting.seconds is not None and turns.end(spoken) > meeting.seconds:
        odd.say(f"it goes on {turns.end(spoken) - meeting.seconds:.0f} seconds longer than the meeting is said to")
    found = Conversation(
        medium=meeting.medium or Medium.MEETING,
        source=meeting.source,
        source_id=meeting.source_id or ("" if written else _same(beside, spoken)) or sha256(data).hexdigest(),
        title=(meeting.title or PurePath(name).stem)[:_LONGEST_TITLE],
        began=meeting.began,
        seconds=max(meeting.seconds or 0.0, turns.end(spoken)),
        parties=meeting.parties,
        turns=spoken,
        text=told.notes,
        language=language.code(meeting.language) or language.spoken(one.text for one in spoken),
        sensitivity=meeting.sensitivity,
        odd=odd.told(),
    )
    return with_speakers(replace(found, consent=consent(found).told))


def _written(name: str, data: bytes, beside: Meeting, odd: Noticed) -> _Told | None:
    """Give what an author wrote, page by page, so that what is taken from it names the page; None for a transcript."""
    if beside.author is None:
        return None
    document = documents.read(name, data)
    for what in document.odd:
        odd.say(what)
    who, several = beside.parties[beside.author].name, len(document.pages) > 1
    pages = [(f"{who}, page {n}" if several else who, page) for n, page in enumerate(document.pages, 1) if page.strip()]
    each = (Turn(n, label, beside.author, 0, 0, 0, page) for n, (label, page) in enumerate(pages))
    return _Told([], Meeting(source="Document"), turns=tuple(each))


def _told(name: str, data: bytes, beside: Meeting, odd: Noticed) -> _Told:
    known = [name for one in beside.parties for name in (one.name, *one.labels)]
    if word.is_word(data):
        text = _lines(word.pages(name, data, odd), odd)
        return _in_text(name, text, known, odd, source="Word")
    if pdf.is_pdf(data):
        text = _lines(pdf.pages(name, data, odd), odd)
        return _in_text(name, text, known, odd, source="PDF")
    text = decoded(name, data, odd)
    if not text.strip():
        raise Unreadable("the file is empty", where=name, fix="Export the transcript again.")
    if text.lstrip().startswith("{"):
        call = gong.read(name, data, odd)
        return _Told(call.said, call.meeting)
    return _in_text(name, text, known, odd, source="text")


def _lines(pages: list[list[str]], odd: Noticed) -> str:
    return visible("\n".join(line for page in pages for line in page), odd)


def _in_text(name: str, text: str, known: list[str], odd: Noticed, source: str) -> _Told:
    webvtt = cues.is_webvtt(text)
    if webvtt or cues.is_cues(text):
        found = cues.read(text, odd, known)
        if not found.said and len(text.split()) > 1 and not cues.is_cues(text):
            raise Unreadable("no cue of it has a time", where=name, fix="Export the transcript again, with its times.")
        if source == "text":
            source = "Teams" if found.voices else "Zoom" if webvtt else "SRT"
        return _Told(found.said, Meeting(source=source, language=found.language))
    heading = text.split("\n\n", 1)[0]
    present = _present(heading)
    talk = plain.read(text, odd, [*known, *(one.name for one in present)])
    if talk is None:
        raise Unreadable(
            "no line of it tells who said what",
            where=name,
            fix=f"Give {FORMATS}: [00:01:05] Anna Roe: We would start in May.",
        )
    title = talk.heading.split("\n", 1)[0].strip()
    return _Told(talk.said, Meeting(source=source, title=title, parties=_present(talk.heading)), talk.heading)


def _present(heading: str) -> tuple[Party, ...]:
    """Give who took part, where the lines before the talk list them."""
    listed = [found[1] for line in heading.split("\n") if (found := _PRESENT.fullmatch(line.strip()))]
    names = [name for line in listed for one in line.replace(";", ",").split(",") if (name := one.strip())]
    return tuple(Party(name) for name in dict.fromkeys(names))


def _same(beside: Meeting, spoken: Sequence[Turn]) -> str:
    """Give what a meeting without an id is known by however often it is exported: its title, beginning and people.

    Two meetings at one time that name nobody are told apart by what was said. Empty where there is no title or time.
    """
    if not (beside.title and beside.began):
        return ""
    people = sorted(one.address or plain_text(one.name) for one in beside.parties)
    said = [] if people else [[one.label, one.text] for one in spoken]
    return digest([beside.title, beside.began.astimezone(UTC), people, said])
