"""Mail addresses: one recipient each, in one form, with whatever letters they have."""

import re
from typing import Final

import idna

from upbeat.base import UpbeatError

_ATOM: Final = r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,.\"]+"  # RFC 5322, with letters beyond ASCII as RFC 6532 has them
_QUOTED: Final = r'"(?:[^\x00-\x1f\x7f"\\]|\\[^\x00-\x1f\x7f])*"'
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*|{_QUOTED}")
_PART: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^,;\n])+')
_IN_BRACKETS: Final = re.compile(r"<([^<>]*)>$")
_LONGEST_LOCAL: Final = 64  # bytes: RFC 5321, 4.5.3.1.1
_LONGEST: Final = 254  # bytes: what fits RFC 5321's path of 256 with its brackets


class AddressError(UpbeatError):
    """A text that is no mail address, or names more than one."""


def address_of(text: str) -> str:
    """Give the one address of a text, `ann@acme.example`, its domain as the net knows it: in ASCII and small letters.

    Raises AddressError where the text is none, is several, or would end the line it is written on.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        host = idna.encode(domain, uts46=True).decode() if at and domain else ""
    except (idna.IDNAError, UnicodeError):
        host = ""
    if not host or _LOCAL.fullmatch(local) is None:
        raise AddressError(f"{text!r} is no mail address", fix="Write it as ann@acme.example.")
    found = f"{local}@{host}"
    if len(local.encode()) > _LONGEST_LOCAL or len(found.encode()) > _LONGEST:
        raise AddressError(f"{text!r} is longer than a mail address may be")
    return found


def addresses_in(text: str) -> list[str]:
    """Give whom a text names, each once: `Ann Lee <ann@acme.example>, bob@acme.example`.

    Commas, semicolons and line ends part them. Nothing is checked: a user's id or username is given as it stands.
    """
    parts = (one.strip() for one in _PART.findall(text))
    bare = (found[1].strip() if (found := _IN_BRACKETS.search(one)) else one for one in parts)
    return list(dict.fromkeys(one for one in bare if one))
