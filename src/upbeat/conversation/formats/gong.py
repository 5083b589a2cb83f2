"""Gong's JSON: a call with metaData, parties and transcript, as its API gives them and its exports keep them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from upbeat.conversation.files import jsonfile
from upbeat.conversation.files.jsonfile import Json
from upbeat.conversation.files.noticed import Noticed, Unreadable
from upbeat.conversation.formats.meeting import DAY, Meeting, address
from upbeat.conversation.formats.said import Said
from upbeat.conversation.values import Medium, Party

_CALLS: Final = frozenset({"inbound", "outbound"})  # of `direction`: by telephone; `conference` is a meeting
_SIDES: Final = {"internal": True, "external": False}


class Call(NamedTuple):
    """What a file of Gong's tells: of the call, and what was said in it."""

    meeting: Meeting
    said: list[Said]


def read(name: str, data: bytes, odd: Noticed) -> Call:
    """Give the call that a file holds. Raises Unreadable where it is no JSON, or holds no call or several."""
    file = _one(jsonfile.load(name, data, odd), name)
    about = jsonfile.within(file, "metaData")
    people = jsonfile.rows(file, "parties", name)
    if not about and not people and "transcript" not in file:
        raise Unreadable(
            "it is JSON, but no call",
            where=name,
            fix="Give it the objects metaData, parties and transcript, as Gong's API has them.",
        )
    names = {speaker: _name(one, odd) for one in people if (speaker := jsonfile.text(one, "speakerId", odd))}
    meeting = Meeting(
        medium=Medium.CALL if jsonfile.text(about, "direction", odd).casefold() in _CALLS else Medium.MEETING,
        source="Gong",
        source_id=jsonfile.text(about, "id", odd) or jsonfile.text(file, "callId", odd),
        title=jsonfile.text(about, "title", odd),
        began=jsonfile.moment(about, "started", name),
        seconds=jsonfile.number(about, "duration", DAY),
        parties=tuple(_party(one, odd) for one in people if _name(one, odd)),
        language=jsonfile.text(about, "language", odd).casefold(),
        sensitivity="private" if about.get("isPrivate") is True else "",
    )
    return Call(meeting, list(_said(jsonfile.rows(file, "transcript", name), names, name, odd)))


def _one(file: Json, name: str) -> Json:
    """Give the one call of a file, whichever of the API's two lists it stands in: they are joined by the call's id."""
    calls = jsonfile.rows(file, "calls", name)
    told = jsonfile.rows(file, "callTranscripts", name)
    if len(calls) > 1 or len(told) > 1:
        raise Unreadable(f"it holds {max(len(calls), len(told))} calls", where=name, fix="Give each a file of its own.")
    joined = dict(file)
    for one in (*calls, *told):
        joined.update(one)
    return joined


def _name(party: Json, odd: Noticed) -> str:
    return jsonfile.text(party, "name", odd) or address(jsonfile.text(party, "emailAddress", odd))


def _party(party: Json, odd: Noticed) -> Party:
    name = _name(party, odd)
    return Party(
        name=name,
        address=address(jsonfile.text(party, "emailAddress", odd)),
        title=jsonfile.text(party, "title", odd),
        internal=_SIDES.get(jsonfile.text(party, "affiliation", odd).casefold()),
        labels=(name,) if jsonfile.text(party, "speakerId", odd) else (),
    )


def _said(parts: Sequence[Json], names: Mapping[str, str], name: str, odd: Noticed) -> Iterator[Said]:
    for part in parts:
        speaker = jsonfile.text(part, "speakerId", odd)
        if speaker not in names:
            odd.say("somebody speaks who is none of the parties")
        for sentence in jsonfile.rows(part, "sentences", name):
            words = jsonfile.text(sentence, "text", odd)
            start, end = (jsonfile.number(sentence, at, DAY * 1000) for at in ("start", "end"))
            if not words:
                odd.say("a sentence has no words")
                continue
            if start is None or end is None or end <= start:
                odd.say("a sentence has no time from beginning to end, and goes on until the next")
                end = None
            yield Said(
                names.get(speaker, speaker),
                None if start is None else round(start),
                None if end is None else round(end),
                words,
            )
