"""What each function becomes in SQL, or why it becomes none."""

from collections.abc import Callable, Mapping

from upbeat.formula.duckdb import casing, dates, doubles, logic, numbers, patterns, ratios, rounding, texts
from upbeat.formula.duckdb.sql import Number, Refused, Sql, exact
from upbeat.formula.functions import Function

Writer = Callable[..., Sql]


def entry(row: Function) -> Writer | str | None:
    """Give a row's entry; None where it has none."""
    return ENTRIES.get(f"{row.name} {row.signature}", ENTRIES.get(row.name))


def writer(row: Function) -> Writer:
    """Give what writes a row. Raises Refused with the reason where nothing does."""
    found = entry(row)
    if found is None or isinstance(found, str):
        raise Refused(found or "DuckDB has no such function")
    return found


def _exactly(function: Callable[..., Number]) -> Writer:
    """Write what takes no quotients."""
    return lambda *args: function(*map(exact, args))


def _by_kind(of_texts: Writer, of_others: Writer) -> Writer:
    def chosen(one: Sql, other: Sql) -> Sql:
        return (of_texts if one.kind.is_text else of_others)(one, other)

    return chosen


_ANY_SIZE = "its result can be of any size, and DuckDB's decimals have their point in one place"
_MARKUP = "it writes markup, for a page and not for a table"

