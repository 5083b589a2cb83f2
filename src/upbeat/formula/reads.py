"""How the raw value of a field or a global becomes a value: by its reader, and in code by the usual forms at once.

The reader says what is meant. The code asks for the very type that a record mostly holds, and calls the reader for the
rest, so that a Decimal, a text or a tick costs no call.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from upbeat.base import is_id, to_15
from upbeat.formula.tree import Field, Global
from upbeat.formula.types import ASKED, Type
from upbeat.formula.values import CONTEXT, HUNDREDTH, READERS, exactly_times, number, record_id, stored_number


class UnknownPriorKey(LookupError):  # noqa: N818 - it carries a key to formula.py, which makes the error
    """A prior value is asked that the caller did not give."""


def prior_value(record: Mapping[str, Any], prior: Mapping[str, Any] | None, new: bool, key: str) -> Any:
    """Give the raw value before the change; a new record's is the value it has now, as in Salesforce."""
    if new:
        return record[key]
    if prior is None or key not in prior:
        raise UnknownPriorKey(key)
    return prior[key]


def reader(node: Field | Global) -> Callable[[Any], Any]:
    """Give what reads the node's raw value."""
    return _number_reader(node.as_stored, node.percent, node.zero) if node.type is Type.NUMBER else READERS[node.type]


@cache
def _number_reader(as_stored: bool, of_percent: bool, zero: bool) -> Callable[[Any], Decimal | None]:
    read = stored_number if as_stored else number

    def found(value: Any) -> Decimal | None:
        one = read(value)
        if one is None:
            return Decimal(0) if zero else None
        return exactly_times(one, HUNDREDTH) if of_percent else one

    return found if of_percent or zero else read


def as_text(value: str) -> str:
    """Give an id as Salesforce's formulas see it, 15 characters; any other text as it is."""
    return to_15(value) if len(value) == 18 and is_id(value) else value


CASTS: Mapping[Type, Callable[[str], str]] = {Type.TEXT: as_text, Type.ID: record_id}
"""How an id is made a text, and a text an id."""


# --- the same in code, over `raw`: it is kept as `t`, and `read` is the reader ----------------------

_TEXT = "t if type(t := raw) is str else (t := '' if t is None else read(t))"
_CODE = {
    Type.TEXT: _TEXT,
    Type.BOOLEAN: "t if (t := raw) is True or t is False else (t := read(t))",
    Type.DATE: "(t := day(t)) if type(t := raw) is str and t else "
    "t if type(t) is date or t is None else (t := read(t))",
    Type.DATETIME: "t if (t := raw) is None else (t := read(t))",
    Type.TIME: "t if (t := raw) is None else (t := read(t))",
    Type.PICKLIST: _TEXT,
    Type.MULTIPICKLIST: _TEXT,
    **dict.fromkeys(ASKED, "(t := read(raw))"),
    Type.ID: "t if type(t := raw) is str and len(t) != 15 else (t := '' if t is None else read(t))",
}


def code(node: Field | Global) -> str:
    """Give the Python that reads the node's raw value, and keeps the value as `t`."""
    if node.type is not Type.NUMBER:
        return _CODE[node.type]
    found = "t" if node.as_stored else "plus(t)"
    found = f"times({found}, HUNDREDTH)" if node.percent else found
    blank = "" if node.zero else "t if t is None else "
    return f"{found if found == 't' else f'(t := {found})'} if {_usual(node)} else {blank}(t := read(t))"


def present(node: Field | Global) -> str:
    """Give the Python that is true where the node has a value, and keeps that as `t`."""
    if node.type is Type.NUMBER and node.as_stored and not node.percent and not node.zero:
        return f"{_usual(node)} or t is not None and (t := read(t)) is not None"
    return f"({code(node)}) is not None"


def _usual(node: Field | Global) -> str:
    return f"type(t := raw) is Decimal{'' if node.as_stored else ' and t.is_finite()'} or type(t) is int"


NAMES: Mapping[str, Any] = {
    "type": type,
    "len": len,
    "int": int,
    "str": str,
    "date": date,
    "day": date.fromisoformat,
    "Decimal": Decimal,
    "plus": CONTEXT.plus,
    "times": exactly_times,
    "HUNDREDTH": HUNDREDTH,
}
"""What the code refers to, beside `raw`, `t` and `read`."""
