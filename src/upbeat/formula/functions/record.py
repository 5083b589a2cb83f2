"""What asks about the change rather than the values: prior values, changes, new records."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from upbeat.formula.fit import Unfit
from upbeat.formula.functions.row import Emitter, Function, Moment
from upbeat.formula.tree import Apply, Field, Typed, rebuilt, write
from upbeat.formula.types import Type


def _own_field(row: Function, args: Sequence[Typed], at: int) -> Field:
    field = args[0]
    if not isinstance(field, Field) or field.of_prior:
        raise Unfit(f"{row.name} asks about a field, and {write(field)} is none", at, "Name a field of the record.")
    if len(field.keys) > 1:
        raise Unfit(f"{row.name} knows the record's own fields, and {field.path} is its parent's", field.at)
    return field


def _type_prior(row: Function, args: Sequence[Typed], at: int) -> Typed:
    asked = args[0]
    if isinstance(asked, Apply) and asked.named:
        former = rebuilt(asked, lambda one: _type_prior(row, [one], at) if isinstance(one, Field) else one)
        return replace(former, named=f"{row.name}({asked.named})", at=at)
    return replace(_own_field(row, args, at), of_prior=True, at=at)


def _type_changed(row: Function, args: Sequence[Typed], at: int) -> Typed:
    field = _own_field(row, args, at)
    return Apply(row, (field, replace(field, of_prior=True)), Type.BOOLEAN, at)


def _differs(moment: Moment, now: Callable[[], Any], before: Callable[[], Any]) -> bool:
    return not moment.new and now() != before()


def _differing(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    with emit.maybe():
        return emit.form("not new and a != b", a=emit.value(args[0]), b=emit.value(args[1]))


def _is_new(moment: Moment) -> bool:
    return moment.new


def _is_clone(moment: Moment) -> bool:
    return moment.clone


def _read_as_field(_: Any) -> Any:
    raise AssertionError("PRIORVALUE is a field once it is typed")


RECORD = (
    Function("PRIORVALUE", "field -> T", "The field's value before the change; on a new record, its value",
             _read_as_field, typed=_type_prior),
    Function("ISCHANGED", "field/location -> boolean",
             "Whether the change gave the field another value; never on a new record",
             _differs, _differing, words=("{0.name} changed from {1.value} to {0.value}", "{0.name} did not change"),
             strict=False, moment=True, lazy=True, written=1, form="field", typed=_type_changed),
    Function("ISCLONE", "-> boolean", "Whether the record is being created as a clone of another",
             _is_clone, "clone", words=("the record is a clone", "the record is no clone"), moment=True),
    Function("ISNEW", "-> boolean", "Whether the record is being created",
             _is_new, "new", words=("the record is new", "the record is not new"), moment=True),
)  # fmt: skip
