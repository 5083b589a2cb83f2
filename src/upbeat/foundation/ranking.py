"""What to fix first: the findings that weigh most for the work that they take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Final

from upbeat.foundation.findings import Finding, Weight

_WEIGHTS: Final = {Weight.HIGH: 9, Weight.MEDIUM: 3, Weight.LOW: 1}
_MOST_WORKFLOWS: Final = 3
_FEW: Final = 10
_DAY: Final = 8 * 60  # minutes

RULE: Final = (
    "A finding of high weight counts 9, a medium one 3, a low one 1. That is multiplied by the square root of the "
    f"share that it concerns, of the records, or of {_FEW} where there are fewer, or of the open pipeline's amount, "
    f"whichever is more; then by one, plus one for each workflow that it breaks, of which {_MOST_WORKFLOWS} count; and "
    "divided by the square root of one plus its work in days of eight hours. Of several findings of one kind only the "
    "first is named, and none that says again of the same records what stands above it."
)
"""How findings are ranked, in the words of a report."""


@dataclass(frozen=True, slots=True)
class Pressing:
    """How much a finding presses: the workflows that it breaks, by name, and its score by `RULE`."""

    finding: str
    check: str
    breaks: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class FirstThing:
    """One of the things to fix first, by its finding's key; `alike` are the other findings of its check."""

    finding: str
    breaks: tuple[str, ...]
    score: float
    alike: tuple[str, ...]


def ranked(
    findings: Iterable[Finding], breaks: Mapping[str, Sequence[str]], pipeline: Decimal | None = None
) -> tuple[Pressing, ...]:
    """Give findings with the most pressing first.

    `breaks` names the workflows that each breaks, by the finding's key; `pipeline` is the amount of all open deals,
    None where it is not known. Findings that press alike stand with the heavier and then the larger first.
    """
    scored = [(_scored(one, tuple(breaks.get(one.key, ())), pipeline), one) for one in findings]
    scored.sort(key=lambda pair: (-pair[0].score, pair[1].weight.rank, -pair[1].count, pair[1].key))
    return tuple(one for one, _ in scored)


def first_things(pressing: Iterable[Pressing], findings: Iterable[Finding], most: int = 3) -> tuple[FirstThing, ...]:
    """Give the first of what is ranked: of each check, and of each thing that is wrong with some records, only one."""
    by_key = {one.key: one for one in findings}
    checks: dict[str, list[str]] = {}
    named: list[Pressing] = []
    for one in pressing:
        checks.setdefault(one.check, []).append(one.finding)
        if len(checks[one.check]) == 1 and len(named) < most:
            if any(_covers(by_key[other.finding], by_key[one.finding]) for other in named):
                checks[one.check].clear()
            else:
                named.append(one)
    return tuple(FirstThing(one.finding, one.breaks, one.score, tuple(checks[one.check][1:])) for one in named)


def _covers(named: Finding, other: Finding) -> bool:
    """Whether another finding says again of most of its records what a named one says of the same field."""
    if named.object != other.object or not set(named.fields) & set(other.fields) or not other.records:
        return False
    known = {one.id for one in named.records}
    return 2 * sum(one.id in known for one in other.records) > len(other.records)


def share(finding: Finding, pipeline: Decimal | None = None) -> float:
    """Give the larger share, from 0 to 1, that a finding concerns: of the records, or of the open pipeline's amount."""
    records = finding.count / max(finding.of, _FEW) if finding.of else 1.0
    money = float(finding.amount / pipeline) if finding.amount is not None and pipeline else 0.0
    return min(1.0, max(records, money))


def _scored(finding: Finding, breaks: tuple[str, ...], pipeline: Decimal | None) -> Pressing:
    harm = _WEIGHTS[finding.weight] * sqrt(share(finding, pipeline)) * (1 + min(len(breaks), _MOST_WORKFLOWS))
    return Pressing(finding.key, finding.check, breaks, harm / sqrt(1 + finding.minutes / _DAY))
