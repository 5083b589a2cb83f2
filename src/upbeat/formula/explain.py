"""Why a formula has its value: the smallest set of sub-conditions that decide it, in words, with the values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from upbeat.formula.tree import Apply, Cast, Field, Global, Literal, Typed, each, write
from upbeat.formula.types import Type
from upbeat.formula.values import CONTEXT, Location, Value, plain
from upbeat.formula.walk import Walk

_BLANK = "blank"
_NO_VALUE = (ArithmeticError, ValueError, LookupError, TypeError, AttributeError)
_LONGEST_NAME = 60  # characters of a calculation that is told by its text


@dataclass(frozen=True, slots=True)
class Explanation:
    """The value, why in words, and the values that took part, named as the formula names them."""

    value: Value
    words: str
    facts: tuple[tuple[str, str], ...]


def explain(tree: Typed, value: Value, walk: Walk) -> Explanation:
    """Explain the value that the tree was found to have."""
    telling = _Telling(walk)
    parts = [part for part in telling.deciding(tree) if telling.known(part) is not None]
    words = [telling.words(part) for part in parts]
    if tree.type is not Type.BOOLEAN:
        words.append(f"the value is {shown(value)}")
    return Explanation(value, "; ".join(dict.fromkeys(words)), telling.facts(parts or [tree]))


def shown(value: Value, *, percent: bool = False) -> str:
    """Write a value for a reader: 82,000, 30%, 2026-01-31 09:30 UTC, blank."""
    match value:
        case None | "":
            return _BLANK
        case Decimal():
            digits = f"{CONTEXT.scaleb(value, 2 if percent else 0):,.6f}".rstrip("0").rstrip(".")
            return f"{'0' if digits == '-0' else digits}{'%' if percent else ''}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case Location():
            return f"{value.latitude:f}, {value.longitude:f}"
        case _:
            return plain(value)


@dataclass(frozen=True, slots=True)
class _Part:
    """An argument as words show it: `Amount`, `82,000`, and both together."""

    name: str
    value: str
    both: str

    def __str__(self) -> str:
        return self.both


@dataclass(frozen=True)
class _Telling:
    walk: Walk

    # --- what decides ---

    def deciding(self, node: Typed) -> list[Typed]:
        """Give the smallest set of conditions that decide a node's value."""
        if not isinstance(node, Apply):
            return [node] if node.type is Type.BOOLEAN else []
        match node.function.name:
            case "AND" | "OR":
                return self.chain(node)
            case "NOT":
                return self.deciding(node.args[0])
            case "IF" | "IFS":
                return self.branch(node.args)
            case "CASE":
                return [node.args[0]]
            case _:
                return [node] if node.type is Type.BOOLEAN else _union(self.deciding(arg) for arg in node.args)

    def chain(self, node: Apply) -> list[Typed]:
        decides = node.function.name == "OR"  # one true decides an OR, one untrue an AND
        if self.holds(node) is decides:
            return min((self.deciding(arg) for arg in node.args if self.holds(arg) is decides), key=len)
        return _union(self.deciding(arg) for arg in node.args)

    def branch(self, args: Sequence[Typed]) -> list[Typed]:
        parts = list[Typed]()
        for condition, result in zip(args[:-1:2], args[1::2], strict=True):
            parts = _union((parts, self.deciding(condition)))
            if self.holds(condition):
                return _union((parts, self.deciding(result)))
        return _union((parts, self.deciding(args[-1])))

    def holds(self, node: Typed) -> bool | None:
        """Whether a condition is true; None where it cannot be computed, and so decided nothing."""
        try:
            return self.walk.value(node) is True
        except _NO_VALUE:
            return None

    # --- how it is told ---

    def words(self, node: Typed) -> str:
        outcome = self.walk.value(node)
        if isinstance(node, Literal):
            return f"it is always {shown(outcome)}"
        if not isinstance(node, Apply):
            return f"{self.part(node).name} is {shown(outcome)}"
        if outcome is None:
            blank = [arg for arg in node.args if self.known(arg) in (None, _BLANK)]
            return " and ".join(f"{self.part(arg).name} is {_BLANK}" for arg in blank)
        told = node.function.words[0 if outcome else 1]
        if not told:
            return f"{write(node)} is {shown(outcome)}"
        percent = any(isinstance(arg, Field | Global) and arg.percent for arg in node.args)
        parts = [self.part(arg, percent=percent) for arg in node.args]
        if node.function.name in ("=", "<>") and isinstance(node.args[0], Literal):
            parts.reverse()
        return told.format(*parts)

    def part(self, node: Typed, *, percent: bool = False) -> _Part:
        while isinstance(node, Cast) or (isinstance(node, Apply) and node.function.name == "TEXT"):
            node = node.arg if isinstance(node, Cast) else node.args[0]
        value = self.known(node, percent=percent) or "unknown"
        match node:
            case Literal():
                return _Part(value, value, value)
            case Field():
                name = f"the former {node.path}" if node.of_prior else node.path
                return _Part(name, value, f"{name} {value}")
            case Global():
                name = _said(node.path)
                return _Part(name, value, f"{name} {value}")
            case Apply(named=path) if path:
                name = _said(path)
                return _Part(name, value, f"{name} {value}")
            case Apply():
                text = {"TODAY": "today", "NOW": "now"}.get(node.function.name) or write(node)
                name = text if len(text) <= _LONGEST_NAME else "the calculated value"
                return _Part(name, value, f"{name} ({value})")

    def facts(self, parts: Sequence[Typed]) -> tuple[tuple[str, str], ...]:
        """Give the fields and globals that took part, in the order of the text."""
        nodes = [node for part in parts for node in each(part) if _tells(node)]
        facts = dict[str, str]()
        for node in sorted(nodes, key=lambda one: one.at):
            value = self.known(node)
            if value is not None:
                facts.setdefault(write(node), value)
        return tuple(facts.items())

    def known(self, node: Typed, *, percent: bool = False) -> str | None:
        try:
            return shown(self.walk.value(node), percent=percent or (isinstance(node, Field | Global) and node.percent))
        except _NO_VALUE:  # a branch not taken may ask for what nobody gave
            return None


def _tells(node: Typed) -> bool:
    """Whether a node is something that a reader knows by name: a field, a global, but no table of other records."""
    return node.type is not Type.TABLE and (
        bool(node.named) if isinstance(node, Apply) else isinstance(node, Field | Global)
    )


def _said(path: str) -> str:
    """Give a global as words name it: `$Signal.PushCount` as PushCount, its former value as the former PushCount."""
    if path.endswith(")"):
        return f"the former {_said(path.partition('(')[2][:-1])}"
    head, *rest = path.split(".")
    return "the threshold" if head == "$Threshold" else " ".join(rest)


def _union(lists: Iterable[list[Typed]]) -> list[Typed]:
    return list(dict.fromkeys(node for nodes in lists for node in nodes))
