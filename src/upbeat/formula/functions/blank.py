"""What stands in for a blank, or for what cannot be computed. A blank text is the empty text, and never null."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

from upbeat.formula import filters
from upbeat.formula.functions.row import Emitter, Function
from upbeat.formula.tree import Typed

Thunk = Callable[[], Any]


def _is_blank(value: Any) -> bool:
    return value is None or value == ""


def _never_null(_: str) -> bool:
    return False


def _blank_value(value: Thunk, substitute: Thunk) -> Any:
    found = value()
    return substitute() if _is_blank(found) else found


def _text_itself(value: Thunk, _: Thunk) -> str:
    return value()


def _if_error(value: Thunk, substitute: Thunk) -> Any:
    try:
        return value()
    except (ArithmeticError, ValueError):
        return substitute()


def _empty(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    return emit.form("not a" if args[0].type.is_text else "a is None", a=emit.value(args[0]))


def _filled(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    first, again = emit.held(args[0])
    template = "a or c" if args[0].type.is_text else "b if a is not None else c"
    with emit.maybe():
        return emit.form(template, a=first, b=again, c=emit.value(args[1]))


def _caught(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    thunks = list[ast.expr]()
    for arg in args:
        with emit.maybe():
            thunks.append(emit.form("lambda: a", a=emit.value(arg)))
    return emit.call(_if_error, *thunks)


_VALUE = "number/date/datetime/time/text/id/picklist/multipicklist"
_NULLABLE = _VALUE.replace("text/id/", "")

BLANK = (
    Function(
        "ISBLANK", f"{_VALUE}/location -> boolean", "Whether there is no value",
        _is_blank, _empty, None, filters.empty, ("{0.name} is blank", "{0.name} is {0.value}, not blank"), strict=False,
    ),
    Function(
        "ISNULL", f"{_NULLABLE}/location -> boolean", "Whether there is no value",
        _is_blank, _empty, None, filters.empty, ("{0.name} is blank", "{0.name} is {0.value}, not blank"), strict=False,
    ),
    Function(
        "ISNULL", "text/id -> boolean", "Never true: a text or an id is never null in Salesforce",
        _never_null, strict=False,
    ),
    Function(
        "BLANKVALUE", f"T:{_VALUE}, T -> T", "The value, or a substitute where it is blank",
        _blank_value, _filled, strict=False, lazy=True,
    ),
    Function(
        "NULLVALUE", "T:text/id, T -> T", "The text or the id: never null in Salesforce",
        _text_itself, lambda emit, args: emit.value(args[0]), strict=False, lazy=True,
    ),
    Function(
        "NULLVALUE", f"T:{_NULLABLE}, T -> T", "The value, or a substitute where it is blank",
        _blank_value, _filled, strict=False, lazy=True,
    ),
    Function(
        "IFERROR", "T, T -> T", "The value, or a substitute where it cannot be computed",
        _if_error, _caught, strict=False, lazy=True,
    ),
)  # fmt: skip
