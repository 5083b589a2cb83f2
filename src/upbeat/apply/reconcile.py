"""What became of a write: read from Salesforce, because only Salesforce knows.

An update happened where every field has the value we meant, and did not where every field has the value from before;
anything else is a person's to look at. A create is found by its marker; without one, by our user, the time since we
meant it and the values written, once the org must long have answered. A merge is found by the `MasterRecordId` of those
that are gone, and a conversion by what the lead says that it became.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from upbeat.apply import joining
from upbeat.domain import Proposal, Record, Verb
from upbeat.salesforce import Reader, Session
from upbeat.schema import Schema

SETTLING = timedelta(minutes=10)  # Salesforce ends a request after ten minutes at the latest
SKEW = timedelta(minutes=5)  # by which our clock and the org's may differ
_CHUNK = 200

Unsure = tuple[Proposal, datetime]  # with the moment at which it was meant to be sent
_Facts = tuple[str, str, Mapping[str, Any]]  # an object, a record of it, and the values that it had
Accounted = Callable[[Sequence[str]], Collection[str]]  # record ids → those that are known to be another proposal's


class Found(StrEnum):
    """What reading the org says of a write whose answer was lost."""

    WRITTEN = "written"
    NOT_WRITTEN = "not written"
    TOO_EARLY = "too early"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of the reconciler."""

    state: Found
    record_id: str = ""
    why: str = ""
    became: Mapping[str, str] = field(default_factory=dict[str, str])


_FOUND_OTHERWISE = frozenset({Verb.CREATE, Verb.MERGE, Verb.CONVERT})
_NOT_WRITTEN = Finding(Found.NOT_WRITTEN)


