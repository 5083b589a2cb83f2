"""A pool's members or territories, as a table has them, written into its YAML file: only what differs is touched.

The file is edited as text, at the places that the parser gives: an entry that stays keeps its line, its order of words
and the comment behind it, and a comment above an entry that goes stays above the next.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from ruamel.yaml import YAML

from upbeat.base.files import Model
from upbeat.base.files.rewriting import text_end

# ruamel is untyped: its nodes are Any here.

_PLAIN = re.compile(r"[A-Za-z][\w@./+-]*( [\w@./+-]+)*|\d+ [A-Za-z][A-Za-z0-9 ]*")  # what YAML reads as that text
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})  # some readers take for a value
_FORMULA = "when"  # stands in quotes, whatever it holds


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: its name, its values as a table has them, and what they mean."""

    name: str
    values: Mapping[str, Any]
    meaning: Model


def written(text: str, part: str, key: str, rows: Sequence[Row], stands: Sequence[Model]) -> str:
    """Give a pool's file with these entries of a part, in this order, in the place of those that stand there.

    `key` is the word that an entry is named by, `stands` what the file's entries mean, in their order.
    """
    root = cast("Any", YAML(typ="safe", pure=True)).compose(text)
    section = next((pair for pair in root.value if pair[0].value == part), None)
    if section is None:
        first = text.splitlines(keepends=True).index(_line_of(text, _entry(root, "members")))
        lines = text.splitlines(keepends=True)
        return "".join([*lines[:first], f"{part}:\n", *(_new(one, "  ") for one in rows), "\n", *lines[first:]])
    head, entries = section
    if entries.id != "sequence" or entries.flow_style:
        listed = f"{part}:\n" + "".join(_new(one, "  ") for one in rows).rstrip("\n")
        return text[: head.start_mark.index] + listed + text[entries.end_mark.index :]
    return _Section(text, head.start_mark.line + 1, entries, key).with_rows(rows, stands)


class _Section:
    """The lines of a list of entries: of each the lines above that are its own, and those that it stands on."""

    def __init__(self, text: str, first: int, entries: Any, key: str) -> None:
        self.text = text
        self.first = first  # the line below the list's name
        self.lines = text.splitlines(keepends=True)
        self.nodes = list(entries.value)
        self.key = key
        self.indent = " " * entries.start_mark.column
        self.names = [_value_of(node, key) for node in self.nodes]
        self.begins = [node.start_mark.line for node in self.nodes]
        self.ends = [text.count("\n", 0, text_end(text, node)) + 1 for node in self.nodes]  # the line after the last

    def with_rows(self, rows: Sequence[Row], stands: Sequence[Model]) -> str:
        first, last = self.first, self.ends[-1]
        above = self._above({one.name for one in rows})
        made: list[str] = []
        for row in rows:
            if row.name in self.names:
                at = self.names.index(row.name)
                made += [above[row.name], self._edited(at, row, stands[at])]
            else:
                made.append(_new(row, self.indent))
        left = above[""]
        return "".join([*self.lines[:first], *map(_ended, filter(None, [*made, left])), *self.lines[last:]])

    def _above(self, stay: set[str]) -> dict[str, str]:
        """Give the lines above each entry that stays, those of the ones that go among them; below the last under ""."""
        found, carried = dict[str, str](), ""
        for at, name in enumerate(self.names):
            lines = self.lines[self.ends[at - 1] if at else self.first : self.begins[at]]
            if name in stay:
                found[name], carried = carried + "".join(lines), ""
            else:
                carried += "".join(one for one in lines if one.strip())
        return {**found, "": carried}

    def _edited(self, at: int, row: Row, stood: Model) -> str:
        """Give an entry's lines with the values that differ in their places."""
        node, start = self.nodes[at], len("".join(self.lines[: self.begins[at]]))
        stop = len("".join(self.lines[: self.ends[at]]))
        before, after = stood.model_dump(), row.meaning.model_dump()
        there = {one.value: (one, value) for one, value in node.value}
        changed = [name for name in after if after[name] != before[name]]
        gone = [name for name in changed if name not in row.values and name in there]
        if gone and not node.flow_style:
            whole = (node.start_mark.index, text_end(self.text, node))
            return _replaced(self.text, start, stop, [(*whole, _flow(row.values))])
        edits = [_without(self.text, node, name) for name in gone]
        for name in (one for one in changed if one in row.values):
            said = f"{name}: {_said(name, row.values[name])}"
            if name in there:
                word, value = there[name]
                edits.append((word.start_mark.index, text_end(self.text, value), said))
            else:
                end = text_end(self.text, node.value[-1][1])
                line = f"\n{' ' * node.start_mark.column}{said}"
                edits.append((end, end, f", {said}" if node.flow_style else line))
        return _replaced(self.text, start, stop, edits)


_Edit = tuple[int, int, str]  # from, up to without it, and what stands there instead


def _replaced(text: str, start: int, stop: int, edits: Sequence[_Edit]) -> str:
    made, at = "", start
    for first, last, new in sorted(edits, key=lambda one: one[:2]):
        made += text[at:first] + new
        at = last
    return made + text[at:stop]


def _without(text: str, node: Any, name: str) -> _Edit:
    """Take a word with its value out of `{...}`, and the comma beside it."""
    at = next(index for index, (word, _) in enumerate(node.value) if word.value == name)
    word, value = node.value[at]
    if at:
        return text_end(text, node.value[at - 1][1]), text_end(text, value), ""
    following = node.value[1][0].start_mark.index if len(node.value) > 1 else text_end(text, value)
    return word.start_mark.index, following, ""


def _line_of(text: str, node: Any) -> str:
    return text.splitlines(keepends=True)[int(node.start_mark.line)]


def _entry(root: Any, name: str) -> Any:
    found: Any = next(word for word, _ in root.value if word.value == name)
    return found


def _value_of(node: Any, key: str) -> str:
    return next(str(value.value) for word, value in node.value if word.value == key)


def _new(row: Row, indent: str) -> str:
    return f"{indent}- {_flow(row.values)}\n"


def _flow(values: Mapping[str, Any]) -> str:
    return f"{{{', '.join(f'{name}: {_said(name, value)}' for name, value in values.items())}}}"


def _said(name: str, value: Any) -> str:
    """Give a value as YAML writes it in one line."""
    match value:
        case list():
            return f"[{', '.join(_said(name, one) for one in cast('list[Any]', value))}]"
        case int() | float() | Decimal():
            return str(value)
        case str() if "\n" in value:
            return json.dumps(value, ensure_ascii=False)
        case str() if name != _FORMULA and _PLAIN.fullmatch(value) and value.casefold() not in _WORDS:
            return value
        case _:
            return "'" + str(value).replace("'", "''") + "'"


def _ended(lines: str) -> str:
    return lines if lines.endswith("\n") else f"{lines}\n"
