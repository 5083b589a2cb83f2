"""Python expressions as trees: filled in from templates, and held to what a formula may run."""

import ast
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, cast

_ALLOWED = frozenset({
    ast.Expression, ast.Lambda, ast.arguments, ast.arg, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.IfExp,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In,
    ast.BinOp, ast.Add, ast.BitAnd, ast.BitOr, ast.Call, ast.Attribute, ast.Subscript, ast.Tuple, ast.Constant,
    ast.NamedExpr, ast.Name, ast.Load, ast.Store,
})  # fmt: skip


def fill(template: str, parts: Mapping[str, ast.expr | str]) -> ast.expr:
    """Make an expression of a template such as `a > b`: a part stands for a name, a text for another name."""
    return _filled(_read(template), parts)


def placed(node: ast.expr, line: int) -> ast.expr:
    """Give an expression its line, unless it has one."""
    if not hasattr(node, "lineno"):
        node.lineno = line
    return node


def settle(code: ast.Expression, names: AbstractSet[str]) -> None:
    """Give every node its parent's line where it has none; hold that all are allowed, over known names.

    Raises AssertionError where a row writes other Python than a formula may run.
    """
    waiting: list[tuple[ast.AST, int]] = [(code, 1)]
    while waiting:
        node, line = waiting.pop()
        if type(node) not in _ALLOWED or not _known(node, names):
            raise AssertionError(f"a row writes Python that is not allowed: {ast.dump(node)}")
        if isinstance(node, ast.expr | ast.arg):
            line = node.lineno = node.end_lineno = getattr(node, "lineno", line)
            node.col_offset = node.end_col_offset = 0
        for field in node._fields:
            child = getattr(node, field)
            if isinstance(child, list):
                waiting += [(one, line) for one in cast("list[ast.AST]", child)]
            elif isinstance(child, ast.AST):
                waiting.append((child, line))


def _known(node: ast.AST, names: AbstractSet[str]) -> bool:
    match node:
        case ast.Name(id=name, ctx=ctx):
            kept = name[0] == "t" and name[1:].isdecimal()
            return kept or (name in names and isinstance(ctx, ast.Load))
        case ast.Attribute(attr=name):
            return not name.startswith("_")
        case _:
            return True


@cache
def _read(template: str) -> ast.expr:
    return ast.parse(template, mode="eval").body


def _filled(node: ast.expr, parts: Mapping[str, ast.expr | str]) -> ast.expr:
    if isinstance(node, ast.Name):
        part = parts.get(node.id, node.id)
        return ast.Name(part, node.ctx) if isinstance(part, str) else part
    return type(node)(**{field: _copied(getattr(node, field), parts) for field in node._fields})


def _copied(child: Any, parts: Mapping[str, ast.expr | str]) -> Any:
    if isinstance(child, ast.expr):
        return _filled(child, parts)
    return [_copied(one, parts) for one in cast("list[Any]", child)] if isinstance(child, list) else child
