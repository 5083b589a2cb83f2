"""A YAML file read into plain values, with the place of each: so that every error can name its line.

Values keep what a definition needs to know of YAML: a text written without quotes is a `Plain`, a fraction is a
Decimal, a date stays text. Anchors, aliases and tags of one's own are refused: a file says what it means where it
says it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from upbeat.base.errors import Place
from upbeat.base.files.problem import DefinitionError, Problem

Path = tuple[str | int, ...]  # ("steps", 0, "set", "Risk_Flag__c")

_NO_TEXT = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what YAML 1.2 refuses
_BARE_MERGE = re.compile(r"(?:[:,\[{-]|^)\s*({!)")  # a merge field where YAML expects a value
_DEEPEST = 20  # levels; no definition has more than six


class Plain(str):
    """A text that stood in the file without quotes and not as a block."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value's key stands, and where its text begins: lines and columns counted from 1.

    `block` is whether the text keeps the file's lines (a `|` block), so that a place in it is a place in the file;
    `plain` whether it stands without quotes and not as a block. `table` is the file beside this one where the value is
    a cell; its column is then the cell's number in the row.
    """

    line: int
    column: int
    text_line: int
    text_column: int
    block: bool
    plain: bool = False
    table: str = ""


@dataclass(frozen=True)
class Source:
    """One file's text and the spot of every value in it; `beside` are the texts of the tables that it names."""

    file: str
    text: str
    spots: Mapping[Path, Spot]
    beside: Mapping[str, str] = field(default_factory=dict[str, str])

    def place(self, *path: str | int) -> Place:
        """Give the place of a value, or of the nearest thing around it that the file has."""
        spot = self._spot(path)
        return Place(spot.table or self.file, spot.line, spot.column, dotted(path))

    def within(self, path: Path, line: int, column: int) -> Place:
        """Give the place of a line and column inside the text at `path`, such as a formula's."""
        spot = self._spot(path)
        if spot.block:
            return Place(self.file, spot.text_line + line - 1, spot.text_column + column - 1, dotted(path))
        if line == 1 and not spot.table:
            return Place(self.file, spot.text_line, spot.text_column + column - 1, dotted(path))
        return self.place(*path)

    def is_plain(self, path: Path) -> bool:
        """Whether the text at `path` stands without quotes, where YAML cuts it at a # and trips over a colon."""
        return path in self.spots and self.spots[path].plain

    def _spot(self, path: Path) -> Spot:
        while path not in self.spots:
            path = path[:-1]
        return self.spots[path]


NOWHERE = Source("", "", {(): Spot(0, 0, 0, 0, block=False)})  # of what no file holds


