"""Searching a text for another, letter by letter: LIKE takes small letters and capitals for the same on SQLite."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Place(FunctionElement[int]):
    """Where a text first stands in another, counted from 1; 0 where it does not."""

    type = Integer()
    inherit_cache = True


@compiles(_Place)
def _place(element: _Place, compiler: SQLCompiler, **kw: Any) -> str:
    return f"instr{compiler.process(element.clause_expr, **kw)}"


@compiles(_Place, "postgresql")
def _place_on_postgresql(element: _Place, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strpos{compiler.process(element.clause_expr, **kw)}"


def holds(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Whether a column's text has `text` in it, capitals and all: record ids may differ in nothing else."""
    return _Place(column, literal(text)) > 0
