"""Logic: what decides. AND and OR take a null as not true; NOT of a null is null, as in Salesforce."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

from upbeat.formula import filters
from upbeat.formula.fit import Unfit, a, common, fit, remedy
from upbeat.formula.functions.row import Emit, Emitter, Function
from upbeat.formula.tree import Apply, Literal, Typed, write
from upbeat.formula.types import Type

Thunk = Callable[[], Any]


def _and(*args: Thunk) -> bool:
    return all(arg() is True for arg in args)


def _or(*args: Thunk) -> bool:
    return any(arg() is True for arg in args)


def _not(condition: bool) -> bool:
    return not condition


def _if(condition: Thunk, then: Thunk, otherwise: Thunk) -> Any:
    return then() if condition() is True else otherwise()


def _ifs(*args: Thunk) -> Any:
    pairs = zip(args[:-1:2], args[1::2], strict=True)
    return next((result for condition, result in pairs if condition() is True), args[-1])()


def _case(*args: Thunk) -> Any:
    subject = args[0]()
    pairs = zip(args[1:-1:2], args[2::2], strict=True)
    return next((result for value, result in pairs if subject is not None and subject == value()), args[-1])()


def _in(value: Any, *others: Any) -> bool:
    return value is not None and value != "" and value in others


# --- the same in Python: nothing is computed that the answer does not need ------------------------


def _chain(joint: ast.boolop) -> Emit:
    def emitted(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
        first = emit.truth(args[0])
        with emit.maybe():
            return ast.BoolOp(joint, [first, *(emit.truth(arg) for arg in args[1:])]) if args[1:] else first

    return emitted


_ALL, _ANY = _chain(ast.And()), _chain(ast.Or())


def _boolean(chain: Emit) -> Emit:
    return lambda emit, args: emit.form("True if a else False", a=chain(emit, args))


def _untrue(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    if emit.nullable(args[0]):
        return emit.form("None if a is None else not b", **dict(zip("ab", emit.held(args[0]), strict=True)))
    return emit.form("not a", a=emit.truth(args[0]))


def _false(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    if emit.nullable(args[0]):
        return emit.form("a is False", a=emit.value(args[0]))
    return emit.form("not a", a=emit.truth(args[0]))


def _first(part: Callable[[Emitter, Typed], ast.expr]) -> Emit:
    def emitted(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
        test, branches = emit.truth(args[0]), list[tuple[ast.expr, ast.expr]]()
        with emit.maybe():
            for place in range(1, len(args) - 1, 2):
                if branches:
                    test = emit.truth(args[place - 1])
                with emit.maybe():
                    branches.append((test, part(emit, args[place])))
            return _branched(emit, branches, part(emit, args[-1]))

    return emitted


def _branched(emit: Emitter, branches: Sequence[tuple[ast.expr, ast.expr]], otherwise: ast.expr) -> ast.expr:
    """Write a choice; of many, side by side: a thousand within each other are more than Python compiles."""
    if len(branches) == 1:
        [(test, found)] = branches
        return emit.form("b if a else c", a=test, b=found, c=otherwise)
    choices = [emit.form("a and (b,)", a=test, b=found) for test, found in branches]
    return emit.form("a[0]", a=ast.BoolOp(ast.Or(), [*choices, emit.form("(a,)", a=otherwise)]))


_FIRST_VALUE = _first(lambda emit, node: emit.value(node))
_FIRST_TRUTH = _first(lambda emit, node: emit.truth(node))


def _first_equal(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    constants = [arg.meant for arg in args[1:] if isinstance(arg, Literal)]
    if len(constants) == len(args) - 1:  # the usual CASE is a table; of two equal values, the first counts
        table = dict(zip(constants[-3::-2], constants[-2::-2], strict=True))
        table.pop(None, None)
        return emit.call(table.get, emit.value(args[0]), emit.value(args[-1]))
    first, again = emit.held(args[0])
    branches = list[tuple[ast.expr, ast.expr]]()
    for place in range(1, len(args) - 1, 2):
        with emit.maybe():
            fixed = isinstance(args[place], Literal) and not emit.nullable(args[place])
            guarded = emit.nullable(args[0]) and not fixed
            template = "a is not None and b == c" if guarded else "a == c"
            subject, value = again if branches else first, emit.value(args[place])
            test = emit.form(template, a=subject, b=again, c=value)
            branches.append((test, emit.value(args[place + 1])))
    with emit.maybe():
        return _branched(emit, branches, emit.value(args[-1]))


# --- typing that no signature can say -------------------------------------------------------------


def _type_case(row: Function, args: Sequence[Typed], at: int) -> Typed:
    if len(args) < 4 or len(args) % 2:
        what = "CASE takes a value, pairs of a value and a result, and what holds otherwise"
        raise Unfit(what, at, f"Write {row.name}({row.form}).")
    subject, values, results = args[0], args[1:-1:2], [*args[2::2], args[-1]]
    for arg in args:
        if arg.type is Type.BOOLEAN:
            raise Unfit("CASE neither takes nor gives true or false", arg.at, "Write IF, or let CASE give 1 and 0.")
    subject, values = _comparable(row.name, subject, values)
    results, kind = _alike(row.name, results)
    pairs = [node for pair in zip(values, results, strict=False) for node in pair]
    return Apply(row, (subject, *pairs, results[-1]), kind, at)


def _type_in(row: Function, args: Sequence[Typed], at: int) -> Typed:
    if len(args) < 2:
        what = f"IN takes a value and what it may be, and has {len(args)} value{'s' * (len(args) != 1)}"
        raise Unfit(what, at, f"Write {row.name}({row.form}).")
    for arg in args:
        if arg.type is Type.BOOLEAN:
            raise Unfit("IN takes no true or false", arg.at, "Write AND, OR or NOT.")
    subject, values = _comparable(row.name, args[0], args[1:])
    return Apply(row, (subject, *values), Type.BOOLEAN, at)


def _comparable(name: str, subject: Typed, values: Sequence[Typed]) -> tuple[Typed, list[Typed]]:
    """Make a value and those that it is compared with of one type; a picklist is compared with texts."""
    if subject.type is Type.MULTIPICKLIST:
        fix = f'Write INCLUDES({write(subject)}, "...").'
        raise Unfit(f"{name} compares single values, and {write(subject)} may have several", subject.at, fix)
    for value in values:
        if subject.type is Type.PICKLIST and not (isinstance(value, Literal) and value.type is Type.TEXT):
            what = f"{name} compares a picklist with texts, and {write(value)} is none"
            raise Unfit(what, value.at, 'Write "Proposal".')
        if subject.type is not Type.PICKLIST and common((subject.type, value.type)) is None:
            what = f"{name} compares {a(subject.type)} here, and {write(value)} is {a(value.type)}"
            raise Unfit(what, value.at, remedy(value, (subject.type,)))
    like = Type.TEXT if subject.type is Type.PICKLIST else common(arg.type for arg in (subject, *values)) or Type.NULL
    first = subject if subject.type is Type.PICKLIST else fit(subject, like)
    return first, [fit(value, like) for value in values]


def _type_ifs(row: Function, args: Sequence[Typed], at: int) -> Typed:
    if len(args) < 3 or len(args) % 2 == 0:
        what = "IFS takes pairs of a condition and a result, and what holds otherwise"
        raise Unfit(what, at, f"Write {row.name}({row.form}).")
    for condition in args[:-1:2]:
        if condition.type not in (Type.BOOLEAN, Type.NULL):
            what = f"IFS needs a condition here, and {write(condition)} is {a(condition.type)}"
            raise Unfit(what, condition.at, remedy(condition, (Type.BOOLEAN,)))
    results, kind = _alike(row.name, [*args[1::2], args[-1]])
    pairs = [node for pair in zip(args[:-1:2], results, strict=False) for node in (fit(pair[0], Type.BOOLEAN), pair[1])]
    return Apply(row, (*pairs, results[-1]), kind, at)


def _alike(name: str, results: Sequence[Typed]) -> tuple[list[Typed], Type]:
    """Make results of one type. Raises Unfit at the first that differs."""
    kind = Type.NULL
    for result in results:
        together = common((kind, result.type))
        if together is None:
            what = f"{name} gives {a(results[0].type)} before, and {write(result)} is {a(result.type)}"
            raise Unfit(what, result.at, "All results are of one type.")
        kind = together
    return [fit(one, kind) for one in results], kind


LOGIC = (
    Function(
        "AND", "boolean... -> boolean", "True where every condition is",
        _and, _boolean(_ALL), _ALL, filters.every, strict=False, lazy=True,
    ),
    Function(
        "OR", "boolean... -> boolean", "True where one of the conditions is",
        _or, _boolean(_ANY), _ANY, filters.some, strict=False, lazy=True,
    ),
    Function(
        "NOT", "boolean -> boolean", "True where the condition is false",
        _not, _untrue, _false, filters.opposite,
    ),
    Function(
        "IF", "boolean, T, T -> T", "One value where the condition is true, else the other",
        _if, _FIRST_VALUE, _FIRST_TRUTH, filters.chosen, strict=False, lazy=True,
    ),
    Function(
        "IFS", "any... -> T", "The value beside the first condition that is true, else the last",
        _ifs, _FIRST_VALUE, _FIRST_TRUTH, strict=False, lazy=True,
        form="condition, result, condition, result, otherwise", typed=_type_ifs,
    ),
    Function(
        "CASE", "any... -> T", "The result beside the value that the first equals, else the last",
        _case, _first_equal, strict=False, lazy=True,
        form="field, value, result, value, result, otherwise", typed=_type_case,
    ),
    Function(
        "IN", "any... -> boolean", "Whether a value is one of those that follow; a blank is none of them",
        _in, soql=filters.listed, words=("{0.name} is {0.value}", "{0.name} is {0.value}, none of those listed"),
        strict=False, form="field, value, value", typed=_type_in,
    ),
)  # fmt: skip
