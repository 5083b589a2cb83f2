"""The text of a PDF, page by page, by pypdf: within bounds, as a PDF can be made to take for ever."""

import logging
from io import BytesIO
from typing import Final

from pypdf import PdfReader

from upbeat.conversation.files.noticed import Noticed, Unreadable

LARGEST: Final = 32 << 20
"""Bytes of a file: contracts and briefs with pictures in them stay below."""

MOST: Final = 500
"""Pages: beyond, a document is a book, and nothing in it is evidence of a deal."""

_LONGEST: Final = 4 << 20  # characters of all pages: a thousand for each line of the longest book
_SPLIT: Final = "Split it, and give the part that matters."
_QUIET: Final = logging.getLogger("pypdf")  # it tells each fault that it mends; we tell that there were any


def is_pdf(data: bytes) -> bool:
    """Whether a file says that it is a PDF; some have a few bytes before that."""
    return b"%PDF-" in data[:1024]


def pages(name: str, data: bytes, odd: Noticed) -> list[list[str]]:
    """Give the lines of each page. Raises Unreadable where it is broken, locked, too large or a picture alone."""
    if len(data) > LARGEST:
        raise Unreadable(f"the file has {len(data):,} bytes, and {LARGEST:,} are the most", where=name, fix=_SPLIT)
    _QUIET.setLevel(logging.CRITICAL)
    try:
        found = _read(name, data, odd)
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 - a broken PDF makes the library raise whatever it meets
        raise Unreadable(f"the PDF is broken: {error}", where=name, fix="Save it again, or give its text.") from None
    if not any(found):
        raise Unreadable("the PDF holds no text, only pictures of it", where=name, fix="Run text recognition over it.")
    return found


def _read(name: str, data: bytes, odd: Noticed) -> list[list[str]]:
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("it is locked with a password", where=name, fix="Save it without one.")
    if len(reader.pages) > MOST:
        raise Unreadable(f"it has {len(reader.pages)} pages, and {MOST} are the most", where=name, fix=_SPLIT)
    found, length = list[list[str]](), 0
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        length += len(text)
        if length > _LONGEST:
            raise Unreadable(f"its text goes beyond {_LONGEST:,} characters", where=name, fix=_SPLIT)
        found.append([one for line in text.split("\n") if (one := line.strip())])
        if not found[-1]:
            odd.say(f"page {number} holds no text")
    return found
