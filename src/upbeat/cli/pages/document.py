"""A report as a value, before anything decides how it looks: sections of words, facts and tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Tone(StrEnum):
    """What a word on a chip means, which gives its colour and its mark; the word itself is always there."""

    AUTO = "auto"  # also live, and whatever is as it should be
    REVIEW = "review"
    APPROVAL = "approval"
    MONITOR = "monitor"
    PAUSED = "paused"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Chip:
    """A word with a tone: a tier, a mode, an alarm."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Code:
    """A formula, or something else that is read letter by letter."""

    text: str


Part = str | Chip | Code
Cell = Part | tuple[Part, ...]  # several parts stand one below the other


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one thing, by name."""

    rows: Sequence[tuple[str, Cell]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `empty` says what would stand here where there is nothing."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str = "Nothing."


Block = str | Facts | Grid


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document; `chips` stand beside its title."""

    title: str
    blocks: Sequence[Block]
    chips: Sequence[Chip] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. `lead` is its one sentence; `alarms` are what somebody must see first."""

    title: str
    lead: str
    made_at: datetime
    sections: Sequence[Section]
    alarms: Sequence[str] = ()


def parts(cell: Cell) -> tuple[Part, ...]:
    """Give the parts of a cell."""
    return cell if isinstance(cell, tuple) else (cell,)


def plain(cell: Cell, between: str = "; ") -> str:
    """Give a cell as text."""
    return between.join(one if isinstance(one, str) else one.text for one in parts(cell))
