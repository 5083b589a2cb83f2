"""How sure a value is that was read of talk, learnt from what reviewers made of such values before. Pure.

Isotonic regression by pooling adjacent violators (Ayer, Brunk, Ewing, Reid, Silverman, "An empirical distribution
function for sampling with incomplete information", Annals of Mathematical Statistics 26 (1955), 641-647): of all
curves that never fall, the one with the least squared error. It assumes nothing of how a reader says how sure it is.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from upbeat.base import Rate, rate

_FOLDS: Final = 5  # parts of the decisions, each told by a curve of the others: the usual number for so few
_BINS: Final = 10  # of one tenth each, as Guo and others have it (On calibration of modern neural networks, 2017)

Steps = tuple[tuple[float, float], ...]  # from this confidence on, values are so sure: both rise


class Outcome(StrEnum):
    """What a reviewer made of a value."""

    ACCEPTED = "accepted"  # as it stood
    EDITED = "edited"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decided:
    """A value that a reviewer decided: how sure its reader was, from 0 to 1, and what became of it."""

    confidence: float
    outcome: Outcome

    @property
    def right(self) -> bool:
        """Whether it was taken as it stood."""
        return self.outcome is Outcome.ACCEPTED


@dataclass(frozen=True, slots=True)
class Curve:
    """How sure one reader's values of one name are, where reviewers decided enough of them.

    `by` is "rules" or a model's name; `right` of `decided` values were taken as they stood.
    """

    name: str
    by: str
    steps: Steps
    right: int
    decided: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """What reviewers' decisions say of values to come, at one moment; empty where too few were made.

    `trust` is, by reader, the share of all its values that were taken as they stood.
    """

    curves: tuple[Curve, ...] = ()
    trust: Mapping[str, float] = field(default_factory=dict[str, float])

    def curve(self, name: str, by: str) -> Curve | None:
        """Give the curve of a reader's values of a name, None while they stay in review."""
        return next((one for one in self.curves if (one.name, one.by) == (name, by)), None)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one reader's values of one name.

    `precision` is of all of them, `at_mark` of those that the curve calls as sure as the floor. `missing` says why
    values stay in review, empty where they do not.
    """

    name: str
    by: str
    accepted: int
    edited: int
    rejected: int
    precision: Rate
    at_mark: Rate
    missing: str
    curve: Curve


@dataclass(frozen=True, slots=True)
class Errors:
    """How far off confidences are: as the reader gave them, and by the curve, on decisions that it was not fitted on.

    None without any decision.
    """

    brier: float | None
    brier_after: float | None
    ece: float | None
    ece_after: float | None


def record_of(name: str, by: str, decided: Sequence[Decided], floor: float, enough: int) -> Record:
    """Give what decisions, the oldest first, say of one reader's values of one name.

    Values leave review once `enough` that are as sure as the floor were decided, and the lower end of the interval of
    their precision, at 95 %, reaches it.
    """
    steps = fit(decided)
    right = sum(one.right for one in decided)
    marked = [one.right for one in decided if sure(steps, one.confidence) >= floor]
    at_mark = rate(sum(marked), len(marked))
    return Record(
        name=name,
        by=by,
        **{str(kind): sum(one.outcome is kind for one in decided) for kind in Outcome},
        precision=rate(right, len(decided)),
        at_mark=at_mark,
        missing=_missing(at_mark, floor, enough),
        curve=Curve(name, by, steps, right, len(decided)),
    )


def errors_of(decided: Sequence[Decided]) -> Errors:
    """Give how far off confidences are, before reviewers' decisions are learnt from and after."""
    said, held_out = [(one.confidence, one.right) for one in decided], list(_held_out(decided))
    return Errors(brier(said), brier(held_out), ece(said), ece(held_out))


def calibration(records: Iterable[Record], enough: int) -> Calibration:
    """Give what holds of values to come: the curves of what left review, and the trust in readers with enough cases."""
    known = list(records)
    totals: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in known:
        right, of = totals[one.by]
        totals[one.by] = (right + one.precision.part, of + one.precision.of)
    trust = {by: round(right / of, 3) for by, (right, of) in sorted(totals.items()) if of >= max(enough, 1)}
    return Calibration(tuple(one.curve for one in known if not one.missing), trust)


def fit(decided: Iterable[Decided]) -> Steps:
    """Give the curve that never falls and is nearest to what was right, as the confidences at which it rises."""
    groups: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for one in decided:
        groups[one.confidence][0] += one.right
        groups[one.confidence][1] += 1
    blocks = list[tuple[float, int, int]]()  # from which confidence on; right; of how many
    for confidence, (right, of) in sorted(groups.items()):
        least, mine, all_of = confidence, right, of
        while blocks and blocks[-1][1] * all_of >= mine * blocks[-1][2]:
            least, before, of_before = blocks.pop()
            mine, all_of = mine + before, all_of + of_before
        blocks.append((least, mine, all_of))
    return tuple((least, right / of) for least, right, of in blocks)


def sure(steps: Steps, confidence: float) -> float:
    """Give how sure a value is of which its reader says so much.

    What is less sure than all that was decided is never surer than its reader says.
    """
    at = bisect_right(steps, confidence, key=lambda one: one[0])
    return steps[at - 1][1] if at else min(confidence, steps[0][1] if steps else confidence)


def brier(told: Sequence[tuple[float, bool]]) -> float | None:
    """Give the mean squared error of what was said (Brier 1950): 0 is best, 0.25 says nothing; None without cases."""
    return sum((said - right) ** 2 for said, right in told) / len(told) if told else None


def ece(told: Sequence[tuple[float, bool]]) -> float | None:
    """Give the expected calibration error: by how much what was said and what was right differ in a tenth, on average.

    None without cases.
    """
    bins: dict[int, list[float]] = defaultdict(list)
    for said, right in told:
        bins[min(int(said * _BINS), _BINS - 1)].append(said - right)
    return sum(abs(sum(one)) for one in bins.values()) / len(told) if told else None


def _held_out(decided: Sequence[Decided]) -> Iterable[tuple[float, bool]]:
    for fold in range(_FOLDS):
        others = [one for number, one in enumerate(decided) if number % _FOLDS != fold]
        steps = fit(others)
        for one in decided[fold::_FOLDS]:
            if steps:
                yield sure(steps, one.confidence), one.right


def _missing(at_mark: Rate, floor: float, enough: int) -> str:
    if at_mark.of < enough:
        return f"decisions wanted on values as sure as {floor:.0%}: {enough - at_mark.of:,} more"
    if at_mark.low < floor:
        return f"precision is {at_mark.low:.0%} at the least, and the floor is {floor:.0%}"
    return ""
