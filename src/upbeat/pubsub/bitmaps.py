"""Sets of fields as change events write them: bitmaps in hexadecimal over the positions of an Avro schema.

`["0x400800", "4-0x06"]` says: the fields at positions 11 and 22, and of the compound field at position 4 the parts 1
and 2. The lowest bit is position 0; the first element is left out where no whole field is meant. The form is the one
of the Pub/Sub API guide's Event Deserialization Considerations, whose two examples the tests hold.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

Layout = Sequence[tuple[str, Sequence[str]]]
"""The fields of a schema in their order, each with the names of its parts: none where it is not compound."""


def layout(schema: Mapping[str, Any]) -> Layout:
    """Read the layout of a record's Avro schema, as JSON has it."""
    records: dict[str, Mapping[str, Any]] = {}  # by name: a schema spells a record out where it stands first
    return [(field["name"], _parts(field["type"], records)) for field in schema["fields"]]


def write_bitmaps(fields: Layout, names: Iterable[str]) -> list[str]:
    """Write a set of `Phone` and `BillingAddress.City`. Raises KeyError for a name that the layout does not have."""
    places = {name: number for number, (name, _) in enumerate(fields)}
    whole, parts = 0, defaultdict[int, int](int)
    for name in names:
        field, _, part = name.partition(".")
        if part:
            parts[places[field]] |= 1 << fields[places[field]][1].index(part)
        else:
            whole |= 1 << places[field]
    return [*([_hex(whole)] if whole else []), *(f"{place}-{_hex(bits)}" for place, bits in sorted(parts.items()))]


def read_bitmaps(fields: Layout, bitmaps: Iterable[str]) -> list[str]:
    """Give the names that bitmaps stand for, in the layout's order. Raises ValueError where one is none of its own."""
    found: list[tuple[int, int, str]] = []
    for text in bitmaps:
        place, dash, bits = text.rpartition("-")
        if not dash:
            found += [(number, -1, name) for number, name in _picked([name for name, _ in fields], bits)]
            continue
        if not place.isdecimal() or int(place) >= len(fields):
            raise ValueError(f"{text!r} names no field of the schema")
        name, parts = fields[int(place)]
        found += [(int(place), number, f"{name}.{part}") for number, part in _picked(parts, bits)]
    return [name for _, _, name in sorted(found)]


def _picked(names: Sequence[str], bits: str) -> list[tuple[int, str]]:
    number = int(bits, 16)
    if number >> len(names):
        raise ValueError(f"{bits!r} has bits beyond the {len(names)} fields of the schema")
    return [(place, name) for place, name in enumerate(names) if number >> place & 1]


def _hex(bits: int) -> str:
    """Write whole bytes: some readers take two digits at a time."""
    digits = f"{bits:X}"
    return f"0x{digits:0>{len(digits) + len(digits) % 2}}"


def _parts(kind: Any, records: dict[str, Mapping[str, Any]]) -> Sequence[str]:
    """Give the names of a compound field's parts; `kind` is an Avro type in JSON, a union most often."""
    for one in cast("list[Any]", kind if isinstance(kind, list) else [kind]):
        if isinstance(one, Mapping):
            spelt = cast("Mapping[str, Any]", one)
            if spelt.get("type") == "record" and isinstance(kind, list):
                records[spelt["name"]] = spelt
                return [part["name"] for part in spelt["fields"]]
        elif one in records:
            return [part["name"] for part in records[one]["fields"]]
    return []
