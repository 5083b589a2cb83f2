"""A query whose every name and value is known to fit the schema: nothing after it can fail for the user's mistake.

Values are as records hold them: dates and datetimes as REST texts, numbers as int or float, booleans as 0 and 1,
ids in 18 characters; an empty text is None. A `DateLiteral` stays one until the query runs, and so does the `Money` of
an org with several currencies.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from upbeat.schema import Field, FieldType, Object
from upbeat.soql.functions import Function
from upbeat.soql.tree import Access, And, Choice, DateLiteral, Money, Not, Operator, Or, Purpose, Subtotals

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Parent:
    """One step up: the reference that is followed, and the objects it may lead to.

    `narrowed` says that of several objects only one is looked at, as after WHEN.
    """

    reference: Field
    objects: tuple[Object, ...]
    narrowed: bool = False

    @property
    def polymorphic(self) -> bool:
        """Whether it may lead to records of several objects, as the owner of a Lead may be a User or a Group."""
        return len(self.reference.reference_to) > 1 and not self.narrowed


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the query's object, or of a parent of it."""

    parents: tuple[Parent, ...]
    field: Field

    @property
    def type(self) -> FieldType:
        """The type of its value."""
        return self.field.type

    @property
    def name(self) -> str:
        """The dotted path, as the schema spells it."""
        return ".".join((*(parent.reference.relationship for parent in self.parents), self.field.name))


@dataclass(frozen=True, slots=True)
class Applied:
    """A function of a field, or of another function."""

    function: Function
    argument: "Column | Applied"

    @property
    def type(self) -> FieldType:
        """The type of its value."""
        return self.function.gives or self.argument.type

    @property
    def name(self) -> str:
        """The call with names as the schema spells them, by which groups are known."""
        return f"{self.function.name}({self.argument.name})"

    @property
    def column(self) -> Column:
        """The field inside."""
        return self.argument if isinstance(self.argument, Column) else self.argument.column


@dataclass(frozen=True, slots=True)
class Place:
    """A place on earth: numbers in degrees, or the fields that hold them."""

    latitude: Column | float
    longitude: Column | float


@dataclass(frozen=True, slots=True)
class Distance:
    """How far two places are from each other, in miles (`mi`) or kilometres (`km`)."""

    start: Place
    end: Place
    unit: str

    @property
    def type(self) -> FieldType:
        """The type of its value."""
        return FieldType.DOUBLE

    @property
    def name(self) -> str:
        """What it is called in errors."""
        return "DISTANCE"


Operand = Column | Applied | Distance


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison with one value; with LIKE the value is a pattern, escaped by backslashes."""

    operand: Operand
    operator: Operator
    value: Value | DateLiteral | Money


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
class Output:
    """One value of a row: its key, in the record itself or in that of a parent."""

    key: str
    operand: Operand
    parents: tuple[Parent, ...] = ()


@dataclass(frozen=True, slots=True)
class Compound:
    """An address or a location, which is shown by its parts: `city`, `postalCode`."""

    column: Column
    parts: tuple[tuple[str, Column], ...]


@dataclass(frozen=True, slots=True)
class Branches:
    """A parent of several objects, shown by other fields for each of them; None where its object has no branch.

    The parents of a branch's columns end in the narrowed parent; those of `otherwise` end in the parent of several
    objects.
    """

    parents: tuple[Parent, ...]
    whens: tuple[tuple[tuple[Parent, ...], tuple[Output | Compound, ...]], ...]
    otherwise: tuple[Output | Compound, ...]


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


@dataclass(frozen=True, slots=True)
class Plan:
    """A bound SELECT. Where its rows are `grouped`, its outputs are all of them `answers`."""

    object: Object
    outputs: tuple[Output | Compound | Branches | Children, ...]
    where: Condition | None
    grouped: bool
    group_by: tuple[Column | Applied, ...]
    subtotals: Subtotals | None
    having: Condition | None
    order_by: tuple[Order, ...]
    limit: int | None
    offset: int
    all_rows: bool
    is_count: bool
    access: Access | None
    purposes: tuple[Purpose, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The paths at which its records hold values, in their order: `Name`, `Account.Name`, `BillingAddress.city`.

        An aggregate stands under its alias, and a subquery under its relationship.
        """
        return tuple(dict.fromkeys(path for output in self.outputs for path in _paths(output)))

    @property
    def answers(self) -> tuple[Output, ...]:
        """What is shown of each group."""
        return tuple(output for output in self.outputs if isinstance(output, Output))


def _paths(output: Output | Compound | Branches | Children) -> Iterator[str]:
    match output:
        case Output(key, _, parents):
            yield ".".join((*(parent.reference.relationship for parent in parents), key))
        case Compound(column, parts):
            yield from (f"{column.name}.{key}" for key, _ in parts)
        case Branches(_, whens, otherwise):
            for shown in (*(outputs for _, outputs in whens), otherwise):
                yield from (path for one in shown for path in _paths(one))
        case Children(relationship):
            yield relationship