class Reconciler:
    """Compares proposals with the org, over the connection that wrote them."""

    def __init__(self, connection: Session, schema: Callable[[], Schema], marker: str) -> None:
        """Read over `connection`; `marker` is the external id that creates carry where an object has it."""
        self._reader = Reader(connection)
        self._connection = connection
        self._schema = schema
        self._marker = marker

    def look(self, unsure: Sequence[Unsure], now: datetime, accounted: Accounted) -> list[Finding]:
        """Give one finding for each proposal, with the moment at which it was meant to be sent.

        `accounted` tells which records of some are known to be another proposal's.
        """
        rows = self._current(
            [(one.object, one.record_id, one.before) for one, _ in unsure if one.verb not in _FOUND_OTHERWISE]
        )
        creates = self._created([one for one in unsure if one[0].verb is Verb.CREATE], now, accounted)
        joined = self._joined(unsure, now)
        findings: list[Finding] = []
        for proposal, _ in unsure:
            if proposal.verb is Verb.CREATE:
                findings.append(creates[proposal.id])
            elif proposal.id in joined:
                findings.append(joined[proposal.id])
            elif proposal.verb is Verb.DELETE:
                gone = proposal.record_id not in rows
                findings.append(Finding(Found.WRITTEN if gone else Found.NOT_WRITTEN, proposal.record_id))
            else:
                findings.append(_updated(proposal, rows.get(proposal.record_id)))
        return findings

    def changed_since(self, proposals: Sequence[Proposal], deals: Mapping[str, Record]) -> dict[str, str]:
        """Give, by proposal id, why its record is no longer as the proposal found it, or its deal as the gate saw it.

        `deals` have, by proposal id, what the gate saw.
        """
        found = [fact for one in proposals for fact in _found_by(one)]
        seen = [(one.id, "Opportunity", deals[one.id]["Id"], deals[one.id]) for one in proposals if one.id in deals]
        rows = self._current([facts[1:] for facts in (*found, *seen)])
        changed: dict[str, str] = {}
        for key, target, record_id, was in (*found, *seen):
            row = rows.get(record_id)
            if row is None:
                changed[key] = f"{target} {record_id} is gone"
                continue
            moved = [name for name, value in was.items() if not same(row[name], value)]
            if moved and key not in changed:
                now = ", ".join(f"{name} is {row[name]!s} and was {was[name]!s}" for name in moved)
                changed[key] = f"changed since: {now}"
        return changed

    def _joined(self, unsure: Sequence[Unsure], now: datetime) -> dict[str, Finding]:
        """Find merges and conversions. One that is not there may be on its way until the org must have answered."""
        found: dict[str, Finding] = {}
        for verb, look in ((Verb.MERGE, joining.merged), (Verb.CONVERT, joining.converted)):
            some = [one for one in unsure if one[0].verb is verb]
            if not some:
                continue
            said = look(self._reader, [one for one, _ in some], self._connection.identity().user_id)
            for proposal, meant in some:
                done = said[proposal.id]
                if done is None:
                    found[proposal.id] = _NOT_WRITTEN if now - meant >= SETTLING else Finding(Found.TOO_EARLY)
                elif done.why:
                    found[proposal.id] = Finding(Found.UNCLEAR, why=done.why)
                else:
                    found[proposal.id] = Finding(Found.WRITTEN, proposal.record_id, became=done.became)
        return found

    def _current(self, facts: Sequence[_Facts]) -> dict[str, Record]:
        by_object: dict[str, list[_Facts]] = defaultdict(list)
        for one in facts:
            by_object[one[0]].append(one)
        found: dict[str, Record] = {}
        for target, group in by_object.items():
            names = sorted({name for _, _, values in group for name in values} - {"Id"})
            for ids in _slices(list(dict.fromkeys(record_id for _, record_id, _ in group))):
                query = f"SELECT {', '.join(['Id', *names])} FROM {target} WHERE Id IN :ids"  # noqa: S608  from the schema
                found.update((row["Id"], row) for row in self._reader.query(query, {"ids": ids}))
        return found

    def _created(self, unsure: Sequence[Unsure], now: datetime, accounted: Accounted) -> dict[str, Finding]:
        by_object: dict[str, list[Unsure]] = defaultdict(list)
        for one in unsure:
            by_object[one[0].object].append(one)
        found: dict[str, Finding] = {}
        for target, group in by_object.items():
            if self._schema().object(target).has(self._marker):
                found.update(self._marked(target, [proposal for proposal, _ in group]))
            else:
                found.update(self._alike(target, group, now, accounted))
        return found

    def _marked(self, target: str, proposals: Sequence[Proposal]) -> Iterator[tuple[str, Finding]]:
        """Find creates by the marker that they carry."""
        query = f"SELECT Id, {self._marker} FROM {target} WHERE {self._marker} IN :keys"  # noqa: S608  from the schema
        for keys in _slices([one.id for one in proposals]):
            ids = {row[self._marker]: row["Id"] for row in self._reader.query(query, {"keys": keys})}
            yield from ((key, Finding(Found.WRITTEN, ids[key]) if key in ids else _NOT_WRITTEN) for key in keys)

    def _alike(
        self, target: str, unsure: Sequence[Unsure], now: datetime, accounted: Accounted
    ) -> Iterator[tuple[str, Finding]]:
        """Find creates that carry no marker: of our user, since then, of the same values, and nobody else's."""
        names = sorted({name for proposal, _ in unsure for name in proposal.after})
        query = (
            f"SELECT Id, {', '.join(names)} FROM {target} "  # noqa: S608  from the schema
            "WHERE CreatedById = :me AND CreatedDate >= :since ORDER BY Id"
        )
        since = min(meant for _, meant in unsure) - SKEW
        rows = self._reader.query(query, {"me": self._connection.identity().user_id, "since": since})
        taken = accounted([row["Id"] for row in rows])
        for proposal, meant in unsure:
            alike = [row["Id"] for row in rows if row["Id"] not in taken and _has(row, proposal.after)]
            if len(alike) == 1:
                taken = {*taken, *alike}
                yield proposal.id, Finding(Found.WRITTEN, alike[0])
            elif alike:
                why = f"its answer was lost, and it could be any of {', '.join(alike)}"
                yield proposal.id, Finding(Found.UNCLEAR, why=why)
            else:
                yield proposal.id, _NOT_WRITTEN if now - meant >= SETTLING else Finding(Found.TOO_EARLY)


def same(one: Any, other: Any) -> bool:
    """Whether two values are one to Salesforce, which trims texts, keeps no empty ones, and has its own line ends."""
    return _trimmed(one) == _trimmed(other)


def _trimmed(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() or None if isinstance(value, str) else value


def _has(row: Record, values: Record) -> bool:
    return all(same(row[name], value) for name, value in values.items())


def _found_by(one: Proposal) -> Iterator[tuple[str, str, str, Record]]:
    """Give what a proposal found, record by record, with its own id first."""
    if one.records:
        yield from ((one.id, each.object, each.record_id, each.values) for each in one.records)
    elif one.verb is not Verb.CREATE:
        yield one.id, one.object, one.record_id, one.before


def _updated(proposal: Proposal, row: Record | None) -> Finding:
    if row is None:
        return Finding(Found.UNCLEAR, why=f"{proposal.object} {proposal.record_id} is gone")
    if _has(row, proposal.after):
        return Finding(Found.WRITTEN, proposal.record_id)
    if _has(row, proposal.before):
        return _NOT_WRITTEN
    return Finding(Found.UNCLEAR, why="the record has neither the values from before nor ours: someone changed it")


def _slices(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
