"""Literals as the values that a field holds, or the error that Salesforce would give."""

from datetime import date, datetime, time
from decimal import Decimal

from upbeat.schema import FieldType
from upbeat.soql.bound import Value
from upbeat.soql.functions import IDS, NUMBERS, TEXTS
from upbeat.soql.layout import stored
from upbeat.soql.literals import stored_datetime, stored_time
from upbeat.soql.tree import DateLiteral, Literal, Money

_LARGEST = 2**63 - 1

# What Salesforce calls a type when a literal is of another.
_CALLED = {
    FieldType.BOOLEAN: "boolean",
    FieldType.INT: "int",
    FieldType.DATE: "date",
    FieldType.DATETIME: "dateTime",
    FieldType.TIME: "time",
}


class WrongValueError(ValueError):
    """A literal that a field cannot be compared with; `invalid_id` where it is a text that is no record id."""

    def __init__(self, what: str, *, invalid_id: bool = False) -> None:
        """Keep the sentence and the kind."""
        super().__init__(what)
        self.invalid_id = invalid_id


def value_of(  # noqa: C901, PLR0911 - one a kind of literal
    literal: Literal, name: str, kind: FieldType
) -> Value | DateLiteral | Money:
    """Give a literal as a field of this type holds it. Raises WrongValueError where the types do not fit."""
    match literal:
        case None:
            return 0 if kind is FieldType.BOOLEAN else None  # a checkbox is never empty: null means false
        case str() if kind in IDS:
            return _id(literal)
        case str() if kind in TEXTS:
            return literal or None
        case bool() if kind is FieldType.BOOLEAN:
            return int(literal)
        case Decimal() if kind in NUMBERS:
            return number_of(literal)
        case datetime() if kind is FieldType.DATETIME:
            return stored_datetime(literal)
        case date() if kind is FieldType.DATE and not isinstance(literal, datetime):
            return literal.isoformat()
        case time() if kind is FieldType.TIME:
            return stored_time(literal)
        case DateLiteral() if kind in {FieldType.DATE, FieldType.DATETIME}:
            return literal
        case Money() if kind is FieldType.CURRENCY:
            return literal
        case _:
            raise WrongValueError(_misfit(name, kind))


def _id(text: str) -> Value:
    try:
        return stored(FieldType.ID, text)
    except ValueError:
        raise WrongValueError(f"invalid ID field: {text}", invalid_id=True) from None


def number_of(number: Decimal) -> int | float:
    """Give a number as a field holds it."""
    whole = number == number.to_integral_value() and abs(number) <= _LARGEST
    return int(number) if whole else float(number)


def _misfit(name: str, kind: FieldType) -> str:
    quoted = kind in TEXTS or kind in IDS
    called = _CALLED.get(kind, "string" if quoted else "double")
    quotes = "should be enclosed in quotes" if quoted else "should not be enclosed in quotes"
    return f"value of filter criterion for field '{name}' must be of type {called} and {quotes}"
