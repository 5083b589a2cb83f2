"""The functions of the language, a row each: what it takes, what it gives, where it may stand, and how SQLite says it.

In `sql`, `{0}` is the argument and other names in braces are what the run or the field's definition fills in:
`{zone}`, the fiscal year's `{start}` month and `{shift}` of its name, `{labels}`, `{type}`, `{scale}`, `{currency}`,
`{code}`, `{rates}`. Functions named `soql_...` are those that `database` teaches SQLite.
"""

from dataclasses import dataclass
from enum import StrEnum

from upbeat.schema import FieldType

NUMBERS = frozenset({FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT})
DAYS = frozenset({FieldType.DATE, FieldType.DATETIME})
IDS = frozenset({FieldType.ID, FieldType.REFERENCE})
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
_PICKLISTS = frozenset({FieldType.PICKLIST, FieldType.MULTIPICKLIST, FieldType.COMBOBOX, FieldType.ANY})
_COUNTED = (TEXTS | IDS | NUMBERS | DAYS) - {FieldType.ENCRYPTED, FieldType.MULTIPICKLIST, FieldType.ANY}


class Kind(StrEnum):
    """What a function is for, which says what a query with it means."""

    AGGREGATE = "aggregate"
    DATE = "date"
    SHOWN = "display"
    DISTANCE = "distance"
    SUBTOTAL = "subtotal"
    INNER = "inside another"


class Clause(StrEnum):
    """A part of a query in which a function may stand."""

    SELECT = "SELECT"
    WHERE = "WHERE"
    GROUP_BY = "GROUP BY"
    HAVING = "HAVING"
    ORDER_BY = "ORDER BY"


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `gives` is None where it is its argument's type; `holds` names functions that may be inside it."""

    name: str
    kind: Kind
    takes: frozenset[FieldType]
    gives: FieldType | None
    clauses: frozenset[Clause]
    sql: str
    does: str
    holds: frozenset[str] = frozenset()


_GROUPED = frozenset({Clause.SELECT, Clause.HAVING, Clause.ORDER_BY})
_SELECTED = frozenset({Clause.SELECT})
_COMPARED = frozenset({Clause.SELECT, Clause.WHERE})
_FOUND = _COMPARED | {Clause.ORDER_BY}

_MONTH = "CAST(substr({0}, 6, 2) AS INTEGER)"
_DAY = "CAST(substr({0}, 9, 2) AS INTEGER)"
_YEAR = "CAST(substr({0}, 1, 4) AS INTEGER)"
_DAY_IN_YEAR = "CAST(strftime('%j', substr({0}, 1, 10)) AS INTEGER)"
_FISCAL_MONTH = f"(({_MONTH} + 12 - {{start}}) % 12 + 1)"


def _aggregate(name: str, takes: frozenset[FieldType], gives: FieldType | None, sql: str, does: str) -> Function:
    return Function(name, Kind.AGGREGATE, takes, gives, _GROUPED, sql, does)


def _date(
    name: str, sql: str, does: str, takes: frozenset[FieldType] = DAYS, gives: FieldType = FieldType.INT
) -> Function:
    return Function(name, Kind.DATE, takes, gives, frozenset(Clause), sql, does, frozenset({"CONVERTTIMEZONE"}))


