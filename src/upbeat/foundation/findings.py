"""What checks come to: findings, figures, what could not be seen, and tables that are no defects."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import sqrt
from typing import Any, Final, Self

from upbeat.base import digest

MOST_RECORDS: Final = 2_000
"""So many records stand behind one finding at most; its query gives all of them."""

LONGEST_KEY: Final = 255
"""Characters: the store keeps the records behind a finding by its key, and holds no longer one."""

_LONGEST_PLACE: Final = 200  # characters: the check, the object and the field
_DIGEST: Final = 32  # hexadecimal characters


_NINETY_FIVE: Final = 1.959964  # the normal distribution's quantile of 97.5 %


class Weight(StrEnum):
    """How much a finding matters."""

    HIGH = "high"  # records go to the wrong place, money is misstated, a trigger says what is not so
    MEDIUM = "medium"  # work is lost, or figures are not to be relied on
    LOW = "low"  # untidy

    @property
    def rank(self) -> int:
        """0 for the heaviest."""
        return tuple(Weight).index(self)


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a share lies at 95 %, each end from 0 to 1."""

    low: float
    high: float

    @classmethod
    def of(cls, part: float, of: float) -> Self:
        """Give Wilson's score interval (Wilson 1927, Journal of the American Statistical Association 22:209)."""
        if not of:
            return cls(0.0, 1.0)
        z, share = _NINETY_FIVE, part / of
        middle = share + z * z / (2 * of)
        reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
        whole = 1 + z * z / of
        return cls(max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole))

    @classmethod
    def over(cls, clusters: Sequence[tuple[int, int]], among: int) -> Self:
        """Give the interval of a share over clusters that were drawn by lot among so many, each with part and whole.

        What stands in one cluster is alike, so that its records tell less than as many that are drawn one by one. The
        share is the ratio of the sums, and its variance that of a ratio estimate over clusters of unequal sizes
        (Cochran 1977, Sampling Techniques, chapters 6 and 9A). The interval is Wilson's for as many records as would
        tell as much one by one, fewer where few clusters tell the variance (Korn and Graubard 1998, Survey Methodology
        24:193). Of a part of nothing or of all there is no variance: then each cluster tells as much as one record.
        """
        drawn, part, of = len(clusters), sum(one for one, _ in clusters), sum(whole for _, whole in clusters)
        if drawn < 2 or not of:
            return cls(0.0, 1.0)
        share = part / of
        if part in {0, of}:
            telling = float(sum(whole > 0 for _, whole in clusters))
        else:
            off = sum((one - share * whole) ** 2 for one, whole in clusters)
            variance = (1 - drawn / among) * drawn / (drawn - 1) * off / of**2
            telling = min(of, share * (1 - share) / variance) if variance else of
            telling *= (_NINETY_FIVE / _student(drawn - 1)) ** 2
        return cls.of(share * telling, telling)


def _student(free: int) -> float:
    """Give Student's quantile of 97.5 % (Abramowitz and Stegun 1964, Handbook of Mathematical Functions, 26.7.5)."""
    z = _NINETY_FIVE
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / free + second / free**2 + third / free**3


@dataclass(frozen=True, slots=True)
class RecordAt:
    """One record behind a finding; `why` says what is wrong with this one."""

    id: str
    object: str
    name: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A defect that an admin would agree with at once.

    `key` is unique and stays over audits: the check, the object and field, the value, or a long value's digest. `says`
    is one sentence with its figures. `count` records of `of` are concerned, as an estimate with `sampled` at 95 % where
    a sample was read, and `amount` of open pipeline with them. `values` are what it is about, as stored; `corrections`
    give those whose right value is known, each with what it should be. `minutes` is a fair guess at the whole work.
    `queries` show the records again.
    """

    check: str
    key: str
    weight: Weight
    says: str
    object: str
    fields: tuple[str, ...]
    count: int
    of: int
    fix: str
    minutes: int
    queries: tuple[str, ...] = ()
    records: tuple[RecordAt, ...] = ()
    values: tuple[str, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    sampled: Interval | None = None
    amount: Decimal | None = None

    def __post_init__(self) -> None:
        """Hold the key within what the store keeps, whatever value a check has put into it."""
        if len(self.key) > LONGEST_KEY:
            place = ":".join(self.key.split(":", 2)[:2])
            place = place if len(place) <= _LONGEST_PLACE else self.check
            object.__setattr__(self, "key", f"{place}:{digest(self.key)[:_DIGEST]}")


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: `part` of `of` is as it should be. An `of` of 0 says that there is nothing to measure.

    `name` is the check's, or `check/part` where it has several. `scores` is whether an item is judged by it.
    """

    name: str
    part: int
    of: int
    says: str
    sampled: Interval | None = None
    scores: bool = True
    queries: tuple[str, ...] = ()

    @property
    def percent(self) -> float | None:
        """How much of 100 is as it should be; None where there is nothing to measure."""
        return 100 * self.part / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Unseen:
    """What the org did not tell, and why. `field` is empty where it is the whole object."""

    object: str
    field: str
    why: str


class Chart(StrEnum):
    """How an exhibit is drawn above its table."""

    NONE = "none"
    BARS = "bars"  # the first column names, the second column is the length
    STACKED = "stacked"  # the first column names, the others are the parts of a whole
    HEAT = "heat"  # the first column names, the others are percentages


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A table of figures, which are no defects. Cells are texts, numbers, or None for what is not known."""

    key: str
    title: str
    says: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    chart: Chart = Chart.NONE

    def __post_init__(self) -> None:
        """Hold rows as tuples and fractions as decimals, whoever gave them: what is read again equals what was kept."""
        object.__setattr__(self, "rows", tuple(tuple(_exact(cell) for cell in row) for row in self.rows))


def _exact(cell: Any) -> Any:
    return Decimal(str(cell)) if isinstance(cell, float) else cell


@dataclass(frozen=True, slots=True)
class Found:
    """All that one check came to."""

    findings: tuple[Finding, ...] = ()
    measures: tuple[Measure, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
