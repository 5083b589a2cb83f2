"""Typed tree to a Python code object: an expression from a checked AST, with no builtins.

A node's place in the text is its line number in the code, so that an error's traceback names the place.
"""

import ast
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Protocol

from upbeat.formula import reads
from upbeat.formula.failures import FILE
from upbeat.formula.fold import fold, of_moment
from upbeat.formula.functions import Moment
from upbeat.formula.templates import fill, placed, settle
from upbeat.formula.tree import Apply, Cast, Field, Global, Literal, Typed
from upbeat.formula.types import Type
from upbeat.formula.values import Value

Failure = Callable[[Exception, Mapping[str, Any], Mapping[str, Any] | None], Exception]


class Evaluate(Protocol):
    """What a formula becomes."""

    def __call__(
        self,
        record: Mapping[str, Any],
        prior: Mapping[str, Any] | None = None,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - Salesforce's own word
        *,
        now: datetime,
        new: bool = False,
        clone: bool = False,
    ) -> Value:
        """Give the value: Decimal, str, bool, date, datetime (UTC), time, or None where it is blank.

        A condition gives True or False: what Salesforce finds null is not true. `now` is aware. Where `new`, the record
        is being created, perhaps as a `clone`: nothing is changed, and prior values are the present ones. Raises
        UnknownPrior where a prior value is asked that `prior` lacks (None in it is a blank); FormulaError where a value
        cannot be computed, or the record or the globals lack what is read.
        """
        ...


_TAKEN = ("record", "prior", "globals", "now", "new", "clone")
_EVALUATE = """
def evaluate(record, prior=None, globals=None, *, now, new=False, clone=False):
    try:
        return value
    except Exception as error:
        raise failure(error, record, globals) from error
"""
_AT = """
def at(now):
    return value
"""


def build(tree: Typed, zone: tzinfo, failure: Failure, keep: Callable[[Decimal], Decimal] | None = None) -> Evaluate:
    """Compile a typed tree, in an org's time zone. `failure` makes the error of whatever goes wrong within it.

    `keep` gives a number as the field that it is for keeps it.
    """
    emit = _Python(zone)
    emit.names |= {"failure": failure, "Exception": Exception, "none": {}}
    evaluate = emit.function(_EVALUATE, _final(emit, fold(tree), keep))
    evaluate.__doc__ = Evaluate.__call__.__doc__
    return evaluate


def _final(emit: "_Python", tree: Typed, keep: Callable[[Decimal], Decimal] | None) -> ast.expr:
    if tree.type is Type.BOOLEAN:
        return emit.form("True if a else False", a=emit.truth(tree))
    if tree.type is Type.NUMBER and keep is not None:
        first, again = emit.held(tree)
        return emit.form("None if a is None else b", a=first, b=emit.call(keep, again))
    return emit.form("a or None", a=emit.value(tree)) if tree.type.is_text else emit.value(tree)


class _Momentary:
    """What the moment decides, computed again only at another: a sweep asks of thousands of records at one."""

    __slots__ = ("compute", "last")

    def __init__(self, compute: Callable[[datetime], Any]) -> None:
        self.compute = compute
        self.last: tuple[datetime | None, Any] = (None, None)  # one value, as other threads ask at other moments

    def at(self, now: datetime) -> Any:
        found = self.compute(now)
        self.last = (now, found)
        return found


