"""The types of Salesforce formulas, and what a formula may name: its scope."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from upbeat.schema import Field, FieldType, Schema


class Type(StrEnum):
    """The type of a value, in the words that an admin reads."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    PICKLIST = "picklist"
    MULTIPICKLIST = "multi-select picklist"
    ID = "id"
    LOCATION = "location"
    TABLE = "table"
    NULL = "null"

    @property
    def is_text(self) -> bool:
        """Whether blank is the empty text: such a value is never null."""
        return self in _TEXTS


_TEXTS = frozenset({Type.TEXT, Type.PICKLIST, Type.MULTIPICKLIST, Type.ID})

ASKED = frozenset({Type.LOCATION, Type.TABLE})
"""Types that only functions made for them take, and no formula gives: a table is values by name, to look in."""

_NUMBERS = (FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT)
_OF_FIELD = {
    FieldType.ID: Type.ID,
    FieldType.REFERENCE: Type.ID,
    FieldType.BOOLEAN: Type.BOOLEAN,
    FieldType.DATE: Type.DATE,
    FieldType.DATETIME: Type.DATETIME,
    FieldType.TIME: Type.TIME,
    FieldType.PICKLIST: Type.PICKLIST,
    FieldType.MULTIPICKLIST: Type.MULTIPICKLIST,
    FieldType.LOCATION: Type.LOCATION,
    **dict.fromkeys(_NUMBERS, Type.NUMBER),
}
UNREADABLE = frozenset({FieldType.ADDRESS, FieldType.BASE64})  # no formula can hold their value


def type_of(one: Field) -> Type:
    """Give the type that a formula sees: every kind of text is text, every kind of number a number."""
    return _OF_FIELD.get(one.type, Type.TEXT)


@dataclass(frozen=True)
class Scope:
    """What a formula may name: the fields of `object` and its parents, and globals by their dotted name.

    `globals` maps `$Threshold.quiet_days` or `$Step.route.owner` to a type; `formulas` maps a global that follows from
    the record, such as `$Signal.StageNumber`, to the formula that it stands for. `time_zone` is the org's: TODAY() and
    DATEVALUE() of a date/time are days there. `blank_as_zero` treats blank numbers as zero, as a formula field may;
    conditions and validation rules treat a blank as blank, and so does the default.
    """

    schema: Schema = field(repr=False)
    object: str
    globals: Mapping[str, Type] = field(default_factory=dict[str, Type])
    formulas: Mapping[str, str] = field(default_factory=dict[str, str])
    time_zone: str = "UTC"
    blank_as_zero: bool = False
