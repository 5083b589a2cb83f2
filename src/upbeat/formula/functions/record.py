"""What asks about the change rather than the values: prior values, changes, new records."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from upbeat.formula.fit import Unfit
from upbeat.formula.functions.row import Emitter, Function, Moment
from upbeat.formula.tree import Apply, Field, Typed, write
from upbeat.formula.types import Type


def _own_field(row: Function, args: Sequence[Typed], at: int) -> Field:
    field = args[0]
    if not isinstance(field, Field) or field.of_prior:
        raise Unfit(f"{row.name} asks about a field, and {write(field)} is none", at, "Name a field of the record.")
    if len(field.keys) > 1:
        raise Unfit(f"{row.name} knows the record's own fields, and {field.path} is its parent's", field.at)
    return field


def _prior(row: Function, args: Sequence[Typed], at: int) -> Typed:
    return replace(_own_field(row, args, at), of_prior=True, at=at)


def _changed(row: Function, args: Sequence[Typed], at: int) -> Typed:
    field = _own_field(row, args, at)
    return Apply(row, (field, replace(field, of_prior=True)), Type.BOOLEAN, at)


def _differs(moment: Moment, now: Callable[[], Any], before: Callable[[], Any]) -> bool:
    return not moment.new and now() != before()


def _differing(emit: Emitter, args: Sequence[Typed]) -> Any:
    return emit.form("not new and a != b", a=emit.value(args[0]), b=emit.value(args[1]))


def _same(*_: Any) -> Any:
    raise AssertionError("PRIORVALUE is a field once it is typed")


RECORD = (
    Function(
        "PRIORVALUE", "any -> T", "The field's value before the change; on a new record, its value", _same, typed=_prior
    ),
    Function(
        "ISCHANGED",
        "any -> boolean",
        "Whether the change gave the field another value; never on a new record",
        _differs,
        _differing,
        strict=False,
        moment=True,
        lazy=True,
        written=1,
        typed=_changed,
    ),
    Function("ISNEW", "-> boolean", "Whether the record is being created", lambda m: m.new, "new", moment=True),
)
