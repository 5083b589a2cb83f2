"""A query whose every name and value is known to fit the schema: nothing after it can fail for the user's mistake.

Values are as records hold them: dates and datetimes as REST texts, numbers as int or float, booleans as 0 and 1,
ids in 18 characters; an empty text is None. A `DateLiteral` stays one until the query runs.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from upbeat.schema import Field, FieldType, Object
from upbeat.soql.tree import And, Choice, DateLiteral, Not, Operator, Or

Value = str | int | float | None

TEXTS = frozenset(
    {
        FieldType.STRING,
        FieldType.TEXTAREA,
        FieldType.EMAIL,
        FieldType.PHONE,
        FieldType.URL,
        FieldType.ENCRYPTED,
        FieldType.COMBOBOX,
        FieldType.PICKLIST,
        FieldType.MULTIPICKLIST,
        FieldType.ANY,
    }
)
IDS = frozenset({FieldType.ID, FieldType.REFERENCE})
NUMBERS = frozenset({FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT})


class Function(StrEnum):
    """The aggregate functions."""

    COUNT = "COUNT"
    COUNT_DISTINCT = "COUNT_DISTINCT"
    SUM = "SUM"
    AVG = "AVG"
    MIN = "MIN"
    MAX = "MAX"


@dataclass(frozen=True, slots=True)
class Parent:
    """One step up: the reference that is followed, and the objects it may lead to."""

    reference: Field
    objects: tuple[Object, ...]

    @property
    def polymorphic(self) -> bool:
        """Whether it may lead to records of several objects, as the owner of a Lead may be a User or a Group."""
        return len(self.reference.reference_to) > 1


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the query's object, or of a parent of it."""

    parents: tuple[Parent, ...]
    field: Field

    @property
    def steps(self) -> tuple[str, ...]:
        """The relationship names on the way, as the schema spells them."""
        return tuple(parent.reference.relationship for parent in self.parents)

    @property
    def name(self) -> str:
        """The dotted path, as the schema spells it."""
        return ".".join((*self.steps, self.field.name))


@dataclass(frozen=True, slots=True)
class Compound:
    """An address or a location, which is shown by its parts: `city`, `postalCode`."""

    column: Column
    parts: tuple[tuple[str, Column], ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function over the rows of a group."""

    function: Function
    column: Column

    @property
    def type(self) -> FieldType:
        """The type of its value."""
        match self.function:
            case Function.COUNT | Function.COUNT_DISTINCT:
                return FieldType.INT
            case Function.AVG:
                return FieldType.DOUBLE
            case _:
                return self.column.field.type


Operand = Column | Aggregate


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison with one value; with LIKE the value is a pattern, escaped by backslashes."""

    operand: Operand
    operator: Operator
    value: Value | DateLiteral


@dataclass(frozen=True, slots=True)
class Among:
    """A comparison with several values, of which None is one where empty is chosen too."""

    operand: Operand
    choice: Choice
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A semi-join: whether the id is among (IN), or not among (NOT IN), those in a column of another query."""

    operand: Operand
    choice: Choice
    column: Column
    plan: "Plan"


Condition = Test | Among | Found | And["Condition"] | Or["Condition"] | Not["Condition"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One value of an aggregated row, under its alias."""

    alias: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class Children:
    """The records under a child relationship: those whose `reference` is the parent's Id."""

    relationship: str
    reference: Field
    plan: "Plan"


@dataclass(frozen=True, slots=True)
class Order:
    """One term of the order of rows."""

    operand: Operand
    descending: bool
    nulls_first: bool


@dataclass(frozen=True)
class Plan:
    """A bound SELECT. Its outputs are fields and children, or, where it is `grouped`, answers."""

    object: Object
    outputs: tuple[Column | Compound | Children | Answer, ...]
    where: Condition | None
    group_by: tuple[Column, ...]
    having: Condition | None
    order_by: tuple[Order, ...]
    limit: int | None
    offset: int
    all_rows: bool
    is_count: bool

    @cached_property
    def grouped(self) -> bool:
        """Whether rows are aggregated."""
        return bool(self.group_by) or any(isinstance(output, Answer) for output in self.outputs)


def operand_type(operand: Operand) -> FieldType:
    """Give the type of an operand's value."""
    return operand.type if isinstance(operand, Aggregate) else operand.field.type
