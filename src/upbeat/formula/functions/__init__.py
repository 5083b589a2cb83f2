"""The table of functions: one row for each, in files by kind. To add a function is to add a row."""

from upbeat.formula.functions.blank import BLANK
from upbeat.formula.functions.date import DATE
from upbeat.formula.functions.json import JSON
from upbeat.formula.functions.logic import LOGIC
from upbeat.formula.functions.lookup import LOOKUP
from upbeat.formula.functions.markup import MARKUP
from upbeat.formula.functions.math import MATH
from upbeat.formula.functions.operators import OPERATORS
from upbeat.formula.functions.pattern import PATTERN
from upbeat.formula.functions.picklist import PICKLIST
from upbeat.formula.functions.place import PLACE
from upbeat.formula.functions.record import RECORD
from upbeat.formula.functions.refused import REFUSED
from upbeat.formula.functions.row import Emitter, Function, Moment
from upbeat.formula.functions.text import TEXT

ROWS = (*LOGIC, *BLANK, *PICKLIST, *OPERATORS, *TEXT, *PATTERN, *MARKUP, *JSON, *DATE, *MATH, *PLACE, *RECORD, *LOOKUP)
TABLE: dict[str, tuple[Function, ...]] = {
    name: tuple(row for row in ROWS if row.name == name) for name in dict.fromkeys(row.name for row in ROWS)
}

CLOCKS = frozenset({"TODAY", "NOW", "TIMENOW"})
"""Those that tell the day or the moment: what is made of them changes though nobody changes a record."""

__all__ = ["CLOCKS", "REFUSED", "ROWS", "TABLE", "Emitter", "Function", "Moment"]
