"""The tree of a formula: literals, names and calls as read; fields, globals and applied functions once typed.

Operators are calls too: `Amount > 5` is the call `>` of a name and a literal. `at` is where a node begins in the text,
counted in characters; it takes no part in comparing trees.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from upbeat.formula.types import Type
from upbeat.formula.values import Value

if TYPE_CHECKING:
    from upbeat.formula.functions import Function

INFIX = {
    "=": 10,
    "<>": 10,
    **dict.fromkeys(("<", "<=", ">", ">="), 20),
    **dict.fromkeys("+-&", 30),
    "^": 40,
    "*": 50,
    "/": 50,
}
"""How tightly each operator binds. Salesforce's `^` binds looser than `*`: `2 * 2 ^ 3` is 64 there, and here."""
_SIGN = 55
_TIGHTEST = 60


@dataclass(frozen=True, slots=True)
class Literal:
    """A number (Decimal), a text, TRUE, FALSE or NULL (None). A typed null has the type that its place needs.

    Where what a function gives was computed beforehand, it may be any value.
    """

    value: Value
    type: Type
    at: int = field(default=0, compare=False)
    depth: int = field(default=1, compare=False, repr=False)

    @property
    def meant(self) -> Value:
        """The value as formulas calculate with it."""
        return "" if self.value is None and self.type.is_text else self.value


@dataclass(frozen=True, slots=True)
class Name:
    """A field path or a global as written, not yet looked up."""

    path: str
    at: int = field(default=0, compare=False)
    depth: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator as written, not yet looked up. Unary minus is the call `-` of one argument."""

    name: str
    args: tuple["Node", ...]
    at: int = field(default=0, compare=False)
    depth: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A field's value. `keys` leads to it in a record; `of_prior` asks for its value before the change."""

    path: str
    keys: tuple[str, ...]
    type: Type
    written: str  # the path with the objects named on its way, as in `Owner:User.Email`
    percent: bool = False  # stored as 30, seen by a formula as 0.3
    zero: bool = False  # a blank is zero
    of_prior: bool = False
    as_stored: bool = False  # a number that is only compared: it is not rounded to what can be calculated with
    at: int = field(default=0, compare=False)


_OF_A_RECORD = frozenset({"$Signal", "$Step", "$Memory"})


@dataclass(frozen=True, slots=True)
class Global:
    """A global's value, such as `$Threshold.quiet_days`; `keys` leads to it in the globals."""

    path: str
    keys: tuple[str, ...]
    type: Type
    percent: bool = False  # a field of a record among the globals: as in a Field
    zero: bool = False
    of: Type = Type.NULL  # of a table, what its values are
    as_stored: bool = False  # as of a field
    at: int = field(default=0, compare=False)

    @property
    def of_record(self) -> bool:
        """Whether its value differs from record to record."""
        return self.keys[0] in _OF_A_RECORD


@dataclass(frozen=True, slots=True)
class Apply:
    """A function applied to typed arguments. `named` is the global that the text has in its place."""

    function: "Function"
    args: tuple["Typed", ...]
    type: Type
    at: int = field(default=0, compare=False)
    named: str = ""


@dataclass(frozen=True, slots=True)
class Cast:
    """An id read as text, or a text read as an id. It is not written: the place asks for it."""

    arg: "Typed"
    type: Type
    at: int = field(default=0, compare=False)


Node = Literal | Name | Call
Typed = Literal | Field | Global | Apply | Cast


def each(node: Typed) -> Iterator[Typed]:
    """Give every node of a typed tree, parents first, in the order of the text."""
    yield node
    for child in node.args if isinstance(node, Apply) else (node.arg,) if isinstance(node, Cast) else ():
        yield from each(child)


def rebuilt(node: Typed, change: Callable[[Typed], Typed]) -> Typed:
    """Give a typed tree made anew from its leaves up, each node as `change` gives it."""
    if isinstance(node, Apply):
        node = replace(node, args=tuple(rebuilt(arg, change) for arg in node.args))
    elif isinstance(node, Cast):
        node = replace(node, arg=rebuilt(node.arg, change))
    return change(node)


def write(node: Node | Typed) -> str:
    """Give the canonical text: reading it again gives the same tree."""
    match node:
        case Literal():
            return _literal(node.value)
        case Field():
            return f"PRIORVALUE({node.path})" if node.of_prior else node.written
        case Name() | Global():
            return node.path
        case Cast():
            return write(node.arg)
        case Call():
            return _call(node.name, node.args)
        case Apply():
            return node.named or _call(node.function.name, node.args[: node.function.written])


def _call(name: str, args: Sequence[Node | Typed]) -> str:
    if len(args) == 1 and name == "-":
        return f"-{_operand(args[0], _SIGN)}"
    if name in INFIX:
        left, right = args
        return f"{_operand(left, INFIX[name])} {name} {_operand(right, INFIX[name] + 1)}"
    return f"{name}({', '.join(write(arg) for arg in args)})"


def _operand(node: Node | Typed, strength: int) -> str:
    """Write an operand, in brackets where it binds less tightly than its place needs, and always beside `^`."""
    while isinstance(node, Cast):
        node = node.arg
    own = _TIGHTEST
    if isinstance(node, Call | Apply):
        name = node.name if isinstance(node, Call) else node.named or node.function.name
        own = INFIX.get(name, _TIGHTEST) if len(node.args) == 2 else _SIGN if name == "-" else _TIGHTEST
    return f"({write(node)})" if own < strength or (own < _TIGHTEST and strength // 10 == 4) else write(node)


def _literal(value: Value) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return quoted(value)
        case _:
            return f"{value:f}"


def quoted(text: str) -> str:
    """Give a text as formulas write it, between quotes."""
    for plain, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(plain, written)
    return f'"{text}"'
