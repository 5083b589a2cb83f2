"""What a client says about duplicates beside its call: the header `Sforce-Duplicate-Rule-Header`."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

HEADER: Final = "sforce-duplicate-rule-header"


@dataclass(frozen=True, slots=True)
class Options:
    """`allow_save` passes over an alert; `include_record_details` asks for the duplicates' fields, not their ids only.

    Everybody's records are compared whoever asks: `runAsCurrentUser` changes nothing here.
    """

    allow_save: bool = False
    include_record_details: bool = False

    @classmethod
    def read(cls, header: str) -> "Options":
        """Read the header: `allowSave=true; includeRecordDetails=true`, with commas or semicolons between."""
        given = [one.partition("=") for one in re.split("[;,]", header)]
        true = {name.strip().casefold() for name, _, value in given if value.strip().casefold() == "true"}
        return cls("allowsave" in true, "includerecorddetails" in true)


_options: ContextVar[Options] = ContextVar("duplicate options", default=Options())  # noqa: B039 (it is frozen)


@contextmanager
def asked(options: Options) -> Generator[None]:
    """Let the saves inside go by what a client says."""
    token = _options.set(options)
    try:
        yield
    finally:
        _options.reset(token)


def options() -> Options:
    """Give what the client of this call says."""
    return _options.get()
