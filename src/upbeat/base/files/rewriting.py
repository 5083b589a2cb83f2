"""A YAML file's text with other values in it: what stays keeps its lines, its order, its quotes and its comments.

The text is edited at the places that the parser gives, and is read again before anybody gets it. A `Plain` text may
stand without quotes where YAML reads it back so; every other text is quoted, or stands below a `|`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from textwrap import wrap
from typing import Any, NamedTuple, cast

from ruamel.yaml import YAML

from upbeat.base.errors import UpbeatError
from upbeat.base.files.source import Plain, read

# ruamel is untyped: its nodes are Any here.

_SAFE = re.compile(r"[^\W\d_][^\x00-\x1f#:{}\[\],&*!|>'\"%@`\x7f]*|[^\W\d_][\w.+-]*@[\w.-]+|\d+ [^\W\d_][A-Za-z ]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})  # some readers take for a value
_HEADER = re.compile(r"[|>][+-]?\d?[+-]?")
_WIDE = 118  # columns
_SHORT = 96  # columns of what stands in one line as {...} or [...]

Values = Mapping[str, Any]


class UnwritableError(UpbeatError):
    """A file's text cannot take these values and keep the rest as it is."""


def rewritten(text: str, values: Values) -> str:
    """Give a file's text with these values in place of those that it has; entries of lists go by their first key.

    A list's entry or a mapping's key that stays keeps its text wherever it moves; a comment above one that goes stays.
    Raises DefinitionError where the text cannot be read, UnwritableError where it would say something else after.
    """
    crlf = "\r\n" in text
    plain = text.replace("\r\n", "\n")
    plain = plain if plain.endswith("\n") else f"{plain}\n"
    before, _ = read("", plain.encode(), "name")
    if _same(before, values):
        return text
    made = _Writer(plain).written(values, before)
    after, _ = read("", made.encode(), "name")
    if not _same(after, values):
        raise UnwritableError("the file would say something else", fix="Edit the file by hand.")
    return made.replace("\n", "\r\n") if crlf else made


