"""Salesforce record ids: 15 characters that mind their case, or 18 that need not.

The three characters at the end of the long form say which of the other fifteen are capitals: five
flags each, lowest bit first, in the alphabet A-Z0-5.
"""

import re
from functools import lru_cache
from string import ascii_letters, ascii_uppercase, digits

from upbeat.base.errors import UpbeatError

_FORM = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)
_CASES = str.maketrans({char: "1" if char.isupper() else "0" for char in ascii_letters + digits})
_CHECKS = {f"{n:05b}"[::-1]: char for n, char in enumerate(ascii_uppercase + "012345")}


def full_id(given: object) -> str:
    """Give the 18-character form of whatever a client sent as an id, or an empty text where it is none."""
    if not isinstance(given, str) or _FORM.fullmatch(given) is None:
        return ""
    long = given[:15] + _suffix(given[:15])  # whose letters a client may have sent small
    return long if len(given) == 15 or long[15:] == given[15:].upper() else ""


def is_id(text: str) -> bool:
    """Whether `text` has the form of a record id: 15 letters and digits, or 18 with a right suffix."""
    return bool(full_id(text))


def to_18(text: str) -> str:
    """Give the 18-character form. Raises UpbeatError where `text` is no record id."""
    found = full_id(text)
    if not found:
        raise UpbeatError(f"{text!r} is not a Salesforce record id", fix="Give 15 or 18 letters and digits.")
    return found


def to_15(text: str) -> str:
    """Give the 15-character form. Raises UpbeatError where `text` is no record id."""
    return to_18(text)[:15]


def key_prefix(text: str) -> str:
    """Give the three characters that name the object, such as `006` for Opportunity."""
    return to_18(text)[:3]


def short(digest: str) -> str:
    """Give the part of a long key that a person reads and types: its first ten characters."""
    return digest[:10]


@lru_cache(maxsize=4096)  # a save looks at each of its ids some ten times
def _suffix(fifteen: str) -> str:
    flags = fifteen.translate(_CASES)
    return _CHECKS[flags[:5]] + _CHECKS[flags[5:10]] + _CHECKS[flags[10:]]
