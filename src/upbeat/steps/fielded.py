"""What was said, as a value of the type that its field has: a number, a day, yes or no, a value of its picklist."""

import re
from datetime import date
from typing import Any, Final

from upbeat.conversation.amounts import amounts
from upbeat.conversation.dates import days
from upbeat.schema import Field, FieldType

_NUMBERS: Final = frozenset({FieldType.CURRENCY, FieldType.DOUBLE, FieldType.INT, FieldType.PERCENT})
_YES_OR_NO: Final = {"yes": True, "true": True, "no": False, "false": False}
_WORD: Final = re.compile(r"\S+")
_EITHER: Final = re.compile(r"(?<!\d)\d{1,3}\.\d{3}(?![\d.,])")  # 85.000: many, or few with three decimals


def fielded(said: str, field: Field, day: date) -> Any:
    """Give the value as REST JSON has it; None where the words do not tell exactly one (law 11).

    `day` is the one on which it was said. A text that is too long is cut between words.
    """
    if field.type in _NUMBERS:
        return _number(said, field)
    if field.type is FieldType.DATE:
        named = [one.date for one in days(said.casefold(), day)]
        return named[0].isoformat() if len(named) == 1 and named[0] else None
    if field.type is FieldType.BOOLEAN:
        first = re.match(r"\W*(\w+)", said.casefold())
        return _YES_OR_NO.get(first[1]) if first else None
    listed = {one.value.casefold(): one.value for one in field.picklist if one.active}
    return listed.get(said.strip().casefold(), _short(said, field))


def _number(said: str, field: Field) -> Any:
    found = list(_WORD.finditer(said.casefold()))
    words = [one[0].rstrip(",;.") for one in found]
    apart = frozenset(at for at, one in enumerate(found) if one[0].endswith((",", ";", ".")))
    told = [one.number for one in amounts(words, apart)]
    if len(told) != 1 or _EITHER.search(said):
        return None
    whole = told[0] == int(told[0])
    return int(told[0]) if whole else None if field.type is FieldType.INT else told[0]


def _short(value: str, field: Field) -> str:
    if not field.length or len(value) <= field.length:
        return value
    return value[: field.length - 1].rsplit(" ", 1)[0] + "\u2026"
