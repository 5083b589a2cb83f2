"""A formula as DuckDB's SQL over columns, for a sweep of a whole table: the value that `evaluate` gives, row by row.

One line: the typed tree is walked (`columns`), each function written by its entry (`table`) in parts that know where
they are NULL, where they fail and how many digits they have (`sql`). What cannot have the very same value for any
record is refused, with the place and the reason. It writes SQL and runs none.
"""

from upbeat.formula.duckdb.columns import Columns, to_columns

__all__ = ["Columns", "to_columns"]
