"""What a part of a formula is in SQL: an expression, whether it can be NULL, and where it has no value.

A blank number, date or time is NULL; a blank text, picklist or id is ''. No expression raises, whatever stands in its
columns: where the formula has no value, `fails` is true and the expression gives anything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

from upbeat.formula.types import Type
from upbeat.formula.values import Value

DIGITS = 38  # the most that DuckDB's decimals hold
LIMIT = 10**DIGITS
LONGEST_TEXT = 131_072  # of a long text area


Chain = Callable[[Decimal], Decimal]


class Refused(Exception):  # noqa: N818 - carries a reason to the composer, which knows the place and makes the error
    """A part that does not become SQL: why, and what to write in its stead."""

    def __init__(self, why: str, fix: str = "") -> None:
        """Keep the parts for the FormulaError."""
        super().__init__(why)
        self.why, self.fix = why, fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql:
    """An expression. `fails` is a condition, not satisfied where it is NULL; empty, it holds nowhere.

    `truth` is a plainer form of a condition: true exactly where the expression is, and anywhere else false or NULL.
    `said` is a text that is a constant; any text has `longest` characters at most. `raw` is what an id was read from.
    """

    text: str
    kind: Type = Type.NULL
    blank: bool = False
    fails: str = ""
    joint: str = ""  # the operator that its parts are joined by, where it needs brackets beside another
    truth: "Sql | None" = None
    said: str | None = None
    raw: str = ""
    longest: int = LONGEST_TEXT

    @property
    def operand(self) -> str:
        """The expression as an operator takes it."""
        return f"({self.text})" if self.joint else self.text

    @property
    def true(self) -> "Sql":
        """An expression that is true exactly where this one is."""
        return self.truth or self

    @property
    def is_blank(self) -> str:
        """The condition that it is NULL; empty where it never is."""
        return f"{self.operand} IS NULL" if self.blank else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Sql):
    """A DECIMAL: a whole count of units of 10^-scale, `most` of them at most, with so many `digits` that count."""

    scale: int = 0
    most: int
    digits: int = DIGITS
    constant: Decimal | None = None

    @property
    def significant(self) -> int:
        """How many digits the number has at most, from its first that is no zero."""
        return min(self.digits, len(str(self.most)))

    def units(self, scale: int) -> int:
        """Give `most` in units of 10^-scale, a finer scale than its own or the same."""
        return self.most * 10 ** (scale - self.scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio(Sql):
    """A quotient that is not computed: `over` / `under`, and `under` is above zero wherever the formula has a value.

    A formula calculates it to 39 digits, and its value is off by less than `error` / `under`. Where it is `faithful`,
    the value is the quotient itself wherever that has 38 digits or fewer. It is `pure` where only multiplication and
    division made it: it is then off by a share of itself, below 10^-36. Where constants alone made it of one number,
    its `base`, `chain` computes it of that as the formula does.
    """

    over: Number
    under: Number
    error: Fraction
    faithful: bool = True
    pure: bool = True
    base: Number | None = None
    chain: Chain | None = None

    @property
    def is_blank(self) -> str:
        """The condition that it is NULL; empty where it never is."""
        return either(self.over.is_blank, self.under.is_blank)


def either(*conditions: str) -> str:
    """Join conditions by OR, leaving out the empty ones, which hold nowhere."""
    kept = list(dict.fromkeys(one for one in conditions if one))
    return f"({' OR '.join(kept)})" if kept[1:] else "".join(kept)


def both(*conditions: str) -> str:
    """Join conditions by AND; empty where one of them is."""
    kept = list(dict.fromkeys(conditions))
    return "" if "" in kept else f"({' AND '.join(kept)})" if kept[1:] else "".join(kept)


def failures(args: Sequence[Sql], own: str = "") -> str:
    """Give where a strict function has no value: where an argument has none, or, none being NULL, by its `own`."""
    given = [f"{arg.operand} IS NOT NULL" for arg in args if arg.blank]
    return either(*(arg.fails for arg in args), both(*given, own))


def strict(args: Sequence[Sql], text: str, *, fails: str = "", joint: str = "") -> Sql:
    """Give the SQL of a strict function that is no text: NULL where an argument is."""
    return Sql(text=text, blank=any(arg.blank for arg in args), fails=failures(args, fails), joint=joint)


def written(args: Sequence[Sql], text: str, *, fails: str = "", joint: str = "", longest: int = LONGEST_TEXT) -> Sql:
    """Give the SQL of a strict function that is a text: '' where an argument is NULL."""
    if any(arg.blank for arg in args):
        text, joint = f"coalesce({text}, '')", ""
    return Sql(text=text, fails=failures(args, fails), joint=joint, longest=longest)


def counted(args: Sequence[Sql], text: str, most: int, *, fails: str = "") -> Number:
    """Give the number that a function of DuckDB counts."""
    cast = f"CAST({text} AS DECIMAL({len(str(most))}, 0))"
    return Number(text=cast, blank=any(arg.blank for arg in args), fails=failures(args, fails), most=most)


def empty(one: Sql) -> str:
    """Give the condition that a text is blank; empty where it never is."""
    return f"{one.raw or one.operand} = ''" if one.said is None else "" if one.said else "TRUE"


def exact(arg: Sql) -> Number:
    """Give a number whose every digit is at hand. Raises Refused for a quotient, and where it has too many digits."""
    if isinstance(arg, Ratio):
        raise Refused("a quotient has up to 39 digits", "Round it: ROUND(a / b, 2).")
    if not isinstance(arg, Number):
        raise TypeError(f"{arg.text} is no number")
    return held(arg)


def held(number: Number) -> Number:
    """Give the number where it fits into DuckDB's decimals. Raises Refused where it can have more digits."""
    if number.most >= LIMIT or number.scale > DIGITS - 1:
        raise Refused(f"the number can have more than {DIGITS} digits", "Round a part of it to fewer places.")
    return number


