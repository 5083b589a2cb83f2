"""Salesforce's formula language: read, typed by the schema, then evaluated, explained, pushed down and merged.

One line: lexer and grammar (`grammar.lark`, `syntax`) → tree (`tree`) → types (`check`, by the rows of `functions`) →
uses: Python (`python`), explanation (`explain`), SOQL (`pushdown`), DuckDB (`duckdb`), validation rules (`export`),
texts (`merge`). Of one that is being written, `marks` says what each word is, and `complete` what may follow. It never
reads a clock.

It means what Salesforce means. A blank text, picklist or id is the empty text; any other blank is null, or zero where
the scope says so. A comparison with a null is null, and so is its NOT; AND, OR and IF take a null as not true. Texts
are compared with their capitals, ids in either of their lengths. Numbers have 39 digits, rounded half up, powers 18;
percent fields are fractions. A date moves by whole days, a date/time by seconds.
"""

from upbeat.formula.complete import Is, Offer, Option, complete
from upbeat.formula.duckdb import Columns
from upbeat.formula.errors import FormulaError, UnknownPrior
from upbeat.formula.explain import Explanation
from upbeat.formula.formula import Formula, compile  # noqa: A004 - as re.compile
from upbeat.formula.marks import Mark, Word, marks
from upbeat.formula.merge import Text, compile_text, formulas_in
from upbeat.formula.needs import lacking, lacking_so_far
from upbeat.formula.pushdown import Pushdown
from upbeat.formula.rule import ValidationRule
from upbeat.formula.tree import quoted
from upbeat.formula.types import UNREADABLE, Scope, Type, type_of
from upbeat.formula.values import plain

__all__ = [
    "UNREADABLE",
    "Columns",
    "Explanation",
    "Formula",
    "FormulaError",
    "Is",
    "Mark",
    "Offer",
    "Option",
    "Pushdown",
    "Scope",
    "Text",
    "Type",
    "UnknownPrior",
    "ValidationRule",
    "Word",
    "compile",
    "compile_text",
    "complete",
    "formulas_in",
    "lacking",
    "lacking_so_far",
    "marks",
    "plain",
    "quoted",
    "type_of",
]