def fresh(values: Values) -> str:
    """Give the text of a new file that says this."""
    made = "".join(f"{_key(name)}:{_value(one, 0)}" for name, one in values.items())
    after, _ = read("", made.encode(), "name")
    if not _same(after, values):
        raise UnwritableError("these values cannot stand in a file", fix="Write the file by hand.")
    return made


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal, the order of names among them."""
    match one, other:
        case {**some}, {**others}:
            mine, theirs = cast("dict[str, Any]", some), cast("dict[str, Any]", others)
            return list(mine) == list(theirs) and all(_same(mine[name], theirs[name]) for name in mine)
        case [*some], [*others]:
            return len(some) == len(others) and all(map(_same, some, others))
        case _:
            return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


# --- what stands there already --------------------------------------------------------------------


class _Entry(NamedTuple):
    """One entry of a block: the whole lines above it that are its own, and its text up to the end of its last line."""

    above: str
    text: str


class _Writer:
    """Edits one text by the tree of its nodes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def written(self, values: Values, before: Values) -> str:
        root = cast("Any", YAML(typ="safe", pure=True)).compose(self.text)
        start, stop = int(root.start_mark.index), self._line_end(root)
        if root.flow_style or not root.value:
            return self.text[:start] + "".join(f"{_key(name)}:{_value(one, 0)}" for name, one in values.items())
        return self.text[:start] + self._mapping(root, before, values) + self.text[stop:]

    def _mapping(self, node: Any, before: Values, after: Values) -> str:
        """Give a block of names with its values, from its first name to the end of its last line."""
        column = int(node.start_mark.column)
        starts = [int(word.start_mark.index) for word, _ in node.value]
        entries = self._entries(starts, [value for _, value in node.value])
        names = [str(word.value) for word, _ in node.value]
        made: list[_Entry] = []
        for name, value in after.items():
            if name not in before:
                made.append(_Entry("", f"{_key(name)}:{_value(value, column)}"))
                continue
            at = names.index(name)
            word, stood = node.value[at]
            entry = entries[at]
            if not _same(before[name], value):
                entry = entry._replace(text=self._changed(word, stood, before[name], value, column))
            made.append(entry)
        return self._joined(node, made, self._left(entries, [name in after for name in names]))

    def _changed(self, word: Any, node: Any, before: Any, after: Any, column: int) -> str:
        """Give one name with another value, to the end of its last line."""
        start = int(word.start_mark.index)
        head = self.text[start : int(node.start_mark.index)]
        tail = self.text[text_end(self.text, node) : self._line_end(node)]
        in_block = node.id != "scalar" and not node.flow_style and node.value
        match before, after:
            case {**one}, {**other} if in_block and other:
                return head + self._mapping(node, cast("Any", one), cast("Any", other))
            case [*one], [*other] if in_block and other:
                return head + self._sequence(node, one, other)
            case _ if node.id != "scalar" and node.flow_style and _inline(after) is not None:
                return head + self._flow(node, before, after) + tail
            case _:
                comment = self._comment(node, tail)
                space = head[len(head.rstrip()) :]
                aligned = space if space and "\n" not in space else " "
                return f"{_key(str(word.value))}:{_value(after, column, comment, aligned)}"

    def _flow(self, node: Any, before: Any, after: Any) -> str:
        """Give `{...}` or `[...]` with another value: in its place where the names stay as they are."""
        start, stop = int(node.start_mark.index), int(node.end_mark.index)
        match before, after:
            case {**one}, {**other} if list(cast("Any", one)) == list(cast("Any", other)):
                edits = [
                    (int(value.start_mark.index), int(value.end_mark.index), _inline(other[word.value]))
                    for word, value in node.value
                    if not _same(one[word.value], other[word.value])
                ]
                made, at = "", start
                for first, last, new in edits:
                    made, at = made + self.text[at:first] + str(new), last
                return made + self.text[at:stop]
            case _:
                return str(_inline(after))

    def _sequence(self, node: Any, before: Sequence[Any], after: Sequence[Any]) -> str:
        """Give a block of entries, from its first dash to the end of its last line."""
        column = int(node.start_mark.column)
        dashes = [self.text.rindex("-", 0, int(one.start_mark.index)) for one in node.value]
        entries = self._entries(dashes, node.value)
        stays = _aligned(before, after)
        made: list[_Entry] = []
        for value, at in zip(after, stays, strict=True):
            if at is None:
                made.append(_Entry("", f"-{_item(value, column)}"))
                continue
            one, entry, dash = node.value[at], entries[at], dashes[at]
            if not _same(before[at], value):
                head = self.text[dash : int(one.start_mark.index)]
                if isinstance(value, Mapping) and one.id == "mapping" and not one.flow_style:
                    entry = entry._replace(text=head + self._mapping(one, before[at], cast("Values", value)))
                elif one.id == "mapping" and one.flow_style and _inline(value) is not None:
                    tail = self.text[int(one.end_mark.index) : self._line_end(one)]
                    entry = entry._replace(text=head + self._flow(one, before[at], value) + tail)
                else:
                    entry = entry._replace(text=f"-{_item(value, column)}")
            made.append(entry)
        return self._joined(node, made, self._left(entries, [at in stays for at in range(len(entries))]))

    def _entries(self, starts: Sequence[int], nodes: Sequence[Any]) -> list[_Entry]:
        """Cut a block into its entries."""
        stops = [self._line_end(one) for one in nodes]
        lines = [self.text.rfind("\n", 0, start) + 1 for start in starts]
        above = ["", *(self.text[stop:line] for stop, line in zip(stops, lines[1:], strict=False))]
        return [_Entry(over, self.text[start:stop]) for over, start, stop in zip(above, starts, stops, strict=True)]

    def _joined(self, node: Any, entries: Sequence[_Entry], left: str) -> str:
        """Put entries one below the other; the first stands where the block began."""
        start, pad = int(node.start_mark.index), " " * int(node.start_mark.column)
        first, *rest = entries
        begun = self.text[self.text.rfind("\n", 0, start) + 1 : start].isspace() or not pad
        lines = [one.strip() for one in first.above.split("\n") if one.strip()]
        above = "".join(f"{one}\n{pad}" for one in lines) if begun else ""
        after = "" if begun else "".join(f"{pad}{one}\n" for one in lines)
        return f"{above}{first.text}{after}" + "".join(f"{one.above}{pad}{one.text}" for one in rest) + left

    def _left(self, entries: Sequence[_Entry], stay: Sequence[bool]) -> str:
        """Give the comments of entries that go: somebody wrote them, and may still want them."""
        lines = [
            line for entry, kept in zip(entries, stay, strict=True) if not kept for line in entry.above.split("\n")
        ]
        return "".join(f"{one}\n" for one in lines if one.strip())

    def _comment(self, node: Any, tail: str) -> str:
        """Give the comment on a value's line, with the space before it."""
        if node.id == "scalar" and node.style in {"|", ">"}:
            start = int(node.start_mark.index)
            header = _HEADER.match(self.text, start)
            return self.text[header.end() : self.text.index("\n", start)] if header else ""
        return tail.rstrip("\n") if "#" in tail else ""

    def _line_end(self, node: Any) -> int:
        """Give where the last line of a node ends."""
        at = self.text.find("\n", text_end(self.text, node))
        return len(self.text) if at < 0 else at + 1


def text_end(text: str, node: Any) -> int:
    """Give where a node's own text ends: the parser goes on to what follows a block."""
    if node.id == "scalar":
        end = int(node.end_mark.index)
        return len(text[:end].rstrip()) if node.style in {"|", ">"} else end
    if node.flow_style or not node.value:
        return int(node.end_mark.index)
    return text_end(text, node.value[-1][1] if node.id == "mapping" else node.value[-1])


