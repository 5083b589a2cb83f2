"""The text of a .docx, page by page: one part of the archive is unpacked, within bounds, without entities."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from struct import error as StructError  # noqa: N812 - an exception
from typing import Final
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from upbeat.base import xmltext
from upbeat.conversation.files.noticed import Noticed, Unreadable

LARGEST: Final = 16 << 20
"""Bytes that the document's part may have once unpacked: eight hours of talk are about five megabytes of it."""

_MAIN: Final = "word/document.xml"
_RELATIONS: Final = "_rels/.rels"
_BROKEN: Final = (
    *(BadZipFile, StructError, zlib.error),
    *(EOFError, KeyError, NotImplementedError, OSError, OverflowError, RuntimeError, ValueError),
)
"""All that zipfile raises over an archive that somebody broke on purpose."""

_UNSEEN: Final = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "sectPr"})
"""What a reader of the document does not see: text taken out or moved away, and the second form of a text box."""

_LINES: Final = frozenset({"br", "cr"})
_CELLS: Final = " | "


def pages(name: str, data: bytes, odd: Noticed) -> list[list[str]]:
    """Give the lines of each page, a table's row as one line with `|` between its cells.

    Pages are those that Word found when it last showed the document, and the breaks that somebody put in. Raises
    Unreadable where it is no .docx, is broken, unpacks to too much, or declares entities.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            part = _unpacked(archive, _main(archive, name), name)
    except _BROKEN as error:
        raise Unreadable(f"it is no .docx that can be unpacked: {error}", where=name, fix="Save it again.") from None
    found = _Lines()
    for inside, element in _walk(_parsed(part, name)):
        found.take(inside, element)
    if found.removed:
        odd.say("what was taken out or moved away while changes were tracked is left out")
    return found.pages()


def is_word(data: bytes) -> bool:
    """Whether a file is an archive, as a .docx is."""
    return data.startswith(b"PK\x03\x04")


def _main(archive: ZipFile, name: str) -> str:
    """Give the name of the part that holds the document's text."""
    if _RELATIONS in archive.namelist():
        for one in _parsed(_unpacked(archive, _RELATIONS, name), name):
            if one.get("Type", "").endswith("/officeDocument"):
                return one.get("Target", _MAIN).lstrip("/")
    return _MAIN


def _unpacked(archive: ZipFile, part: str, name: str) -> bytes:
    about = archive.getinfo(part)
    if about.flag_bits & 1:
        raise Unreadable("it is locked with a password", where=name, fix="Save it without one.")
    if about.file_size > LARGEST or about.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise Unreadable(
            f"{part} would unpack to {about.file_size:,} bytes, and {LARGEST:,} are the most",
            where=name,
            fix="Split the document, or save its text as .txt.",
        )
    return archive.read(about)  # never more than file_size: zipfile stops there


def _parsed(part: bytes, name: str) -> Element:
    try:
        return xmltext.parse(part)
    except xmltext.NoXml as error:
        raise Unreadable(f"its XML cannot be read: {error}", where=name, fix="Save it again with Word.") from None


def _walk(root: Element) -> Iterator[tuple[bool, Element]]:
    """Give each element as it begins and as it ends; without recursion, as some are nested to break a reader."""
    yield True, root
    open_ones = [(root, iter(root))]
    while open_ones:
        element, inside = open_ones[-1]
        below = next(inside, None)
        if below is None:
            open_ones.pop()
            yield False, element
        else:
            yield True, below
            open_ones.append((below, iter(below)))


class _Lines:
    """Takes a document's elements in turn and keeps the lines of its pages."""

    def __init__(self) -> None:
        self.removed = False
        self._pages: list[list[str]] = [[]]
        self._text = list[str]()
        self._rows = list[list[str]]()  # of the tables that are open, the innermost last
        self._unseen = 0

    def take(self, begins: bool, element: Element) -> None:
        name = xmltext.local(element)
        if name in _UNSEEN:
            self.removed = self.removed or (not self._unseen and name in {"del", "moveFrom"})
            self._unseen += 1 if begins else -1
        elif self._unseen:
            return
        elif begins:
            self._begin(name, element)
        elif name in {"p", "tc", "tr"}:
            self._end(name)

    def pages(self) -> list[list[str]]:
        """Give what was kept."""
        self._close()
        return self._pages

    def _begin(self, name: str, element: Element) -> None:
        if name == "t":
            self._text.append(element.text or "")
        elif name == "tab":
            self._text.append("\t")
        elif name == "noBreakHyphen":
            self._text.append("-")
        elif name == "lastRenderedPageBreak" or (name == "br" and _attribute(element, "type") == "page"):
            self._close()
            self._pages.append([])
        elif name in _LINES:
            self._text.append("\n")
        elif name == "tr":
            self._close()
            self._rows.append([])
        elif name == "p" and not self._rows:
            self._close()

    def _end(self, name: str) -> None:
        if name == "p" and not self._rows:
            self._close()
        elif name == "p":
            self._text.append(" ")
        elif name == "tc" and self._rows:
            self._rows[-1].append(" ".join("".join(self._text).split()))
            self._text.clear()
        elif name == "tr" and self._rows:
            row = _CELLS.join(self._rows.pop())
            self._text.append(row)
            if not self._rows:
                self._close()

    def _close(self) -> None:
        """End the line that is open, where it has words."""
        lines = [line.strip() for line in "".join(self._text).split("\n")]
        self._pages[-1] += [line for line in lines if line]
        self._text.clear()


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")
