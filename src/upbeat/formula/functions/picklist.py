"""Picklists: what is chosen. A multi-select picklist holds its values in one text, parted by semicolons."""

from collections.abc import Sequence
from decimal import Decimal

from upbeat.formula import filters
from upbeat.formula.fit import Unfit, a
from upbeat.formula.functions.row import Function
from upbeat.formula.tree import Apply, Global, Literal, Typed, write
from upbeat.formula.types import Type


def _is_picked(picked: str, value: str) -> bool:
    return picked == value


def _includes(picked: str, value: str) -> bool:
    return value in picked.split(";")


def _count_picked(picked: str) -> Decimal:
    return Decimal(len([value for value in picked.split(";") if value]))


def _type_picked(row: Function, args: Sequence[Typed], at: int) -> Typed:
    kind = Type.PICKLIST if row.name == "ISPICKVAL" else Type.MULTIPICKLIST
    field, value = args
    if field.type is not kind:
        fixes = {
            Type.PICKLIST: "Write ISPICKVAL.",
            Type.MULTIPICKLIST: "Write INCLUDES.",
            Type.TEXT: f"Write {write(field)} = {write(value)}.",
        }
        what = f"{row.name} asks about {a(kind)}, and {write(field)} is {a(field.type)}"
        raise Unfit(what, field.at, fixes.get(field.type, ""))
    if value.type is not Type.TEXT or not isinstance(value, Literal | Global):
        what = f"{row.name} compares with a text, and {write(value)} is none"
        raise Unfit(what, value.at, 'Write the value: "Proposal".')
    return Apply(row, (field, value), Type.BOOLEAN, at)


PICKLIST = (
    Function(
        "ISPICKVAL", "picklist, text -> boolean", "Whether a picklist has a value",
        _is_picked, "a == b", None, filters.picked, ("{0.name} is {1}", "{0.name} is {0.value}, not {1}"),
        typed=_type_picked,
    ),
    Function(
        "INCLUDES", "multipicklist, text -> boolean", "Whether a multi-select picklist has a value among others",
        _includes, "", None, filters.included, ("{0.name} includes {1}", "{0.name} does not include {1}"),
        typed=_type_picked,
    ),
    Function(
        "PICKLISTCOUNT", "multipicklist -> number", "How many values of a multi-select picklist are chosen",
        _count_picked,
    ),
)  # fmt: skip
