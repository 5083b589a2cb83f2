"""What one function is: a row with its name, signature and meaning, and how each use of the tree takes it.

A signature reads `text, number? -> text`: the arguments' types, `?` on one that may be left out, `...` on a last one
that repeats, `/` between alternatives, and the result's type. `T` stands for one type that its places share;
`T:number/date` says which it may be; `any` and `field` take what the row's own typing then checks. An overloaded name
has several rows; the first that takes the arguments is meant.
"""

import ast
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any, Protocol

from upbeat.formula.filters import Filter, Outcomes, Pusher
from upbeat.formula.tree import Typed
from upbeat.formula.types import Type

_COMPARING = frozenset({"=", "<>", "<", "<=", ">", ">=", "ISBLANK", "ISNULL"})
_KINDS = {"multipicklist": Type.MULTIPICKLIST, **{str(kind): kind for kind in Type}}


@dataclass(frozen=True, slots=True)
class Moment:
    """What a formula knows beside values: the present moment (UTC), the org's time zone, whether the record is new.

    A new record may be a clone of another.
    """

    now: datetime
    zone: tzinfo
    new: bool
    clone: bool = False


class Emitter(Protocol):
    """What writes Python for a typed tree; rows that need their own form of code are handed it.

    A field that was read is not looked up again. So a row asks for its parts in the order in which Python computes
    them, and asks within `maybe` for a part that may not be computed.
    """

    def value(self, node: Typed) -> ast.expr:
        """Give an expression for the node's value, None where it is null."""
        ...

    def truth(self, node: Typed) -> ast.expr:
        """Give an expression that is truthy exactly where the node is true."""
        ...

    def nullable(self, node: Typed) -> bool:
        """Whether the node's value can be None."""
        ...

    def form(self, template: str, **parts: ast.expr) -> ast.expr:
        """Fill the names of a Python expression, such as `a > b`, with parts."""
        ...

    def call(self, function: Callable[..., Any], *parts: ast.expr) -> ast.expr:
        """Give a call of a function."""
        ...

    def held(self, node: Typed) -> tuple[ast.expr, ast.expr]:
        """Give an expression that computes the node's value and keeps it, and one that reads it again."""
        ...

    def maybe(self) -> AbstractContextManager[None]:
        """Enter where parts are asked for that may not be computed."""
        ...


Emit = Callable[[Emitter, Sequence[Typed]], ast.expr]
Push = Callable[[Pusher, Sequence[Typed], Outcomes], Filter | None]
Meaning = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument's place: the types it takes (none given: any), and whether it is `T`."""

    kinds: tuple[Type, ...]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """The places of a function's arguments, how many it needs, whether the last repeats, and its result (None: `T`)."""

    places: tuple[Parameter, ...]
    least: int
    repeats: bool
    gives: Type | None

    def place(self, index: int) -> Parameter:
        """Give the place of an argument."""
        return self.places[min(index, len(self.places) - 1)]

    def counts(self, given: int) -> bool:
        """Whether so many arguments can be meant."""
        return self.least <= given and (self.repeats or given <= len(self.places))


@dataclass(frozen=True, eq=False)
class Function:
    """One function or operator, or one overload of it.

    `meaning` takes the arguments' values and gives the result; it raises ValueError or ArithmeticError where there is
    none. A `strict` function is null where an argument is; another is handed None. `blank` says that it may be null
    where no argument is. With `moment` its first argument is the Moment; a `lazy` one is handed functions that give
    the values, and calls those it needs.
    """

    name: str
    signature: str
    does: str
    meaning: Meaning
    python: str | Emit = ""  # a Python expression over each of a, b, c; or what writes one; else a call of the meaning
    truth: Emit | None = None  # the same where only the truth is asked
    soql: Push | None = None  # the WHERE that keeps the records with given outcomes; None: it cannot be asked in SOQL
    words: tuple[str, str] = ("", "")  # how it is told where true and where false, over {0}, {0.name} and {0.value}
    strict: bool = True
    blank: bool = False
    moment: bool = False
    lazy: bool = False
    written: int | None = None  # how many of the arguments are written: the others are found by the checker
    form: str = ""  # the arguments as they are written, where the signature does not say it
    demands: Callable[[Sequence[Typed]], None] | None = None  # raises Unfit where the arguments' values cannot be meant
    typed: Callable[["Function", Sequence[Typed], int], Typed] | None = None  # the typing that no signature can say

    @cached_property
    def shape(self) -> Signature:
        """The signature, read."""
        before, _, gives = self.signature.partition("->")
        texts = [text.strip() for text in before.split(",") if text.strip()]
        shared = next((_kinds(text.partition(":")[2]) for text in texts if text.startswith("T:")), ())
        places = [_parameter(text.rstrip("?."), shared) for text in texts]
        optional = sum(text.endswith("?") for text in texts)
        repeats = bool(texts) and texts[-1].endswith("...")
        return Signature(tuple(places), len(texts) - optional, repeats, _KINDS.get(gives.strip()))

    @property
    def compares(self) -> bool:
        """Whether it calculates nothing with its arguments: numbers are taken as they stand."""
        return self.name in _COMPARING

    def nullable(self, args: Sequence[bool]) -> bool:
        """Whether the result, where it is no text, can be None, given which arguments can."""
        return self.shape.gives is None or self.blank or (self.strict and any(args))


def _parameter(text: str, shared: tuple[Type, ...]) -> Parameter:
    return Parameter(shared, shared=True) if re.match(r"T\b", text) else Parameter(_kinds(text))


def _kinds(text: str) -> tuple[Type, ...]:
    return tuple(_KINDS[kind] for kind in text.split("/") if kind not in ("any", "field", ""))
