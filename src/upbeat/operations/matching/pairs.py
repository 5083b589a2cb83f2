"""Whether two bare names are one company's, pair by pair of a file, and held against labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from upbeat.base import Broken, nearest
from upbeat.matching import NEUTRAL, Likeness, Told, compare
from upbeat.matching.choosing import Marks, Verdict
from upbeat.operations.house import Refused
from upbeat.operations.matching.files import opened
from upbeat.operations.tally import Tally

_YES: Final = frozenset({"true", "1", "yes", "y", "match", "same", "t", "1.0"})
_NO: Final = frozenset({"false", "0", "no", "n", "", "different", "f", "0.0"})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names, how sure it is that they are of one company, and whether people say so; None where nobody did."""

    one: str
    other: str
    likeness: Likeness
    verdict: Verdict
    right: bool | None = None


@dataclass(frozen=True)
class Pairs:
    """All pairs of a file. `certain` counts what is decided alone, `likeliest` whatever is not below the lower mark."""

    pairs: Sequence[Pair]
    marks: Marks
    certain: Tally | None = None
    likeliest: Tally | None = None


def match_pairs(path: Path, columns: Sequence[str], label: str, marks: Marks) -> Pairs:
    """Compare the names of two columns; `label` names the column that says which are one company's, if there is one.

    Raises CsvError, and Refused where a column is missing or a label says neither yes nor no.
    """
    file = opened(path)
    for column in columns:
        if column not in file.header:
            near = nearest(column, file.header)
            fix = f"Did you mean {near!r}? " if near else f"It has {', '.join(file.header)}. "
            raise Refused(
                f"there is no column {column!r}", where=str(path), fix=f"{fix}Name both with --pair-columns ONE,OTHER."
            )
    one, other = (file.header.index(column) for column in columns)
    said = file.header.index(label) if label in file.header else None
    found = list[Pair]()
    for row in file:
        if isinstance(row, Broken):
            continue
        likeness = compare(Told(row.cells[one]), Told(row.cells[other]), NEUTRAL)
        right = None if said is None else _label(row.cells[said], f"{path}:{row.line}")
        found.append(Pair(row.cells[one], row.cells[other], likeness, _verdict(likeness.score, marks), right))
    if said is None:
        return Pairs(found, marks)
    return Pairs(found, marks, _tally(found, {Verdict.SAME}), _tally(found, {Verdict.SAME, Verdict.DOUBT}))


def _verdict(score: float, marks: Marks) -> Verdict:
    return Verdict.SAME if score >= marks.certain else Verdict.DOUBT if score >= marks.doubtful else Verdict.NONE


def _label(text: str, where: str) -> bool:
    bare = text.strip().casefold()
    if bare not in _YES | _NO:
        raise Refused(f"{text!r} says neither yes nor no", where=where, fix="Write true or false, or 1 or 0.")
    return bare in _YES


def _tally(pairs: Sequence[Pair], same: set[Verdict]) -> Tally:
    taken = [(one.verdict in same, bool(one.right)) for one in pairs]
    return Tally(
        right=sum(said and right for said, right in taken),
        wrong=sum(said and not right for said, right in taken),
        missed=sum(right and not said for said, right in taken),
    )
