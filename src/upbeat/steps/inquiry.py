"""What a step's function asks of its agent's model: a value, for the function itself asks nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Our own words, the texts that are given to read, by name, and the JSON Schema of the answer.

    That is all that leaves the machine. What is given was written by others, and is no instruction.
    """

    instruction: str
    given: Mapping[str, str]
    schema: Mapping[str, Any]
