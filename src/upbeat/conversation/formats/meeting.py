"""What is known of a meeting beside its transcript: from the file that lies with it, a calendar, or a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from upbeat.base import Place, nearest
from upbeat.conversation.files import jsonfile
from upbeat.conversation.files.jsonfile import Json
from upbeat.conversation.files.noticed import Noticed, Unreadable
from upbeat.conversation.values import Medium, Party, Role
from upbeat.matching import folding

DAY: Final = 86_400
"""Seconds: nothing that people hold lasts longer."""

_MARKS: Final = ("private", "confidential")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting as others know it; what is empty or None is not known.

    `author` is the place among the parties of who wrote the file, where it is notes or a document and no transcript.
    """

    medium: Medium | None = None
    source: str = ""
    source_id: str = ""
    title: str = ""
    began: datetime | None = None
    seconds: float | None = None
    parties: tuple[Party, ...] = ()
    language: str = ""
    sensitivity: str = ""
    author: int | None = None

    def over(self, other: "Meeting") -> "Meeting":
        """Give what either knows; where both do, this one is believed. Parties are one by their address or name."""
        return Meeting(
            medium=self.medium or other.medium,
            source=self.source or other.source,
            source_id=self.source_id or other.source_id,
            title=self.title or other.title,
            began=self.began or other.began,
            seconds=other.seconds if self.seconds is None else self.seconds,
            parties=_both(self.parties, other.parties),
            language=self.language or other.language,
            sensitivity=self.sensitivity or other.sensitivity,
            author=self.author,
        )


def sidecar(name: str, data: bytes) -> Meeting:
    """Read the `meeting.json` that lies beside a transcript.

    It has `title`, `start` (ISO with an offset), `duration_s` and `participants` (`name`, `email`, `company`, `title`,
    `internal`), and may have `id`, `source`, `medium`, `language` and `sensitivity`. With `author`, the name or address
    of a participant, the file is what they wrote: notes, or a document. Raises Unreadable.
    """
    odd = Noticed()
    found = jsonfile.load(name, data, odd)
    medium = jsonfile.text(found, "medium", odd).casefold()
    if medium and medium not in list(Medium):
        raise Unreadable(
            f"'{medium}' is none of {', '.join(Medium)}",
            where=Place(name, field="medium"),
            fix=f"Write {nearest(medium, Medium) or Medium.MEETING}.",
        )
    parties = tuple(party for one in jsonfile.rows(found, "participants", name) if (party := _party(one, odd)))
    return Meeting(
        medium=Medium(medium) if medium else None,
        source=jsonfile.text(found, "source", odd),
        source_id=jsonfile.text(found, "id", odd),
        title=jsonfile.text(found, "title", odd),
        began=jsonfile.moment(found, "start", name),
        seconds=jsonfile.number(found, "duration_s", DAY),
        parties=parties,
        language=jsonfile.text(found, "language", odd)[:2].casefold(),
        sensitivity=_sensitivity(found, odd),
        author=_author(jsonfile.text(found, "author", odd), parties, name),
    )


def address(text: str) -> str:
    """Give a mail address in small letters, empty where a text is none."""
    bare = text.strip().casefold()
    local, at, host = bare.rpartition("@")
    return bare if at and local and "." in host and not any(one.isspace() for one in bare) else ""


def _party(found: Json, odd: Noticed) -> Party | None:
    name, mail = jsonfile.text(found, "name", odd), address(jsonfile.text(found, "email", odd))
    if not (name or mail):
        odd.say("a participant has neither name nor address")
        return None
    told = found.get("internal")
    return Party(
        name=name or mail,
        address=mail,
        company=jsonfile.text(found, "company", odd),
        title=jsonfile.text(found, "title", odd),
        internal=told if isinstance(told, bool) else None,
        role=Role.ORGANIZER if found.get("organizer") is True else Role.ATTENDEE,
    )


def _author(told: str, parties: Sequence[Party], name: str) -> int | None:
    if not told:
        return None
    wrote = [at for at, one in enumerate(parties) if told.casefold() in {one.name.casefold(), one.address}]
    if len(wrote) != 1:
        raise Unreadable(
            f"'{told}' is {'several' if wrote else 'none'} of the participants",
            where=Place(name, field="author"),
            fix="Write the address of the participant who wrote it.",
        )
    return wrote[0]


def _sensitivity(found: Json, odd: Noticed) -> str:
    told = jsonfile.text(found, "sensitivity", odd).casefold()
    if told in _MARKS:
        return told
    return "private" if found.get("private") is True or told == "personal" else ""


def _both(mine: tuple[Party, ...], others: tuple[Party, ...]) -> tuple[Party, ...]:
    """Give all parties once; one that both have is ours, with what only the other one tells."""
    left = list(others)
    found = list[Party]()
    for one in mine:
        same = next((other for other in left if _same(one, other)), None)
        if same is not None:
            left.remove(same)
            one = _joined(one, same)  # noqa: PLW2901 - the same party, better known
        found.append(one)
    return (*found, *left)


def _same(one: Party, other: Party) -> bool:
    if one.address and other.address:
        return one.address == other.address
    return bool(words := folding.words(one.name)) and list(words) == list(folding.words(other.name))


def _joined(one: Party, other: Party) -> Party:
    return replace(
        one,
        address=one.address or other.address,
        company=one.company or other.company,
        title=one.title or other.title,
        internal=other.internal if one.internal is None else one.internal,
        labels=tuple(dict.fromkeys([*one.labels, *other.labels])),
    )
