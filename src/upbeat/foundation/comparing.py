"""Two audits of one org held against each other: what is new, gone, grown, shrunk, and what only came out of sight."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from upbeat.base import tenths
from upbeat.foundation.findings import Finding
from upbeat.foundation.judging import Judged, Status
from upbeat.foundation.report import Audit


class Move(StrEnum):
    """What became of a finding between two audits."""

    NEW = "new"
    GROWN = "grown"
    GONE = "gone"
    SHRUNK = "shrunk"
    SEEN = "not looked at before"  # the earlier audit could not look there
    UNSEEN = "no longer seen"  # the later one could not: it may still be there


@dataclass(frozen=True, slots=True)
class Moved:
    """A finding that is not as it was; `before` and `now` are how many records it concerned, 0 where it was not."""

    key: str
    check: str
    move: Move
    says: str
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class ItemMoved:
    """An item that stands otherwise than it did, by its status or its score in percent."""

    key: str
    number: str
    title: str
    before: Status
    now: Status
    score_before: float | None
    score_now: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed since the audit before, which began at `since`; `same` findings are as they were."""

    since: datetime
    findings: tuple[Moved, ...]
    items: tuple[ItemMoved, ...]
    same: int

    def count(self, move: Move) -> int:
        """How many findings moved so."""
        return sum(one.move is move for one in self.findings)


def compare(before: Audit, now: Audit) -> Compared:
    """Say what changed from one audit to a later one. Findings are the same by their keys, items by theirs."""
    earlier = {one.key: one for one in before.findings}
    later = {one.key: one for one in now.findings}
    moved = [
        *(_came(one, before) for key, one in later.items() if key not in earlier),
        *(_went(one, now) for key, one in earlier.items() if key not in later),
        *(found for key, one in later.items() if key in earlier and (found := _changed(earlier[key], one))),
    ]
    moves = tuple(Move)
    moved.sort(key=lambda one: (moves.index(one.move), -abs(one.now - one.before), one.key))
    both = earlier.keys() & later.keys()
    changed = sum(one.key in both for one in moved)
    return Compared(before.at, tuple(moved), tuple(_items(before, now)), len(both) - changed)


def _came(finding: Finding, before: Audit) -> Moved:
    move = Move.NEW if _looked(finding, before) else Move.SEEN
    return Moved(finding.key, finding.check, move, finding.says, 0, finding.count)


def _went(finding: Finding, now: Audit) -> Moved:
    move = Move.GONE if _looked(finding, now) else Move.UNSEEN
    return Moved(finding.key, finding.check, move, finding.says, finding.count, 0)


def _looked(finding: Finding, audit: Audit) -> bool:
    """Whether an audit could have come to a finding: its check was there and ended, what it is about was shown."""
    if finding.check not in audit.checks or any(one.check == finding.check for one in audit.not_ended):
        return False
    return not any(
        one.object == finding.object and (not one.field or one.field in finding.fields) for one in audit.unseen
    )


def _changed(before: Finding, now: Finding) -> Moved | None:
    """Say whether a finding grew or shrank; two estimates whose intervals overlap tell neither."""
    if before.count == now.count:
        return None
    if before.sampled is not None or now.sampled is not None:
        one, other = _ends(before), _ends(now)
        if one[0] <= other[1] and other[0] <= one[1]:
            return None
    move = Move.GROWN if now.count > before.count else Move.SHRUNK
    return Moved(now.key, now.check, move, now.says, before.count, now.count)


def _ends(finding: Finding) -> tuple[float, float]:
    if finding.sampled is not None:
        return finding.sampled.low, finding.sampled.high
    share = finding.count / finding.of if finding.of else 0.0
    return share, share


def _items(before: Audit, now: Audit) -> Iterator[ItemMoved]:
    earlier = {one.key: one for one in before.items}
    for one in now.items:
        was = earlier.get(one.key)
        if was is not None and (was.status is not one.status or _told(was) != _told(one)):
            yield ItemMoved(one.key, one.number, one.title, was.status, one.status, was.score, one.score)


def _told(item: Judged) -> float | None:
    """Give a score as far as a report tells it."""
    return None if item.score is None else tenths(item.score)
