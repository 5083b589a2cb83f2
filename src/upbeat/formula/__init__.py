"""Salesforce's formula language: read, typed by the schema, then evaluated, explained, pushed down and merged.

One line: lexer and grammar (`grammar.lark`, `syntax`) → tree (`tree`) → types (`check`, by the rows of `functions`) →
uses: Python (`python`), explanation (`explain`), SOQL (`pushdown`), texts (`merge`). It never reads a clock.
"""

from upbeat.formula.errors import FormulaError, UnknownPrior
from upbeat.formula.explain import Explanation
from upbeat.formula.formula import Formula, compile  # noqa: A004 - as re.compile
from upbeat.formula.merge import Text, compile_text
from upbeat.formula.pushdown import Pushdown
from upbeat.formula.types import Scope, Type

__all__ = [
    "Explanation",
    "Formula",
    "FormulaError",
    "Pushdown",
    "Scope",
    "Text",
    "Type",
    "UnknownPrior",
    "compile",
    "compile_text",
]