_MOMENTS = frozenset({FieldType.DATETIME})
_ROWS = (
    _aggregate("COUNT", _COUNTED, FieldType.INT, "COUNT({0})", "how many rows have a value"),
    _aggregate("COUNT_DISTINCT", _COUNTED, FieldType.INT, "COUNT(DISTINCT {0})", "how many values there are"),
    # beyond nine digits stands only what binary fractions add
    _aggregate("SUM", NUMBERS, None, "ROUND(SUM({0}), 9)", "the sum of the values"),
    _aggregate("AVG", NUMBERS, FieldType.DOUBLE, "AVG({0})", "the mean of the values"),
    _aggregate("MIN", _COUNTED, None, "MIN({0})", "the least value; of a picklist, the first in its order"),
    _aggregate("MAX", _COUNTED, None, "MAX({0})", "the greatest value; of a picklist, the last in its order"),
    Function(
        "GROUPING",
        Kind.SUBTOTAL,
        frozenset(FieldType),
        FieldType.INT,
        _GROUPED,
        "",
        "1 in a row that is a subtotal over the field, else 0; with ROLLUP or CUBE",
    ),
    _date("CALENDAR_MONTH", _MONTH, "the month, 1 to 12"),
    _date("CALENDAR_QUARTER", f"(({_MONTH} + 2) / 3)", "the quarter of the calendar year, 1 to 4"),
    _date("CALENDAR_YEAR", _YEAR, "the calendar year"),
    _date("DAY_IN_MONTH", _DAY, "the day of the month"),
    _date("DAY_IN_WEEK", "(strftime('%w', substr({0}, 1, 10)) + 1)", "the day of the week: 1 is Sunday, 7 Saturday"),
    _date("DAY_IN_YEAR", _DAY_IN_YEAR, "the day of the year: 32 is the first of February"),
    _date("DAY_ONLY", "substr({0}, 1, 10)", "the day of a moment", _MOMENTS, FieldType.DATE),
    _date("FISCAL_MONTH", _FISCAL_MONTH, "the month counted from the start of the org's fiscal year"),
    _date("FISCAL_QUARTER", f"(({_FISCAL_MONTH} + 2) / 3)", "the quarter of the org's fiscal year"),
    _date("FISCAL_YEAR", f"({_YEAR} - ({_MONTH} < {{start}}) + {{shift}})", "the fiscal year, as the org calls it"),
    _date("HOUR_IN_DAY", "CAST(substr({0}, 12, 2) AS INTEGER)", "the hour of a moment, 0 to 23", _MOMENTS),
    _date("WEEK_IN_MONTH", f"(({_DAY} + 6) / 7)", "the week of the month: the first is from the 1st to the 7th"),
    _date("WEEK_IN_YEAR", f"(({_DAY_IN_YEAR} + 6) / 7)", "the week of the year: the first is from January 1 to 7"),
    Function(
        "convertTimezone",
        Kind.INNER,
        _MOMENTS,
        None,
        frozenset(),
        "soql_local({0}, {zone})",
        "a moment in the user's time zone; inside a date function, which else counts in UTC",
    ),
    Function(
        "toLabel",
        Kind.SHOWN,
        _PICKLISTS,
        None,
        _COMPARED,
        "soql_label({0}, {labels})",
        "the label of a picklist value, or the value where it has none; a record type's name as it is",
    ),
    Function(
        "FORMAT",
        Kind.SHOWN,
        NUMBERS | DAYS | {FieldType.TIME},
        FieldType.STRING,
        _SELECTED,
        "soql_format({0}, {type}, {scale}, {currency}, {zone})",
        "a number, amount, day or time as a text in the form of the locale en_US",
        frozenset({"CONVERTCURRENCY", "COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"}),
    ),
    Function(
        "convertCurrency",
        Kind.SHOWN,
        frozenset({FieldType.CURRENCY}),
        None,
        _SELECTED,
        "soql_convert({0}, {code}, 'user', {rates})",
        "an amount in the user's currency",
    ),
    Function(
        "DISTANCE",
        Kind.DISTANCE,
        frozenset({FieldType.LOCATION, FieldType.ADDRESS}),
        FieldType.DOUBLE,
        _FOUND,
        "",
        "how far two places are from each other, in 'mi' or 'km'; compared with < and > only",
        frozenset({"GEOLOCATION"}),
    ),
    Function(
        "GEOLOCATION",
        Kind.INNER,
        NUMBERS,
        FieldType.LOCATION,
        frozenset(),
        "",
        "a place by its latitude and longitude in degrees; the second place of a DISTANCE",
    ),
)
FUNCTIONS = {row.name.upper(): row for row in _ROWS}


def spelt(function: str) -> str:
    """Give a function's name as the documentation spells it: `toLabel` for `TOLABEL`."""
    row = FUNCTIONS.get(function)
    return row.name if row else function
