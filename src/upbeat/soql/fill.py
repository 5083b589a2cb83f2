"""Values into the places that binds keep. A value becomes a literal of the tree, never text: it cannot say more."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, cast

from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.literals import as_pattern, checked_number, checked_text, to_millisecond
from upbeat.soql.tree import (
    And,
    Argument,
    Bind,
    Call,
    Choice,
    Comparison,
    Condition,
    DateLiteral,
    Literal,
    Membership,
    Not,
    Operand,
    Operator,
    Or,
    Path,
    Select,
    Selected,
    Semijoin,
    Subquery,
    TypeOf,
)

_LISTS = (list, tuple, set, frozenset)


def fill_select(select: Select, binds: Mapping[str, Any]) -> Select:
    """Give the statement with every bind filled. Raises SoqlError for a bind without a value, or of a wrong kind."""
    return replace(
        select,
        fields=tuple(_field(field, binds) for field in select.fields),
        where=select.where and _condition(select.where, binds),
        within=_comparison(select.within, binds) if isinstance(select.within, Comparison) else select.within,
        group_by=tuple(_operand(operand, binds) for operand in select.group_by),
        having=select.having and _condition(select.having, binds),
        order_by=tuple(replace(term, operand=_operand(term.operand, binds)) for term in select.order_by),
        limit=_count(select.limit, binds),
        offset=_count(select.offset, binds),
    )


def literal(value: Any, name: str = "value") -> Literal:
    """Give a Python value as a literal: text, number, boolean, None, date, date literal, aware datetime or time.

    Moments are kept to the millisecond. Raises SoqlError where a value has no form in SOQL: another type, a number
    that is not finite or has too many digits, a datetime without a zone, a text with a NUL in it or too long.
    """
    try:
        found = _literal(value)
    except (ArithmeticError, ValueError) as error:
        raise SoqlError(
            Code.MALFORMED_QUERY,
            f":{name} is {value!r:.60}, which SOQL cannot write: {error}",
            fix="Give a text, a finite number, a boolean, None, a date, an aware datetime, or a list of these.",
        ) from None
    return found


def _literal(value: Any) -> Literal:
    match value:
        case None | bool() | DateLiteral():
            return value
        case str():
            return checked_text(str.__str__(value))
        case int() | float() | Decimal():
            return checked_number(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
        case datetime() if value.tzinfo is not None:
            return to_millisecond(value.astimezone(UTC))
        case datetime():
            raise ValueError("it has no time zone")
        case date():
            return value
        case time():
            return to_millisecond(value.replace(tzinfo=None))
        case _:
            raise ValueError(f"it is of type {type(value).__name__}")


def _value(bind: Bind, binds: Mapping[str, Any]) -> Any:
    if bind.name not in binds:
        raise SoqlError(
            Code.MALFORMED_QUERY,
            f"there is no value for :{bind.name}",
            fix=f"Give {bind.name} among the binds.",
        )
    return binds[bind.name]


def _one(value: Literal | Bind, binds: Mapping[str, Any]) -> Literal:
    return literal(_value(value, binds), value.name) if isinstance(value, Bind) else value


def _several(bind: Bind, binds: Mapping[str, Any]) -> tuple[Literal, ...]:
    found = _value(bind, binds)
    if not isinstance(found, _LISTS):
        return (literal(found, bind.name),)
    values = tuple(literal(value, bind.name) for value in cast("Iterable[Any]", found))
    return values if not isinstance(found, set | frozenset) else tuple(sorted(values, key=repr))


def _of_nothing(choice: Choice) -> Condition:
    """Say with words that SOQL has what an empty list means: nothing is in it, and an Id is never empty."""
    nothing = choice in {Choice.IN, Choice.INCLUDES}
    return Comparison(Path("Id"), Operator.EQUAL if nothing else Operator.NOT_EQUAL, None)


def _count(count: int | Bind | None, binds: Mapping[str, Any]) -> int | None:
    if not isinstance(count, Bind):
        return count
    value = _value(count, binds)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise SoqlError(Code.MALFORMED_QUERY, f":{count.name} is {value!r:.60}", fix="Give a whole number from 0 up.")
    return value


def _field(field: Selected | Subquery | TypeOf, binds: Mapping[str, Any]) -> Selected | Subquery | TypeOf:
    match field:
        case Selected(operand):
            return replace(field, operand=_operand(operand, binds)) if isinstance(operand, Call) else field
        case Subquery(select):
            return Subquery(fill_select(select, binds))
        case TypeOf():
            return field


def _operand(operand: Operand, binds: Mapping[str, Any]) -> Operand:
    if isinstance(operand, Path):
        return operand
    return replace(operand, arguments=tuple(_argument(one, binds) for one in operand.arguments))


def _argument(argument: Argument, binds: Mapping[str, Any]) -> Argument:
    match argument:
        case Call():
            return _operand(argument, binds)
        case Bind(name):
            value = _one(argument, binds)
            if not isinstance(value, str | Decimal):
                raise SoqlError(Code.MALFORMED_QUERY, f":{name} is {value!r:.60}", fix="Give a number or a text.")
            return value
        case _:
            return argument


def _condition(condition: Condition, binds: Mapping[str, Any]) -> Condition:
    match condition:
        case And(parts):
            return And(tuple(_condition(part, binds) for part in parts))
        case Or(parts):
            return Or(tuple(_condition(part, binds) for part in parts))
        case Not(part):
            return Not(_condition(part, binds))
        case Comparison():
            return _comparison(replace(condition, operand=_operand(condition.operand, binds)), binds)
        case Membership():
            return _membership(replace(condition, operand=_operand(condition.operand, binds)), binds)
        case Semijoin():
            return replace(condition, select=fill_select(condition.select, binds))


def _comparison(condition: Comparison, binds: Mapping[str, Any]) -> Comparison:
    value = _one(condition.value, binds)
    if condition.operator is Operator.LIKE and value is not condition.value and isinstance(value, str):
        value = as_pattern(value)
    return replace(condition, value=value)


def _membership(condition: Membership, binds: Mapping[str, Any]) -> Condition:
    if isinstance(condition.values, Bind):
        values = _several(condition.values, binds)
        return replace(condition, values=values) if values else _of_nothing(condition.choice)
    return replace(condition, values=tuple(_one(value, binds) for value in condition.values))
