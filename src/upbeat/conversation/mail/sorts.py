"""What sort of mail it is: from a person, or from a machine that answers, refuses, mails many, or keeps a calendar."""

import re
from collections.abc import Iterator
from email.message import Message
from enum import StrEnum
from typing import Final

from upbeat.conversation.mail.headers import Headers


class Sort(StrEnum):
    """What sort of mail. Only the first is a conversation."""

    PERSONAL = "personal"
    REPLY = "automatic reply"
    BOUNCE = "bounce"
    BULK = "bulk mail"
    CALENDAR = "calendar"
    NOTICE = "automatic notice"


_AWAY: Final = re.compile(
    r"(?:automatic reply|auto[- ]?reply|auto:|out of (?:the )?office|automatische antwort|abwesenheit|"
    r"réponse automatique|absence du bureau|respuesta automática|risposta automatica|automatisch antwoord|"
    r"resposta automática|autosvar)",
    re.IGNORECASE,
)
_POSTMASTER: Final = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
_FAILED: Final = re.compile(r"^final-recipient:\s*rfc822\s*;\s*<?([^\s<>]+)", re.IGNORECASE | re.MULTILINE)


def sort_of(message: Message, headers: Headers, *, calendar: bool) -> tuple[Sort, str]:
    """Give the sort of a mail, and which of its marks says so: the first that it has."""
    return next(_marks(message, headers, calendar=calendar), (Sort.PERSONAL, ""))


def _marks(message: Message, headers: Headers, *, calendar: bool) -> Iterator[tuple[Sort, str]]:
    refused = _POSTMASTER.search(headers.raw("from")) and headers.raw("return-path") in {"", "<>"}
    if refused or str(message.get_param("report-type", "")).casefold() == "delivery-status":
        failed = _failed(message)
        yield Sort.BOUNCE, f"it could not be delivered to {failed}" if failed else "it tells of a mail not delivered"
    auto = headers.raw("auto-submitted").partition(";")[0].strip().casefold()
    precedence = headers.raw("precedence").casefold()
    if auto.startswith("auto-replied") or precedence == "auto_reply" or headers.raw("x-autoreply"):
        yield Sort.REPLY, "its head says that no person wrote it"
    if _AWAY.match(headers.text("subject")):
        yield Sort.REPLY, "its subject is that of an automatic reply"
    if calendar:
        yield Sort.CALENDAR, "it brings an invitation or the answer to one"
    if auto not in {"", "no"}:
        yield Sort.NOTICE, f"its head says Auto-Submitted: {auto}"
    if precedence in {"bulk", "junk", "list"}:
        yield Sort.BULK, f"its head says Precedence: {precedence}"
    if headers.raw("list-unsubscribe") and not headers.raw("in-reply-to"):  # an answer is a person's, list or not
        yield Sort.BULK, "its head says how to unsubscribe"


def _failed(message: Message) -> str:
    """Give the address that a bounce tells of."""
    for part in list(message.walk())[:20]:
        if part.get_content_type() == "message/delivery-status":
            found = _FAILED.search(part.as_string()[:20_000])
            if found:
                return found[1]
    return ""
