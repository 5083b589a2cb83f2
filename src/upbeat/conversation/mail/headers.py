"""A mail's header fields as people read them: encoded words decoded, addresses and ids taken apart, and bounded."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final

from upbeat.channels import AddressError, address_of
from upbeat.conversation.mail.charsets import decoded
from upbeat.conversation.values import Party, Role

_LONGEST: Final = 100_000  # characters of a field: a list of two thousand recipients
_MOST_PARTIES: Final = 500  # of one mail; who is told beyond that takes no part in a deal
_MOST_IDS: Final = 100  # messages of a thread
_ID: Final = re.compile(r"<[^<>\s]{1,998}>")
_FOLDED: Final = re.compile(r"\r?\n(?=[ \t])|[\r\n]+")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ROLES: Final = (("from", Role.SENDER), ("to", Role.TO), ("cc", Role.CC), ("bcc", Role.BCC))


class Headers:
    """The header fields of one message, by their names in small letters."""

    def __init__(self, message: Message) -> None:
        """Take them as they stand in the bytes."""
        self._fields = dict[str, list[str]]()
        for name, value in message.raw_items():
            self._fields.setdefault(name.casefold(), []).append(_line(str(value)))

    def raw(self, name: str) -> str:
        """Give a field as it stands, on one line; empty where there is none, the first where there are several."""
        return self._fields.get(name, [""])[0]

    def text(self, name: str) -> str:
        """Give a field in the letters that it stands for."""
        return _words(self.raw(name))

    def parties(self) -> tuple[tuple[Party, ...], tuple[str, ...]]:
        """Give sender and recipients, each address once in its first role, and what is odd about them."""
        found, odd = dict[str, Party](), list[str]()
        for name, role in _ROLES:
            for shown, written in _addresses(", ".join(self._fields.get(name, []))):
                try:
                    address = address_of(written).casefold()
                except AddressError:
                    odd.append(f"{written[:80]!r} in {name.capitalize()} is no mail address")
                    continue
                if len(found) >= _MOST_PARTIES:
                    odd.append(f"it has more than {_MOST_PARTIES} recipients: the first ones are kept")
                    return tuple(found.values()), tuple(odd)
                person = " ".join(_words(shown).strip("'\" ").split())[:200]
                found.setdefault(address, Party(person if "@" not in person else "", address, role=role))
        return tuple(found.values()), tuple(dict.fromkeys(odd))[:10]

    def ids(self, *names: str) -> tuple[str, ...]:
        """Give the message ids that fields name, each once, in their order; of too many the first and the last."""
        found = tuple(dict.fromkeys(one for name in names for one in _ID.findall(self.raw(name))))
        return found if len(found) <= _MOST_IDS else (found[0], *found[-_MOST_IDS + 1 :])

    def date(self) -> datetime | None:
        """Give when it was written, None where it does not say so in a way that can be read."""
        try:
            found = parsedate_to_datetime(self.raw("date"))
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None


def filename(message: Message) -> str:
    """Give the name that an attachment has, without a path; empty where it has none."""
    try:
        name = message.get_filename("") or ""
    except (ValueError, LookupError, TypeError, IndexError):
        name = ""
    return " ".join(_words(_line(name)).replace("\\", "/").rpartition("/")[2].split())[:200]


def _line(value: str) -> str:
    raw = _FOLDED.sub(" ", value[:_LONGEST]).encode("utf-8", "surrogateescape")
    return _CONTROLS.sub(" ", decoded(raw)).strip()


def _words(text: str) -> str:
    """Decode the encoded words of a text (RFC 2047); one that cannot be decoded stays as it is written."""
    if "=?" not in text:
        return text
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    said = "".join(one if isinstance(one, str) else decoded(one, charset or "") for one, charset in parts)
    return " ".join(_CONTROLS.sub(" ", said).split())


def _addresses(text: str) -> Iterator[tuple[str, str]]:
    try:
        found = getaddresses([text])
    except (RecursionError, ValueError, IndexError):  # comments within comments, without end
        found = []
    return ((name, address) for name, address in found if address)