ENTRIES: Mapping[str, Writer | str] = {
    # logic
    "AND": logic.every,
    "OR": logic.some,
    "NOT": logic.opposite,
    "IF": logic.chosen,
    "IFS": logic.first_true,
    "CASE": logic.first_equal,
    "IN": logic.listed,
    "ISPICKVAL": texts.equal("="),
    "INCLUDES": logic.includes,
    "PICKLISTCOUNT": logic.count_picked,
    "ISBLANK": logic.is_blank,
    "ISNULL": logic.is_null,
    "BLANKVALUE": logic.filled,
    "NULLVALUE": logic.null_filled,
    "IFERROR": logic.recovered,
    "ISCHANGED": logic.changed,
    # operators
    **{sign: _by_kind(texts.equal(sign), logic.same(sign)) for sign in ("=", "<>")},
    **{sign: _by_kind(texts.sorts(sign), logic.same(sign)) for sign in ("<", "<=", ">", ">=")},
    "+ number, number -> number": ratios.add,
    "+ date, number -> date": dates.date_after,
    "+ number, date -> date": dates.after_date,
    "+ datetime, number -> datetime": dates.moment_after,
    "+ number, datetime -> datetime": dates.after_moment,
    "+ time, number -> time": dates.clock_after,
    "+ number, time -> time": dates.after_clock,
    "+ text, text -> text": texts.join,
    "- number -> number": ratios.negate,
    "- number, number -> number": ratios.subtract,
    "- date, number -> date": dates.date_before,
    "- date, date -> number": dates.days_between,
    "- datetime, number -> datetime": dates.moment_before,
    "- datetime, datetime -> number": dates.time_between,
    "- time, number -> time": dates.clock_before,
    "- time, time -> number": dates.clock_between,
    "*": ratios.multiply,
    "/": ratios.divide,
    "^": _exactly(numbers.power),
    "&": texts.join,
    # texts
    "TEXT": texts.shown,
    "TEXT picklist -> text": texts.itself,
    "ISNUMBER": texts.is_number,
    "LEN": texts.length,
    "LEFT": texts.left,
    "RIGHT": texts.right,
    "MID": texts.middle,
    "SUBSTR": texts.part,
    "VALUE": "a text can write a number of any size, and DuckDB's decimals have their point in one place",
    "INITCAP": "DuckDB tells the words of a text apart by other rules",
    "FORMATCURRENCY": "DuckDB groups the digits of doubles only",
    "LOWER": casing.lower,
    "UPPER": casing.upper,
    "TRIM": texts.trim,
    "CONTAINS": texts.contains,
    "BEGINS": texts.begins,
    "FIND": texts.find,
    "SUBSTITUTE": texts.substitute,
    "LPAD": texts.pad_left,
    "RPAD": texts.pad_right,
    "REGEX": patterns.matches,
    "LIKE": patterns.like,
    "ASCII": texts.code,
    "CHR": texts.character,
    "REVERSE": texts.reverse,
    "CASESAFEID": texts.case_safe,
    # dates and times
    "DATE": dates.made,
    "DATEVALUE datetime -> date": dates.day_of,
    "DATEVALUE text -> date": dates.read_date,
    "DATEVALUE date -> date": dates.itself,
    "DATETIMEVALUE datetime -> datetime": dates.itself,
    "DATETIMEVALUE date -> datetime": dates.cast("TIMESTAMP"),
    "DATETIMEVALUE text -> datetime": dates.read_moment,
    "TIMEVALUE datetime -> time": dates.cast("TIME"),
    "TIMEVALUE text -> time": dates.read_clock,
    "TIMEVALUE time -> time": dates.itself,
    "YEAR": dates.part("year({})", 9999),
    "MONTH": dates.part("month({})", 12),
    "DAY": dates.part("day({})", 31),
    "WEEKDAY": dates.part("dayofweek({}) + 1", 7),
    "DAYOFYEAR": dates.part("dayofyear({})", 366),
    "ISOWEEK": dates.part("weekofyear({})", 53),
    "ISOYEAR": dates.part("isoyear({})", 9999),
    "HOUR": dates.part("hour({})", 23),
    "MINUTE": dates.part("minute({})", 59),
    "SECOND": dates.part("second({})", 59),
    "MILLISECOND": dates.part("millisecond({}) % 1000", 999),
    "ADDMONTHS": dates.months_after,
    "UNIXTIMESTAMP": dates.stamp,
    "UNIXTIMESTAMP time -> number": dates.part("epoch_ms({}) // 1000", 86_399),
    "FROMUNIXTIME": dates.of_stamp,
    "FORMATDURATION number, boolean? -> text": dates.duration,
    "FORMATDURATION datetime, datetime -> text": dates.duration_between,
    "FORMATDURATION time, time -> text": dates.duration_of_day,
    # mathematics
    "ABS": ratios.absolute,
    "ROUND": rounding.rounded,
    "TRUNC": rounding.truncated,
    **{name: rounding.to_whole(name) for name in ("CEILING", "FLOOR", "MCEILING", "MFLOOR")},
    "MIN": _exactly(numbers.smallest),
    "MAX": _exactly(numbers.largest),
    "MOD": _exactly(numbers.remainder),
    "SQRT": _exactly(doubles.square_root),
    "EXP": _exactly(doubles.exponential),
    "LN": _exactly(doubles.logarithm),
    "LOG": _exactly(doubles.common_logarithm),
    "SIN": _exactly(doubles.sine),
    "COS": _exactly(doubles.cosine),
    "ASIN": _exactly(doubles.arcsine),
    "ACOS": _exactly(doubles.arccosine),
    "ATAN": _exactly(doubles.arctangent),
    **dict.fromkeys(("TAN", "ATAN2"), _ANY_SIZE),
    # what stands beside tables
    **dict.fromkeys(("HYPERLINK", "IMAGE", "HTMLENCODE", "JSENCODE", "JSINHTMLENCODE", "URLENCODE"), _MARKUP),
    **dict.fromkeys(("JSONVALUE", "JSONPATHVALUE"), "DuckDB reads JSON by other rules"),
    "GEOLOCATION": "no column holds a location",
    "DISTANCE": "Python adds squares with more digits than DuckDB's doubles have",
    **dict.fromkeys(("CURRENCYRATE", "VLOOKUP"), "it looks beside the record, in what no column holds"),
}
"""By a function's name, or by its name and signature: what writes it, or the reason why nothing does."""
