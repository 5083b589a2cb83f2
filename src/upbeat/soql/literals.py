"""Values as SOQL writes them, both ways: `write(read(text)) == text` but for white space and case."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeVar

from upbeat.soql.tree import Bind, DateLiteral, Literal, Money

LONGEST_TEXT = 4_000  # characters of one text literal
MOST_DIGITS = 40  # digits of one number, before and after the point together

_HALVES = "surrogatepass"

M = TypeVar("M", datetime, time)

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\a", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPED = str.maketrans({char: f"\\{letter}" for letter, char in _ESCAPES.items() if letter != '"'})
_PATTERN_ESCAPED = str.maketrans({char: f"\\{letter}" for letter, char in _ESCAPES.items() if letter not in '"\\'})
_SEQUENCE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_LONE_BACKSLASH = re.compile(r"\\([%_\\])|\\")


def read_text(body: str, *, pattern: bool = False) -> str:
    r"""Give the text that stands between quotes, its escapes undone.

    A LIKE pattern keeps `\%`, `\_` and `\\`, which only matching can tell from wildcards. Raises ValueError, with the
    sequence in its words, where an escape is unknown.
    """
    if "\\" not in body:
        return body

    def undo(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        letter = match[2]
        if pattern and letter in "%_\\":
            return match[0]
        if (char := _ESCAPES.get(letter.lower())) is None:
            raise ValueError(f"Illegal character sequence '{match[0]}' in string literal.")
        return char

    return _SEQUENCE.sub(undo, body).encode("utf-16", _HALVES).decode("utf-16", _HALVES)  # joins the halves of a pair


def write_text(text: str) -> str:
    """Give a text as a quoted literal."""
    return f"'{text.translate(_ESCAPED)}'"


def write_pattern(pattern: str) -> str:
    """Give a LIKE pattern as a quoted literal."""
    return f"'{as_pattern(pattern).translate(_PATTERN_ESCAPED)}'"


def as_pattern(text: str) -> str:
    r"""Give a text as a LIKE pattern: a backslash that takes nothing as it is stands for itself (`\\`)."""
    return _LONE_BACKSLASH.sub(lambda match: match[0] if match[1] else r"\\", text) if "\\" in text else text


def read_number(text: str) -> Decimal:
    """Give a number. Raises ValueError where it has too many digits."""
    return checked_number(Decimal(text))


def checked_number(number: Decimal) -> Decimal:
    """Give the number back. Raises ValueError where it is not finite, or has too many digits."""
    if not number.is_finite():
        raise ValueError("it is not finite")
    _, digits, exponent = number.as_tuple()
    if max(len(digits), len(digits) + int(exponent), -int(exponent)) > MOST_DIGITS:
        raise ValueError(f"it has more than {MOST_DIGITS} digits")
    return number


def checked_text(text: str) -> str:
    """Give the text back. Raises ValueError where it is too long, or `unwritable` finds a character in it."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"it has more than {LONGEST_TEXT} characters")
    if unwritable(text) >= 0:
        raise ValueError("it holds a NUL character, or half of a surrogate pair")
    return text


def unwritable(text: str) -> int:
    """Give the place of the first character that no query may hold (NUL, half of a surrogate pair), or -1."""
    if text.isascii():
        return text.find("\0")
    return next((at for at, char in enumerate(text) if char == "\0" or "\ud800" <= char <= "\udfff"), -1)


def read_datetime(text: str) -> datetime:
    """Give a moment in UTC, to the millisecond. Raises ValueError where there is no such moment."""
    try:
        return to_millisecond(datetime.fromisoformat(text.upper()).astimezone(UTC))
    except OverflowError as error:
        raise ValueError(str(error)) from error


def write(value: Literal | Bind) -> str:  # noqa: C901, PLR0911 - one a kind of literal
    """Give any value as SOQL writes it. A datetime is written in UTC, to the millisecond."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return write_text(value)
        case Decimal():
            return f"{value:f}"
        case datetime():
            return _seconds(value.astimezone(UTC).replace(tzinfo=None).isoformat()) + "Z"
        case date():
            return value.isoformat()
        case time():
            return _seconds(value.replace(tzinfo=None).isoformat()) + "Z"
        case DateLiteral():
            return value.name if value.n is None else f"{value.name}:{value.n}"
        case Money(currency, amount):
            return f"{currency}{amount:f}"
        case Bind():
            return f":{value.name}"


def to_millisecond(moment: M) -> M:
    """Cut off what is smaller than a millisecond, which SOQL cannot say."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def stored_datetime(moment: datetime) -> str:
    """Give a UTC moment as records hold it: `2026-01-31T09:30:00.000+0000`; these sort as text."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def stored_time(moment: time) -> str:
    """Give a time of day as records hold it: `09:30:00.000Z`."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _seconds(iso: str) -> str:
    head, point, fraction = iso.partition(".")
    return f"{head}{point}{fraction[:3]}"
