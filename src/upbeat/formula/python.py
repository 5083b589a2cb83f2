"""Typed tree to a Python code object: an expression from a checked AST, with no builtins.

A node's place in the text is its line number in the code, so that an error's traceback names the place.
"""

import ast
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from upbeat.base import is_id, to_15
from upbeat.formula.functions import Moment
from upbeat.formula.tree import Apply, Cast, Field, Global, Literal, Typed
from upbeat.formula.types import Type
from upbeat.formula.values import READERS, Value, percent, record_id, zero, zero_percent

Run = Callable[[Mapping[str, Any], Mapping[str, Any] | None, Mapping[str, Any], datetime, bool], Value]

FILE = "<formula>"
_ARGUMENTS = ("record", "prior", "given", "now", "new")


class UnknownPriorKey(LookupError):  # noqa: N818 - it carries a key to formula.py, which makes the error
    """A prior value is asked that the caller did not give."""


def build(tree: Typed, zone: tzinfo) -> Run:
    """Compile a typed tree. The function takes record, prior values, globals, now, and whether the record is new.

    It gives a boolean for a condition (null is false), None for a blank of any other type. It raises KeyError for what
    the caller did not give, UnknownPriorKey for a prior value, ValueError or ArithmeticError where there is no value.
    """
    emitter = _Python(zone)
    body = _final(emitter, tree)
    arguments = ast.arguments([], [ast.arg(name) for name in _ARGUMENTS], None, [], [], None, [])
    code = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body, lineno=1, col_offset=0)))
    _verify(code, emitter.names)
    return eval(compile(code, FILE, "eval"), {"__builtins__": {}, **emitter.names})  # noqa: S307 - our own, verified tree


def _final(emit: "_Python", tree: Typed) -> ast.expr:
    if tree.type is Type.BOOLEAN:
        return emit.form("True if a else False", a=emit.truth(tree))
    return emit.form("a or None", a=emit.value(tree)) if tree.type.is_text else emit.value(tree)


def as_text(value: str) -> str:
    """Give an id as Salesforce's formulas see it, 15 characters; any other text as it is."""
    return to_15(value) if len(value) == 18 and is_id(value) else value


def prior_value(record: Mapping[str, Any], prior: Mapping[str, Any] | None, new: bool, key: str) -> Any:
    """Give the raw value before the change; a new record's is the value it has now, as in Salesforce."""
    if new:
        return record[key]
    if prior is None or key not in prior:
        raise UnknownPriorKey(key)
    return prior[key]


def reader(node: Field | Global) -> Callable[[Any], Any]:
    """Give what reads the node's raw value."""
    if isinstance(node, Field) and node.type is Type.NUMBER:
        if node.zero:
            return zero_percent if node.percent else zero
        if node.percent:
            return percent
    return READERS[node.type]


