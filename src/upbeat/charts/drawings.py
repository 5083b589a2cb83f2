"""What a chart draws, as values: bars, stacked bars, a heat map, a histogram, dots with their intervals.

`to`, where it is given, is the address that a bar, a cell, a column or a dot leads down to: a path of the
console's own, or an anchor of the same page.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A length, not below 0, and the figure as it is told."""

    name: str
    length: float
    told: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Lengths to compare; the longest fills the width, or `most` does where it is above 0."""

    rows: Sequence[Bar]
    most: float = 0


@dataclass(frozen=True, slots=True)
class Stacked:
    """Each row's whole, laid out in its parts; `parts` names them in order."""

    parts: Sequence[str]
    rows: Sequence[tuple[str, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Shade:
    """One cell of a heat map: a percentage from 0 to 100, None where it is not known, and the figure as it is told."""

    percent: float | None
    told: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """Percentages by row and column: how much of what is possible."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Shade]]]


@dataclass(frozen=True, slots=True)
class Column:
    """How many lie in one span of a scale, by the span's short name."""

    name: str
    count: int
    to: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Where a scale is crossed: after so many columns, and what that means, as `promised within 15 minutes`."""

    after: int
    says: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many lie in each span of a scale, from its low end; what lies beyond the line is drawn as breached."""

    columns: Sequence[Column]
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """A percentage, with where it lies at 95 % if it was estimated from a sample."""

    name: str
    percent: float
    told: str
    low: float | None = None
    high: float | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class Dots:
    """Percentages from 0 to 100 on one scale, against a mark that each should reach where there is one."""

    rows: Sequence[Dot]
    mark: float | None = None


Drawing = Bars | Stacked | Heat | Histogram | Dots