class _Python:
    """Writes Python expressions; `names` holds what they refer to, `read` what surely stands in a name already."""

    def __init__(self, zone: tzinfo, *, of_records: bool = True) -> None:
        self.zone = zone
        self.of_records = of_records
        self.names = dict(reads.NAMES)
        self.given = {id(value): name for name, value in self.names.items()}
        self.read: dict[object, str] = {}
        self.temporaries = 0
        self.moment = _Momentary(lambda now: Moment(now, zone, new=False))  # rows that ask for more write their own

    def function(self, text: str, value: ast.expr) -> Any:
        """Compile a function that returns `value`, an expression that is settled."""
        code: Any = ast.parse(text)
        within = code.body[0].body[0]
        returns: Any = within.body[0] if isinstance(within, ast.Try) else within
        returns.value = settle(value, {*_TAKEN, *self.names})
        known: dict[str, Any] = {"__builtins__": {}, **self.names}
        exec(compile(code, FILE, "exec"), known)  # noqa: S102 - settled just above
        return known.popitem()[1]

    # --- what rows are handed: each is asked in the order in which Python computes the parts ---

    def value(self, node: Typed) -> ast.expr:
        code = self._at_moment(node) if self.of_records and of_moment(node) else self._value(node)
        return placed(code, node.at + 1)

    def truth(self, node: Typed) -> ast.expr:
        return placed(self._truth(node), node.at + 1)

    def nullable(self, node: Typed) -> bool:
        match node:
            case Literal():
                return node.meant is None
            case Field() | Global():
                return not (node.type.is_text or node.type is Type.BOOLEAN or node.zero)
            case Cast():
                return not node.type.is_text
            case Apply():
                nullable = node.function.nullable([self.nullable(arg) for arg in node.args])
                return nullable and not node.type.is_text

    def form(self, template: str, **parts: ast.expr) -> ast.expr:
        return fill(template, parts)

    def call(self, function: Callable[..., Any], *parts: ast.expr) -> ast.expr:
        return ast.Call(self._name(function), list(parts), [])

    def held(self, node: Typed) -> tuple[ast.expr, ast.expr]:
        if isinstance(node, Field | Global):
            return self._field(node)
        return self._kept(self.value(node))

    @contextmanager
    def maybe(self) -> Generator[None]:
        before = dict(self.read)
        yield
        self.read = before

    # --- nodes ---

    def _value(self, node: Typed) -> ast.expr:
        match node:
            case Literal():
                return self._constant(node.meant)
            case Field() | Global():
                return self._field(node)[0]
            case Cast(arg=arg, type=kind):
                if arg.type is Type.NULL:
                    return self._constant("" if kind.is_text else None)
                return self.call(reads.CASTS[kind], self.value(arg))
            case Apply():
                row = node.function
                if callable(row.python):
                    return row.python(self, node.args)
                return self._guarded(node) if row.strict else self._body(node, [self.value(arg) for arg in node.args])

    def _truth(self, node: Typed) -> ast.expr:
        if isinstance(node, Apply):
            row = node.function
            if row.truth is not None:
                return row.truth(self, node.args)
            if row.strict and not callable(row.python):
                return self._guarded(node, asks_truth=True)
        return self._value(node)

    def _guarded(self, node: Apply, *, asks_truth: bool = False) -> ast.expr:
        """Compute only where no argument is null; else the result is its type's blank.

        What can fail is computed first, though another argument may be null: so it fails in Salesforce too.
        """
        if not any(self.nullable(arg) for arg in node.args):
            return self._body(node, [self.value(arg) for arg in node.args])
        applied = sorted((arg for arg in node.args if isinstance(arg, Apply)), key=self.nullable)
        others = [arg for arg in node.args if self.nullable(arg) and not isinstance(arg, Apply)]
        ask = self._present if asks_truth else self._absent
        surely = applied or others[:1]
        asked = dict(zip(map(id, surely), map(ask, surely), strict=True))
        with self.maybe():
            asked |= {id(arg): ask(arg) for arg in others if id(arg) not in asked}
            tests = [asked[id(arg)][0] for arg in (*applied, *others)]
            body = self._body(node, [asked[id(arg)][1] if id(arg) in asked else self.value(arg) for arg in node.args])
        if sum(self.nullable(arg) for arg in applied) > 1:
            tests[: len(applied)] = [_every(tests[: len(applied)], ast.BitAnd() if asks_truth else ast.BitOr())]
        if asks_truth:
            return ast.BoolOp(ast.And(), [*tests, body])
        test = ast.BoolOp(ast.Or(), tests) if len(tests) > 1 else tests[0]
        return ast.IfExp(test, ast.Constant("" if node.type.is_text else None), body)

    def _present(self, node: Typed) -> tuple[ast.expr, ast.expr]:
        """Give what asks whether a node has a value, and what reads the value again."""
        if isinstance(node, Field | Global) and node not in self.read:
            return self._field(node, reads.present)
        first, again = self._kept(self.value(node))
        return self.form("a is not None", a=first), again

    def _absent(self, node: Typed) -> tuple[ast.expr, ast.expr]:
        first, again = self._field(node) if isinstance(node, Field | Global) else self._kept(self.value(node))
        return self.form("a is None", a=first), again

    def _body(self, node: Apply, parts: list[ast.expr]) -> ast.expr:
        row = node.function
        if isinstance(row.python, str) and row.python:
            return self.form(row.python, **dict(zip("abc", parts, strict=False)))
        if row.moment:
            parts.insert(0, self._at(self.moment))
        return self.call(row.meaning, *parts)

    def _at_moment(self, node: Typed) -> ast.expr:
        """Write what the moment alone decides as a function of it, computed once for all records."""
        inner = _Python(self.zone, of_records=False)
        return self._at(_Momentary(inner.function(_AT, inner.value(node))))

    def _at(self, moment: _Momentary) -> ast.expr:
        parts = {"m": self._name(moment), "t": self._temporary()}
        return fill("t[1] if (t := m.last)[0] is now else m.at(now)", parts)

    # --- fields ---

    def _field(
        self, node: Field | Global, code: Callable[[Field | Global], str] = reads.code
    ) -> tuple[ast.expr, ast.expr]:
        """Give what reads a field, and what reads it again: a field that was surely read is not looked up again."""
        if node in self.read:
            return self._again(node), self._again(node)
        read = self._name(reads.reader(node))
        first = fill(code(node), {"raw": self._raw(node), "t": self._known_as(node), "read": read})
        return placed(first, node.at + 1), self._again(node)

    def _raw(self, node: Field | Global) -> ast.expr:
        if isinstance(node, Field) and node.of_prior:
            key = ast.Constant(node.keys[0])
            return self.form("f(record, prior, new, k)", f=self._name(reads.prior_value), k=key)
        return self._reached("record" if isinstance(node, Field) else "(globals or none)", node.keys)

    def _reached(self, start: str, keys: tuple[str, ...]) -> ast.expr:
        *above, last = keys
        if not above:
            return fill(f"{start}[k]", {"k": ast.Constant(last)})
        parent = (start, *above)
        if parent in self.read:
            first = self._again(parent)
        else:
            found = self._reached(start, tuple(above))
            first = ast.NamedExpr(ast.Name(self._known_as(parent), ast.Store()), found)
        return self.form("b[k] if a is not None else None", a=first, b=self._again(parent), k=ast.Constant(last))

    # --- names ---

    def _kept(self, code: ast.expr) -> tuple[ast.expr, ast.expr]:
        name = self._temporary()
        return ast.NamedExpr(ast.Name(name, ast.Store()), code), ast.Name(name, ast.Load())

    def _known_as(self, what: object) -> str:
        self.read[what] = self._temporary()
        return self.read[what]

    def _again(self, what: object) -> ast.expr:
        return ast.Name(self.read[what], ast.Load())

    def _temporary(self) -> str:
        self.temporaries += 1
        return f"t{self.temporaries}"

    def _constant(self, value: Value) -> ast.expr:
        if value is None or isinstance(value, bool | str):
            return ast.Constant(value)
        return self._name(value)

    def _name(self, value: Any) -> ast.Name:
        """Give a name for a value that the code refers to."""
        name = self.given.setdefault(id(value), f"n{len(self.given)}")
        self.names[name] = value
        return ast.Name(name, ast.Load())


def _every(tests: list[ast.expr], operator: ast.operator) -> ast.expr:
    """Join tests so that each is made; in halves, for a thousand within each other are more than Python compiles."""
    if len(tests) == 1:
        return tests[0]
    half = len(tests) // 2
    return ast.BinOp(_every(tests[:half], operator), operator, _every(tests[half:], operator))
