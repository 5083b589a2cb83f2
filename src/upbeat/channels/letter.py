"""A message, and the letter that it becomes: headers that nobody can break out of, and text in UTF-8."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from upbeat.channels.address import AddressError, address_of
from upbeat.channels.errors import RefusedMessageError
from upbeat.channels.server import MailServer

LONGEST_SUBJECT: Final = 200  # characters; what is longer is cut, and the text has it all
_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END: Final = re.compile(r"\r\n?|[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one recipient. `id` is the proposal's: the same message sent again carries the same Message-ID.

    `reason` says why they get it. `thread` names what it belongs to: messages of one thread are shown together.
    `again` is whether it was handed over before, and the answer was lost.
    """

    id: str
    to: str
    subject: str
    text: str
    reason: str
    at: datetime
    thread: str = ""
    again: bool = False

    @property
    def body(self) -> str:
        """What its reader reads: the text, and at the end why they get it."""
        return plain(f"{self.text.rstrip()}\n\n-- \nWhy you get this: {self.reason}\n")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is handed over: the envelope's two addresses, and the bytes. `international` where a name needs SMTPUTF8."""

    sender: str
    recipient: str
    content: bytes
    international: bool


def letter_of(message: Message, server: MailServer) -> Letter:
    """Write a message as a letter from `server`. Raises RefusedMessageError where its recipient is no mail address."""
    try:
        recipient = address_of(message.to)
    except AddressError as error:
        raise RefusedMessageError(error.what, fix=error.fix) from None
    international = not (recipient.isascii() and server.sender.isascii())
    policy = SMTP.clone(utf8=international)
    letter = EmailMessage(policy)
    letter["From"] = _from(server)
    letter["To"] = recipient
    letter["Subject"] = subject_line(message.subject)
    letter["Date"] = message.at
    letter["Message-ID"] = message_id(message.id, server.sender)
    if message.thread:
        letter["References"] = letter["In-Reply-To"] = message_id(message.thread, server.sender)
    if server.reply_to:
        letter["Reply-To"] = server.reply_to
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it
    letter["X-Auto-Response-Suppress"] = "All"  # the same, as Exchange reads it
    letter.set_content(message.body, cte="quoted-printable")
    return Letter(server.sender, recipient, letter.as_bytes(), international)


def message_id(key: str, sender: str) -> str:
    """Give the Message-ID of what has this key, the same each time."""
    return f"<{key}@{sender.rpartition('@')[2]}>"


def subject_line(text: str) -> str:
    """Give a text as one line of a header, cut where it is too long."""
    line = " ".join(_BREAKS.sub(" ", text).split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1].rstrip()}…"


def plain(text: str) -> str:
    """Give a text with line feeds alone at its lines' ends, and with no other character that none can see."""
    return _NO_TEXT.sub("", _LINE_END.sub("\n", text))


def _from(server: MailServer) -> Address | str:
    if not server.sender.isascii():  # Address takes no letters beyond ASCII before the @
        return server.sender
    return Address(_BREAKS.sub(" ", server.name), addr_spec=server.sender)
