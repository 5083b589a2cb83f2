"""What a chart draws, as values: bars, stacked bars, a heat map, dots with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A length, not below 0, and the figure as it is told."""

    name: str
    length: float
    told: str


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
class Heat:
    """Percentages by row and column, from 0 to 100; None is not known, or is not so."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[float | None]]]


@dataclass(frozen=True, slots=True)
class Dot:
    """A percentage, with where it lies at 95 % if it was estimated from a sample."""

    name: str
    percent: float
    told: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Dots:
    """Percentages from 0 to 100 on one scale, against a mark that each should reach where there is one."""

    rows: Sequence[Dot]
    mark: float | None = None


Drawing = Bars | Stacked | Heat | Dots
