"""JSON in one form: keys sorted, numbers exact, so that equal values have equal digests.

Fractions decode to Decimal and encode as numbers: a currency amount of 50000.00 stays what it is.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar, overload

import msgspec

T = TypeVar("T")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, str):
        return str(value)  # a text that knows more of itself, as of how it stood in a file
    raise TypeError(f"{type(value).__name__} has no JSON form")


_encoder = msgspec.json.Encoder(decimal_format="number", order="sorted", enc_hook=_plain)
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_typed: dict[Any, msgspec.json.Decoder[Any]] = {}


def encode(value: Any) -> str:
    """Give the canonical JSON text of plain values, dataclasses, dates, Decimals, enums and mappings."""
    return _encoder.encode(value).decode()


@overload
def decode(text: str | bytes) -> Any: ...
@overload
def decode(text: str | bytes, kind: type[T]) -> T: ...
def decode(text: str | bytes, kind: Any = None) -> Any:
    """Read JSON; with `kind`, a dataclass or a typing form, as a value of that type.

    Raises msgspec.DecodeError where the text is not JSON, or not of that kind.
    """
    if kind is None:
        return _decoder.decode(text)
    decoder = _typed.get(kind)
    if decoder is None:
        decoder = _typed[kind] = msgspec.json.Decoder(kind, float_hook=Decimal)
    return decoder.decode(text)


def canonical(value: Any) -> bytes:
    """Give the canonical JSON of a value as bytes: what digests and signatures are made over."""
    return _encoder.encode(value)


def digest(value: Any) -> str:
    """Give the SHA-256 of a value's canonical JSON, as 64 hexadecimal characters."""
    return sha256(_encoder.encode(value)).hexdigest()


def schema_of(kind: Any, choices: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """Give the JSON Schema of what `decode` reads as this type; `choices` are all that texts of a name may be."""
    schema = msgspec.json.schema(kind)
    for one in schema["$defs"].values():
        for name, said in (choices or {}).items():
            if name in one["properties"]:
                one["properties"][name] = {"type": "string", "enum": list(said)}
    return schema
