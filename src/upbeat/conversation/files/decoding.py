"""From bytes to a text that people can read: its encoding found out, and nothing in it that hides or breaks lines."""

import re
from typing import Final

from upbeat.conversation.files.noticed import Noticed, Unreadable

LONGEST: Final = 32 << 20
"""Bytes that a transcript may have: eight hours of talk are about one megabyte, and Gong's JSON about five."""

_MARKS: Final = (  # the longer first: UTF-32's mark begins with that of UTF-16
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_FALLBACK: Final = "cp1252"  # what Windows programs of Western Europe write
_SAMPLE: Final = 4096
_NULS: Final = 0.3  # of the bytes at even or odd places: text in UTF-16 of any Latin language has nearly half
_ENDS: Final = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\u200b\u2060\ufeff"  # spaces without width
    "\u202a-\u202e\u2066-\u2069"  # what turns the direction of all that follows; plain marks of direction stay
    "\U000e0000-\U000e007f\ufff9-\ufffb]"  # tags and notes that no screen shows
)
_GAP: Final = re.compile(r"[^\S\n]{9,}")
_BROKEN: Final = re.compile("[\ud800-\udfff]")


def decoded(name: str, data: bytes, odd: Noticed) -> str:
    r"""Give the text of a file with `\n` as its only line end. Raises Unreadable where it is too large or no text."""
    if len(data) > LONGEST:
        raise Unreadable(
            f"the file has {len(data):,} bytes, and no transcript has more than {LONGEST:,}",
            where=name,
            fix="Split the recording, or export the transcript without its media.",
        )
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = encoding if encoding.startswith("utf-") and encoding != "utf-8" else _FALLBACK
        text = data.decode(encoding, "replace")
        odd.say(f"the file is not UTF-8 and was read as {encoding}")
        if "\ufffd" in text:
            odd.say(f"characters that {encoding} does not have stand as \ufffd")
    return visible(_ENDS.sub("\n", text), odd)


def evened(text: str) -> str:
    """Give a text with eight blanks at most in a gap of a line: no layout needs more, and they slow patterns down."""
    return _GAP.sub(" " * 8, text)


def visible(text: str, odd: Noticed, line: int = 0) -> str:
    """Give a text without characters that hide something from its reader."""
    if text.isascii() and text.isprintable():
        return text
    shown, hidden = _HIDDEN.subn("", text)
    shown, broken = _BROKEN.subn("\ufffd", shown)
    if hidden:
        odd.say("characters that no screen shows were taken out", line)
    if broken:
        odd.say("halves of characters stand as \ufffd", line)
    return shown


def _encoding(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    sample = data[:_SAMPLE]
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) / half > _NULS:
        return "utf-16-le"
    if sample[::2].count(0) / half > _NULS:
        return "utf-16-be"
    return "utf-8"
