"""Values read out of a text that is JSON, as Salesforce's open formula engine does."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from upbeat.base import decode, encode
from upbeat.formula.fit import Unfit
from upbeat.formula.functions.row import Function
from upbeat.formula.tree import Literal, Typed, write
from upbeat.formula.values import plain

_STEP = re.compile(r"\.([^\s.\[\]'\"]+)|\[(\d+)\]|\['([^']*)'\]")
_PATH = re.compile(rf"\$?({_STEP.pattern})+")


def _at_path(text: str, path: str) -> str:
    """Give what stands at a path; nothing where there is no such place, or the text is no JSON."""
    try:
        found = _read(text)
        for name, place, quoted in _STEP.findall(_whole(path)):
            found = found[int(place)] if place else found[name or quoted]
    except (ValueError, LookupError, TypeError):
        return ""
    return _told(found)


def _read(text: str) -> Any:
    try:
        return decode(text)
    except (ValueError, RecursionError):
        raise ValueError(f"{text!r} is no JSON") from None


def _whole(path: str) -> str:
    return path if path.startswith("$") else f"$.{path}"


def _by_name(text: str, name: str) -> str:
    """Give the value of a name; nothing where there is none. Raises ValueError where the text is no JSON."""
    found = _read(text) if text else None
    return _told(cast("dict[str, Any]", found).get(name)) if isinstance(found, dict) else ""


def _told(found: Any) -> str:
    match found:
        case bool() | Decimal() | str() | None:
            return plain(found)
        case int():
            return str(found)
        case _:
            return encode(found)


def _names_and_places(args: Sequence[Typed]) -> None:
    path = args[1]
    if not (isinstance(path, Literal) and isinstance(path.value, str) and _PATH.fullmatch(_whole(path.value))):
        what = f"JSONPATHVALUE takes a path of names and places, and {write(path)} is none"
        raise Unfit(what, path.at, 'Write "$.Contact.Phones[0]".')


JSON = (
    Function("JSONVALUE", "text, text -> text", "The value of a name in a JSON object", _by_name),
    Function("JSONPATHVALUE", "text, text -> text", "What stands at a path in JSON, such as $.Contact.Phones[0]",
             _at_path, demands=_names_and_places),
)  # fmt: skip
