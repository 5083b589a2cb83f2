"""A mail's parts: the text that a person reads, invitations, and the names and sizes of what is attached.

Nothing attached is opened, and what it would take is bounded by what is counted beforehand: parts in parts cost as many
looks at every line as they are deep.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from typing import Any, Final, cast

from upbeat.conversation.mail.charsets import codec_of, decoded
from upbeat.conversation.mail.headers import filename
from upbeat.conversation.mail.markup import text_of
from upbeat.conversation.values import Attachment

LONGEST_TEXT: Final = 500_000  # characters of a body: a thread of a year; a day of talk is half of it
_LONGEST_PART: Final = 2_000_000  # bytes of a part that is read as text: HTML of a thread of a year
_DEEP: Final = re.compile(rb"boundary|message/rfc822", re.IGNORECASE)
_MOST_EDGES: Final = 20_000  # lines that may part two parts: half a second
_MOST_LOOKS: Final = (
    5_000_000  # at lines, by all their parts: some seconds; a mail of 36 MB with five parts has three million
)
_MOST_PARTS: Final = 1_000
_META: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.IGNORECASE)
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END: Final = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_SIGNED: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_SEALED: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_STUB: Final = 4  # where the HTML has so many times the words of the plain text, that one only says that there is HTML


@dataclass
class Body:
    """What a mail holds. `calendars` are the invitations, as bytes; `odd` is what was noticed on the way."""

    text: str = ""
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    calendars: list[bytes] = field(default_factory=list[bytes])
    odd: list[str] = field(default_factory=list[str])


def parsed(raw: bytes) -> tuple[Message, str]:
    """Take a mail's bytes apart; give why only its head was read, where that is so."""
    looks = raw.count(b"\n") * len(_DEEP.findall(raw))
    if looks <= _MOST_LOOKS and raw.count(b"\n--") <= _MOST_EDGES:
        try:
            return BytesParser(policy=policy.compat32).parsebytes(raw), ""
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
            pass
    head = BytesHeaderParser(policy=policy.compat32).parsebytes(raw[:_LONGEST_PART])
    head.set_payload("")
    return head, "its parts are too many, or too deep within one another, to be read: only its head is"


def body_of(message: Message) -> Body:
    """Read what a mail holds."""
    body = Body()
    if message.get_content_type() == "multipart/encrypted":
        body.odd.append("it is encrypted: its text cannot be read")
        return body
    texts = [text for part in _leaves(message, body) if (text := _text(part, body))]
    text = "\n\n".join(texts)
    if len(text) > LONGEST_TEXT:
        body.odd.append(f"its text has {len(text):,} characters: the first {LONGEST_TEXT:,} are kept")
        text = text[:LONGEST_TEXT]
    body.text = text.strip("\n")
    return body


def _leaves(message: Message, body: Body) -> Iterator[tuple[Message, ...]]:
    """Give the parts that are text to be read; of alternatives the plain and the marked up one together."""
    waiting, count = [message], 0
    while waiting:
        one = waiting.pop()
        count += 1
        if count > _MOST_PARTS:
            body.odd.append(f"it has more than {_MOST_PARTS} parts: the first ones are read")
            return
        inside = _inside(one)
        if one.get_content_type() == "multipart/alternative":
            shown, waits = _alternatives(inside)
            waiting += reversed(waits)
            if shown:
                yield shown
        elif one.get_content_maintype() == "multipart":
            waiting += reversed(inside)
        elif _is_read(one, body):
            yield (one,)


def _alternatives(inside: list[Message]) -> tuple[tuple[Message, ...], list[Message]]:
    """Give the plain and the marked up text among alternatives, and what stands beside them."""
    kinds = ("text/plain", "text/html")
    shown = [next((part for part in inside if part.get_content_type() == kind), None) for kind in kinds]
    return tuple(one for one in shown if one is not None), [part for part in inside if part not in shown]


def _is_read(part: Message, body: Body) -> bool:
    """Whether a single part is text to be read; what it is else goes into the body."""
    kind = part.get_content_type()
    if kind == "text/calendar":
        body.calendars.append(_content(part))
    elif part.get_content_maintype() == "text" and kind != "text/rfc822-headers" and not _is_attached(part):
        return True
    elif kind in _SEALED:
        body.odd.append("it is encrypted: its text cannot be read")
    elif kind not in _SIGNED and kind != "message/delivery-status":
        body.attachments.append(_attachment(part, kind))
    return False


def _inside(message: Message) -> list[Message]:
    payload: Any = message.get_payload()
    return cast("list[Message]", payload) if isinstance(payload, list) else []


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(filename(part))


def _attachment(part: Message, kind: str) -> Attachment:
    if kind == "message/rfc822":
        name = next((str(one.get("Subject", "")) for one in _inside(part)), "")
        return Attachment(filename(part) or f"{name[:100] or 'message'}.eml", kind, _size(part))
    return Attachment(filename(part) or "without a name", kind, _size(part))


def _size(part: Message) -> int:
    """Give the bytes of what is attached, by the length of its text: it is not decoded."""
    payload = part.get_payload()
    if not isinstance(payload, str):
        return 0
    if str(part.get("Content-Transfer-Encoding", "")).strip().casefold() == "base64":
        signs = len(payload) - payload.count("\n") - payload.count("\r")
        return signs * 3 // 4 - payload[-6:].count("=")
    return len(payload)


def _text(leaf: tuple[Message, ...], body: Body) -> str:
    """Give the text of a part; of two alternatives the plain one, where it says as much."""
    plain, *marked = (_read(one, body) for one in leaf)
    return marked[0] if marked and len(marked[0].split()) > _STUB * len(plain.split()) else plain


def _read(part: Message, body: Body) -> str:
    raw = _content(part)
    if len(raw) > _LONGEST_PART:
        body.odd.append(f"a part of its text has {len(raw):,} bytes: the first {_LONGEST_PART:,} are read")
        raw = raw[:_LONGEST_PART]
    charset = _charset(part)
    is_html = part.get_content_type() == "text/html"
    if is_html and not charset and (said := _META.search(raw[:4096])):
        charset = said[1].decode()
    if charset and not codec_of(charset):
        body.odd.append(f"its charset {charset[:40]!r} is not known")
    text = _NO_TEXT.sub("", _LINE_END.sub("\n", decoded(raw, charset)))
    if is_html:
        return text_of(text)
    if str(part.get_param("format", "")).casefold() == "flowed":
        return _flowed(text, delsp=str(part.get_param("delsp", "")).casefold() == "yes")
    return text


def _flowed(text: str, *, delsp: bool) -> str:
    """Join the lines that RFC 3676 lets flow: those that end in a space, within the same depth of quotes."""
    found, open_depth = list[str](), -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        said = bare.removeprefix(" ")
        if depth == open_depth and said != "-- ":
            found[-1] += said
        else:
            found.append(">" * depth + (" " if depth else "") + said)
        flows = said.endswith(" ") and said != "-- "
        open_depth = depth if flows else -1
        if flows and delsp:
            found[-1] = found[-1][:-1]
    return "\n".join(found)


def _content(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AttributeError):
        found = None
    return found if isinstance(found, bytes) else b""


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset("") or "")
    except (ValueError, LookupError, AttributeError):
        return ""