def dotted(path: Path) -> str:
    """Give `steps.0.set` as people count: `steps[1].set`."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


@lru_cache(maxsize=256)  # a text is read again and again: as a file, as a draft, and as it was published
def read(file: str, raw: bytes, first: str) -> tuple[Mapping[str, Any], Source]:
    """Read a file's bytes into values and their places; `first` is a name that such a file may begin with.

    Whoever reads the same file again is given the same values, so nobody changes them. Raises DefinitionError, with
    every problem that it can see.
    """
    text = _decode(file, raw)
    root = _compose(file, text)
    if root is None or root.id != "mapping":
        found = "empty" if root is None else "a list" if root.id == "sequence" else "a single value"
        fix = f"Begin with a name and a colon, such as '{first}:'."
        raise DefinitionError([Problem(Place(file, 1), f"the file is {found}, where names with values belong", fix)])
    reader = _Reader(file, text)
    values = reader.value(root, ())
    if reader.problems:
        raise DefinitionError(reader.problems)
    return values, Source(file, text, reader.spots)


def _decode(file: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(file, raw.count(b"\n", 0, error.start) + 1)
        what = f"the byte 0x{raw[error.start]:02x} is not UTF-8 text"
        raise DefinitionError([Problem(place, what, "Save the file as UTF-8.")]) from error
    odd = _NO_TEXT.search(text)
    if odd:
        place = Place(file, text.count("\n", 0, odd.start()) + 1)
        raise DefinitionError([Problem(place, f"the character U+{ord(odd[0]):04X} is not text", "Delete it.")])
    return text


def _compose(file: str, text: str) -> Any:
    """Give the root of ruamel's tree of a file's nodes, None for an empty file. Raises DefinitionError for no tree."""
    try:
        return YAML(typ="safe", pure=True).compose(text)  # pyright: ignore[reportUnknownMemberType] - ruamel is untyped
    except RecursionError as error:
        what = "the file is nested too deeply to be a definition"
        raise DefinitionError([Problem(Place(file, 1), what, "Close the brackets that are left open.")]) from error
    except MarkedYAMLError as error:
        raise DefinitionError([_syntax(file, text, error)]) from error


def _syntax(file: str, text: str, error: Any) -> Problem:
    """Put what ruamel found into words that a reader of the file can use."""
    mark = error.problem_mark or error.context_mark
    number, column = int(mark.line), int(mark.column)
    lines = text.splitlines()
    line = lines[number] if number < len(lines) else ""
    said = str(error.problem or error.context)
    fix = "Check the indentation and the quotes of this line and of the one above."
    merge = _BARE_MERGE.search(line)
    if "\t" in line[: len(line) - len(line.lstrip())]:
        said, fix = "a tab indents this line", "Use spaces."
    elif merge:
        column = merge.start(1)
        said, fix = "a merge field stands without quotes", "Write it in quotes: '{!...}'."
    elif "mapping values" in said:
        said, fix = "a colon stands in a value without quotes", "Put the value in quotes, or in a '|' block below it."
    elif "found character" in said:
        fix = "Put the value in quotes."
    elif "another document" in said:
        said, fix = "a second document begins here", "Keep one definition to a file, and remove the '---'."
    elif "alias" in said:
        said, fix = "an alias stands here", "Write the value out; a text that begins with * goes in quotes."
    return Problem(Place(file, number + 1, column + 1), said, fix)


class _Reader:
    """Turns nodes into values, and keeps what it meets on the way: spots and problems."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.spots: dict[Path, Spot] = {(): Spot(1, 1, 1, 1, block=False)}
        self.problems: list[Problem] = []
        self._anchored: set[int] = set()

    def value(self, node: Any, path: Path) -> Any:
        if node.anchor:
            if id(node) in self._anchored:  # an alias is the node itself, and may stand inside it
                return None
            self._anchored.add(id(node))
            self._refuse(node, path, "an anchor stands here", "Write the value out wherever it is needed.")
        if len(path) > _DEEPEST:
            self._refuse(node, path, "this is nested too deeply to be a definition", "Close the brackets left open.")
            return None
        if node.id == "mapping":
            return self._mapping(node, path)
        if node.id == "sequence":
            return [self._entry(one, one, (*path, index)) for index, one in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if key.id != "scalar":
                self._refuse(key, path, "a name must be a plain word", "Write 'name: value'.")
            elif name in found:
                first = self.spots[(*path, name)].line
                self._refuse(key, (*path, name), f"{name} stands here a second time", f"Line {first} has it already.")
            else:
                found[name] = self._entry(key, value, (*path, name))
        return found

    def _entry(self, head: Any, node: Any, path: Path) -> Any:
        """Read a value and keep its spot: that of its key, or its own in a list."""
        begin, style = node.start_mark, node.style if node.id == "scalar" else None
        line, column = begin.line + 1, begin.column + 1
        if style == "|":
            line, column = line + 1, self._indent(line) + 1
        elif style in {"'", '"'}:
            column += 1
        plain = node.id == "scalar" and style is None
        key = head.start_mark
        self.spots[path] = Spot(key.line + 1, key.column + 1, line, column, style == "|", plain)
        return self.value(node, path)

    def _indent(self, below: int) -> int:
        """Give the indentation of a block's text: that of its first line that is not blank."""
        first = next((one for one in self.lines[below:] if one.strip()), "")
        return len(first) - len(first.lstrip(" "))

    def _scalar(self, node: Any, path: Path) -> Any:
        text = str(node.value)
        match str(node.tag).removeprefix("tag:yaml.org,2002:"):
            case "str" | "timestamp":
                return text if node.style else Plain(text)
            case "null":
                return None
            case "bool":
                return text.casefold() == "true"
            case "int" | "float" if (found := number(text)) is not None:
                return found
            case "int" | "float":
                return Plain(text)
            case tag:
                self._refuse(node, path, f"the tag {tag} has no meaning here", "Put a text with ! before it in quotes.")
                return None

    def _refuse(self, node: Any, path: Path, what: str, fix: str) -> None:
        place = Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1, dotted(path))
        self.problems.append(Problem(place, what, fix))


def number(text: str) -> int | Decimal | None:
    """Read a number as people write it; anything else YAML calls one (0x1F, 0123, 1e400, .inf) stays text."""
    plain = text.removeprefix("-")
    whole, point, fraction = plain.partition(".")
    if not whole.isdecimal() or not whole.isascii() or (len(whole) > 1 and whole[0] == "0") or len(plain) > 30:
        return None
    if not point:
        return int(text)
    return Decimal(text) if fraction.isdecimal() and fraction.isascii() else None
