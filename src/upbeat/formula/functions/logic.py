"""Logic: what decides. AND and OR take a null as not true; NOT of a null is null, as in Salesforce."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

from upbeat.formula.fit import Unfit, common, fit
from upbeat.formula.functions.row import Emitter, Function
from upbeat.formula.tree import Apply, Global, Literal, Typed, write
from upbeat.formula.types import Type

Thunk = Callable[[], Any]


def _and(*args: Thunk) -> bool:
    return all(arg() is True for arg in args)


def _or(*args: Thunk) -> bool:
    return any(arg() is True for arg in args)


def _if(condition: Thunk, then: Thunk, otherwise: Thunk) -> Any:
    return then() if condition() is True else otherwise()


def _ifs(*args: Thunk) -> Any:
    pairs = zip(args[:-1:2], args[1::2], strict=True)
    return next((result for condition, result in pairs if condition() is True), args[-1])()


def _case(*args: Thunk) -> Any:
    subject = args[0]()
    pairs = zip(args[1:-1:2], args[2::2], strict=True)
    return next((result for value, result in pairs if subject is not None and subject == value()), args[-1])()


def _blank_value(value: Thunk, substitute: Thunk) -> Any:
    found = value()
    return substitute() if found is None or found == "" else found


def _if_error(value: Thunk, substitute: Thunk) -> Any:
    try:
        return value()
    except (ArithmeticError, ValueError):
        return substitute()


# --- the same in Python: nothing is computed that the answer does not need ------------------------


def _all_of(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    return ast.BoolOp(ast.And(), [emit.truth(arg) for arg in args]) if len(args) > 1 else emit.truth(args[0])


def _any_of(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    return ast.BoolOp(ast.Or(), [emit.truth(arg) for arg in args]) if len(args) > 1 else emit.truth(args[0])


def _truly(form: Callable[[Emitter, Sequence[Typed]], ast.expr]) -> Callable[[Emitter, Sequence[Typed]], ast.expr]:
    return lambda emit, args: emit.form("True if a else False", a=form(emit, args))


def _untrue(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    if emit.nullable(args[0]):
        return emit.form("a is False", a=emit.value(args[0]))
    return emit.form("not a", a=emit.truth(args[0]))


def _chosen(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    return emit.form("b if a else c", a=emit.truth(args[0]), b=emit.value(args[1]), c=emit.value(args[2]))


def _truth_chosen(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    return emit.form("b if a else c", a=emit.truth(args[0]), b=emit.truth(args[1]), c=emit.truth(args[2]))


def _first_true(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    found = emit.value(args[-1])
    for condition, result in reversed(list(zip(args[:-1:2], args[1::2], strict=True))):
        found = emit.form("b if a else c", a=emit.truth(condition), b=emit.value(result), c=found)
    return found


def _first_equal(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    first, again = emit.held(args[0])
    found = emit.value(args[-1])
    pairs = list(zip(args[1:-1:2], args[2::2], strict=True))
    for place, (value, result) in reversed(list(enumerate(pairs))):
        subject = again if place else first
        both = emit.nullable(args[0]) and emit.nullable(value)
        test = emit.form("a is not None and b == c" if both else "a == c", a=subject, b=again, c=emit.value(value))
        found = emit.form("b if a else c", a=test, b=emit.value(result), c=found)
    return found


def _empty(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    return emit.form("not a" if args[0].type.is_text else "a is None", a=emit.value(args[0]))


def _filled(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    first, again = emit.held(args[0])
    template = "a or c" if args[0].type.is_text else "b if a is not None else c"
    return emit.form(template, a=first, b=again, c=emit.value(args[1]))


def _caught(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    return emit.call(_if_error, *(emit.form("lambda: a", a=emit.value(arg)) for arg in args))


# --- typing that no signature can say -------------------------------------------------------------


def _case_typed(row: Function, args: Sequence[Typed], at: int) -> Typed:
    if len(args) < 4 or len(args) % 2:
        fix = "CASE(field, value, result, value, result, ..., otherwise)"
        raise Unfit("CASE takes a value, pairs of a value and a result, and what holds otherwise", at, fix)
    if (wrong := next((arg for arg in args if arg.type is Type.BOOLEAN), None)) is not None:
        raise Unfit(
            "CASE neither takes nor gives true or false", wrong.at, "Use IF, or give 1 and 0 and compare with 1."
        )
    subject, values, results = args[0], args[1:-1:2], [*args[2::2], args[-1]]
    for value in values:
        if subject.type is Type.PICKLIST and not (isinstance(value, Literal) and value.type is Type.TEXT):
            raise Unfit(
                f"a picklist is compared with a text, and {write(value)} is none", value.at, 'Write "Proposal".'
            )
        if subject.type is not Type.PICKLIST and common((subject.type, value.type)) is None:
            raise Unfit(f"CASE compares {subject.type} with {value.type}", value.at, f"Give {_a(subject.type)} here.")
    kind = common(result.type for result in results)
    if kind is None:
        wrong = next(result for result in results if common((results[0].type, result.type)) is None)
        raise Unfit(
            f"CASE gives {results[0].type} here and {wrong.type} there", wrong.at, "All results are of one type."
        )
    like = Type.TEXT if subject.type is Type.PICKLIST else common(arg.type for arg in (subject, *values)) or Type.NULL
    fitted = [subject if subject.type is Type.PICKLIST else fit(subject, like)]
    for value, result in zip(values, results, strict=False):
        fitted += [fit(value, like), fit(result, kind)]
    return Apply(row, (*fitted, fit(results[-1], kind)), kind, at)


def _picklist_typed(row: Function, args: Sequence[Typed], at: int) -> Typed:
    kind = Type.PICKLIST if row.name == "ISPICKVAL" else Type.MULTIPICKLIST
    field, value = args
    if field.type is not kind:
        other = (
            "Write INCLUDES."
            if field.type is Type.MULTIPICKLIST
            else "Write ISPICKVAL."
            if field.type is Type.PICKLIST
            else ""
        )
        raise Unfit(f"{row.name} asks about a {kind}, and {write(field)} is {_a(field.type)}", field.at, other)
    if value.type is not Type.TEXT or not isinstance(value, Literal | Global):
        raise Unfit(
            f"{row.name} compares with a text, and {write(value)} is none", value.at, 'Write the value: "Proposal".'
        )
    return Apply(row, (field, value), Type.BOOLEAN, at)


def _a(kind: Type) -> str:
    return f"{'an' if kind is Type.ID else 'a'} {kind}"


_ANY_BUT_BOOLEAN = "number/text/date/datetime/time/id/picklist/multipicklist"

LOGIC = (
    Function(
        "AND",
        "boolean... -> boolean",
        "True where every condition is",
        _and,
        _truly(_all_of),
        _all_of,
        strict=False,
        lazy=True,
    ),
    Function(
        "OR",
        "boolean... -> boolean",
        "True where a condition is",
        _or,
        _truly(_any_of),
        _any_of,
        strict=False,
        lazy=True,
    ),
    Function("NOT", "boolean -> boolean", "True where the condition is false", lambda a: not a, _untrue),
    Function(
        "IF",
        "boolean, T, T -> T",
        "The first value where the condition is true, else the second",
        _if,
        _chosen,
        _truth_chosen,
        strict=False,
        lazy=True,
    ),
    Function(
        "CASE",
        "any, any, any, any... -> T",
        "The result beside the value that the first equals, else the last",
        _case,
        _first_equal,
        strict=False,
        lazy=True,
        typed=_case_typed,
    ),
    Function(
        "ISBLANK",
        f"{_ANY_BUT_BOOLEAN} -> boolean",
        "Whether there is no value",
        lambda a: a is None or a == "",
        _empty,
        strict=False,
    ),
    Function(
        "ISNULL",
        "number/date/datetime/time/id/picklist/multipicklist -> boolean",
        "Whether there is no value",
        lambda a: a is None or a == "",
        _empty,
        strict=False,
    ),
    Function(
        "ISNULL", "text -> boolean", "Never true: a text is never null in Salesforce", lambda _: False, strict=False
    ),
    Function(
        "BLANKVALUE",
        f"T:{_ANY_BUT_BOOLEAN}, T -> T",
        "The value, or a substitute where it is blank",
        _blank_value,
        _filled,
        strict=False,
        lazy=True,
    ),
    Function(
        "NULLVALUE", "T:text, T -> T", "The text: a text is never null in Salesforce", lambda a, _: a, "a", strict=False
    ),
    Function(
        "NULLVALUE",
        f"T:{_ANY_BUT_BOOLEAN}, T -> T",
        "The value, or a substitute where it is blank",
        _blank_value,
        _filled,
        strict=False,
        lazy=True,
    ),
    Function(
        "IFERROR",
        "T, T -> T",
        "The value, or a substitute where it cannot be computed",
        _if_error,
        _caught,
        strict=False,
        lazy=True,
    ),
    Function(
        "ISPICKVAL",
        "any, any -> boolean",
        "Whether a picklist has that value",
        lambda a, b: a == b,
        "a == b",
        typed=_picklist_typed,
    ),
    Function(
        "INCLUDES",
        "any, any -> boolean",
        "Whether a multi-select picklist has that value among others",
        lambda a, b: b in a.split(";"),
        typed=_picklist_typed,
    ),
)
