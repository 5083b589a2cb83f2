"""Write the tables of docs/reference/soql.md from the language's own.

python tools/soql_reference.py        write them
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pages import cell, rewritten
from upbeat.schema import FieldType
from upbeat.soql import Calendar, Code, binder, filters, grouping, limits, literals, names, parser
from upbeat.soql.dates import COUNTED, FIXED
from upbeat.soql.functions import FUNCTIONS, Clause
from upbeat.soql.tree import DateLiteral

PAGE = Path(__file__).parents[1] / "docs/reference/soql.md"

_TODAY = datetime(2026, 2, 11, 12, tzinfo=UTC)
_CALENDAR = Calendar(fiscal_year_start=2)
_N = 2
_CODES = {
    Code.MALFORMED_QUERY: "the text cannot be read, or a clause may not be used so",
    Code.INVALID_FIELD: "there is no such field or relationship, or it cannot be used so",
    Code.INVALID_TYPE: "there is no such object or child relationship",
    Code.INVALID_QUERY_FILTER_OPERATOR: "the field cannot be compared in this way, or a text is no record's id",
    Code.NUMBER_OUTSIDE_VALID_RANGE: "OFFSET is too great",
    Code.QUERY_TOO_COMPLICATED: "its SQL would be longer than SQLite takes",
}
_LIMITS = (
    ("characters of a query", parser.LONGEST_QUERY, "Salesforce"),
    ("characters of a text", literals.LONGEST_TEXT, "Salesforce"),
    ("relationships in one path", names.DEEPEST_PATH, "Salesforce"),
    ("parents that one SELECT reaches", names.MOST_PARENTS, "Salesforce"),
    ("subqueries of one query", limits.MOST_CHILDREN, "Salesforce"),
    ("levels of records, with subqueries in subqueries", binder.DEEPEST_CHILDREN, "Salesforce"),
    ("semi- and anti-joins in one WHERE", filters.MOST_SEMIJOINS, "Salesforce"),
    ("terms of ROLLUP or CUBE", grouping.MOST_SUBTOTALLED, "Salesforce"),
    ("OFFSET", binder.LARGEST_OFFSET, "Salesforce"),
    ("LIMIT, or ids, with FIELDS(ALL) or FIELDS(CUSTOM)", limits.MOST_UNBOUNDED, "Salesforce"),
    ("conditions or subqueries inside one another", parser.DEEPEST, "Upbeat"),
    ("fields of one SELECT", binder.MOST_FIELDS, "Upbeat"),
    ("terms of GROUP BY, and of ORDER BY", binder.MOST_TERMS, "Upbeat"),
    ("digits of a number", literals.MOST_DIGITS, "Upbeat"),
)


def made() -> Mapping[Path, str]:
    """Give the page with its tables made anew."""
    return {PAGE: rewritten(PAGE.read_text(encoding="utf-8"), lambda name: _TABLES[name]())}


def _functions() -> Iterator[str]:
    yield from ("| Function | Stands in | Takes | Gives |", "|---|---|---|---|")
    for one in FUNCTIONS.values():
        stands = ", ".join(clause for clause in Clause if clause in one.clauses) or "another function"
        inside = [row.name for name, row in FUNCTIONS.items() if name in one.holds]
        takes = "any field" if len(one.takes) == len(FieldType) else ", ".join(sorted(one.takes))
        yield f"| `{one.name}` | {stands} | {'; '.join([takes, *inside])} | {cell(one.does)} |"


def _date_literals() -> Iterator[str]:
    yield from ("| Literal | First day | Last day |", "|---|---|---|")
    for name, n in [*((name, None) for name in FIXED), *((name, _N) for name in COUNTED)]:
        first, end = _CALENDAR.days(DateLiteral(name, n), _TODAY)
        yield f"| `{name}{':n' if n else ''}` | {_day(first)} | {_day(end - timedelta(days=1))} |"


def _limits() -> Iterator[str]:
    yield from ("| Of | At most | Whose |", "|---|---|---|")
    yield from (f"| {what} | {count:,} | {whose} |" for what, count, whose in _LIMITS)


def _errors() -> Iterator[str]:
    yield from ("| Code | Where |", "|---|---|")
    yield from (f"| `{code}` | {_CODES[code]} |" for code in Code)


def _day(day: date) -> str:
    return f"{day:%a} {day.isoformat()}"


_TABLES: Mapping[str, Callable[[], Iterator[str]]] = {
    "functions": _functions,
    "date literals": _date_literals,
    "limits": _limits,
    "errors": _errors,
}


if __name__ == "__main__":
    for file, text in made().items():
        file.write_text(text, encoding="utf-8")
