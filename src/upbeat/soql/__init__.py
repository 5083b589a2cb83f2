"""SOQL: read, print, filled with values, bound to a schema, and run on SQLite. Knows nothing of HTTP.

`parse(text).fill(binds).bind(schema).run(execute, now, base_url)` is the whole way; every error is a SoqlError.
"""

from upbeat.soql.dates import Calendar
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.query import Bound, Query, parse
from upbeat.soql.records import Compiled

__all__ = ["Bound", "Calendar", "Code", "Compiled", "Query", "SoqlError", "parse"]
