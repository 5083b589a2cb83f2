"""Text functions. A blank text is the empty text; positions count from 1."""

import re
from decimal import Decimal

from upbeat.base import to_18
from upbeat.formula.functions.row import Function
from upbeat.formula.values import CONTEXT, plain

MOST_CHARACTERS = 100_000  # of one text that a function makes; a long text area holds 131,072

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _value(text: str) -> Decimal | None:
    if not text:
        return None
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"VALUE cannot read {text!r} as a number")
    return CONTEXT.create_decimal(text)


def _left(text: str, count: Decimal) -> str:
    return text[: max(0, int(count))]


def _right(text: str, count: Decimal) -> str:
    return text[max(0, len(text) - int(count)) :] if count >= 1 else ""


def _mid(text: str, start: Decimal, count: Decimal) -> str:
    begin = max(0, int(start) - 1)
    return text[begin : begin + max(0, int(count))]


def _find(search: str, text: str, start: Decimal = Decimal(1)) -> Decimal:
    return Decimal(text.find(search, max(0, int(start) - 1)) + 1 if search and text else 0)


def _contains(text: str, part: str) -> bool | None:
    return part in text if text or not part else None


def _begins(text: str, part: str) -> bool | None:
    return text.startswith(part) if text or not part else None


def _substitute(text: str, old: str, new: str) -> str:
    if not old:
        return ""
    return _within(len(text) + text.count(old) * (len(new) - len(old))) and text.replace(old, new)


def _within(length: int) -> str:
    if length > MOST_CHARACTERS:
        raise ValueError(f"the text would have {length:,} characters, more than {MOST_CHARACTERS:,}")
    return "yes"


def _case_safe(text: str) -> str:
    return to_18(text) if text else ""


TEXT = (
    Function(
        "TEXT",
        "number/date/datetime/time -> text",
        "The value as text: 1234.5, 2026-01-31, 2026-01-31 09:30:00Z",
        plain,
    ),
    Function("TEXT", "picklist -> text", "The picklist's value as text", lambda a: a, "a"),
    Function("VALUE", "text -> number", "The number that a text writes", _value, blank=True),
    Function(
        "ISNUMBER", "text -> boolean", "Whether a text writes a number", lambda a: _NUMBER.fullmatch(a) is not None
    ),
    Function("LEN", "text -> number", "How many characters a text has", lambda a: Decimal(len(a))),
    Function("LEFT", "text, number -> text", "The first characters of a text", _left),
    Function("RIGHT", "text, number -> text", "The last characters of a text", _right),
    Function("MID", "text, number, number -> text", "So many characters of a text from a position on", _mid),
    Function("LOWER", "text, text? -> text", "The text in small letters", lambda a, *_: a.lower()),
    Function("UPPER", "text, text? -> text", "The text in capitals", lambda a, *_: a.upper()),
    Function(
        "TRIM",
        "text -> text",
        "The text without spaces and tabs at its ends",
        lambda a: a.strip(" \t"),
        'a.strip(" \\t")',
    ),
    Function(
        "CONTAINS",
        "text, text -> boolean",
        "Whether the first text holds the second, capitals and all",
        _contains,
        blank=True,
    ),
    Function(
        "BEGINS",
        "text, text -> boolean",
        "Whether the first text begins with the second, capitals and all",
        _begins,
        blank=True,
    ),
    Function(
        "FIND", "text, text, number? -> number", "Where a text first stands in another, 0 where it does not", _find
    ),
    Function("SUBSTITUTE", "text, text, text -> text", "The text with a part replaced wherever it stands", _substitute),
    Function("BR", "-> text", "A line break", lambda: "\n"),
    Function("CASESAFEID", "id -> text", "The 18 characters of an id", _case_safe),
)
