"""The org's own record of our users, held against our ledger. Pure.

    change of the org ──┬── the ledger has it                                    matched
                        ├── the ledger means it, and does not know the answer    under way
                        ├── in the very second of our write on the record        followed our write
                        └── nothing explains it                                  not in the ledger: alarm

    write of the ledger ─── the org has it, or cannot tell any more, or has it not: alarm

A flow that our write sets off runs in our user's name, in the same transaction: its changes carry the second of ours.
Clocks differ: by how much is measured from what matches, so that "the very second" means the org's.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from upbeat.base import digest
from upbeat.domain import Verb
from upbeat.operations.reconciling.alike import alike
from upbeat.operations.reconciling.values import Change, Claim, Class, Finding, What

SKEW = timedelta(minutes=5)  # by which our clock and the org's may differ, as apply allows
NEAR = timedelta(seconds=2)  # the org's times are whole seconds, and a transaction may cross one

Scales = Mapping[tuple[str, str], int]  # digits after the point, by object and field


@dataclass(slots=True)
class Compared:
    """What came of the org's changes: how many matched, what differs, and by claim what the org showed of it."""

    matched: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])
    shown: dict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    """By proposal: the fields, `Id` for a create or delete, that the org has as ours."""
    moments: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict[str, list[datetime]](list))
    """By record: the org's times of our own writes."""


def compare(claims: Sequence[Claim], changes: Sequence[Change], scales: Scales) -> Compared:
    """Explain every change of the org by the claims; what nothing explains is a finding."""
    return _Comparison(claims, scales).of(changes)


class _Comparison:
    def __init__(self, claims: Sequence[Claim], scales: Scales) -> None:
        self._scales = scales
        self._by_record: dict[str, list[Claim]] = defaultdict(list)
        self._pending_creates: dict[str, list[Claim]] = defaultdict(list)
        for one in claims:
            if one.record_id:
                self._by_record[one.record_id].append(one)
            elif one.verb is Verb.CREATE:
                self._pending_creates[one.object].append(one)
        self._ahead = timedelta()  # by how much the org's clock is ahead of ours
        self._found = Compared()

    def of(self, changes: Sequence[Change]) -> Compared:
        self._ahead = self._measure(changes)
        order = {What.CREATED: 0, What.FIELD: 1, What.DELETED: 2, What.TOUCHED: 3}
        left: list[Change] = []
        for one in sorted(changes, key=lambda one: (order[one.what], one.at)):
            claim = self._exact(one)
            if claim is None:
                left.append(one)
            else:
                self._found.matched += 1
                self._found.moments[one.record_id].append(one.at)
                if one.what is not What.TOUCHED:
                    self._found.shown[claim.proposal].add(one.field or "Id")
        self._tell(left)
        return self._found

    def _measure(self, changes: Sequence[Change]) -> timedelta:
        """Give by how much the org's clock is ahead: by the writes that it shows with their values, else by the rest.

        Each write counts once, with what is nearest to it, so that a stranger's change does not move the measure.
        """
        told = self._nearest(one for one in changes if one.what in {What.FIELD, What.CREATED, What.DELETED})
        if told:
            return timedelta(seconds=median(told))
        touched = self._nearest(one for one in changes if one.what is What.TOUCHED)
        return timedelta(seconds=min(touched, key=abs, default=0.0))

    def _nearest(self, changes: Iterable[Change]) -> list[float]:
        apart: dict[str, float] = {}
        for one in changes:
            for claim in self._by_record.get(one.record_id, ()):
                if claim.at is None or abs(one.at - claim.at) > SKEW or not self._says(claim, one):
                    continue
                # written between the two, however late its answer was found out
                meant = min(max(one.at, claim.began), claim.at)
                seconds = (one.at - meant).total_seconds()
                apart[claim.proposal] = min(apart.get(claim.proposal, seconds), seconds, key=abs)
        return list(apart.values())

    def _exact(self, one: Change) -> Claim | None:
        """Give the claim that says just this, the nearest in time; None where none does, or it was shown before."""
        near = NEAR if one.what is What.TOUCHED else SKEW
        said = [
            claim
            for claim in self._by_record.get(one.record_id, ())
            if self._covers(claim, one.at, near) and (claim.is_erased or self._says(claim, one))
            if one.what is What.TOUCHED or (one.field or "Id") not in self._found.shown.get(claim.proposal, ())
        ]
        return min(said, key=lambda claim: abs((claim.at or claim.began) - one.at), default=None)

    def _covers(self, claim: Claim, at: datetime, near: timedelta) -> bool:
        ends = claim.at or datetime.max.replace(tzinfo=at.tzinfo) - SKEW - NEAR - self._ahead
        return claim.began + self._ahead - near <= at <= ends + self._ahead + near

    def _says(self, claim: Claim, one: Change) -> bool:
        match one.what:
            case What.CREATED:
                return claim.verb is Verb.CREATE
            case What.DELETED:
                return claim.verb is Verb.DELETE
            case What.TOUCHED:
                return True
            case What.FIELD:
                names = [name for name in claim.after if name.casefold() == one.field.casefold()]
                known = [value for value in one.values if value is not None]
                scale = self._scales.get((one.object, one.field))
                return any(
                    not one.values or any(alike(claim.after[name], value, scale=scale) for value in known or [None])
                    for name in names
                )

    def _tell(self, left: Sequence[Change]) -> None:
        """Say what is left of the changes: one finding for each record and second."""
        groups: dict[tuple[str, datetime], list[Change]] = defaultdict(list)
        for one in left:
            near = next((at for key, at in groups if key == one.record_id and abs(at - one.at) <= NEAR / 2), one.at)
            groups[one.record_id, near].append(one)
        for (record_id, at), some in groups.items():
            kind = self._kind(record_id, at, some)
            if kind is None or (kind is not Class.STRANGER and all(one.what is What.TOUCHED for one in some)):
                self._found.matched += len(some)  # the audit fields only repeat what was told
                continue
            self._found.findings.append(_finding(kind, some))

    def _kind(self, record_id: str, at: datetime, some: Sequence[Change]) -> Class | None:
        moments = self._found.moments.get(record_id, ())
        if any(abs(at - one) <= NEAR / 2 for one in moments):
            return Class.FOLLOWED
        for claim in self._by_record.get(record_id, ()):
            if claim.at is None and self._covers(claim, at, SKEW):
                return Class.UNDER_WAY
            unseen = not self._found.shown.get(claim.proposal)  # none of its fields is tracked: its second is not told
            if unseen and self._covers(claim, at, NEAR):
                return Class.FOLLOWED
        if any(one.what is What.CREATED for one in some):
            waiting = self._pending_creates.get(some[0].object, [])
            meant = next((one for one in waiting if self._covers(one, at, SKEW)), None)
            if meant is not None:
                waiting.remove(meant)
                return Class.UNDER_WAY
        return Class.STRANGER


