"""A query as frozen values, as it was written: names are not looked up yet.

Two queries are equal when they say the same, wherever their words stand: `at` (an offset into the text) takes no
part in comparing. Literals are plain values: str, Decimal, bool, None, date, datetime (aware, UTC) and time;
`DateLiteral` is a range relative to the day of running, `Money` an amount in a currency, and `Bind` a place for a
value.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

C = TypeVar("C")


class Operator(StrEnum):
    """The comparisons between a field and one value."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LIKE = "LIKE"


class Choice(StrEnum):
    """The comparisons between a field and several values."""

    IN = "IN"
    NOT_IN = "NOT IN"
    INCLUDES = "INCLUDES"
    EXCLUDES = "EXCLUDES"


class Nulls(StrEnum):
    """Where empty values stand in an order."""

    FIRST = "FIRST"
    LAST = "LAST"


class Subtotals(StrEnum):
    """What GROUP BY adds to the groups: their subtotals from right to left, or those of every combination."""

    ROLLUP = "ROLLUP"
    CUBE = "CUBE"


class Access(StrEnum):
    """Whose permissions a query asks to be read with: `WITH USER_MODE`."""

    SECURITY_ENFORCED = "SECURITY_ENFORCED"
    USER_MODE = "USER_MODE"
    SYSTEM_MODE = "SYSTEM_MODE"


class Selector(StrEnum):
    """Which categories around the named one are meant: `WITH DATA CATEGORY Geography__c ABOVE usa__c`."""

    AT = "AT"
    ABOVE = "ABOVE"
    BELOW = "BELOW"
    ABOVE_OR_BELOW = "ABOVE_OR_BELOW"


class Purpose(StrEnum):
    """What the records are read for: to be seen, named beside another that is seen, or changed."""

    VIEW = "VIEW"
    REFERENCE = "REFERENCE"
    UPDATE = "UPDATE"


class Tracking(StrEnum):
    """The statistics of Knowledge articles that a query adds to."""

    TRACKING = "TRACKING"
    VIEWSTAT = "VIEWSTAT"


@dataclass(frozen=True, slots=True)
class Bind:
    """A place for a value: `:AccountId`."""

    name: str
    at: int = field(default=-1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """A range of days relative to the day of running: `THIS_QUARTER`, or `LAST_N_DAYS` with its `n`."""

    name: str
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, by its ISO code in capitals: `USD5000`."""

    currency: str
    amount: Decimal


Literal = str | Decimal | bool | date | datetime | time | DateLiteral | Money | None


@dataclass(frozen=True, slots=True)
class Path:
    """A field by its dotted path: `Account.Owner.Name`."""

    name: str
    at: int = field(default=-1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function, `SUM(Amount)` or `CALENDAR_YEAR(convertTimezone(CreatedDate))`. The name is in capitals."""

    function: str
    arguments: tuple["Argument", ...] = ()
    at: int = field(default=-1, compare=False, repr=False)


Operand = Path | Call
Argument = Path | Call | Decimal | str | Bind


@dataclass(frozen=True, slots=True)
class Comparison:
    """`StageName = 'Closed Won'`.

    The text that LIKE compares with is a pattern: `%` and `_` are wildcards, and a backslash before either, or
    before a backslash, takes it as it is. Every other text is the value itself.
    """

    operand: Operand
    operator: Operator
    value: Literal | Bind


@dataclass(frozen=True, slots=True)
class Membership:
    """`Id IN ('006...', '006...')`, and INCLUDES or EXCLUDES of a multi-select picklist; never of no value."""

    operand: Operand
    choice: Choice
    values: tuple[Literal | Bind, ...] | Bind


@dataclass(frozen=True, slots=True)
class Semijoin:
    """`Id IN (SELECT AccountId FROM Opportunity)`, or NOT IN."""

    operand: Operand
    choice: Choice
    select: "Select"


@dataclass(frozen=True, slots=True)
class And(Generic[C]):
    """Two or more conditions that must all be true."""

    parts: tuple[C, ...]


@dataclass(frozen=True, slots=True)
class Or(Generic[C]):
    """Two or more conditions of which one must be true."""

    parts: tuple[C, ...]


@dataclass(frozen=True, slots=True)
class Not(Generic[C]):
    """A condition that must not be true."""

    part: C


Condition = Comparison | Membership | Semijoin | And["Condition"] | Or["Condition"] | Not["Condition"]


@dataclass(frozen=True, slots=True)
class Selected:
    """One field or function of the result, and the alias that a function or a grouped field may have."""

    operand: Operand
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Subquery:
    """Records under a child relationship: `(SELECT Id FROM OpportunityContactRoles)`."""

    select: "Select"


@dataclass(frozen=True, slots=True)
class When:
    """The fields to read where a relationship leads to a record of this object: `WHEN Account THEN Phone`."""

    object: str
    fields: tuple[Path, ...]
    at: int = field(default=-1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TypeOf:
    """Fields by the object that a relationship leads to: `TYPEOF What WHEN Account THEN Phone ELSE Name END`."""

    relationship: Path
    whens: tuple[When, ...]
    otherwise: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Ordering:
    """One term of ORDER BY. Empty values stand first unless `nulls` says otherwise."""

    operand: Operand
    descending: bool = False
    nulls: Nulls | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What FROM names: an object, in a subquery a child relationship, or `c.Account a`, a parent with its alias."""

    name: str
    alias: str = ""
    at: int = field(default=-1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Category:
    """One data category condition: `Geography__c ABOVE usa__c`."""

    group: str
    selector: Selector
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Settings after WITH: `RecordVisibilityContext (maxDescriptorPerRecord = 100)`."""

    name: str
    settings: tuple[tuple[str, Literal], ...]


Within = Access | tuple[Category, ...] | Context | Comparison


@dataclass(frozen=True, slots=True)
class Select:
    """One SELECT statement: the query itself, a subquery or a semi-join. `within` is what follows WITH."""

    fields: tuple[Selected | Subquery | TypeOf, ...]
    source: Source
    parents: tuple[Source, ...] = ()
    scope: str = ""
    where: Condition | None = None
    within: Within | None = None
    group_by: tuple[Operand, ...] = ()
    subtotals: Subtotals | None = None
    having: Condition | None = None
    order_by: tuple[Ordering, ...] = ()
    limit: int | Bind | None = None
    offset: int | Bind | None = None
    all_rows: bool = False
    purposes: tuple[Purpose, ...] = ()
    tracking: tuple[Tracking, ...] = ()