def _aligned(before: Sequence[Any], after: Sequence[Any]) -> list[int | None]:
    """Give for each entry after which one before it is: by its name, else the one in whose place it stands alone."""
    names, found = [_name(one) for one in before], list[int | None]()
    for one in after:
        at = next((at for at, name in enumerate(names) if name == _name(one) and at not in found), None)
        found.append(at)
    ends = [-1, *found, len(before)]
    for index, (_, at) in enumerate(pairwise(ends)):  # one that was renamed stands between the same two
        if at is not None or index >= len(found):
            continue
        last, next_ = ends[index], ends[index + 2]
        if (
            isinstance(last, int)
            and isinstance(next_, int)
            and next_ - last == 2
            and _alike(before[last + 1], after[index])
        ):
            found[index] = last + 1
    return found


def _alike(one: Any, other: Any) -> bool:
    return isinstance(one, Mapping) and isinstance(other, Mapping)


def _name(one: Any) -> Any:
    """Give what an entry is known by: its first value where it has names, else itself."""
    if isinstance(one, Mapping):
        first = next(iter(cast("Values", one).items()), None)
        return (first[0], str(first[1])) if first else ()
    return one


# --- what is new ----------------------------------------------------------------------------------


def _key(name: str) -> str:
    return str(_inline(Plain(name)))


def _value(value: Any, column: int, comment: str = "", space: str = " ") -> str:
    """Give what stands behind a name's colon, to the end of its last line; `column` is the name's."""
    pad = " " * (column + 2)
    if isinstance(value, str) and "\n" in value and (block := _block(value, pad)) is not None:
        header, lines = block
        return f" {header}{comment}\n{lines}"
    one_line = _inline(value)
    if one_line is not None and (not isinstance(value, Mapping | list) or len(one_line) <= _SHORT):
        text = f"{space}{one_line}"
        if not isinstance(value, str) or column + len(text) < _WIDE or (folded := _folded(value, pad)) is None:
            return f"{text}{comment}\n"
        return f" >-{comment}\n{folded}"
    if isinstance(value, list):
        dashes = " " * (column + 2)
        return f"{comment}\n" + "".join(f"{dashes}-{_item(one, column + 2)}" for one in cast("list[Any]", value))
    inner = cast("Values", value)
    return f"{comment}\n" + "".join(f"{pad}{_key(name)}:{_value(one, column + 2)}" for name, one in inner.items())


def _item(value: Any, column: int) -> str:
    """Give what stands behind a dash, to the end of its last line; `column` is the dash's."""
    if isinstance(value, Mapping) and value:
        pad = " " * (column + 2)
        lines = [f"{_key(name)}:{_value(one, column + 2)}" for name, one in cast("Values", value).items()]
        return " " + pad.join(lines)
    return _value(value, column)


def _block(value: str, pad: str) -> tuple[str, str] | None:
    """Give a text of several lines as a block and its header; None where a block cannot hold it as it is."""
    body = value.removesuffix("\n")
    if not body or body[0] in " \t\n" or body.endswith("\n") or any(one != one.rstrip() for one in body.split("\n")):
        return None
    header = "|" if value.endswith("\n") else "|-"
    return header, "".join(f"{pad}{one}\n" if one else "\n" for one in body.split("\n"))


def _folded(value: str, pad: str) -> str | None:
    """Give a long text over several lines that are read as one; None where its spaces would not come back."""
    lines = wrap(value, _WIDE - len(pad), break_long_words=False, break_on_hyphens=False)
    return "".join(f"{pad}{one}\n" for one in lines) if " ".join(lines) == value else None


def _inline(value: Any) -> str | None:
    """Give a value in one line; None for what would not be read well so."""
    match value:
        case [*several]:
            return _enclosed("[]", [None if isinstance(one, Mapping) else _inline(one) for one in several])
        case {**named}:
            inner = cast("dict[str, Any]", named)
            return _enclosed("{}", [_pair(name, one) for name, one in inner.items()])
        case str():
            return _text(value)
        case None | bool() | int() | Decimal():
            return "null" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value).lower()
        case _:
            return None


def _text(value: str) -> str:
    if not value.isprintable():
        return json.dumps(value, ensure_ascii=False)
    safe = _SAFE.fullmatch(value) and value == value.strip() and value.casefold() not in _WORDS
    return value if isinstance(value, Plain) and safe else "'" + value.replace("'", "''") + "'"


def _pair(name: str, value: Any) -> str | None:
    written = _inline(value)
    return None if written is None or isinstance(value, Mapping | list) else f"{_key(name)}: {written}"


def _enclosed(marks: str, parts: Sequence[str | None]) -> str | None:
    return None if None in parts else f"{marks[0]}{', '.join(map(str, parts))}{marks[1]}"
