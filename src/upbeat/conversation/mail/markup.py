"""HTML mail as the text that its reader saw: in one pass over the tags, whatever they are nested in or left open.

Nothing is fetched, run or followed. Scripts, styles and what is hidden are left out; what quotes an earlier mail gets
the `>` that a mail in plain text has.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Final

_NAME: Final = re.compile(r"/?([A-Za-z][A-Za-z0-9:]*)")
_SPACE: Final = re.compile(r"[ \t\r\n\f\v\xa0]+")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|\s)hidden(?:\s|=|/|$)", re.IGNORECASE)
_QUOTES: Final = re.compile(r"gmail_quote|yahoo_quoted|protonmail_quote|moz-cite|zmail_extra", re.IGNORECASE)
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_LINES: Final = frozenset(
    {"address", "article", "aside", "br", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "header"}
    | {"hr", "main", "nav", "section", "tr"}
)
_PARAGRAPHS: Final = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_UNSEEN: Final = frozenset(
    {"script", "style", "title", "template", "noscript", "svg", "math", "object", "select", "textarea"}
)
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_QUOTED_DEEPEST: Final = 4  # levels of `>` that are told apart; all of them are quoted
_STRAY: Final = 3  # signs `>` within quotes that a tag is read past


def text_of(markup: str) -> str:
    """Give the text of an HTML mail: paragraphs parted by an empty line, quoted lines with `> ` before them."""
    page, at, end = _Page(), 0, len(markup)
    while at < end:
        opens = markup.find("<", at)
        if opens < 0:
            opens = end
        page.say(markup[at:opens])
        if opens == end:
            break
        at = page.tag(markup, opens)
    return page.text()


@dataclass
class _Page:
    """What was read so far. A region, quoted or hidden, ends where the tag closes that opened it."""

    lines: list[str] = field(default_factory=list[str])
    line: list[str] = field(default_factory=list[str])
    open: dict[str, int] = field(default_factory=dict[str, int])  # how many of a name stand open
    quotes: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    hides: tuple[str, int] | None = None
    closes: bool = True  # whether any `>` is still to come

    def say(self, text: str) -> None:
        if text and self.hides is None:
            self.line.append(text)

    def tag(self, markup: str, at: int) -> int:
        """Read what begins with `<`; give where it ends."""
        if markup.startswith("<!--", at):
            return _after(markup, "-->", at + 4)
        named = _NAME.match(markup, at + 1)
        if named is None:
            if markup[at + 1 : at + 2] in {"!", "?"}:
                return _after(markup, ">", at + 1)
            self.say("<")
            return at + 1
        end = self._end(markup, named.end())
        if end < 0:  # no tag at all: a sign in a text
            self.say("<")
            return at + 1
        name, closing = named[1].casefold(), markup[at + 1] == "/"
        self._took(name, markup[named.end() : end], closing=closing)
        if name in _UNSEEN and not closing and markup[end - 1] != "/":
            return _past(markup, name, end + 1)
        return end + 1

    def _end(self, markup: str, start: int) -> int:
        """Give where a tag ends, past a few `>` that stand in quotes; below zero where nothing closes any more."""
        end = markup.find(">", start) if self.closes else -1
        self.closes = end >= 0
        for _ in range(_STRAY):
            if end < 0 or not markup.count('"', start, end) % 2:
                return end
            further = markup.find(">", end + 1)
            if further < 0 or "<" in markup[end:further]:
                return end
            end = further
        return end

    def _took(self, name: str, attributes: str, *, closing: bool) -> None:
        deep = self.open.get(name, 0)
        self._shown(name, closing=closing)
        if name in _VOID or attributes.endswith("/"):
            return
        if closing:
            self.open[name] = max(deep - 1, 0)
            if self.hides == (name, deep):
                self.hides = None
            while self.quotes and self.quotes[-1][0] == name and self.quotes[-1][1] >= deep:
                self.quotes.pop()
            return
        self.open[name] = deep + 1
        if self.hides is None and attributes and _HIDDEN.search(attributes):
            self.hides = (name, deep + 1)
        if name == "blockquote" or (attributes and _QUOTES.search(attributes)):
            self._break()
            self.quotes.append((name, deep + 1))

    def _shown(self, name: str, *, closing: bool) -> None:
        """Do what a tag does to the lines of the text."""
        if name in _LINES or name in _PARAGRAPHS:
            self._break(paragraph=name in _PARAGRAPHS)
        elif name == "li" and not closing:
            self._break()
            self.say("- ")
        elif name in {"td", "th"}:
            self.say(" ")

    def _break(self, *, paragraph: bool = False) -> None:
        if self.hides is not None:
            return
        text = _SPACE.sub(" ", html.unescape("".join(self.line))).strip()
        self.line.clear()
        if text:
            self.lines.append("> " * min(len(self.quotes), _QUOTED_DEEPEST) + text)
        if paragraph or not text:
            self.lines.append("")

    def text(self) -> str:
        self.hides = None
        self._break()
        return _BLANK_LINES.sub("\n\n", "\n".join(self.lines)).strip("\n")


def _after(markup: str, sign: str, start: int) -> int:
    found = markup.find(sign, start)
    return len(markup) if found < 0 else found + len(sign)


def _past(markup: str, name: str, start: int) -> int:
    """Give where the element ends whose inside is not read."""
    closing = re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE).search(markup, start)
    return len(markup) if closing is None else closing.end()
