"""Python expressions as trees: filled in from templates, and held to what a formula may run."""

import ast
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, cast

Parts = Mapping[str, ast.expr | str]
Names = AbstractSet[str]


# --- templates -----------------------------------------------------------------------------------


def fill(template: str, parts: Parts) -> ast.expr:
    """Make an expression of a template such as `a > b`: a part stands for a name, a text for another name."""
    return _maker(template)(parts)


@cache
def _maker(template: str) -> Callable[[Parts], ast.expr]:
    return _making(ast.parse(template, mode="eval").body)


def _making(part: Any) -> Callable[[Parts], Any]:
    """Give what makes a part of a template anew."""
    match part:
        case ast.Name(id=name, ctx=ctx):
            return lambda parts: _named(parts.get(name, name), ctx)
        case ast.expr():
            kind, makers = type(part), [_making(getattr(part, field)) for field in part._fields]
            return lambda parts: kind(*[make(parts) for make in makers])
        case list():
            makers = [_making(one) for one in cast("list[Any]", part)]
            return lambda parts: [make(parts) for make in makers]
        case _:
            return lambda _: part


def _named(part: ast.expr | str, ctx: ast.expr_context) -> ast.expr:
    return ast.Name(part, ctx) if isinstance(part, str) else part


# --- what may run --------------------------------------------------------------------------------

Demand = Callable[[Any, Names], bool]


def _known(node: ast.Name, names: Names) -> bool:
    return node.id in names or (node.id[0] == "t" and node.id[1:].isdecimal())  # the latter it keeps on its way


def _signed(node: ast.BinOp | ast.UnaryOp, _: Names) -> bool:
    return isinstance(node.op, ast.Add | ast.BitAnd | ast.BitOr | ast.Not)


def _never(*_: object) -> bool:
    return False


_MAY_RUN: dict[type[ast.AST], tuple[tuple[str, ...], Demand | None]] = {
    ast.BoolOp: (("values",), None),
    ast.UnaryOp: (("operand",), _signed),
    ast.BinOp: (("left", "right"), _signed),
    ast.Compare: (("left", "comparators"), None),
    ast.IfExp: (("test", "body", "orelse"), None),
    ast.Call: (("func", "args"), lambda node, _: not node.keywords),
    ast.Attribute: (("value",), lambda node, _: not node.attr.startswith("_")),
    ast.Subscript: (("value", "slice"), None),
    ast.Tuple: (("elts",), None),
    ast.NamedExpr: (("target", "value"), lambda node, names: node.target.id not in names),
    ast.Lambda: (("body",), lambda node, _: not any(getattr(node.args, field) for field in node.args._fields)),
    ast.Constant: ((), None),
    ast.Name: ((), _known),
}
"""The kinds of expression that may run, which of their fields hold expressions, and what else must hold."""


def placed(node: ast.expr, line: int) -> ast.expr:
    """Give an expression its line, unless it has one."""
    if not hasattr(node, "lineno"):
        node.lineno = line
    return node


def settle(code: ast.expr, names: Names) -> ast.expr:
    """Give every expression its parent's line where it has none; hold that all may run, over known names.

    Raises AssertionError where a row writes other Python than a formula may run.
    """
    waiting: list[tuple[ast.expr, int]] = [(code, 1)]
    for node, above in waiting:  # which grows on the way
        fields, demand = _MAY_RUN.get(type(node), ((), _never))
        if demand and not demand(node, names):
            raise AssertionError(f"a row writes Python that is not allowed: {ast.dump(node)}")
        node.lineno = line = getattr(node, "lineno", above)
        node.col_offset = 0
        for field in fields:
            child: ast.expr | list[ast.expr] = getattr(node, field)
            if isinstance(child, list):
                waiting.extend([(one, line) for one in child])
            else:
                waiting.append((child, line))
    return code
