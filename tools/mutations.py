"""Small faults that could be made in a module, each as a syntax tree with exactly one thing changed.

What is changed: comparisons, `and` and `or`, `not`, true and false, numbers, names in quotes, which end of `min` and
`max`, `any` and `all`, conditions, one element of a collection, what is returned, and whether a statement is there at
all. What is not: the words that people read (a text with a space in it, or one that is put together), docstrings,
annotations, imports, decorators and `__all__`.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[tuple[str, int | None], ...]

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_CALLED = {"any": "all", "all": "any", "min": "max", "max": "min"}
_NOT_CODE = {"annotation", "returns", "decorator_list", "bases"}
_TYPES = {"Callable", "Collection", "Mapping", "frozenset", "tuple"}  # with what is in them in brackets
_CHANGED_ITSELF = (ast.Compare, ast.BoolOp, ast.UnaryOp)  # a condition that is one of these is changed as such
_LESS = (ast.comprehension, ast.Set, ast.Tuple, ast.List, ast.Dict)  # what is there with one part less
_LONGEST = 76  # characters of code in a mutant's name


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: where it is, what it changes into what, and how to make the tree that has it."""

    place: str
    line: int
    change: str
    source: str
    path: Path
    new: ast.AST | None

    @property
    def name(self) -> str:
        """Name it without its line, so that the name outlives a change elsewhere in the file."""
        return f"{self.place}: {self.change}"

    def tree(self) -> ast.Module:
        """Give the module's tree with the fault in it."""
        made = ast.parse(self.source)
        _put(made, self.path, self.new)
        return ast.fix_missing_locations(made)


def mutants(source: str) -> Iterator[Mutant]:
    """Give every mutant of a module, from the top."""
    tree = ast.parse(source)
    seen: dict[str, int] = {}
    for path, node, place in _nodes(tree, (), "module"):
        for was, new in _changes(node):
            less = new is None or isinstance(node, _LESS)
            change = f"without {_short(was)}" if less else f"{_short(was)} → {_short(new)}"
            number = seen[place + change] = seen.get(place + change, 0) + 1
            again = f" ({number})" if number > 1 else ""
            yield Mutant(place, getattr(was, "lineno", 0), change + again, source, path, new)


def _nodes(node: ast.AST, path: Path, place: str) -> Iterator[tuple[Path, ast.AST, str]]:
    """Give each node of code with the way to it, and the function that it is in."""
    for field, value in ast.iter_fields(node):
        if field in _NOT_CODE or (isinstance(node, ast.FormattedValue | ast.JoinedStr) and field == "values"):
            continue
        for index, one in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(one, ast.AST) or _is_no_code(one):
                continue
            here, inner = (*path, (field, index)), place
            if isinstance(one, ast.FunctionDef | ast.ClassDef):
                inner = one.name if place == "module" else f"{place}.{one.name}"
            yield here, one, inner
            yield from _nodes(one, here, inner)


def _is_no_code(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring
    if isinstance(node, ast.Assign):
        return any(isinstance(one, ast.Name) and one.id in {"__all__", "__slots__"} for one in node.targets)
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and node.value.id in _TYPES
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cast"


Changes = Iterator[tuple[ast.AST, ast.AST | None]]


def _changes(node: ast.AST) -> Changes:
    """Give each node that could stand there instead, beside what it stands for; None takes a statement away."""
    for kind in (_turned, _joined, _valued, _lessened, _left_out):
        yield from kind(node)


def _turned(node: ast.AST) -> Changes:
    """Turn what is compared or computed into its opposite, and a condition round."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARED:
            yield node, _with(node, ops=[_COMPARED[type(op)]()])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, operand
        case ast.BinOp(op=op) if type(op) in _COMPUTED:
            yield node, _with(node, op=_COMPUTED[type(op)]())
        case ast.IfExp(test=test) | ast.If(test=test) | ast.While(test=test) if not isinstance(test, _CHANGED_ITSELF):
            yield test, _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Call(func=ast.Name(id=name)) if name in _CALLED:
            yield node, _with(node, func=ast.Name(_CALLED[name], ast.Load()))
        case _:
            pass


def _joined(node: ast.AST) -> Changes:
    """Join conditions the other way, or without one of them."""
    match node:
        case ast.Compare(left=left, ops=[first, *ops], comparators=[middle, *others]) if ops:
            yield node, ast.Compare(middle, ops, others)
            yield node, ast.Compare(left, [first], [middle])
        case ast.BoolOp(op=op, values=values):
            yield node, _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            if len(values) > 2:
                for index in range(len(values)):
                    yield node, _with(node, values=[*values[:index], *values[index + 1 :]])
        case _:
            pass


def _valued(node: ast.AST) -> Changes:
    """Take another value."""
    match node:
        case ast.Constant(value=bool(value)):
            yield node, ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield node, ast.Constant(value + 1)
        case ast.Constant(value=str(value)) if value and not set(value) & set(" \n"):
            yield node, ast.Constant(f"{value}~")
        case ast.Return(value=ast.AST() as value) if not isinstance(value, ast.Constant):
            yield node, ast.Return(ast.Constant(None))
        case _:
            pass


def _lessened(node: ast.AST) -> Changes:
    """Take one element from a collection, or a condition from a comprehension."""
    match node:
        case ast.comprehension(ifs=[first, *others]):
            yield first, _with(node, ifs=others)
        case ast.Set(elts=elts) | ast.Tuple(elts=elts, ctx=ast.Load()) | ast.List(elts=elts, ctx=ast.Load()):
            for index, one in enumerate(elts):
                left = [*elts[:index], *elts[index + 1 :]]
                yield one, (_with(node, elts=left) if left or not isinstance(node, ast.Set) else _no_set())
        case ast.Dict(keys=keys, values=values):
            for index, one in enumerate(values):
                rest = [*keys[:index], *keys[index + 1 :]], [*values[:index], *values[index + 1 :]]
                yield keys[index] or one, _with(node, keys=rest[0], values=rest[1])
        case _:
            pass


def _left_out(node: ast.AST) -> Changes:
    """Leave a statement out."""
    if isinstance(node, ast.Expr | ast.Raise | ast.AugAssign | ast.Continue | ast.Break):
        yield node, None


def _no_set() -> ast.AST:
    return ast.Call(ast.Name("set", ast.Load()), [], [])


def _with(node: Any, **fields: Any) -> Any:
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _put(tree: ast.AST, path: Path, new: ast.AST | None) -> None:
    """Put a node where the path leads; without one, a statement that does nothing."""
    here: Any = tree
    for field, index in path[:-1]:
        here = getattr(here, field) if index is None else getattr(here, field)[index]
    field, index = path[-1]
    node = copy.deepcopy(new) if new is not None else ast.Pass()
    if index is None:
        setattr(here, field, node)
    else:
        getattr(here, field)[index] = node


def _short(node: ast.AST | None) -> str:
    if isinstance(node, ast.IfExp | ast.If | ast.While):
        node = node.test
    text = " ".join(ast.unparse(node).split()) if node is not None else ""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
