"""SOQL: read, print, filled with values, bound to a schema, and run on SQLite. Knows nothing of HTTP.

`equip(connection)` once, then `parse(text).fill(binds).bind(schema).run(connection.execute, now, base_url)` is the
whole way; every error is a SoqlError.
"""

from upbeat.soql.compiled import Compiled
from upbeat.soql.currencies import Currencies
from upbeat.soql.database import equip
from upbeat.soql.dates import Calendar
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.query import Bound, Query, parse
from upbeat.soql.tree import Access, Purpose

__all__ = [
    "Access",
    "Bound",
    "Calendar",
    "Code",
    "Compiled",
    "Currencies",
    "Purpose",
    "Query",
    "SoqlError",
    "equip",
    "parse",
]
