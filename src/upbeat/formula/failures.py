"""What is told where a formula has no value: whatever went wrong within it, as one FormulaError with its place."""

from collections.abc import Mapping, Sequence
from decimal import DivisionUndefined
from types import TracebackType
from typing import Any

from upbeat.formula.errors import FormulaError, UnknownPrior
from upbeat.formula.reads import UnknownPriorKey
from upbeat.formula.tree import Field, Global, Typed, each

FILE = "<formula>"
"""The file that compiled formulas are of: their line numbers are places in the text."""


def failure(
    text: str, tree: Typed, error: Exception, record: Mapping[str, Any], given: Mapping[str, Any] | None
) -> FormulaError:
    """Give the error to raise for what went wrong in the tree of a text, with a record and globals."""
    if isinstance(error, UnknownPriorKey):
        return _unknown_prior(text, tree, error.args[0])
    if isinstance(error, KeyError):
        for node in each(tree):
            if isinstance(node, Field) and not _reaches(record, node.keys):
                fix = "Read it with the record."
                return FormulaError(f"the record came without {node.path}", text=text, at=node.at, fix=fix)
            if isinstance(node, Global) and not _reaches(given or {}, node.keys):
                fix = f"Give it among the globals: {_example(node.keys)}."
                return FormulaError(f"no value was given for {node.path}", text=text, at=node.at, fix=fix)
    return FormulaError(_reason(error), text=text, at=_place(error.__traceback__))


def _unknown_prior(text: str, tree: Typed, key: str) -> UnknownPrior:
    at = next(node.at for node in each(tree) if isinstance(node, Field) and node.of_prior and node.path == key)
    return UnknownPrior(f"the prior value of {key} is not known", text=text, at=at)


def _example(keys: Sequence[str]) -> str:
    """Give the JSON in which a global's value stands: `{"$Threshold": {"quiet_days": ...}}`."""
    return "".join(f'{{"{key}": ' for key in keys) + "..." + "}" * len(keys)


def _reaches(record: Mapping[str, Any] | None, keys: Sequence[str]) -> bool:
    for key in keys:
        if record is None:
            return True
        if key not in record:
            return False
        record = record[key]
    return True


def _reason(error: Exception) -> str:
    match error:
        case ZeroDivisionError():
            return "division by zero"
        case ArithmeticError() if error.args == ([DivisionUndefined],):  # zero by zero
            return "division by zero"
        case OverflowError():
            return "the result is out of range"
        case ArithmeticError():
            return "the number is too large, or not a number"
        case ValueError():
            return str(error)
        case _:
            return f"a value is not of its field's type: {error}"


def _place(trace: TracebackType | None) -> int:
    """Give where in the text the failing node begins: its line number in the code."""
    at = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            at = trace.tb_lineno - 1
        trace = trace.tb_next
    return at
