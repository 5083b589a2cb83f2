"""SOQL: read, print, filled with values, bound to a schema, and run on SQLite. Knows nothing of HTTP.

`equip(connection)` once, then `parse(text).fill(binds).bind(schema).run(connection.execute, now, base_url)` is the
whole way on a database, and `.bind(schema).evaluate(rows, now)` on rows from anywhere; every error is a SoqlError.
"""

from upbeat.soql.bound import Column
from upbeat.soql.calculations import Calculation, Calculations
from upbeat.soql.compiled import Compiled
from upbeat.soql.currencies import Currencies
from upbeat.soql.database import equip
from upbeat.soql.dates import Calendar, week_start
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.flat import Table
from upbeat.soql.query import Answer, Bound, Query, parse
from upbeat.soql.rows import RowError, Rows
from upbeat.soql.tree import Access, Purpose

__all__ = [
    "Access",
    "Answer",
    "Bound",
    "Calculation",
    "Calculations",
    "Calendar",
    "Code",
    "Column",
    "Compiled",
    "Currencies",
    "Purpose",
    "Query",
    "RowError",
    "Rows",
    "SoqlError",
    "Table",
    "equip",
    "parse",
    "week_start",
]
