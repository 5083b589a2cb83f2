"""Documents: their text with its pages, so that what is taken from one names the page and the words that prove it.

.docx, .pdf, .txt and .md; a mail's parts and a page of the web are none. Pages of a text are parted by form feeds, as
printers have it; in a .docx they are those that Word last showed, and one without any is a single page.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from upbeat.conversation.files import Noticed, Unreadable, decoded, evened, pdf, visible, word

KINDS: Final = (".docx", ".md", ".pdf", ".txt")
_LABELLED: Final = re.compile(
    r"(?:[-*\u2022]\s+)?(?:\*\*|__)?(?P<label>[^\W\d_][^:|\n\t]{0,58}?)(?:\*\*|__)?\s*"
    r"(?::(?:\*\*|__)?(?:\s+|$)|\s\|\s|\t+|\s{3,}|\.{4,}\s*)(?P<value>.*)"
)
_RULE: Final = re.compile(r"[\s|:=_*.-]*")


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a document: verbatim, on one page (from 1), from and to a place in the document's whole text."""

    page: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value that a document names: `Term: 24 months`, or the two cells of a table's row."""

    label: str
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text, where each page of it begins, and what its reader noticed."""

    name: str
    text: str
    begins: tuple[int, ...]
    odd: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[str, ...]:
        """The text of each page."""
        ends = [*(begin - 1 for begin in self.begins[1:]), len(self.text)]
        return tuple(self.text[begin:end] for begin, end in zip(self.begins, ends, strict=True))

    def page(self, at: int) -> int:
        """Give the number of the page, from 1, that has this place of the text."""
        return bisect_right(self.begins, at)

    def find(self, quote: str) -> Span | None:
        """Give where words stand first, None where the document does not have them, or breaks a page within them."""
        at = self.text.find(quote) if quote.strip() else -1
        if at < 0 or self.page(at) != self.page(at + len(quote) - 1):
            return None
        return Span(self.page(at), at, at + len(quote), quote)

    def labelled(self) -> tuple[Labelled, ...]:
        """Give the values that the document names, in its order: a line is a label, a sign and a value.

        A value may stand on the line below its label. A row of a table with more than two cells names none: nothing
        says which of them the label is of.
        """
        return tuple(self._labelled())

    def _labelled(self) -> Iterator[Labelled]:
        lines, at = self.text.split("\n"), 0
        for line, below in zip(lines, [*lines[1:], ""], strict=True):
            found = _LABELLED.fullmatch(line.strip(" |"))
            if found is not None and " | " not in found["value"] and not _RULE.fullmatch(line):
                value = _bare(found["value"])
                begin, end = at, at + len(line)
                if not value and below and _LABELLED.fullmatch(below.strip(" |")) is None:
                    value, end = _bare(below), end + 1 + len(below)
                if value and self.page(begin) == self.page(end - 1):
                    quote = self.text[begin:end]
                    yield Labelled(_bare(found["label"]), value, Span(self.page(begin), begin, end, quote))
            at += len(line) + 1


def _bare(text: str) -> str:
    """Give a text without the signs that set it in bold, and without spaces around it."""
    return text.strip().strip("*_").strip()


def read(name: str, data: bytes) -> Document:
    """Read a document. Raises Unreadable, with what to do, where it is broken, locked, too large or holds no text."""
    odd = Noticed()
    if word.is_word(data):
        pages = ["\n".join(page) for page in word.pages(name, data, odd)]
    elif pdf.is_pdf(data):
        pages = ["\n".join(page) for page in pdf.pages(name, data, odd)]
    else:
        pages = [decoded(name, page, odd) for page in _printed(data)]
    pages = [evened(visible(page, odd)) for page in pages]
    if not any(page.strip() for page in pages):
        raise Unreadable(
            "the document holds no text", where=name, fix=f"Give a file with text in it: {', '.join(KINDS)}."
        )
    begins = [0]
    for page in pages[:-1]:
        begins.append(begins[-1] + len(page) + 1)
    return Document(name, "\n".join(pages), tuple(begins), odd.told())


def _printed(data: bytes) -> list[bytes]:
    """Part a text into its pages; one in UTF-16 has none, as its bytes are not its characters."""
    return [data] if b"\x00" in data else data.split(b"\x0c")
