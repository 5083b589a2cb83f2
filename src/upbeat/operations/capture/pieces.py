"""A file's bytes → the conversations in it: a transcript, a mail, a calendar; and what was left, with why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import Final

from upbeat.channels.capture import DEEPEST, LARGEST, SIDECAR, TRANSCRIPT, is_own
from upbeat.conversation import Conversation
from upbeat.conversation.calendar import Meeting, NoCalendarError, Window, read_calendar
from upbeat.conversation.files import Unreadable
from upbeat.conversation.formats import read, sidecar
from upbeat.conversation.mail import Sort, read_mail

_KINDS: Final = frozenset((".vtt", ".srt", ".json", ".txt", ".docx", ".pdf", ".eml", ".ics", ".md"))


@dataclass(frozen=True, slots=True)
class Left:
    """A file, or a part of one, that became no conversation, and why.

    `aside` is whether that is as it should be: a newsletter, an automatic reply, a meeting that was cancelled.
    """

    name: str
    why: str
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds. `ahead` are meetings that have not begun, and those that were cancelled."""

    talks: tuple[Conversation, ...] = ()
    left: tuple[Left, ...] = ()
    ahead: tuple[Meeting, ...] = ()


def conversations_of(
    name: str, data: bytes, window: Window, received: datetime, beside: Mapping[str, bytes] | None = None
) -> Found:
    """Give the conversations of a file called `name`; it never fails: what cannot be read is among what is left."""
    ending = PurePath(name).suffix.casefold()
    try:
        if ending == ".eml":
            return _mail(name, data, window, received)
        if ending == ".ics":
            return _calendar(name, data, window, received)
        known = sidecar(SIDECAR, beside[SIDECAR]) if beside and SIDECAR in beside else None
        return Found((read(name, data) if known is None else read(name, data, known),))
    except Unreadable as error:
        return Found(left=(Left(name, f"{error.what}. {error.fix}".strip()),))


def files_of(path: Path) -> Iterator[Path]:
    """Give the files below a folder that may hold a conversation, by their paths; of a file, itself."""
    if path.is_file():
        yield path
        return
    for one in sorted(path.rglob("*")):
        deep = len(one.relative_to(path).parts)
        hidden = any(part.startswith(".") for part in one.relative_to(path).parts)
        if one.is_file() and one.suffix.casefold() in _KINDS and deep <= DEEPEST and not hidden and _is_own(one):
            yield one


def _is_own(path: Path) -> bool:
    sidecar = (path.parent / SIDECAR).is_file()
    return is_own(path.name, sidecar=sidecar, transcript=sidecar and any(path.parent.glob(f"{TRANSCRIPT}.*")))


def read_file(path: Path, window: Window, received: datetime) -> Found:
    """Give the conversations of a file on this machine, with what lies beside it. Raises OSError."""
    if path.stat().st_size > LARGEST:
        return Found(left=(Left(str(path), f"it has more than the {LARGEST:,} bytes that are read"),))
    known = path.parent / SIDECAR
    beside = {SIDECAR: known.read_bytes()} if known.is_file() and known != path else {}
    return conversations_of(str(path), path.read_bytes(), window, received, beside)


def _mail(name: str, data: bytes, window: Window, received: datetime) -> Found:
    mail = read_mail(data, received)
    talk = mail.conversation
    if not (talk.parties or talk.title or talk.text or talk.attachments or mail.calendars):
        return Found(left=(Left(name, "nothing is in it: no sender, nobody it was sent to, and no text"),))
    if mail.sort is Sort.PERSONAL:
        return Found((mail.conversation,))
    found = [_calendar(name, one, window, received) for one in mail.calendars]
    talks = tuple(talk for one in found for talk in one.talks)
    ahead = tuple(meeting for one in found for meeting in one.ahead)
    left = () if talks or ahead else (Left(name, f"{mail.sort}: {mail.why}", aside=True),)
    return Found(talks, (*left, *(each for one in found for each in one.left)), ahead)


def _calendar(name: str, data: bytes, window: Window, now: datetime) -> Found:
    try:
        calendar = read_calendar(data, window)
    except NoCalendarError as error:
        return Found(left=(Left(name, str(error)),))
    cancelled = [one for one in calendar.meetings if one.cancelled]
    ahead = [one for one in calendar.meetings if not one.cancelled and one.conversation.began > now]
    held = [one.conversation for one in calendar.meetings if one not in cancelled and one not in ahead]
    left = [Left(name, one) for one in calendar.odd]
    for some, are in ((cancelled, "were cancelled"), (ahead, "have not begun")):
        if some:
            left.append(Left(name, f"{len(some)} meetings {are}", aside=True))
    return Found(tuple(held), tuple(left), (*cancelled, *ahead))
