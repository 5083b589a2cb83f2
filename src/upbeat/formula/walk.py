"""The tree's value by walking it, node by node, with each function's meaning: slow, plain, and for any part of it.

Explanations ask it for the parts' values; push-down asks it for what no record decides; the tests hold the compiled
Python equal to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from upbeat.formula.functions import Moment
from upbeat.formula.reads import CASTS, prior_value, reader
from upbeat.formula.tree import Apply, Cast, Field, Global, Literal, Typed
from upbeat.formula.types import Type
from upbeat.formula.values import Value


@dataclass(frozen=True)
class Walk:
    """Gives the values of a tree's nodes for one record. Raises as compiled formulas do."""

    record: Mapping[str, Any]
    prior: Mapping[str, Any] | None
    given: Mapping[str, Any]
    moment: Moment
    _known: dict[int, Value] = field(default_factory=dict[int, Value], repr=False)

    def value(self, node: Typed) -> Value:
        """Give a node's value; it is computed once."""
        if id(node) not in self._known:
            self._known[id(node)] = self._value(node)
        return self._known[id(node)]

    def _value(self, node: Typed) -> Value:
        match node:
            case Literal():
                return node.meant
            case Field() | Global():
                return reader(node)(self._raw(node))
            case Cast(arg=arg, type=kind):
                if arg.type is Type.NULL:
                    return "" if kind.is_text else None
                return CASTS[kind](str(self.value(arg)))
            case Apply():
                return self._applied(node)

    def _applied(self, node: Apply) -> Value:
        row = node.function
        first: list[Any] = [self.moment] if row.moment else []
        if row.lazy:
            return row.meaning(*first, *(partial(self.value, arg) for arg in node.args))
        values = [self.value(arg) for arg in node.args]
        if row.strict and None in values:
            return "" if node.type.is_text else None
        return row.meaning(*first, *values)

    def _raw(self, node: Field | Global) -> Any:
        if isinstance(node, Field) and node.of_prior:
            return prior_value(self.record, self.prior, self.moment.new, node.keys[0])
        found: Any = self.record if isinstance(node, Field) else self.given
        for key in node.keys:
            if found is None:
                return None
            found = found[key]
        return found
