"""A mail's bytes → a conversation by mail, with what its sender said newly as its one turn."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from typing import Final

from upbeat.base import digest
from upbeat.conversation.mail.bodies import Body, body_of, parsed
from upbeat.conversation.mail.headers import Headers
from upbeat.conversation.mail.quoting import newly_said
from upbeat.conversation.mail.sorts import Sort, sort_of
from upbeat.conversation.values import Conversation, Medium, Role, Turn

SOURCE: Final = "Mail"  # whichever way it came: its Message-ID is one in all mailboxes
_AHEAD: Final = timedelta(days=1)  # so much later than it was received nobody wrote a mail: time zones end before
_LONGEST_TITLE: Final = 500  # characters of a subject
_SENSITIVITY: Final = {"private": "private", "personal": "private", "company-confidential": "confidential"}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, read. `why` says which mark tells its sort; `calendars` are the invitations it brings, as bytes."""

    conversation: Conversation
    sort: Sort
    why: str
    calendars: tuple[bytes, ...] = ()


def read_mail(raw: bytes, received: datetime) -> Mail:
    """Read a mail (RFC 5322, MIME), `received` where and when a source got it. It never fails: what is odd is told.

    The body stands whole in `text`, with all that it quotes. The only turn is what the sender says newly.
    """
    message, shallow = parsed(raw)
    headers = Headers(message)
    body = Body(odd=[shallow]) if shallow else body_of(message)
    parties, odd = headers.parties()
    body.odd += odd
    began = _began(headers, received, body)
    sender = next((at for at, one in enumerate(parties) if one.role is Role.SENDER), None)
    if sender is None:
        body.odd.append("it does not say who sent it")
    title = headers.text("subject")[:_LONGEST_TITLE]
    said = newly_said(body.text)
    label = "" if sender is None else parties[sender].name or parties[sender].address
    sort, why = sort_of(message, headers, calendar=bool(body.calendars))
    conversation = Conversation(
        medium=Medium.EMAIL,
        source=SOURCE,
        source_id=_id(headers, message, body),
        title=title,
        began=began,
        seconds=0,
        parties=parties,
        turns=(Turn(0, label, sender, 0, 0, 0, said),) if said else (),
        text=body.text,
        attachments=tuple(body.attachments),
        thread=headers.ids("references", "in-reply-to"),
        sensitivity=_SENSITIVITY.get(headers.raw("sensitivity").casefold(), ""),
        odd=tuple(dict.fromkeys(body.odd)),
    )
    return Mail(conversation, sort, why, tuple(body.calendars))


def _id(headers: Headers, message: Message, body: Body) -> str:
    """Give the Message-ID; for a mail without one, what is in it stands for it."""
    found = headers.ids("message-id")
    if found:
        return found[0]
    body.odd.append("it has no Message-ID: it is known by what is in it")
    told = [headers.raw(one) for one in ("date", "from", "to", "cc", "subject")]
    return digest([*told, message.get_content_type(), body.text])[:32]


def _began(headers: Headers, received: datetime, body: Body) -> datetime:
    written = headers.date()
    if written is None:
        body.odd.append("it does not say when it was written: the time that it came counts")
    elif written > received + _AHEAD:
        body.odd.append("it says that it was written after it came: the time that it came counts")
    else:
        return written
    return received