# --- names and literals ---------------------------------------------------------------------------


def name(column: str) -> str:
    """Write a column's name."""
    return '"' + column.replace('"', '""') + '"'


def text(value: str) -> str:
    """Write a text."""
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise Refused("a text has half a character")
    return "'" + value.replace("'", "''") + "'"


def amount(value: Decimal) -> Number:
    """Write a number."""
    units, scale = abs(int(value)), 0
    _, digits, exponent = value.as_tuple()
    if isinstance(exponent, int) and exponent < 0:
        units, scale = int("".join(map(str, digits))), -exponent
        while scale and units % 10 == 0:
            units, scale = units // 10, scale - 1
    shown = f"{value:.{scale}f}"
    return Number(text=shown if scale or units < 10**18 else f"{shown}.", scale=scale, most=units, constant=value)


def literal(value: Value, kind: Type) -> Sql:
    """Write a value; None as the blank of its type."""
    match value:
        case None:
            return _blank(kind)
        case Decimal():
            return amount(value)
        case str():
            return Sql(text=text(value), said=value, longest=len(value))
        case _:
            return Sql(text=_shown(value, kind))


def _blank(kind: Type) -> Sql:
    if kind is Type.NUMBER:
        return Number(text="CAST(NULL AS DECIMAL(1, 0))", blank=True, most=0)
    if kind.is_text:
        return literal("", kind)
    return Sql(text=f"CAST(NULL AS {_TYPES[kind]})" if kind in _TYPES else "NULL", blank=True)


def _shown(value: Value, kind: Type) -> str:
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            return f"TIMESTAMP '{value.replace(tzinfo=None).isoformat(' ', 'seconds')}'"
        case date():
            return f"DATE '{value.isoformat()}'"
        case time():
            return f"TIME '{value.isoformat()}'"
        case _:
            raise Refused(f"no column holds a {kind}")


def of_type(kind: Type) -> str:
    """Give the type of DuckDB's that holds values of a type which is no number."""
    return _TYPES.get(kind, "VARCHAR")


_TYPES = {Type.BOOLEAN: "BOOLEAN", Type.DATE: "DATE", Type.DATETIME: "TIMESTAMP", Type.TIME: "TIME"}