class _Python:
    """Writes Python expressions; `names` holds what they refer to."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.names: dict[str, Any] = {}
        self.temporaries = 0

    # --- what rows are handed ---

    def value(self, node: Typed) -> ast.expr:
        return _placed(self._value(node), node.at)

    def truth(self, node: Typed) -> ast.expr:
        return _placed(self._truth(node), node.at)

    def nullable(self, node: Typed) -> bool:
        match node:
            case Literal():
                return node.meant is None
            case Field():
                return not (node.type.is_text or node.type is Type.BOOLEAN or node.zero)
            case Global():
                return not (node.type.is_text or node.type is Type.BOOLEAN)
            case Cast():
                return not node.type.is_text
            case Apply():
                nullable = node.function.nullable([self.nullable(arg) for arg in node.args])
                return nullable and not node.type.is_text

    def form(self, template: str, **parts: ast.expr) -> ast.expr:
        return _Filler(parts).visit(ast.parse(template, mode="eval").body)

    def call(self, function: Callable[..., Any], *parts: ast.expr) -> ast.expr:
        return ast.Call(self._name(function), list(parts), [])

    def held(self, node: Typed) -> tuple[ast.expr, ast.expr]:
        self.temporaries += 1
        name = f"t{self.temporaries}"
        return ast.NamedExpr(ast.Name(name, ast.Store()), self.value(node)), ast.Name(name, ast.Load())

    # --- nodes ---

    def _value(self, node: Typed) -> ast.expr:
        match node:
            case Literal():
                return self._constant(node.meant)
            case Field() | Global():
                return self.call(reader(node), self._raw(node))
            case Cast(arg=arg, type=kind):
                return self._cast(arg, kind)
            case Apply():
                return self._apply(node)

    def _truth(self, node: Typed) -> ast.expr:
        if isinstance(node, Apply):
            row = node.function
            if row.truth is not None:
                return row.truth(self, node.args)
            if row.strict and not callable(row.python):
                return self._guarded(node, asks_truth=True)
        return self._value(node)

    def _cast(self, arg: Typed, kind: Type) -> ast.expr:
        if arg.type is Type.NULL:
            return self._constant("" if kind.is_text else None)
        return self.call(as_text if kind is Type.TEXT else record_id, self.value(arg))

    def _apply(self, node: Apply) -> ast.expr:
        row = node.function
        if callable(row.python):
            return row.python(self, node.args)
        return self._guarded(node) if row.strict else self._body(node, [self.value(arg) for arg in node.args])

    def _guarded(self, node: Apply, *, asks_truth: bool = False) -> ast.expr:
        """Compute only where no argument is null; else the result is its type's blank."""
        if not any(self.nullable(arg) for arg in node.args):
            return self._body(node, [self.value(arg) for arg in node.args])
        fails = any(isinstance(arg, Apply) for arg in node.args[1:])
        tests, parts = list[ast.expr](), list[ast.expr]()
        for arg in node.args:
            if self.nullable(arg) or (fails and isinstance(arg, Apply)):
                first, again = self.held(arg)
                tests.append(self.form("a is not None" if asks_truth else "a is None", a=first))
                parts.append(again)
            else:
                parts.append(self.value(arg))
        body = self._body(node, parts)
        if asks_truth:
            return ast.BoolOp(ast.And(), [_joined(tests, ast.And(), ast.BitAnd(), fails), body])
        blank = ast.Constant("" if node.type.is_text else None)
        return ast.IfExp(_joined(tests, ast.Or(), ast.BitOr(), fails), blank, body)

    def _body(self, node: Apply, parts: list[ast.expr]) -> ast.expr:
        row = node.function
        if isinstance(row.python, str) and row.python:
            return self.form(row.python, **dict(zip("abc", parts, strict=False)))
        if row.moment:
            parts.insert(0, self.form("f(now, z, new)", f=self._name(Moment), z=self._name(self.zone)))
        return self.call(row.meaning, *parts)

    def _raw(self, node: Field | Global) -> ast.expr:
        if isinstance(node, Field) and node.of_prior:
            key = ast.Constant(node.keys[0])
            return self.form("f(record, prior, new, k)", f=self._name(prior_value), k=key)
        found = self.form("record[k]" if isinstance(node, Field) else "given[k]", k=ast.Constant(node.keys[0]))
        for key in node.keys[1:]:
            self.temporaries += 1
            name = f"t{self.temporaries}"
            kept = ast.NamedExpr(ast.Name(name, ast.Store()), found)
            held = ast.Name(name, ast.Load())
            found = self.form("b[k] if a is not None else None", a=kept, b=held, k=ast.Constant(key))
        return found

    def _constant(self, value: Value) -> ast.expr:
        if value is None or isinstance(value, bool | str):
            return ast.Constant(value)
        return self._name(value)

    def _name(self, value: Any) -> ast.Name:
        """Give a name for a value that the code refers to."""
        name = next((name for name, one in self.names.items() if one is value), f"n{len(self.names)}")
        self.names[name] = value
        return ast.Name(name, ast.Load())


def _joined(tests: list[ast.expr], lazy: ast.boolop, eager: ast.operator, fails: bool) -> ast.expr:
    """Join tests; where an argument can fail, each is computed though one before is null, as in Salesforce."""
    if fails and len(tests) > 1:
        half = len(tests) // 2  # halves of halves, so that no number of arguments nests the code
        return ast.BinOp(_joined(tests[:half], lazy, eager, fails), eager, _joined(tests[half:], lazy, eager, fails))
    return ast.BoolOp(lazy, tests) if len(tests) > 1 else tests[0]


def _placed(code: ast.expr, at: int) -> ast.expr:
    code.lineno = code.end_lineno = at + 1
    code.col_offset = code.end_col_offset = 0
    return code


class _Filler(ast.NodeTransformer):
    def __init__(self, parts: Mapping[str, ast.expr]) -> None:
        self.parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.parts.get(node.id, node)


_ALLOWED = (
    ast.Expression, ast.Lambda, ast.arguments, ast.arg, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.IfExp,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In,
    ast.BinOp, ast.Add, ast.BitAnd, ast.BitOr, ast.Call, ast.Attribute, ast.Subscript, ast.Constant, ast.NamedExpr,
    ast.Name, ast.Load, ast.Store,
)  # fmt: skip


def _verify(code: ast.Expression, names: Mapping[str, Any]) -> None:
    """Hold that the code is of allowed nodes over known names, whatever a row wrote."""
    for node in ast.walk(code):
        known = not isinstance(node, ast.Name) or node.id in names or node.id in _ARGUMENTS or node.id[0] == "t"
        public = not isinstance(node, ast.Attribute) or not node.attr.startswith("_")
        if not (isinstance(node, _ALLOWED) and known and public):
            raise AssertionError(f"a row writes Python that is not allowed: {ast.dump(node)}")
