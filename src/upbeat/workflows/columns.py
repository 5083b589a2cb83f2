"""The columns of a list of rows that a step takes as an argument."""

from dataclasses import dataclass
from enum import StrEnum


class Cell(StrEnum):
    """What a column takes, and what its cells are once compiled."""

    TEXT = "text"  # one line, as it is written
    NUMBER = "number"  # a Decimal
    CONDITION = "condition"  # a formula that is true or false
    TEXTS = "texts"  # a list of texts, a tuple


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `unique` where no two rows may say the same, whatever their capitals."""

    cell: Cell
    required: bool = True
    unique: bool = False
