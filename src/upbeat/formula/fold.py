"""What no record decides, computed once: the tree that is compiled has `DATE(2026, 3, 1)` as one literal.

What has no value stays as it is, to fail where and when it is evaluated. Texts and conditions stay too: their functions
can take long, or make long texts.
"""

from dataclasses import replace
from decimal import Decimal

from upbeat.formula.reads import CASTS
from upbeat.formula.tree import Apply, Cast, Field, Global, Literal, Typed, each
from upbeat.formula.types import Type
from upbeat.formula.values import exactly_times

_FOLDED = frozenset({Type.NUMBER, Type.DATE, Type.DATETIME, Type.TIME})
_HUNDRED = Decimal(100)


def fold(node: Typed) -> Typed:
    """Give a tree of the same value for every record and moment, with less to compute."""
    match node:
        case Apply():
            return _applied(replace(node, args=tuple(fold(arg) for arg in node.args)))
        case Cast(arg=arg, type=kind):
            found = fold(arg)
            if isinstance(found, Literal):
                return Literal(CASTS[kind](str(found.meant)) if found.meant else None, kind, node.at)
            return replace(node, arg=found)
        case _:
            return node


def of_moment(node: Typed) -> bool:
    """Whether the moment alone decides the value, as it does `TODAY() + 30`; not what asks if the record is new."""
    if not (isinstance(node, Apply) and node.type in _FOLDED):
        return False
    rows = [part.function if isinstance(part, Apply) else None for part in each(node) if not isinstance(part, Literal)]
    asking = [row for row in rows if row is not None and row.moment]
    return bool(asking) and None not in rows and not any(row.python for row in asking)


def _applied(node: Apply) -> Typed:
    row = node.function
    if row.compares and all(_of_percent(arg) for arg in node.args):
        return replace(node, args=tuple(_hundredfold(arg) for arg in node.args))
    if node.type not in _FOLDED or row.lazy or row.moment:
        return node
    values = [arg.meant for arg in node.args if isinstance(arg, Literal)]
    if len(values) < len(node.args):
        return node
    if row.strict and None in values:
        return Literal(None, node.type, node.at)
    try:
        return Literal(row.meaning(*values), node.type, node.at)
    except (ArithmeticError, ValueError):
        return node


def _of_percent(node: Typed) -> bool:
    return (isinstance(node, Field | Global) and node.percent) or (
        isinstance(node, Literal) and node.type is Type.NUMBER
    )


def _hundredfold(node: Typed) -> Typed:
    """Compare a percent field as it is stored, 30 for 0.3: a multiplication less for each record."""
    if isinstance(node, Field | Global):
        return replace(node, percent=False)
    if isinstance(node, Literal) and isinstance(node.value, Decimal):
        return Literal(exactly_times(node.value, _HUNDRED), node.type, node.at)
    return node