def _finding(kind: Class, some: Sequence[Change]) -> Finding:
    first = some[0]
    said = tuple(dict.fromkeys(_words(some)))
    key = digest([kind, first.object, first.record_id, first.at, sorted({one.field for one in some})])
    fields = tuple(dict.fromkeys(one.field for one in some if one.field))
    return Finding(key, kind, first.object, first.record_id, first.at, first.by, said, fields)


def _words(some: Sequence[Change]) -> Iterator[str]:
    for one in some:
        match one.what:
            case What.FIELD:
                shown = " / ".join(str(value) for value in one.values) or "a value that history does not keep"
                yield f"{one.field} became {shown}"
            case What.TOUCHED:
                if len({other.what for other in some}) == 1:
                    yield "it was changed, in a field whose history is not kept"
            case _:
                yield f"our user {one.what}"


def missing(
    claim: Claim, shown: Collection[str], tracked: Collection[str], last: datetime | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the fields of a write that the org should show and does not, and those of which it can say nothing.

    `shown` are the fields that it shows, `tracked` those whose history it keeps, `last` when the record was changed
    last, None where it is gone.
    """
    names = [name for name, value in claim.after.items() if not alike(claim.before.get(name), value)]
    kept = {name.casefold() for name in tracked}
    seen = {name.casefold() for name in shown}
    told = [name for name in names if name.casefold() in kept]
    dark = [name for name in names if name.casefold() not in kept]
    lacking = [name for name in told if name.casefold() not in seen]
    if dark and last is not None and last < claim.began - SKEW:
        return (*lacking, *dark), ()
    return tuple(lacking), tuple(dark)
