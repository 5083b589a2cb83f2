"""Text functions. A blank text is the empty text; positions count from 1."""

import ast
import re
from collections.abc import Sequence
from decimal import Decimal

from upbeat.base import is_id, to_18
from upbeat.formula import filters
from upbeat.formula.functions.row import Emitter, Function
from upbeat.formula.tree import Typed
from upbeat.formula.values import CONTEXT, flat, plain, to_places

MOST_CHARACTERS = 131_072  # of one text that a function makes: what a long text area holds

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _itself(text: str) -> str:
    return text


def _value(text: str) -> Decimal | None:
    if not text:
        return None
    if not _is_number(text):
        raise ValueError(f"VALUE cannot read {text!r} as a number")
    return flat(CONTEXT.create_decimal(text))


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _length(text: str) -> Decimal:
    return Decimal(len(text))


def _left(text: str, count: Decimal) -> str:
    return text[: max(0, int(count))]


def _right(text: str, count: Decimal) -> str:
    return text[max(0, len(text) - int(count)) :] if count >= 1 else ""


def _mid(text: str, start: Decimal, count: Decimal) -> str:
    begin = max(0, int(start) - 1)
    return text[begin : begin + max(0, int(count))]


def _lower(text: str, locale: str = "") -> str:
    if has_dots(locale):
        return text.replace("I\u0307", "i").replace("\u0130", "i").replace("I", "\u0131").lower()
    return text.lower()


def _upper(text: str, locale: str = "") -> str:
    return (text.replace("i", "\u0130") if has_dots(locale) else text).upper()


def has_dots(locale: str) -> bool:
    """Whether a locale is of a language that has an i with a dot and one without, in both cases."""
    return locale.casefold().replace("-", "_").partition("_")[0] in ("tr", "az")


def _capitals(text: str) -> str:
    """Write each word with a capital first: letters that know cases, and digits, make words."""
    parts, begins = list[str](), True
    for char in text:
        cased = char.upper() if begins else char.lower()
        parts.append(cased)
        begins = not (char.isdigit() or char.lower() != char.upper())
    return "".join(parts)


def _trim(text: str) -> str:
    return text.strip(" \t")


def _part(text: str, start: Decimal, count: Decimal | None = None) -> str:
    """Cut from a position on, counted from the end where it is negative; nothing where it lies outside the text."""
    if abs(start) > len(text):
        return ""
    begin = int(start) + len(text) if start < 0 else max(0, int(start) - 1)
    return text[begin:] if count is None else text[begin : begin + max(0, int(count))]


def _contains(text: str, part: str) -> bool | None:
    return part in text if text or not part else None


def _begins(text: str, part: str) -> bool | None:
    return text.startswith(part) if text or not part else None


def _if_contains(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    part = emit.value(args[1])  # what stands to the left of `in` is computed first
    return emit.form("b in a", b=part, a=emit.value(args[0]))


def _if_begins(emit: Emitter, args: Sequence[Typed]) -> ast.expr:
    return emit.form("a.startswith(b)", a=emit.value(args[0]), b=emit.value(args[1]))


def _find(search: str, text: str, start: Decimal = Decimal(1)) -> Decimal:
    return Decimal(text.find(search, max(0, int(start) - 1)) + 1 if search and text else 0)


def _substitute(text: str, old: str, new: str) -> str:
    if not old:
        return ""
    _hold(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _padding(text: str, length: Decimal, pad: str) -> str:
    count = int(length) - len(text)
    _hold(int(length))
    return (pad * (count // len(pad) + 1))[:count] if pad and count > 0 else ""


def _pad_left(text: str, length: Decimal, pad: str = " ") -> str:
    return _padding(text, length, pad) + _left(text, length) if text else ""


def _pad_right(text: str, length: Decimal, pad: str = " ") -> str:
    return _left(text, length) + _padding(text, length, pad) if text else ""


def _hold(length: int) -> None:
    if length > MOST_CHARACTERS:
        raise ValueError(f"the text would have {length:,} characters, more than {MOST_CHARACTERS:,}")


def _code(text: str) -> Decimal | None:
    return Decimal(ord(text[0])) if text else None


def _character(code: Decimal) -> str:
    return chr(int(code)) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _reverse(text: str) -> str:
    return text[::-1]


def _line_break() -> str:
    return "\n"


def _case_safe(text: str) -> str:
    if text and not is_id(text):
        raise ValueError(f"CASESAFEID takes an id, and {text!r} is none")
    return to_18(text) if text else ""


_PLACES = {  # ISO 4217: the currencies that are not divided by a hundred
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


def _money(currency: str, amount: Decimal) -> str:
    places = _PLACES.get(currency, 2)
    return f"{currency} {to_places(amount, places):,.{places}f}"


TEXT = (
    Function("TEXT", "number/date/datetime/time -> text", "The value as text: 1234.5, 2026-01-31", plain),
    Function("TEXT", "picklist -> text", "The picklist's value as text", _itself, "a"),
    Function("VALUE", "text -> number", "The number that a text writes", _value, blank=True),
    Function("ISNUMBER", "text -> boolean", "Whether a text writes a number",
             _is_number, words=("{0.name} is a number, {0.value}", "{0.name} is {0.value}, no number")),
    Function("LEN", "text -> number", "How many characters a text has", _length),
    Function("LEFT", "text, number -> text", "The first characters of a text", _left),
    Function("RIGHT", "text, number -> text", "The last characters of a text", _right),
    Function("MID", "text, number, number -> text", "So many characters of a text, from a position on", _mid),
    Function("SUBSTR", "text, number, number? -> text", "The characters from a position on; from the end below 0",
             _part),
    Function("LOWER", "text -> text", "The text in small letters", _lower, "a.lower()"),
    Function("LOWER", "text, text -> text", "The text in small letters, as a locale such as tr has them", _lower),
    Function("UPPER", "text -> text", "The text in capitals", _upper, "a.upper()"),
    Function("UPPER", "text, text -> text", "The text in capitals, as a locale such as tr has them", _upper),
    Function("INITCAP", "text -> text", "The text with a capital at the start of each word", _capitals),
    Function("TRIM", "text -> text", "The text without spaces and tabs at its ends", _trim),
    Function("CONTAINS", "text, text -> boolean", "Whether a text holds another, capitals and all",
             _contains, "", _if_contains, filters.like("%{}%"), ("{0} contains {1}", "{0} does not contain {1}"),
             blank=True),
    Function("BEGINS", "text, text -> boolean", "Whether a text begins with another",
             _begins, "", _if_begins, filters.like("{}%"), ("{0} begins with {1}", "{0} begins otherwise"), blank=True),
    Function("FIND", "text, text, number? -> number", "Where a text first stands in another; 0 where nowhere", _find),
    Function("SUBSTITUTE", "text, text, text -> text", "The text with a part replaced wherever it stands", _substitute),
    Function("LPAD", "text, number, text? -> text", "The text filled up on its left to a length", _pad_left),
    Function("RPAD", "text, number, text? -> text", "The text filled up on its right to a length", _pad_right),
    Function("FORMATCURRENCY", "text/picklist, number -> text", "A currency's ISO code and an amount: USD 5,000.00",
             _money),
    Function("ASCII", "text -> number", "The code of the first character", _code, blank=True),
    Function("CHR", "number -> text", "The character of a code", _character),
    Function("REVERSE", "text -> text", "The text from its end to its start", _reverse),
    Function("BR", "-> text", "A line break", _line_break),
    Function("CASESAFEID", "id -> text", "The 18 characters of an id", _case_safe),
)  # fmt: skip
